local json = require("json")

-- Orders and what they cost.
local Order = {}
Order.__index = Order

function Order.new(id, lines, name)
  local self = setmetatable({}, Order)
  self.id, self.lines, self.name = id, lines or {}, name or "first"
  return self
end

function Order:total(discount)
  local sum = 0
  for index, line in ipairs(self.lines) do
    if line.price > 0 and line.name ~= "" then
      sum = sum + line.price
    end
  end
  return sum * (1 - (discount or 0))
end

local days = {"Mon", "Tue", 'Wed', [4] = "Thu"}
local text = [[a long
text]]
local order = Order.new(1, {{name = "a", price = 1.5}}, "it's")
print("Hello, " .. order.name .. "!", #days, text)
print(string.format("%s: %.2f", order.name, order:total(0.1)), json.encode({ days = days }))
