"""What the benchmarks share: inputs made once, processes whose use of the machine is read, folders, stores to read from."""
import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TOCSIN_RELEASE_BIN", PROJECT / "build/release/bin"))
KEPT = PROJECT / "build/bench"
TICK = os.sysconf("SC_CLK_TCK")
COUNTRY, FORCE = "K04000001", "E23000015"
UNTIL = "2025-03-31"
YEARS_3, YEARS_10 = 1096, 3653


def say(words):
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


class Input:
    """A file of invented arrivals, kept from run to run."""

    def __init__(self, arrivals, days=YEARS_3, within=None, seed=6):
        self.arrivals, self.days, self.area = arrivals, days, within or COUNTRY
        KEPT.mkdir(parents=True, exist_ok=True)
        self.path = KEPT / f"{arrivals}-{days}-{within or 'all'}-{seed}.csv"
        first = datetime.date.fromisoformat(UNTIL) - datetime.timedelta(days=days - 1)
        self.covers = f"{self.area}:{first}..{UNTIL}"
        if self.path.exists():
            return
        say(f"making {self.path.name}")
        beside = self.path.with_suffix(".new")
        with open(beside, "wb") as out:
            subprocess.run([BIN / "make_incidents", "--arrivals", str(arrivals), "--days", str(days),
                            "--seed", str(seed), *(["--within", within] if within else [])], stdout=out, check=True)
        beside.rename(self.path)


@contextlib.contextmanager
def a_folder():
    """On the disk that is measured: beside the inputs."""
    KEPT.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=KEPT))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def of_process(number, field):
    """CPU seconds, or the peak of the memory in octets."""
    if field == "cpu":
        parts = pathlib.Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / TICK
    status = pathlib.Path(f"/proc/{number}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) * 1024


class Aggregator:
    """A running tocsin-aggregator, and how long it took to be ready."""

    def __init__(self, data, reference=None):
        self.data = pathlib.Path(data)
        taken = ["--reference", reference] if reference else []
        began = time.perf_counter()
        self.log = open(self.data.parent / "aggregator.log", "w+")
        self.process = subprocess.Popen([BIN / "tocsin-aggregator", "--data", self.data, "--listen", "tcp://127.0.0.1:*",
                                         *taken], stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL)
        for line in self.process.stderr:
            found = re.search(r" ready  endpoint=(\S+)", line)
            if found:
                break
        else:
            raise SystemExit("the aggregator did not start")
        self.ready_s = time.perf_counter() - began
        self.endpoint = found.group(1)
        # It must not wait for somebody to read what it says.
        self.drain = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=self.log)

    @property
    def cpu_s(self):
        return of_process(self.process.pid, "cpu")

    @property
    def peak(self):
        return of_process(self.process.pid, "peak")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()
        self.process.stderr.close()
        self.drain.wait()
        self.log.close()


def collector(endpoint, *arguments, **options):
    return subprocess.Popen([BIN / "tocsin-collector", *map(str, arguments), "--to", endpoint, "--origin", "bench"],
                            **options)


def reader(data):
    return sqlite3.connect(f"file:{data}/tocsin.db?mode=ro", uri=True, isolation_level=None)


def ask(db, sql):
    return db.execute(sql).fetchone()[0]


def json_of(*command):
    return json.loads(subprocess.run(list(map(str, command)), capture_output=True, check=True, text=True).stdout)


def ingest(made, data, reference=None):
    """Sends an input to a new aggregator, which is left running; what that took."""
    aggregator = Aggregator(data, reference)
    db = reader(data)
    cpu, began = aggregator.cpu_s, time.perf_counter()
    sent = collector(aggregator.endpoint, "incidents", made.path, "--covers", made.covers,
                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    newest, stored_s = None, None
    while True:
        found = ask(db, "SELECT max(id) FROM version")
        if found != newest:
            newest, stored_s = found, time.perf_counter() - began
        waiting = os.waitid(os.P_PID, sent.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if waiting is not None:
            break
        time.sleep(0.005)
    seconds = time.perf_counter() - began
    said = sent.stdout.read()
    _, status, used = os.wait4(sent.pid, 0)
    sent.returncode = status
    if status != 0 or "rejected 0" not in said or ask(db, "SELECT count(*) FROM unjudged_area") != 0:
        raise SystemExit(f"the collector did not bring everything in: {said}")
    db.close()
    return {"seconds": seconds, "stored_s": stored_s, "aggregator_cpu_s": aggregator.cpu_s - cpu,
            "collector_cpu_s": used.ru_utime + used.ru_stime, "aggregator_peak": aggregator.peak,
            "collector_peak": used.ru_maxrss * 1024, "versions": newest}, aggregator


class Stores:
    """Stores for the parts that read, each made when it is first asked for."""

    def __init__(self, folder):
        self.folder = folder
        self.made = {}

    def get(self, arrivals, days=YEARS_3, within=None, seed=6):
        """(its folder, how it came to be)"""
        key = (arrivals, days, within, seed)
        if key not in self.made:
            say(f"making a store of {arrivals} arrivals")
            data = self.folder / ("store-" + "-".join(map(str, key))) / "data"
            data.mkdir(parents=True)
            took, aggregator = ingest(Input(arrivals, days, within, seed), data)
            aggregator.stop()
            self.made[key] = (data, took)
        return self.made[key]
