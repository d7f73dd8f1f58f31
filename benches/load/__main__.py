"""`make bench`: measures the release build against its targets and prints the table.

    python3 -m benches.load [SCENARIO …] [--customers N] [--folder F] [--out F]
"""

import argparse
import importlib
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from . import data
from .report import at_least, machine, save, table
from .services import ROOT, mariadb

SCENARIOS = ["hashing", "process", "refused", "successful", "saturated", "lookups"]


class Bench:
    """What a scenario is given."""

    def __init__(self, folder, server, customers):
        self.folder, self.server, self.customers = Path(folder), server, customers
        self.cores = len(os.sched_getaffinity(0))
        self.imported = {}

    def database(self, name, customers, pending=0):
        """URL of a database of the server with that many customers."""
        return self.filled(self.server.url(f"bench_{name}"), customers, pending)

    def sqlite(self, name, customers, pending=0):
        """URL of a file with that many customers."""
        return self.filled(f"sqlite://{self.folder}/{name}.db", customers, pending)

    def databases(self, name, customers, pending=0):
        """Both kinds: name, URL, the twin's threads, microseconds that a refused reset may cost."""
        yield "MariaDB", self.database(name, customers, pending), 16, 75
        yield "SQLite", self.sqlite(name, customers, pending), max(2, self.cores // 2), 75

    def filled(self, url, customers, pending):
        if url not in self.imported:
            self.imported[url] = data.customers(url, self.folder, customers)
            if pending:
                data.pending(self.server, url, pending)
        return url

    def bodies(self, name, lines):
        file = self.folder / f"{name}.jsonl"
        file.write_text("\n".join(lines) + "\n")
        return file

    def execute(self, url, statement):
        data.execute(self.server, url, statement)

    @staticmethod
    def reset(email, token, password="NewPass123!"):
        return json.dumps({"email": email, "resetToken": token, "newPassword": password})

    @staticmethod
    def sign_in(email):
        return json.dumps({"username": email, "password": "Password123!"})

    @staticmethod
    def pause(seconds):
        time.sleep(seconds)

    @staticmethod
    def timed(call):
        """Milliseconds."""
        begin = time.perf_counter()
        call()
        return (time.perf_counter() - begin) * 1e3

    def imports(self):
        """How fast the large shops were imported."""
        for url, rate in self.imported.items():
            if "large" in url:
                kind = "SQLite" if url.startswith("sqlite") else "MariaDB"
                yield at_least(f"customer import into {kind}", rate, 20_000, "/s", f"{self.customers} customers from CSV")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="*", default=SCENARIOS, metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--customers", type=int, default=1_000_000, help="of the large shop; a tenth have a reset pending")
    parser.add_argument("--folder", help="where databases are made; a temporary one without it")
    parser.add_argument("--out", default=ROOT / "target" / "bench", help="where results.json and the chart go")
    arguments = parser.parse_args()
    # Whoever ends this, or hangs up, finds no server left behind.
    for ending in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(ending, lambda *_: sys.exit("ended"))
    about, rows = machine(), []
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder, mariadb(folder) as server:
        bench = Bench(folder, server, arguments.customers)
        for name in arguments.scenarios or SCENARIOS:
            for row in importlib.import_module(f".scenarios.{name}", __package__).run(bench):
                print(row.line(), flush=True)
                rows.append(row)
        rows.extend(bench.imports())
    rows = save(arguments.out, rows, about)
    print(f"\n{about}\n\n{table(rows)}\n\nchart and results: {arguments.out}")


if __name__ == "__main__":
    main()
