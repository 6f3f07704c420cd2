require "json"

# Orders and what they cost.
module Shop
  class Order
    attr_reader :id, :lines

    def initialize(id, lines = [], name: "first")
      @id = id
      @lines = lines
      @name = name
    end

    def total(discount = 0.0)
      raise ArgumentError, "discount #{discount} of #{@name.upcase}" unless discount.between?(0, 1)
      sum = @lines.map { |line| line[:price] }.sum
      (sum * (1 - discount)).round(2)
    end

    def to_s
      "order #{@id}: #{@lines.map { |line| line[:name] }.join(", ")}"
    end
  end
end

orders = JSON.parse(File.read("orders.json"), symbolize_names: true).map do |row|
  Shop::Order.new(row[:id], row[:lines], name: 'it is')
end
orders.each do |order|
  if order.total > 10 && order.id != 3
    puts "#{order} costs #{format("%.2f", order.total)}"
  else
    puts [1, 2, 3].inspect, { a: 1, "b" => [2] }
  end
end
