-- Customers and their orders.
CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  email TEXT DEFAULT 'none'
);

CREATE INDEX idx_name ON customers (name, email);

INSERT INTO customers (id, name, email) VALUES (1, 'Ann', 'ann@example.com'), (2, 'O''Neil', 'b');

SELECT c.name, COUNT(o.id) AS orders, SUM(o.price) AS total
FROM customers c
LEFT JOIN orders o ON o.customer_id = c.id
WHERE c.name LIKE 'A%' AND o.price > 10
GROUP BY c.name
ORDER BY total DESC;

UPDATE customers SET email = 'new', name = upper(name) WHERE id IN (1, 2, 3);

DELETE FROM customers WHERE id = 4;
