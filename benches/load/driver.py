"""The load drivers: wrk sends as fast as answers come, oha at a fixed rate. Both over loopback only."""

import json
import re
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

THREADS = 2
HERE = Path(__file__).parent
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


@dataclass
class Load:
    """What one run of a driver saw. Times in milliseconds."""

    rate: float
    p50: float
    p99: float
    answers: int
    refused: int


def wrk(url, bodies, connections, seconds):
    """As many requests as come back; `bodies` is a file with a body a line."""
    text = run(wrk_command(url, bodies, connections, seconds))
    percentile = lambda name: duration(re.search(rf"{name}%\s+([\d.]+)(us|ms|s)", text))
    return Load(
        rate=float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
        p50=percentile("50"),
        p99=percentile("99"),
        answers=int(re.search(r"(\d+) requests in", text)[1]),
        refused=int((re.search(r"Non-2xx or 3xx responses: (\d+)", text) or [0, 0])[1]),
    )


@contextmanager
def pressing(url, bodies, connections, pause=None):
    """As `wrk`, for as long as it is needed; answers the process. With `pause` each connection rests that many
    milliseconds on average before each request: a rate that the server does not choose."""
    load = subprocess.Popen(wrk_command(url, bodies, connections, 3600, pause), stdout=subprocess.DEVNULL)
    try:
        yield load
    finally:
        load.kill()
        load.wait()


def wrk_command(url, bodies, connections, seconds, pause=None):
    # With pauses there is little to send: a second thread would only take more from the cores that are measured.
    threads = 1 if pause else min(THREADS, connections)
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += ["-s", str(HERE / "bodies.lua"), url, "--", str(bodies), str(threads)]
    return command + ([str(pause)] if pause else [])


def oha(url, bodies, connections, seconds, rate=None):
    """`rate` requests a second, late ones counted as late; without bodies a GET."""
    command = ["oha", "--no-tui", "--output-format", "json", "-c", str(connections), "-z", f"{seconds}s"]
    if rate:
        command += ["-q", str(rate), "--latency-correction"]
    if bodies:
        command += ["-m", "POST", "-T", "application/json", "-Z", str(bodies)]
    seen = json.loads(run(command + [url]))
    statuses = {int(status): count for status, count in seen["statusCodeDistribution"].items()}
    answers = sum(statuses.values())
    percentiles = seen["latencyPercentiles"]
    return Load(
        rate=answers / seconds,
        p50=percentiles["p50"] * 1e3,
        p99=percentiles["p99"] * 1e3,
        answers=answers,
        refused=answers - statuses.get(200, 0),
    )


def duration(found):
    return float(found[1]) * UNITS[found[2]]


def run(command):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=600).stdout
