"""Plain functions over plain data."""

from collections import defaultdict

PRICES = [
    {"sku": "pear", "cents": 120, "count": 3, "tags": ["fruit", "fresh"]},
    {"sku": "soap", "cents": 250, "count": 1, "tags": []},
    {"sku": "rice", "cents": 90, "count": 12, "tags": ["dry"]},
]
LIMIT = 2


def total(items, discount=0.0):
    amount = 0
    pieces = 0
    for item in items:
        line = item["cents"] * item["count"]
        amount += line
        pieces += item["count"]
    reduced = round(amount * (1 - discount))
    average = reduced / pieces if pieces else 0
    log("total", amount, reduced)
    return reduced, average


def shown(cents, sign="€"):
    whole, rest = divmod(cents, 100)
    text = f"{sign}{whole}.{rest:02}"
    return text


def bill(items):
    """The lines of a bill."""
    lines = []
    longest = 0
    for number, item in enumerate(items, 1):
        left = f"{number}: {item['sku']}"
        longest = max(longest, len(left))
        lines.append((left, shown(item["cents"])))
    out = []
    for left, right in lines:
        gap = " " * (longest - len(left) + 2)
        out.append(left + gap + right)
    head = """bill
  of many"""
    return "\n".join([head, *out])


def find(items, wanted, *, exact=False, limit=10):
    found = []
    seen = 0
    for item in items:
        seen += 1
        if len(found) >= limit:
            break
        if not item["tags"]:
            continue
        hit = item["sku"] == wanted if exact else any(wanted in tag for tag in item["tags"])
        if hit:
            found.append(item["sku"])
    else:
        log("all seen")
    log("seen", seen)
    return found


def grouped(items):
    groups = defaultdict(list)
    for item in items:
        key = item["tags"][0] if item["tags"] else "none"
        groups[key].append(item["sku"])
    result = {}
    for name in sorted(groups):
        members = groups[name]
        result[name] = members if len(members) > 1 else members[0]
    return result


def largest(items):
    best, price = None, -1
    for item in items:
        if item["cents"] > price:
            best, price = item, item["cents"]
    rest = {key: value for key, value in best.items() if key != "sku"}
    first, *others = sorted(rest)
    if (count := len(others)) > 1:
        log("many", count)
    price /= 2
    del rest["tags"]
    return best["sku"], price, first, others, rest


def early(n):
    if n < 0:
        return "negative"
    if n == 0:
        zero = "zero"
        return zero
    half = n / 2
    text = "odd" if n % 2 else "even"
    if text == "odd":
        log(half)
        return text
    while n > 0:
        n -= 2
        if n == 4:
            return "four"
    return text, n


def matched(command):
    match command:
        case ["go", direction]:
            message = f"going {direction}"
            log(message)
        case {"action": action, **rest}:
            message = action
            count = len(rest)
            log(count)
        case str() as text if text:
            message = text.upper()
        case _:
            message = "?"
    size = len(message)
    return message, size


log(total(PRICES, 0.1), total([]))
log(shown(1205), shown(7, sign="$"), bill(PRICES))
log(find(PRICES, "fr"), find(PRICES, "rice", exact=True), find(PRICES, "r", limit=1))
log(grouped(PRICES), largest(PRICES))
log(early(-1), early(0), early(3), early(10), early(8))
log(matched(["go", "up"]), matched({"action": "x", "y": 1}), matched("abc"), matched(3))
