"""Successful resets and sign-ins against what the hashing threads alone give, in turns; and what
stays of that rate far beyond capacity."""

import re
import subprocess
from statistics import median

from ..driver import wrk
from ..report import at_least, at_most
from ..services import serving, tokens, tool

CONNECTIONS, SECONDS, TURNS, BEYOND = 64, 15, 3, 10
# So many connections, of which so many wait for their turn in rekey's queues.
MANY, WAITING = 450, 270
SIGN_IN = "/rest/V1/integration/customer/token"
RESET = "/rest/V1/customers/resetPassword"
SCHEMES = {"bcrypt 10": {"password__scheme": "bcrypt", "password__bcrypt_cost": 10}, "argon2id13": {"password__scheme": "argon2id13"}}


def run(bench):
    urls = {name: url for name, url, _, _ in bench.databases("successful", customers=12_000)}
    for scheme, settings in SCHEMES.items():
        alone, resets = [], {name: [] for name in urls}
        for _ in range(TURNS):
            alone.append(hashing_alone(scheme))
            for name, url in urls.items():
                resets[name].append(successful_resets(bench, url, settings))
        for name, seen in resets.items():
            detail = f"{median(seen):.1f}/s against {median(alone):.1f}/s, wrk -c{CONNECTIONS}, {SECONDS} s"
            yield at_least(f"successful reset on {name}, {scheme}, against hashing alone", ratio(seen, alone), 0.97, "×", detail)
    for name, url, _, _ in bench.databases("sign_ins", customers=4000):
        yield from sign_ins(bench, name, url, SCHEMES["bcrypt 10"])


def ratio(ours, base):
    """Of what was measured next to each other: the machine is not the same from minute to minute."""
    return median(one / other for one, other in zip(ours, base))


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
    alone, seen, beyond = [], [], []
    for _ in range(TURNS):
        alone.append(hashing_alone("bcrypt 10"))
        with serving(url, bench.folder, **settings) as ours:
            seen.append(wrk(ours.url + SIGN_IN, bodies, CONNECTIONS, SECONDS).rate)
            pause = round((MANY - WAITING) / (BEYOND * seen[-1]) * 1e3)
            load = wrk(ours.url + SIGN_IN, bodies, MANY, SECONDS, pause)
            beyond.append(((load.answers - load.refused) / SECONDS, load.rate))
            slowest = quickest_refusals(ours)
    detail = f"{median(seen):.1f}/s against {median(alone):.1f}/s"
    yield at_least(f"sign-in on {name}, bcrypt 10, against hashing alone", ratio(seen, alone), 0.97, "×", detail)
    accepted, sent = zip(*beyond)
    detail = f"{median(accepted):.1f}/s of {median(seen):.1f}/s at {median(sent):.0f} requests/s, wrk -c{MANY} with pauses"
    yield at_least(f"sign-ins accepted far beyond capacity, {name}", ratio(accepted, seen), 0.95, "×", detail)
    yield at_most(f"503 beyond capacity, 99 % within, {name}", slowest, 5, "ms", "upper bound of the bucket in /metrics")


def quickest_refusals(ours):
    """Milliseconds within which 99 % of the 503s were answered, by our own histogram."""
    buckets = re.findall(r'rekey_http_request_seconds_bucket\{le="([\d.]+|\+Inf)",status="5xx"\} (\d+)', ours.get("/metrics"))
    total = int(buckets[-1][1])
    return next(float(bound) * 1e3 for bound, count in buckets if int(count) >= 0.99 * total)
