// Typed functions, an interface, a union, a generic, an overload, an enum by const.
interface Order {
  id: number;
  lines: { sku: string; count: number; cents: number }[];
  note?: string;
}
type Mode = "gross" | "net";
type Shape = { kind: "circle"; r: number } | { kind: "box"; w: number; h: number };
const RATES = { gross: 1, net: 0.8 } as const;

export function totals(order: Order, mode: Mode, bonus: number = 0): number {
  const rate: number = RATES[mode];
  let cents: number = 0;
  for (const line of order.lines) {
    const value: number = line.cents * line.count;
    cents += value;
  }
  const reduced: number = Math.round(cents * rate);
  const result: number = reduced - bonus;
  log("totals", result);
  return result;
}

function area(shape: Shape): number {
  const digits: number = 2;
  if (shape.kind === "circle") {
    const raw: number = Math.PI * shape.r ** 2;
    const rounded = Number(raw.toFixed(digits));
    return rounded;
  }
  const raw: number = shape.w * shape.h;
  const label = `${shape.kind} ${raw}`;
  log(label);
  return raw;
}

function pad(text: string, width: number): string;
function pad(text: number, width: number): string;
function pad(text: string | number, width: number): string {
  const shown: string = String(text);
  const missing: number = width - shown.length;
  const fill: string = missing > 0 ? "0".repeat(missing) : "";
  return fill + shown;
}

function first<T extends { id: number }>(items: readonly T[], id: number): T | undefined {
  const wanted: number = id;
  const found = items.find((item) => item.id === wanted);
  const known: boolean = found !== undefined;
  log(known);
  return found;
}

function isOrder(value: unknown): value is Order {
  const object = value as Partial<Order> | null;
  const ok: boolean = typeof object === "object" && object !== null && Array.isArray(object.lines);
  return ok;
}

function report(orders: Order[], mode: Mode): string[] {
  const rows: string[] = [];
  let longest: number = 0;
  for (const order of orders) {
    const sum: number = totals(order, mode);
    const note: string = order.note ?? "-";
    const row: string = `${pad(order.id, 4)} ${sum} ${note}`;
    longest = Math.max(longest, row.length);
    rows.push(row);
  }
  const line: string = "=".repeat(longest);
  const all = [line, ...rows, line];
  return all;
}

function classify(value: string | number | Date): string {
  let text: string;
  if (typeof value === "string") {
    const trimmed: string = value.trim();
    text = trimmed;
  } else if (value instanceof Date) {
    text = String(value.getTime());
  } else {
    const fixed: string = value.toFixed(1);
    text = fixed;
  }
  const size: number = text.length;
  return `${text}/${size}`;
}

const place = (name: string, at: [x: number, y: number]): { name: string; at: number } => {
  const [x, y] = at;
  const sum: number = x + y;
  const where = { name, at: sum };
  return where;
};

const orders: Order[] = [
  { id: 1, lines: [{ sku: "a", count: 2, cents: 150 }] },
  { id: 22, lines: [{ sku: "b", count: 1, cents: 99 }, { sku: "c", count: 3, cents: 5 }], note: "n" },
];
log(totals(orders[0]!, "net", 5), area({ kind: "circle", r: 2 }), area({ kind: "box", w: 2, h: 3 }));
log(pad("7", 3), pad(1234, 2), first(orders, 22)?.note, isOrder(orders[0]), isOrder(null));
log(report(orders, "gross"), classify(" x "), classify(new Date(5)), classify(2), place("p", [1, 2]));
