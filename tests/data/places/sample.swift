import Foundation

struct Line {
    let name: String
    let price: Double
}

/// An order.
class Order {
    private var lines: [String: Line] = [:]
    let id: Int

    init(id: Int, lines: [Line] = []) {
        self.id = id
        for line in lines {
            self.lines[line.name] = line
        }
    }

    func total(discount: Double = 0.0) throws -> Double {
        guard discount >= 0 && discount <= 1 else {
            throw NSError(domain: "discount \(discount) of \(id)", code: 1)
        }
        let sum = lines.values.map { $0.price }.reduce(0, +)
        return sum * (1 - discount)
    }
}

let order = Order(id: 1, lines: [Line(name: "a", price: 1.5), Line(name: "b", price: 2)])
if let total = try? order.total(discount: 0.1) {
    print("order \(order.id) costs \(total)")
} else {
    print("nothing", separator: "", terminator: "\n")
}
let names = ["x", "y", "it's"]
