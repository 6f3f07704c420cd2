// Classes with access modifiers, parameter properties, abstract members, async methods.
abstract class Store<T> {
  protected readonly rows = new Map<string, T>();
  private reads: number = 0;

  constructor(readonly name: string, private limit: number = 2) {}

  protected abstract describe(row: T): string;

  put(key: string, row: T): boolean {
    const full: boolean = this.rows.size >= this.limit;
    const known: boolean = this.rows.has(key);
    if (full && !known) {
      return false;
    }
    this.rows.set(key, row);
    return true;
  }

  async get(key: string): Promise<T | undefined> {
    this.reads += 1;
    const row = this.rows.get(key);
    const text: string = row === undefined ? "none" : this.describe(row);
    log(this.name, text);
    return row;
  }

  merge(other: Store<T>): number {
    let added: number = 0;
    for (const [key, row] of other.rows) {
      const done: boolean = this.put(key, row);
      added += done ? 1 : 0;
    }
    const total: number = added + other.reads;
    return total;
  }
}

class Words extends Store<string> {
  protected describe(row: string): string {
    const upper: string = row.toUpperCase();
    const marked: string = `<${upper}>`;
    return marked;
  }

  static of(this: void, ...words: string[]): Words {
    const store = new Words("words", words.length);
    words.forEach((word: string, index: number) => {
      const key: string = `${index}`;
      store.put(key, word);
    });
    return store;
  }

  lengths = (): Record<string, number> => {
    const out: Record<string, number> = {};
    for (const [key, row] of this.rows) {
      const size: number = row.length;
      out[key] = size;
    }
    return out;
  };
}

function retry<T>(work: () => T, times: number): T | string {
  let failed: number = 0;
  let last: string = "";
  while (failed < times) {
    try {
      const value = work();
      return value;
    } catch (error) {
      const name: string = (error as Error).name;
      last = name;
      failed++;
    }
  }
  const message: string = `${last} x ${failed}`;
  return message;
}

function parse(line: string, separator: string = ","): { cells: string[]; empty: number } {
  const cells: string[] = [];
  let cell: string = "";
  let quoted: boolean = false;
  for (const char of line) {
    if (char === '"') {
      quoted = !quoted;
    } else if (char === separator && !quoted) {
      const whole: string = cell.trim();
      cells.push(whole);
      cell = "";
    } else {
      cell += char;
    }
  }
  const rest: string = cell.trim();
  cells.push(rest);
  const empty: number = cells.filter((each) => !each).length;
  return { cells, empty };
}

const store = Words.of("one", "three");
log(store.put("0", "uno"), store.put("9", "x"), store.lengths(), store.merge(Words.of("a")));
store.get("1").then(log);
store.get("7").then(log);
let tries: number = 0;
log(retry(() => (++tries < 2 ? JSON.parse("{") : tries), 3), retry(() => JSON.parse("{"), 2));
log(parse('a, "b,c",,d'), parse("x;y", ";"));
