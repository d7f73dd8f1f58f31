"""Successful resets and sign-ins against what the hashing threads alone give, and what stays of that rate far
beyond capacity. Both sides of a comparison take turns of a second."""

import math
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
    # Two shops: a process that is stopped while it writes would hold SQLite's lock for the other's whole turn.
    for (name, url, _, _), (_, other, _, _) in zip(bench.databases("sign_ins", 4000), bench.databases("beyond", 4000)):
        yield from sign_ins(bench, name, url, other, SCHEMES["bcrypt 10"])


def resets(bench, name, url, scheme, settings):
    bodies = bench.bodies("resets", [bench.reset(email, token) for email, token in tokens(url, bench.folder, TOKENS)])
    with serving(url, bench.folder, **settings) as ours, pressing(ours.url + RESET, bodies, CONNECTIONS) as load:
        seen, alone = beside_hashing(bench, ours, load, scheme)
    if seen["4"] or seen["5"]:
        raise SystemExit(f"refused: {seen}; that measures nothing")
    return against_hashing(f"successful reset on {name}, {scheme}", seen["2"] / SECONDS, alone)


def sign_ins(bench, name, url, other, settings):
    """Of customers who still have the password that they were imported with."""
    bodies = bench.bodies("sign-ins", [bench.sign_in(f"customer{n}@example.com") for n in range(4000)])
    with serving(url, bench.folder, **settings) as ours, pressing(ours.url + SIGN_IN, bodies, CONNECTIONS) as load:
        seen, alone = beside_hashing(bench, ours, load, "bcrypt 10")
        rate = seen["2"] / SECONDS
        yield against_hashing(f"sign-in on {name}, bcrypt 10", rate, alone)
        yield from far_beyond(bench, name, other, settings, bodies, ours, load, rate)


def against_hashing(what, rate, alone):
    detail = f"{rate:.1f}/s against {alone:.1f}/s, wrk -c{CONNECTIONS}, {SECONDS} s each in turns"
    return at_least(f"{what}, against hashing alone", rate / alone, 0.97, "×", detail)


def beside_hashing(bench, ours, load, scheme):
    """Answers in its turns, by the first digit of their status, and hashes a second without rekey."""
    command, pipes = [tool("hashing_alone"), scheme.split()[-1]], {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, bufsize=1, **pipes) as alone:
        sides = [{alone.pid}, {load.pid, ours.pid, bench.server.pid}]
        in_turns(sides, WARM_UP)
        before, hashed_before = answered(ours), hashed(alone)
        in_turns(sides, SECONDS)
        seen, hashes = answered(ours) - before, hashed(alone) - hashed_before
    return seen, hashes / SECONDS


def hashed(alone):
    alone.stdin.write("\n")
    return int(alone.stdout.readline())


def far_beyond(bench, name, url, settings, bodies, within, some, rate):
    """The server of another shop with the same customers is asked for ten times what it can."""
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
    """How many so far, by the first digit of their status."""
    return Counter({status: within[math.inf] for status, within in ours.histogram().items()})


def quickest_refusals(ours):
    """Milliseconds within which 99 % of the 503s were answered."""
    refusals = ours.histogram()["5"]
    return next(bound * 1e3 for bound, count in refusals.items() if count >= 0.99 * refusals[math.inf])
