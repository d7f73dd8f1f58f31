"""A refused reset against the least that it could cost: the bare twin, in turns."""

from statistics import median

from ..driver import wrk
from ..report import at_least, at_most
from ..services import serving, twin

CONNECTIONS, SECONDS, TURNS = 64, 5, 3


def run(bench):
    for name, url, threads, most in bench.databases("refused", customers=1000):
        bodies = bench.bodies("wrong", [bench.reset(f"customer{n}@example.com", "w" * 32) for n in range(1000)])
        with serving(url, bench.folder) as ours, twin(url, bench.folder, threads) as bare:
            ours_seen, bare_seen = [], []
            for _ in range(TURNS):
                ours_seen.append(measure(ours, "/rest/V1/customers/resetPassword", bodies))
                bare_seen.append(measure(bare, "/", bodies))
        (rate, cpu), (bare_rate, bare_cpu) = middle(ours_seen), middle(bare_seen)
        detail = f"{rate:.0f}/s against {bare_rate:.0f}/s, wrk -c{CONNECTIONS}"
        yield at_least(f"refused reset on {name}, against the bare twin", rate / bare_rate, 0.85, "×", detail)
        yield at_most(f"CPU of a refused reset on {name}", cpu, most, "µs", f"the bare twin: {bare_cpu:.0f}")


def measure(server, path, bodies):
    before = server.cpu()
    seen = wrk(server.url + path, bodies, CONNECTIONS, SECONDS)
    if seen.refused != seen.answers:
        raise SystemExit(f"{server.url}{path}: {seen.answers - seen.refused} of {seen.answers} answers are no refusal")
    return seen.rate, (server.cpu() - before) / seen.answers * 1e6


def middle(seen):
    return median(rate for rate, _ in seen), median(cpu for _, cpu in seen)
