"""Lookups by token alone and by email: a large shop against one of a thousand customers, in turns."""

from statistics import median

from ..driver import wrk
from ..report import at_most
from ..services import serving, tokens

SMALL, SECONDS, TURNS, FOREIGN = 1000, 3, 5, 10_000
RESET = "/rest/V1/customers/resetPassword"


def run(bench):
    large, pending = bench.customers, bench.customers // 10
    small = {name: url for name, url, *_ in bench.databases("small", customers=SMALL)}
    for name, url, *_ in bench.databases("large", customers=large, pending=pending):
        with serving(small[name], bench.folder) as little, serving(url, bench.folder) as big:
            for kind in ("token alone", "email", "unknown token"):
                few, many = bodies(bench, kind, small[name], SMALL, "few"), bodies(bench, kind, url, large, "many")
                seen = [(p50(little, few), p50(big, many)) for _ in range(TURNS)]
                base, grown = median(one for one, _ in seen), median(two for _, two in seen)
                detail = f"p50 {grown:.2f} ms against {base:.2f} ms; {large} customers, {pending} pending"
                yield at_most(f"lookup by {kind} on {name}, large against small", grown / base, 1.2, "×", detail)
    yield from sealed(bench)


def bodies(bench, kind, url, customers, file):
    """The new password is too short: whoever is found is told so, and the token lives on."""
    if kind == "token alone":
        lines = [bench.reset("", token, "x") for _, token in tokens(url, bench.folder, 500, customers // 500)]
    elif kind == "email":
        lines = [bench.reset(f"customer{n * 7919 % customers}@example.com", "w" * 32) for n in range(500)]
    else:
        lines = [bench.reset("", f"{n:032}", "x") for n in range(500)]
    return bench.bodies(file, lines)


def p50(server, lines):
    seen = wrk(server.url + RESET, lines, 1, SECONDS)
    if seen.refused != seen.answers:
        raise SystemExit("a lookup was answered with true")
    return seen.p50


def sealed(bench):
    """Tokens without a digest, as a PHP Magento leaves them: ours, with their digests taken away."""
    for name, url, *_ in bench.databases("sealed", customers=FOREIGN):
        issued = tokens(url, bench.folder, FOREIGN)
        bench.execute(url, "DELETE FROM rekey_password_reset")
        lines = bench.bodies("sealed", [bench.reset("", token, "x") for _, token in issued])
        with serving(url, bench.folder) as ours:
            first = bench.timed(lambda: ours.post(RESET, bench.reset("", issued[0][1], "x")))
            seen = wrk(ours.url + RESET, lines, 1, SECONDS)
        detail = f"p50 of {seen.answers}; p99 {seen.p99:.1f} ms; the first after a start took {first:.0f} ms"
        yield at_most(f"a PHP Magento's sealed token, no email, {FOREIGN} pending, {name}", seen.p50, 10, "ms", detail)
