"""What the integration tests share: real processes, real folders, and words for what they say.

TOCSIN_BIN is the folder of the programs under test. Nothing sleeps: a process is awaited by the line it logs, by
its end, or by what it has done to the store.
"""
import contextlib
import csv
import io
import json
import os
import pathlib
import queue
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("TOCSIN_BIN", PROJECT / "build/dev/bin"))
SHARED = PROJECT.parent / "shared"
PATIENCE_S = 60


def needs(path):
    """Skips a test, with a plain message, where data that are no part of the project are absent."""
    return unittest.skipUnless(pathlib.Path(path).exists(), f"{path} is not here")


def await_until(condition, what, patience_s=PATIENCE_S):
    """Returns what `condition` returns, as soon as that is true. It looks at what another process does, of which
    nobody tells us, so it is asked again and again: each time a select that waits for nothing gives the processor
    away for a moment. No test takes longer for it than what it waits for, and none waits for ever."""
    deadline = time.monotonic() + patience_s
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience_s} s: {what}")
        select.select([], [], [], 0.02)


class Process:
    """A program that runs beside the test, and what it says on stderr."""

    def __init__(self, *command, **options):
        self.process = subprocess.Popen([str(c) for c in command], stderr=subprocess.PIPE, text=True, **options)
        self.lines = []
        self.heard = queue.Queue()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self):
        for line in self.process.stderr:
            self.lines.append(line)
            self.heard.put(line)
        self.heard.put(None)

    def await_line(self, pattern):
        """The first line from now on that matches."""
        while True:
            line = self.heard.get(timeout=PATIENCE_S)
            if line is None:
                status = self.process.wait(timeout=PATIENCE_S)
                raise AssertionError(f"the program ended with {status}:\n" + "".join(self.lines))
            found = re.search(pattern, line)
            if found:
                return found

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(timeout=PATIENCE_S)
        self.listener.join(timeout=PATIENCE_S)
        self.process.stderr.close()
        return status


class Aggregator(Process):
    """A running tocsin-aggregator on a folder."""

    def __init__(self, folder, reference=None, bin=BIN, extra=(), listen="tcp://127.0.0.1:*", before=(), env=None,
                 **options):
        self.folder = pathlib.Path(folder)
        command = [*before, bin / "tocsin-aggregator", "--data", self.folder, "--listen", listen, *extra]
        if "--announce" not in extra:  # the port behind a fixed one may be somebody else's
            command += ["--announce", "tcp://127.0.0.1:*"]
        if reference is not None:
            command += ["--reference", reference]
        super().__init__(*command, env={**os.environ, **(env or {})}, **options)
        ready = self.await_line(r" ready  endpoint=(\S+) data=.* announce=(\S+) replay=(\S+)")
        self.endpoint, self.announce, self.replay = ready.groups()


class Collector(Process):
    """A tocsin-collector that goes on beside the test, and in the end its summary on stdout."""

    def __init__(self, endpoint, *arguments, bin=BIN, **options):
        super().__init__(bin / "tocsin-collector", *arguments, "--to", endpoint, stdout=subprocess.PIPE, **options)

    def say(self, text):
        """Of one that reads a pipe of ours."""
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def finish(self, how=None):
        """Its exit status, and what it printed; `how` is the signal that stops it, else it ends by itself."""
        if how is not None:
            self.process.send_signal(how)
        if self.process.stdin is not None:
            self.process.stdin.close()
        said = self.process.stdout.read()
        self.process.stdout.close()
        status = self.process.wait(timeout=PATIENCE_S)
        self.listener.join(timeout=PATIENCE_S)
        self.process.stderr.close()
        return subprocess.CompletedProcess(self.process.args, status, said, "".join(self.lines))


class Case(unittest.TestCase):
    """A test with a folder of its own, and the programs at hand."""

    maxDiff = 4000
    reference = None  # the bundled one

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"
        os.environ["TOCSIN_SPOOL"] = str(self.folder / "spool")
        self.running = []
        self.addCleanup(self.stop_all)

    def stop_all(self):
        for aggregator in list(self.running):
            self.stop(aggregator)

    def start(self, reference=None, data=None, extra=()):
        aggregator = Aggregator(data or self.data, reference or self.reference, extra=extra)
        self.running.append(aggregator)
        return aggregator

    def stop(self, aggregator, how=signal.SIGTERM):
        """A clean stop must end well: a sanitizer's complaint would show here."""
        self.running.remove(aggregator)
        status = aggregator.stop(how)
        self.assert_sound("".join(aggregator.lines))
        if how == signal.SIGTERM:
            self.assertEqual(status, 0, "".join(aggregator.lines))
        return status

    def run_program(self, *command, stdin=None, check=None, timeout=PATIENCE_S * 5):
        """Runs one to its end; `check` is the exit status that must come back."""
        result = subprocess.run([str(c) for c in command], input=stdin, capture_output=True, timeout=timeout,
                                text=not isinstance(stdin, bytes))
        if check is not None and result.returncode != check:
            self.fail(f"{command} ended with {result.returncode}, not {check}\n{result.stdout}\n{result.stderr}")
        self.assert_sound(result.stderr)
        return result

    def assert_sound(self, said):
        """No sanitizer has complained."""
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        self.assertNotRegex(said, r"Sanitizer|runtime error:|Assertion .* failed")

    def collect(self, aggregator, *arguments, stdin=None, check=0):
        return self.run_program(BIN / "tocsin-collector", *arguments, "--to", aggregator.endpoint, "--give-up", "60",
                                stdin=stdin, check=check)

    def go_on_collecting(self, endpoint, *arguments, **options):
        """A collector that runs beside the test until it is finished, or the test ends."""
        collector = Collector(endpoint, *arguments, **options)
        self.addCleanup(lambda: collector.process.poll() is not None or collector.finish(signal.SIGKILL))
        return collector

    def tocsin(self, *arguments, data=None, check=0):
        return self.run_program(BIN / "tocsin", *arguments, "--data", data or self.data, check=check)

    def report(self, area, **options):
        """Rows of a report by category."""
        arguments = ["--area", area, "--format", "json"]
        for name, value in options.items():
            if name != "data":
                arguments += ["--" + name.replace("_", "-"), str(value)]
        rows = json.loads(self.tocsin("report", *arguments, data=options.get("data")).stdout)
        return {row["category"]: row for row in rows}

    def export(self, *arguments, data=None):
        """(area, category, period) -> count."""
        out = self.tocsin("export", *arguments, data=data).stdout
        return {(row["area"], row["category"], row["period"]): int(row["count"])
                for row in csv.DictReader(io.StringIO(out))}

    def verify(self, data=None):
        self.assertIn("all as recounted", self.tocsin("verify", data=data).stdout)

    def summary(self, result):
        """The collector's last line as numbers."""
        found = re.search(r"sent (\d+), accepted (\d+), repeated (\d+), replaced (\d+), rejected (\d+)", result.stdout)
        self.assertIsNotNone(found, result.stdout + result.stderr)
        return dict(zip(("sent", "accepted", "repeated", "replaced", "rejected"), map(int, found.groups())))

    def query(self, sql, *parameters, data=None):
        with contextlib.closing(sqlite3.connect(f"file:{data or self.data}/tocsin.db?mode=ro", uri=True)) as db:
            return db.execute(sql, parameters).fetchall()

    def counts(self, data=None):
        """All that is counted, by names: numbers of codes depend on arrival.
        (area, origin, month) -> the month's totals, its days, and what is kept but outranked"""
        names = {(kind, str(number)): code for kind, number, code in
                 self.query("SELECT kind, id, code FROM code", data=data)}

        def named(text):
            found = json.loads(text) if text else {}
            return {names[7, category]: value for category, value in found.items() if value}

        every = {}
        for area, origin, month, totals, days, outranked in self.query(
                "SELECT area, origin, month, totals, days, outranked FROM count_month", data=data):
            parts = (named(totals), named(days), named(outranked))
            if any(parts):
                every[names[6, str(area)], names[1, str(origin)], f"{month // 12}-{month % 12 + 1:02d}"] = parts
        return every

    def incidents(self, columns="origin, reference, revision, recorded, offence, area, area_name, markers", data=None):
        """The incidents as they stand, sorted."""
        return self.query(f"SELECT {columns} FROM incident ORDER BY origin, reference", data=data)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8")
        return path
