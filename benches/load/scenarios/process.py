"""The process itself: how fast it starts, what it occupies."""

import socket
import subprocess
import time
from statistics import median

from ..driver import wrk
from ..report import at_most
from ..services import REKEY, environment, free_port, serving, stop, tokens

STARTS = 15


def run(bench):
    url = bench.sqlite("process", customers=1000)
    starts = [start(url, bench.folder) for _ in range(STARTS)]
    yield at_most("start to first answer, SQLite, migrated", median(starts), 30, "ms", f"worst of {STARTS}: {max(starts):.0f}")
    yield at_most("release binary", REKEY.stat().st_size / 1e6, 12, "MB", "stripped")
    server_url = bench.database("memory", customers=12_000)
    with serving(server_url, bench.folder) as ours:
        ours.get("/ready")
        bench.pause(1)
        yield at_most("resident, idle, MariaDB", ours.resident(), 20, "MB")
    for scheme, most in (("bcrypt", 40), ("argon2id13", 40 + 64 * bench.cores * 1.048576)):
        settings = {"password__scheme": scheme, "password__bcrypt_cost": 10}
        lines = bench.bodies("memory", [bench.reset(email, token) for email, token in tokens(server_url, bench.folder, 2000)])
        with serving(server_url, bench.folder, **settings) as ours:
            wrk(ours.url + "/rest/V1/customers/resetPassword", lines, 64, 5)
            yield at_most(f"resident after full load, {scheme}", ours.resident(), most, "MB", "64 connections, successful resets")


def start(url, folder):
    """Milliseconds from the start of the process to the last byte of /health."""
    port = free_port()
    variables = environment(url, folder, http__bind=f"127.0.0.1:{port}")
    begin = time.perf_counter()
    child = subprocess.Popen([REKEY, "serve"], env=variables)
    try:
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port), 5) as connection:
                    connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    while connection.recv(4096):
                        pass
                    return (time.perf_counter() - begin) * 1e3
            except ConnectionRefusedError:
                if child.poll() is not None:
                    raise
                time.sleep(0.0005)
    finally:
        stop(child)
