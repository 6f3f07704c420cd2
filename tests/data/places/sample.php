<?php

namespace Shop;

use InvalidArgumentException;

/** An order. */
class Order
{
    private array $lines = ['a' => 1.5, 'b' => 2.0];

    public function __construct(private int $id, public readonly string $name = "first")
    {
    }

    public function total(float $discount = 0.0): float
    {
        if ($discount < 0 || $discount > 1) {
            throw new InvalidArgumentException("Discount {$discount} of {$this->name}");
        }
        $sum = array_sum(array_map(fn ($price) => $price * 2, $this->lines));
        foreach ($this->lines as $name => $price) {
            echo "line $name: " . number_format($price, 2) . "\n";
        }
        // Rounded.
        return round($sum * (1 - $discount), 2);
    }
}

$order = new Order(1, 'it\'s');
printf("%s: %.2f", $order->name, $order->total(0.1));
$list = [1, 2, [3, 4], 'key' => ['x', "y"]];
