"""Successful resets and sign-ins against what the hashing threads alone give, and what stays of that rate far
beyond capacity. Both sides of a comparison take turns of a second."""

import math
import re
import subprocess
from collections import Counter

from ..driver import pressing
from ..report import at_least, at_most
from ..services import serving, tokens, tool
from ..turns import in_turns, stopped

CONNECTIONS, SECONDS, BEYOND = 64, 20, 10
# So many connections, of which so many wait for their turn in rekey's queues.
MANY, WAITING = 450, 270
WARM_UP, TOKENS = 2, 8000
SIGN_IN = "/rest/V1/integration/customer/token"
RESET = "/rest/V1/customers/resetPassword"
SCHEMES = {"bcrypt 10": {"password__scheme": "bcrypt", "password__bcrypt_cost": 10}, "argon2id13": {"password__scheme": "argon2id13"}}


def run(bench):
    for name, url, _, _ in bench.databases("successful", customers=12_000):
        for scheme, settings in SCHEMES.items():
            yield resets(bench, name, url, scheme, settings)
    for name, url, _, _ in bench.databases("sign_ins", customers=4000):
        yield from sign_ins(bench, name, url, SCHEMES["bcrypt 10"])


def resets(bench, name, url, scheme, settings):
    bodies = bench.bodies("resets", [bench.reset(email, token) for email, token in tokens(url, bench.folder, TOKENS)])
    with serving(url, bench.folder, **settings) as ours, pressing(ours.url + RESET, bodies, CONNECTIONS) as load:
        seen, alone = beside_hashing(bench, ours, load, scheme)
    if seen["4"] or seen["5"]:
        raise SystemExit(f"refused: {seen}; that measures nothing")
    return against_hashing(f"successful reset on {name}, {scheme}", seen["2"] / SECONDS, alone)


def sign_ins(bench, name, url, settings):
    """Of customers who still have the password that they were imported with."""
    bodies = bench.bodies("sign-ins", [bench.sign_in(f"customer{n}@example.com") for n in range(4000)])
    with serving(url, bench.folder, **settings) as ours, pressing(ours.url + SIGN_IN, bodies, CONNECTIONS) as load:
        seen, alone = beside_hashing(bench, ours, load, "bcrypt 10")
        rate = seen["2"] / SECONDS
        yield against_hashing(f"sign-in on {name}, bcrypt 10", rate, alone)
        yield from far_beyond(bench, name, url, settings, bodies, ours, load, rate)


def against_hashing(what, rate, alone):
    detail = f"{rate:.1f}/s against {alone:.1f}/s, wrk -c{CONNECTIONS}, {SECONDS} s each in turns"
    return at_least(f"{what}, against hashing alone", rate / alone, 0.97, "×", detail)


def beside_hashing(bench, ours, load, scheme):
    """Answers in its turns, by the first digit of their status, and hashes a second without rekey."""
    bench.pause(WARM_UP)
    before = answered(ours)
    command = [tool("hashing_alone"), scheme.split()[-1], str(2 * SECONDS)]
    alone = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    in_turns([{alone.pid}, {load.pid, ours.pid, bench.server.pid}], SECONDS)
    seen = answered(ours) - before
    # It ran for half of the time that it counted.
    return seen, 2 * float(re.match(r"[\d.]+", alone.communicate()[0])[0])


def far_beyond(bench, name, url, settings, bodies, within, some, rate):
    """Another server of the same shop is asked for ten times what it can."""
    pause = round((MANY - WAITING) / (BEYOND * rate) * 1e3)
    with serving(url, bench.folder, **settings) as beyond, pressing(beyond.url + SIGN_IN, bodies, MANY, pause) as many:
        with stopped({some.pid, within.pid}):
            bench.pause(SECONDS / 2)
            slowest = quickest_refusals(beyond)
        before = answered(within), answered(beyond)
        in_turns([{some.pid, within.pid, bench.server.pid}, {many.pid, beyond.pid, bench.server.pid}], SECONDS)
        capacity, load = answered(within) - before[0], answered(beyond) - before[1]
    detail = f"{load['2'] / SECONDS:.1f}/s of {capacity['2'] / SECONDS:.1f}/s at {load.total() / SECONDS:.0f} requests/s, wrk -c{MANY} with pauses"
    yield at_least(f"sign-ins accepted far beyond capacity, {name}", load["2"] / capacity["2"], 0.95, "×", detail)
    yield at_most(f"503 beyond capacity, 99 % within, {name}", slowest, 5, "ms", "upper bound of the bucket in /metrics")


def answered(ours):
    return Counter({status: within[math.inf] for status, within in ours.answered().items()})


def quickest_refusals(ours):
    """Milliseconds within which 99 % of the 503s were answered."""
    refusals = ours.answered()["5"]
    return next(bound * 1e3 for bound, count in refusals.items() if count >= 0.99 * refusals[math.inf])
