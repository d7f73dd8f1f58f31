"""What a core hashes: our lanes and our Argon2id against the crates and libsodium."""

import ctypes
import ctypes.util
import re
import subprocess
import time
from statistics import median

from ..report import at_least
from ..services import tool

MEMORY, PASSES, ARGON2ID13 = 64 * 1024 * 1024, 2, 2


def run(bench):
    text = subprocess.run([tool("hashing"), "15"], check=True, capture_output=True, text=True).stdout
    best = {name.strip(): float(rate) for name, rate in re.findall(r"^  (.+?)\s+[\d.]+/s [\d.]+x\s+([\d.]+)/s", text, re.M)}
    crate, lanes, lone = best["crate"], best["4 lanes"], best["1 lane"]
    detail = f"{lanes:.1f}/s against {crate:.1f}/s a core at cost 10, best of 15 turns"
    yield at_least("bcrypt, four lanes against the crate", lanes / crate, 2.8, "×", detail)
    yield at_least("bcrypt, a lone request's speed against the crate", lone / crate, 0.95, "×", f"{lone:.1f}/s")
    plain, ours = best["plain call"], best["ours, wiped"]
    detail = f"{ours:.1f}/s against {plain:.1f}/s a core"
    yield at_least("argon2id13 against the crate", ours / plain, 1.45, "×", detail)
    sodium = libsodium()
    if sodium:
        yield at_least("argon2id13 against libsodium", ours / sodium, 1.7, "×", f"libsodium {sodium:.1f}/s a core")
    else:
        print("libsodium is not installed (apt-get install libsodium23): not compared")


def libsodium():
    """Hashes a second on one core, best of 15 turns; none without the library."""
    name = ctypes.util.find_library("sodium")
    if not name:
        return None
    sodium, output = ctypes.CDLL(name), ctypes.create_string_buffer(32)
    sodium.sodium_init()
    sizes = ctypes.c_ulonglong(PASSES), ctypes.c_size_t(MEMORY)
    call = lambda: sodium.crypto_pwhash(output, ctypes.c_ulonglong(32), b"correct horse", ctypes.c_ulonglong(13), b"0123456789abcdef", *sizes, ARGON2ID13)
    times = []
    for _ in range(15):
        begin = time.perf_counter()
        if call() != 0:
            raise SystemExit("libsodium's crypto_pwhash failed")
        times.append(time.perf_counter() - begin)
    return 1 / min(times)
