"""Successful resets and sign-ins against what the hashing threads alone give, in turns; and what
stays of that rate far beyond capacity."""

import re
import subprocess
from itertools import pairwise
from statistics import mean, median

from ..driver import wrk
from ..report import at_least, at_most
from ..services import serving, tokens, tool

CONNECTIONS, SECONDS, TURNS, BEYOND = 64, 10, 3, 10
# So many connections, of which so many wait for their turn in rekey's queues.
MANY, WAITING = 450, 270
SIGN_IN = "/rest/V1/integration/customer/token"
RESET = "/rest/V1/customers/resetPassword"
SCHEMES = {"bcrypt 10": {"password__scheme": "bcrypt", "password__bcrypt_cost": 10}, "argon2id13": {"password__scheme": "argon2id13"}}


def run(bench):
    for name, url, _, _ in bench.databases("successful", customers=12_000):
        for scheme, settings in SCHEMES.items():
            beside = Beside(scheme)
            for _ in range(TURNS):
                beside.measured(successful_resets(bench, url, settings))
            detail = f"{beside}, wrk -c{CONNECTIONS}, {SECONDS} s"
            yield at_least(f"successful reset on {name}, {scheme}, against hashing alone", beside.ratio(), 0.97, "×", detail)
    for name, url, _, _ in bench.databases("sign_ins", customers=4000):
        yield from sign_ins(bench, name, url, SCHEMES["bcrypt 10"])


class Beside:
    """Rates, each held against hashing alone just before and just after it: the machine is not the same
    from minute to minute."""

    def __init__(self, scheme):
        self.scheme, self.seen, self.alone = scheme, [], [hashing_alone(scheme)]

    def measured(self, rate):
        self.seen.append(rate)
        self.alone.append(hashing_alone(self.scheme))

    def ratio(self):
        return median(rate / mean(pair) for rate, pair in zip(self.seen, pairwise(self.alone)))

    def __str__(self):
        return f"{median(self.seen):.1f}/s against {median(self.alone):.1f}/s"


def hashing_alone(scheme):
    text = subprocess.run([tool("hashing_alone"), scheme.split()[-1], str(SECONDS)], check=True, capture_output=True, text=True).stdout
    return float(re.match(r"[\d.]+", text)[0])


def successful_resets(bench, url, settings):
    bodies = bench.bodies("resets", [bench.reset(email, token) for email, token in tokens(url, bench.folder, 4000)])
    with serving(url, bench.folder, **settings) as ours:
        seen = wrk(ours.url + RESET, bodies, CONNECTIONS, SECONDS)
    if seen.refused or seen.answers > 4000:
        raise SystemExit(f"{seen.refused} of {seen.answers} resets were refused: that measures nothing")
    return seen.rate


def sign_ins(bench, name, url, settings):
    """Of customers who still have the password that they were imported with."""
    emails = [f"customer{n}@example.com" for n in range(4000)]
    bodies = bench.bodies("sign-ins", [bench.sign_in(email) for email in emails])
    beside, beyond = Beside("bcrypt 10"), []
    for _ in range(TURNS):
        with serving(url, bench.folder, **settings) as ours:
            seen = wrk(ours.url + SIGN_IN, bodies, CONNECTIONS, SECONDS).rate
            pause = round((MANY - WAITING) / (BEYOND * seen) * 1e3)
            load = wrk(ours.url + SIGN_IN, bodies, MANY, SECONDS, pause)
            accepted = (load.answers - load.refused) / SECONDS
            beyond.append((accepted / seen, accepted, load.rate))
            slowest = quickest_refusals(ours)
        beside.measured(seen)
    yield at_least(f"sign-in on {name}, bcrypt 10, against hashing alone", beside.ratio(), 0.97, "×", str(beside))
    share, accepted, sent = map(median, zip(*beyond))
    detail = f"{accepted:.1f}/s of {median(beside.seen):.1f}/s at {sent:.0f} requests/s, wrk -c{MANY} with pauses"
    yield at_least(f"sign-ins accepted far beyond capacity, {name}", share, 0.95, "×", detail)
    yield at_most(f"503 beyond capacity, 99 % within, {name}", slowest, 5, "ms", "upper bound of the bucket in /metrics")


def quickest_refusals(ours):
    """Milliseconds within which 99 % of the 503s were answered, by our own histogram."""
    buckets = re.findall(r'rekey_http_request_seconds_bucket\{le="([\d.]+|\+Inf)",status="5xx"\} (\d+)', ours.get("/metrics"))
    total = int(buckets[-1][1])
    return next(float(bound) * 1e3 for bound, count in buckets if int(count) >= 0.99 * total)
