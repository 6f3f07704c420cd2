export interface Order<T extends object = {}> {
  readonly id: number;
  lines: Array<{ price: number; name?: string }>;
  extra: Map<string, T | undefined>;
}

type Pair = [string, number];

export class Store {
  private orders = new Map<number, Order>();

  constructor(private readonly name: string, pairs: Pair[] = []) {
    pairs.forEach(([key, value]) => this.log(`${key}=${value.toFixed(2)}`, { key }));
  }

  add(order: Order, overwrite = false): boolean {
    if (this.orders.has(order.id) && !overwrite) {
      return false;
    }
    this.orders.set(order.id, { ...order, lines: order.lines.filter((line) => line.price > 0) });
    return true;
  }

  total(id: number): number | null {
    const found = this.orders.get(id)?.lines ?? [];
    return found.length ? found.reduce((sum: number, { price }) => sum + price, 0) : null;
  }

  private log(message: string, context: Record<string, unknown>): void {
    console.log("[" + this.name + "] " + message, JSON.stringify(context as object));
  }
}
