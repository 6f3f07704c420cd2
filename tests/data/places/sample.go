package orders

import (
	"encoding/json"
	"fmt"
	"os"
)

// Order is what a customer wants.
type Order struct {
	ID    int               `json:"id"`
	Lines map[string]float64 `json:"lines"`
}

func (o *Order) Total(discount float64) (float64, error) {
	if discount < 0 || discount > 1 {
		return 0, fmt.Errorf("discount %v of order %d", discount, o.ID)
	}
	total := 0.0
	for name, price := range o.Lines {
		if name != "" && price > 0 {
			total += price
		}
	}
	return total * (1 - discount), nil
}

func Load(path string) ([]Order, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var orders []Order
	if err := json.Unmarshal(data, &orders); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	fmt.Println("loaded", len(orders), []string{"a", "b"}, func(x int) int { return x + 1 }(2))
	switch len(orders) {
	case 0:
		fmt.Printf("nothing in %q\n", path)
	}
	return orders, nil
}
