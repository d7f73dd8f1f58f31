"""Loads that take turns. A machine's neighbours come and go within seconds: those who run a second each, one
after the other, have the same ones."""

import os
import signal
import time
from contextlib import contextmanager

TURN = 1.0


def in_turns(contenders, seconds):
    """Lets each set of processes run for so many seconds in all, while the others are stopped; then all run."""
    begun, everyone = time.monotonic(), set().union(*contenders)
    for turn in range(round(seconds / TURN) * len(contenders)):
        with stopped(everyone - contenders[turn % len(contenders)]):
            time.sleep(max(0, begun + (turn + 1) * TURN - time.monotonic()))


@contextmanager
def stopped(processes):
    send(signal.SIGSTOP, processes)
    try:
        yield
    finally:
        send(signal.SIGCONT, processes)


def send(what, processes):
    for process in processes:
        os.kill(process, what)
