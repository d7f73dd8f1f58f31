"""What is measured: private databases, rekey and the bare twin, started and stopped here."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
REKEY = TARGET / "release" / "rekey"
TICK = os.sysconf("SC_CLK_TCK")
CRYPT_KEY = "0123456789abcdef0123456789abcdef"


def tool(name):
    """One of our examples."""
    return TARGET / "tools" / "examples" / name


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program(name):
    """Where `make test-deps` may have put it."""
    folders = [os.environ["PATH"], "/usr/sbin", str(ROOT / ".test-deps/usr/sbin"), str(ROOT / ".test-deps/usr/bin")]
    return shutil.which(name, path=":".join(folders)) or name


@contextmanager
def mariadb(folder, buffer_pool="1G"):
    """A private server; answers a function that runs SQL in it."""
    folder = Path(folder) / "mariadb"
    folder.mkdir(parents=True, exist_ok=True)
    as_root = ["--user=root"] if os.geteuid() == 0 else []
    data, port = f"--datadir={folder}/data", free_port()
    if not (folder / "data").exists():
        install = [program("mariadb-install-db"), "--no-defaults", data, "--auth-root-authentication-method=normal"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(install + ["--skip-test-db", "--skip-name-resolve"] + as_root, check=True, **quiet)
    options = ["--skip-name-resolve", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0"]
    options += ["--innodb-flush-method=nosync", f"--innodb-buffer-pool-size={buffer_pool}", "--performance-schema=0"]
    options += [f"--tmpdir={folder}", f"--socket={folder}/s", f"--pid-file={folder}/p", "--innodb-log-file-size=1G"]
    options += [f"--port={port}", "--bind-address=127.0.0.1", "--max-connections=200"]
    with open(folder / "log", "w") as log:
        server = subprocess.Popen([program("mariadbd"), "--no-defaults", data] + options + as_root, stdout=log, stderr=log)
    try:
        wait_for(lambda: sql(port, "SELECT 1"), server)
        yield Server(server.pid, port, folder / "s")
    finally:
        stop(server)


class Server:
    """A running MariaDB."""

    def __init__(self, pid, port, socket):
        self.pid, self.port, self.socket = pid, port, socket

    def sql(self, statement, database=""):
        return sql(self.port, statement, database)

    def url(self, database):
        """Of a database that exists from now on; by the socket, as a server on the same machine is reached."""
        self.sql(f"CREATE DATABASE IF NOT EXISTS {database}")
        return f"mysql://root@localhost/{database}?{urllib.parse.urlencode({'socket': self.socket})}"


def sql(port, statement, database=""):
    command = [program("mariadb"), "--no-defaults", "-h127.0.0.1", f"-P{port}", "-uroot", "-N", "-B", "-e", statement]
    return subprocess.run(command + ([database] if database else []), check=True, capture_output=True, text=True).stdout


def environment(url, folder, **settings):
    """rekey's settings: only these, whatever the shell has."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REKEY")}
    fixed = {"REKEY_DATABASE__URL": url, "REKEY_MAGENTO__CRYPT_KEY": CRYPT_KEY, "REKEY_MAIL__URL": f"file://{folder}/mail"}
    named = {f"REKEY_{name.upper()}": str(value) for name, value in settings.items()}
    return clean | fixed | named | {"RUST_LOG": "warn"}


def rekey(url, folder, *arguments, **settings):
    """Runs one command."""
    run = subprocess.run([REKEY, *arguments], env=environment(url, folder, **settings), capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(f"rekey {' '.join(arguments)}: {run.stderr}")
    return run.stdout


def tokens(url, folder, count, step=1):
    """`(email, token)` of every `step`-th customer, each with a fresh token."""
    run = subprocess.run([tool("seed_resets"), str(count), str(step)], env=environment(url, folder), check=True, capture_output=True, text=True)
    return [tuple(line.split()) for line in run.stdout.splitlines()]


@contextmanager
def serving(url, folder, **settings):
    """rekey, ready."""
    port = free_port()
    with process([REKEY, "serve"], port, environment(url, folder, http__bind=f"127.0.0.1:{port}", **settings)) as running:
        yield running


@contextmanager
def twin(url, folder, threads):
    """The bare twin, ready."""
    port = free_port()
    with process([TARGET / "release" / "examples" / "bare_twin", f"127.0.0.1:{port}", url, str(threads)], port, environment(url, folder)) as running:
        yield running


@contextmanager
def process(command, port, variables):
    child = subprocess.Popen(command, env=variables)
    try:
        wait_for(lambda: socket.create_connection(("127.0.0.1", port), 1).close(), child)
        yield Running(child.pid, f"http://127.0.0.1:{port}")
    finally:
        stop(child)


class Running:
    """A process that serves."""

    def __init__(self, pid, url):
        self.pid, self.url = pid, url

    def cpu(self):
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def resident(self):
        """Megabytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.read().decode()

    def histogram(self):
        """How many requests, by the first digit of their status, within how many seconds: `{"2": {0.001: 7, …}}`,
        from its own histogram."""
        buckets = re.findall(r'rekey_http_request_seconds_bucket\{le="([^"]+)",status="(\d)xx"\} (\d+)', self.get("/metrics"))
        seen = {}
        for bound, status, count in buckets:
            seen.setdefault(status, {})[float(bound)] = int(count)
        return seen

    def post(self, path, body):
        """The status; a refusal is an answer."""
        request = urllib.request.Request(self.url + path, body.encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as refusal:
            return refusal.code


def wait_for(attempt, child, seconds=60):
    end = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except (OSError, subprocess.CalledProcessError):
            if time.monotonic() > end or child.poll() is not None:
                raise
            time.sleep(0.02)


def stop(child):
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(60)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
