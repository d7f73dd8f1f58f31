"""Answers that need no hash, at 940 a second, while successful resets take every core; then the same
beside another busy process."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from statistics import median

from ..driver import oha, wrk
from ..report import at_most
from ..services import serving, tokens

RATE, SECONDS, TURNS = 940, 5, 3
RESET = "/rest/V1/customers/resetPassword"


def run(bench):
    url = bench.database("saturated", customers=12_000)
    wrong = bench.bodies("wrong", [bench.reset(f"customer{n}@example.com", "w" * 32) for n in range(1000)])
    probes = {"refused resets": (RESET, wrong), "/health": ("/health", None), "pass-through": ("/rest/V1/products", None)}
    for beside, neighbour in (("", nobody), (", beside a busy process", busy_process)):
        for name, (path, bodies) in probes.items():
            seen = [probe(bench, url, path, bodies, neighbour) for _ in range(TURNS)]
            detail = f"{RATE}/s, while {median(rate for _, rate in seen):.0f} resets/s were answered"
            yield at_most(f"{name} under saturation{beside}: p99", median(p99 for p99, _ in seen), 5, "ms", detail)


def probe(bench, url, path, bodies, neighbour):
    resets = bench.bodies("resets", [bench.reset(email, token) for email, token in tokens(url, bench.folder, 3000)])
    with ExitStack() as stack:
        behind = stack.enter_context(serving(url, bench.folder))
        settings = {"password__scheme": "bcrypt", "password__bcrypt_cost": 10, "upstream__url": behind.url}
        ours = stack.enter_context(serving(url, bench.folder, **settings))
        stack.enter_context(neighbour())
        pool = stack.enter_context(ThreadPoolExecutor())
        load = pool.submit(wrk, ours.url + RESET, resets, 64, SECONDS + 3)
        bench.pause(1.5)
        seen = oha(ours.url + path, bodies, 16, SECONDS, rate=RATE)
        if load.result().refused:
            raise SystemExit("resets were refused: they did not saturate")
        return seen.p99, load.result().rate


@contextmanager
def nobody():
    yield


@contextmanager
def busy_process():
    """One core's worth of somebody else's work, at normal priority."""
    child = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        child.kill()
        child.wait()
