"""How long from handing a record to the collector to a subscriber having the alert? Run by scripts/bench-alert.

The Stafford scenario is loaded; then a followed file gets one record at a time, by turns one that takes shoplifting over a
threshold and its cancellation, each of which makes one event. In the same run it is measured when a query in the store
finds the record: durable and counted. Nothing else runs; the numbers belong to the machine they were taken on.
"""
import argparse
import json
import os
import pathlib
import re
import select
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parents[2]
STAFFORD, CATEGORY, DAY = "E07000197", "shoplifting", "2025-03-31"
LOOK_S = 0.0002  # between two looks: the resolution of what is measured
FILLING = 300    # records that take the series to the threshold, on one day: on no other it was ever so high


class Bench:
    def __init__(self, bin_folder, folder, quiet=False):
        self.bin, self.folder, self.quiet = pathlib.Path(bin_folder), pathlib.Path(folder), quiet
        self.data = self.folder / "data"
        self.running = []

    def start(self, *command, ready, stdout=None):
        process = subprocess.Popen([str(part) for part in command], stdout=stdout, text=True,
                                   stderr=subprocess.PIPE if ready else subprocess.DEVNULL)
        self.running.append(process)
        if ready is None:
            return process, None
        for line in process.stderr:
            found = re.search(ready, line)
            if found:
                return process, found
        sys.exit(f"{command[0]} ended with {process.wait()}")

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        process.wait()
        self.running.remove(process)

    def start_aggregator(self, reference):
        process, found = self.start(self.bin / "tocsin-aggregator", "--data", self.data, "--reference", reference, "--listen",
                                    "tcp://127.0.0.1:*", ready=r" ready  endpoint=(\S+)")
        return process, found.group(1)

    def run(self, *command):
        return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout

    def prepare(self):
        """Loads the scenario, and puts the threshold where the next record crosses it."""
        reference = self.folder / "reference"
        shutil.copytree(PROJECT / "reference", reference)
        aggregator, endpoint = self.start_aggregator(reference)
        self.run(self.bin / "tocsin-collector", "simulate", reference / "stafford.yaml", "--to", endpoint)
        rows = json.loads(self.run(self.bin / "tocsin", "report", "--area", STAFFORD, "--as-of", DAY, "--format", "json", "--data",
                                   self.data))
        row = next(row for row in rows if row["category"] == CATEGORY)
        self.stop(aggregator)
        (reference / "priorities.yaml").write_text(f"""baseline: 2022-23
rules:
  - name: bench
    detector: rolling-year
    areas: [{STAFFORD}]
    categories: [{CATEGORY}]
    directions: [rising]
    looks: 1
    levels: {{elevated: {{difference: {row["count"] - row["previous"] + FILLING + 1}}}}}
""")
        self.origin = re.search(r"^origin: *(\S+)", (reference / "stafford.yaml").read_text(), re.M).group(1)
        return self.start_aggregator(reference)

    def measure(self, endpoint, count):
        path = self.folder / "feed.csv"
        path.write_text("reference,revision,status,recorded_at,offence,area\n" +
                        "".join(f"filling/{n},1,recorded,{DAY},46,{STAFFORD}\n" for n in range(FILLING)))
        self.start(self.bin / "tocsin-collector", "incidents", path, "--follow", "--origin", self.origin, "--name", "bench", "--to",
                   endpoint, ready=None, stdout=subprocess.DEVNULL)
        subscriber, _ = self.start(self.bin / "tocsin", "subscribe", "--format", "json", "--data", self.data, ready="live, behind",
                                   stdout=subprocess.PIPE)
        store = sqlite3.connect(f"file:{self.data}/tocsin.db?mode=ro", uri=True)
        seen, told = [], []
        filled, = store.execute("SELECT count(*) FROM version WHERE reference LIKE 'filling/%'").fetchone()
        while filled < FILLING:
            select.select([], [], [], 0.05)
            filled, = store.execute("SELECT count(*) FROM version WHERE reference LIKE 'filling/%'").fetchone()
        with open(path, "a", encoding="utf-8") as feed:
            for number in range(count):
                status = "recorded" if number % 2 == 0 else "cancelled"
                newest, = store.execute("SELECT max(id) FROM version").fetchone()
                began = time.perf_counter()
                feed.write(f"bench/{number // 2},{number % 2 + 1},{status},{DAY},46,{STAFFORD}\n")
                feed.flush()
                stored_s, alert_s = self.await_both(store, newest, subscriber, began)
                seen.append(stored_s * 1000)
                told.append(alert_s * 1000)
        return seen, told

    def await_both(self, store, newest, subscriber, began):
        stored_s = alert_s = None
        while stored_s is None or alert_s is None:
            if alert_s is None and select.select([subscriber.stdout], [], [], LOOK_S)[0]:
                event = json.loads(subscriber.stdout.readline())
                assert event["category"] == CATEGORY, event["words"]
                alert_s = time.perf_counter() - began
            if stored_s is None and store.execute("SELECT max(id) > ? FROM version", (newest,)).fetchone()[0]:
                stored_s = time.perf_counter() - began
            if time.perf_counter() - began > 30:
                sys.exit(f"nothing within 30 s: stored {stored_s}, alert {alert_s}")
        return stored_s, alert_s

    def end(self):
        for process in reversed(self.running):
            process.send_signal(signal.SIGTERM)
            process.wait()


def row(name, values):
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"{name:<44}{statistics.median(ordered):>10.2f}{p99:>10.2f}{ordered[-1]:>10.2f}"


def main():
    options = argparse.ArgumentParser(prog="scripts/bench-alert", description=__doc__.splitlines()[0])
    options.add_argument("--count", type=int, default=400, help="crossings of the threshold (default 400)")
    options.add_argument("--bin", default=PROJECT / "build/release/bin", help="folder of the programs")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        os.environ["TOCSIN_SPOOL"] = f"{folder}/spool"
        bench = Bench(asked.bin, folder)
        try:
            _, endpoint = bench.prepare()
            seen, told = bench.measure(endpoint, asked.count)
        finally:
            bench.end()
    print(f"{asked.count} records, one at a time, each over a threshold or back; milliseconds")
    print(f"{'from handing the record to the collector':<44}{'median':>10}{'p99':>10}{'worst':>10}")
    print(row("until a query finds it, durable and counted", seen))
    print(row("until the subscriber has the alert", told))
    print(row("from the one to the other", [b - a for a, b in zip(seen, told)]))


if __name__ == "__main__":
    main()
