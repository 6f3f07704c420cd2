// Classes: private fields, getters, statics, inheritance, methods that need `this`.
class Account {
  #balance = 0;
  static count = 0;
  history = [];

  constructor(owner) {
    this.owner = owner;
    const number = ++Account.count;
    const label = `${owner}-${number}`;
    this.label = label;
  }

  get balance() {
    const shown = this.#balance;
    return shown;
  }

  deposit(amount, note = "") {
    const fee = amount > 100 ? 1 : 0;
    const net = amount - fee;
    this.#balance += net;
    const entry = { net, note };
    this.history.push(entry);
    return net;
  }

  compare(other) {
    const mine = this.#balance;
    const theirs = other.#balance;
    const gap = mine - theirs;
    const word = gap > 0 ? "more" : gap < 0 ? "less" : "same";
    return `${word} ${Math.abs(gap)}`;
  }

  each(visit) {
    const seen = [];
    this.history.forEach((entry, index) => {
      const shown = `${index}:${entry.net}`;
      const extra = visit(entry) ?? "-";
      seen.push(shown + extra);
      log(this.owner);
    });
    const joined = seen.join();
    return joined;
  }

  static sorted(accounts) {
    const copy = [...accounts];
    copy.sort((a, b) => {
      const left = a.balance;
      const right = b.balance;
      return right - left;
    });
    const names = copy.map((account) => account.owner);
    return names;
  }
}

class Savings extends Account {
  constructor(owner, rate) {
    const percent = rate * 100;
    super(owner);
    this.percent = percent;
  }

  deposit(amount) {
    const bonus = Math.floor((amount * this.percent) / 100);
    const all = amount + bonus;
    return super.deposit(all, "bonus");
  }

  toString() {
    const kind = new.target === undefined ? "call" : "new";
    const name = Savings.name;
    return `${name} ${kind}`;
  }
}

const point = {
  x: 1,
  y: 2,
  get length() {
    const squares = this.x * this.x + this.y * this.y;
    const root = Math.sqrt(squares);
    return Math.round(root * 100);
  },
  set both(value) {
    const half = value / 2;
    this.x = half;
    this.y = half;
  },
  scale(by) {
    const x = this.x * by;
    const y = this.y * by;
    return { x, y };
  },
};

function mixin(base) {
  const extra = "mixed";
  class Mixed extends base {
    tag() {
      const tag = extra + this.owner;
      const size = tag.length;
      return [tag, size];
    }
  }
  const made = new Mixed("mia");
  return made.tag();
}

const ann = new Account("ann");
const bob = new Savings("bob", 0.1);
log(ann.deposit(50), ann.deposit(200, "big"), bob.deposit(100), ann.balance, bob.balance);
log(ann.compare(bob), bob.compare(ann), ann.each((e) => e.note), Account.sorted([bob, ann]));
log(`${bob}`, point.length, point.scale(3), mixin(Account));
point.both = 10;
log(point.length);
