#include <stdio.h>
#include <stdlib.h>
#include "orders.h"

#define LIMIT (10 + 2)

/* An order. */
typedef struct {
    int id;
    double prices[LIMIT];
    const char *name;
} Order;

static double total(const Order *order, int count)
{
    double sum = 0.0;
    for (int i = 0; i < count && i < LIMIT; i++) {
        sum += order->prices[i];
    }
    return sum;
}

int main(int argc, char **argv)
{
    Order order = { 1, { 1.5, 2.5 }, "first (1)" };
    if (argc > 1 && argv[1][0] == '"') {
        printf("order %d of %s\n", order.id, argv[1]);
        return EXIT_FAILURE;
    }
    // Print it.
    switch (order.id) {
    case 1:
        printf("total %.2f\n", total(&order, 2));
        break;
    default:
        fprintf(stderr, "unknown %s", order.name ? order.name : "none");
    }
    return 0;
}
