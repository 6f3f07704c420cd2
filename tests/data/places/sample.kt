package shop.orders

import kotlin.math.round

data class Line(val name: String, val price: Double)

/** An order. */
class Order(val id: Int, private val lines: List<Line> = emptyList()) {
    fun total(discount: Double = 0.0): Double {
        if (discount < 0 || discount > 1) {
            throw IllegalArgumentException("discount $discount of ${lines.size} lines")
        }
        val sum = lines.sumOf { line -> line.price }
        return round(sum * (1 - discount))
    }

    fun names(): Map<Int, String> {
        val found = mutableMapOf<Int, String>()
        for ((index, line) in lines.withIndex()) {
            found[index] = "${line.name}: ${line.price}"
        }
        // All of them.
        return found
    }
}

fun main(args: Array<String>) {
    val order = Order(1, listOf(Line("a", 1.5), Line("b", 2.0)))
    println("${order.id}: ${order.total(0.1)}")
    when (args.size) {
        0 -> println("nothing")
        else -> println(args.joinToString(", ") { it.uppercase() })
    }
}
