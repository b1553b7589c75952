"""Promise: what a collector has taken from standard input or a pipe is counted in the end, once, whenever the collector, the
aggregator or the network goes away; a receipt names only what survives; and nothing that was not read whole is taken for a
row, or declared as covered.
"""
import contextlib
import ctypes
import ctypes.util
import json
import os
import queue
import random
import re
import shutil
import signal
import subprocess
import threading
import unittest

from harness import BIN, PATIENCE_S, Case, Process, await_until
from ordeal import free_endpoint

STAFFORD = "E07000197"
MARCH = f"{STAFFORD}:2025-03-01..2025-03-31"


def record(reference, day=10, **more):
    return {"reference": str(reference), "recorded_at": f"2025-03-{day:02d}", "offence": "34B", "area": STAFFORD, **more}


def line(reference, **more):
    return json.dumps(record(reference, **more)) + "\n"


class Collector(Process):
    """A collector that is fed line by line, and tells what it keeps."""

    def __init__(self, endpoint, *arguments):
        super().__init__(BIN / "tocsin-collector", *arguments, "--to", endpoint, stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE)
        self.receipts = queue.Queue()
        self.named = (0, 0)
        self.hearer = threading.Thread(target=self._hear, daemon=True)
        self.hearer.start()

    def _hear(self):
        for each in self.process.stdout:
            found = re.fullmatch(r"kept (\d+) (\d+)\n", each)
            if found:
                self.named = int(found[1]), int(found[2])
                self.receipts.put(self.named)
        self.receipts.put(None)

    def give(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def await_receipt(self, lines):
        """The first that names so many lines."""
        while True:
            receipt = self.receipts.get(timeout=PATIENCE_S)
            if receipt is None:
                raise AssertionError("the collector ended:\n" + "".join(self.lines))
            if receipt[0] >= lines:
                return receipt

    def last_receipt(self):
        """Once it has ended."""
        self.hearer.join(timeout=PATIENCE_S)
        return self.named

    def end_input(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()

    def await_end(self):
        status = self.process.wait(timeout=PATIENCE_S)
        self.listener.join(timeout=PATIENCE_S)
        self.hearer.join(timeout=PATIENCE_S)
        self.process.stderr.close()
        self.process.stdout.close()
        self.end_input()
        return status

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.await_end()


class Spooling(Case):
    def setUp(self):
        super().setUp()
        self.collectors = []
        self.addCleanup(self.stop_collectors)
        self.endpoint = free_endpoint()

    def stop_collectors(self):
        for collector in self.collectors:
            if collector.process.poll() is None:
                collector.process.kill()
                collector.await_end()
            self.assert_sound("".join(collector.lines))

    def feed(self, *arguments, kind="ndjson", path="-"):
        collector = Collector(self.endpoint, kind, path, "--receipts", *arguments)
        self.collectors.append(collector)
        return collector

    def start_here(self, data=None):
        return self.start(data=data, extra=("--listen", self.endpoint))

    def send_left(self, *arguments, check=0, stdin=""):
        return self.run_program(BIN / "tocsin-collector", "ndjson", "-", "--to", self.endpoint, "--give-up", "60", *arguments,
                                stdin=stdin, check=check)

    def references(self, data=None):
        return [reference for reference, in self.query("SELECT reference FROM incident ORDER BY reference", data=data)]

    def spooled(self):
        """Octets of all segments."""
        return sum(path.stat().st_size for path in (self.folder / "spool").glob("**/*.spool"))

    def rejects(self):
        return json.loads(self.tocsin("rejects", "--format", "json").stdout)


class Crashes(Spooling):
    def test_a_collector_killed_while_no_aggregator_answers_has_lost_nothing(self):
        collector = self.feed()
        for number in range(50):
            collector.give(line(f"r{number:02}"))
        collector.await_receipt(50)
        collector.give('{"reference": "half')
        collector.give("")
        self.assertEqual(collector.stop(signal.SIGKILL), -signal.SIGKILL)
        self.start_here()
        said = self.send_left(check=None)
        self.assertEqual(self.references(), [f"r{number:02}" for number in range(50)])
        self.assertEqual(self.summary(said)["accepted"], 50)
        self.assertLessEqual(self.summary(said)["rejected"], 1)
        self.assertLess(self.spooled(), 500)
        with self.subTest("and once"):
            self.assertEqual(self.summary(self.send_left())["sent"], 0)
        self.verify()

    def test_all_that_a_receipt_named_is_counted_whenever_the_collector_is_killed(self):
        """The feeder goes on behind what the last receipt named, as one would that has nothing else to go by."""
        chance = random.Random(7)
        rows = [record(f"r{number:04}", day=1 + number % 28) for number in range(1500)]
        lines = [json.dumps(row) + "\n" for row in rows]
        aggregator, given, kills = None, 0, 0
        while given < len(lines):
            if aggregator is None and chance.random() < 0.5:
                aggregator = self.start_here()
            collector = self.feed()
            self.give_until(collector, "".join(lines[given:]), chance.randrange(1, 250), chance)
            collector.stop(signal.SIGKILL)
            kills += 1
            given += collector.last_receipt()[0]
            if aggregator is not None and chance.random() < 0.3:
                self.stop(aggregator, signal.SIGKILL)
                aggregator = None
        self.assertGreater(kills, 5)
        if aggregator is None:
            self.start_here()
        self.send_left(check=None)
        self.assertEqual(self.references(), sorted(row["reference"] for row in rows))
        with self.subTest("days as if nothing had happened"):
            expected = {}
            for row in rows:
                expected[row["recorded_at"]] = expected.get(row["recorded_at"], 0) + 1
            found = {day: count for (_, category, day), count in
                     self.export("--area", STAFFORD, "--by", "day").items() if category == "robbery"}
            self.assertEqual(found, expected)
        with self.subTest("what was cut off is kept as such, and nothing else is"):
            for each in self.rejects():
                self.assertIn("the collector stopped while this row came in", json.dumps(each))
            self.assertTrue(0 < len(self.rejects()) <= kills, self.rejects())
        self.verify()

    def give_until(self, collector, text, named, chance):
        """In pieces by chance, that end anywhere in a line, until a receipt names so many lines or nothing is left. What was
        given last may have come in or not."""
        at = 0
        while at < len(text):
            size = chance.randrange(1, 3000)
            collector.give(text[at:at + size])
            at += size
            if at >= len(text):
                collector.await_receipt(text.count("\n"))
            elif collector.named[0] >= named:
                return
            else:
                collector.receipts.get(timeout=PATIENCE_S)

    def test_an_aggregator_killed_in_the_middle_counts_all_once(self):
        aggregator = self.start_here()
        collector = self.feed()
        for number in range(4):
            collector.give("".join(line(f"r{number}/{each:03}") for each in range(400)))
            collector.await_receipt(400 * (number + 1))
            if number % 2 == 1:
                await_until(lambda: self.references()[-1:] >= [f"r{number}/000"], "some are stored")
                self.stop(aggregator, signal.SIGKILL)
                aggregator = self.start_here()
        collector.end_input()
        self.assertEqual(collector.await_end(), 0)
        self.assertEqual(len(self.references()), 1600)
        self.assertEqual(self.query("SELECT count(*) FROM version"), [(1600,)])
        self.assertLess(self.spooled(), 500)

    def test_versions_keep_the_order_in_which_they_came(self):
        """Stamps are the spool's, given once: a row that waited is not newer than one that came after it."""
        first = self.feed()
        first.give(line("a", offence="46"))
        first.await_receipt(1)
        first.stop(signal.SIGKILL)
        second = self.feed()
        second.give(line("a", offence="28E"))
        second.await_receipt(1)
        second.stop(signal.SIGKILL)
        self.start_here()
        self.send_left()
        self.assertEqual(self.query("SELECT offence FROM incident"), [("28E",)])
        said = self.summary(self.send_left("--from-start"))
        self.assertEqual(said["accepted"] + said["replaced"], 0)
        self.assertEqual(self.query("SELECT offence FROM incident"), [("28E",)])

    def test_an_aggregator_that_was_set_back_is_told_of(self):
        aggregator = self.start_here()
        collector = self.feed()
        collector.give(line("a"))
        await_until(self.references, "the first is stored")
        self.stop(aggregator)
        shutil.copytree(self.data, self.folder / "backup")
        self.start_here()
        collector.give(line("b"))
        collector.end_input()
        self.assertEqual(collector.await_end(), 0)
        self.stop_all()
        self.start_here(data=self.folder / "backup")
        said = self.send_left(stdin=line("c"))
        self.assertRegex(said.stderr, r"holds this spool up to octet \d+, but it begins at \d+")
        self.assertEqual(self.references(data=self.folder / "backup"), ["a", "c"])


class Ends(Spooling):
    def test_giving_up_says_what_waits_and_the_next_run_sends_it(self):
        said = self.run_program(BIN / "tocsin-collector", "ndjson", "-", "--to", self.endpoint, "--give-up", "1",
                                stdin=line("a") + line("b"), check=1)
        self.assertRegex(said.stderr, r"standard-input: \d+ octets wait in this spool: the next run on standard input sends them")
        self.start_here()
        self.assertEqual(self.summary(self.send_left())["accepted"], 2)

    def test_control_c_says_so_too(self):
        collector = self.feed()
        collector.give(line("a"))
        collector.await_receipt(1)
        self.assertEqual(collector.stop(signal.SIGINT), 1)
        self.assertRegex("".join(collector.lines), r"\d+ octets wait in this spool")
        self.start_here()
        self.send_left()
        self.assertEqual(self.references(), ["a"])

    def test_coverage_of_an_input_that_was_read_to_its_end_is_declared_by_the_next_run(self):
        collector = self.feed("--covers", MARCH, "--origin", "niche")
        collector.give(line("a"))
        collector.end_input()
        self.assertEqual(collector.await_receipt(1), (1, len(line("a"))))
        await_until(lambda: b'"covers"' in self.segments() and self.ended(), "its end is on disk")
        collector.stop(signal.SIGKILL)
        self.start_here()
        self.assertIn("what an earlier run covered", self.send_left().stderr)
        row = self.report(STAFFORD, as_of="2025-03-31")["robbery"]
        self.assertEqual(self.query("SELECT DISTINCT area FROM known"), [(STAFFORD,)])
        self.assertEqual(row["count"], 1)
        self.assertEqual(self.incidents("origin"), [("niche",)])

    def test_coverage_of_an_input_that_was_cut_is_not_declared(self):
        collector = self.feed("--covers", MARCH)
        collector.give(line("a"))
        collector.await_receipt(1)
        collector.stop(signal.SIGKILL)
        self.start_here()
        self.assertIn("what it covers is not declared", self.send_left().stderr)
        self.assertEqual(self.references(), ["a"])
        self.assertEqual(self.query("SELECT * FROM known"), [])

    def test_a_declaration_that_nobody_takes_can_be_left_out(self):
        """A typing error in --covers must not keep everything behind it for ever."""
        collector = self.feed("--covers", "E07999999:2025-03-01..2025-03-31")
        collector.give(line("a"))
        collector.end_input()
        await_until(self.ended, "its end is on disk")
        collector.stop(signal.SIGKILL)
        self.start_here()
        said = self.send_left(stdin=line("b"), check=1)
        self.assertIn("E07999999", said.stderr)
        self.assertIn("--forget-covers", said.stderr)
        self.send_left("--forget-covers", check=0)
        self.assertEqual(self.references(), ["a", "b"])

    def test_two_collectors_on_one_spool_are_refused(self):
        self.start_here()
        first = self.feed()
        first.give(line("a"))
        first.await_receipt(1)
        said = self.send_left(stdin=line("b"), check=1)
        self.assertIn("another collector fills this spool", said.stderr)
        first.give(line("c"))
        first.end_input()
        self.assertEqual(first.await_end(), 0)
        self.assertEqual(self.references(), ["a", "c"])
        self.assertEqual(self.summary(self.send_left("--name", "second", stdin=line("b")))["accepted"], 1)

    def test_what_is_left_of_another_input_is_told(self):
        pipe = self.folder / "feed.fifo"
        os.mkfifo(pipe)
        collector = self.feed(path=pipe)
        with open(pipe, "w", encoding="utf-8") as pen:
            pen.write(line("a"))
        collector.await_receipt(1)
        collector.stop(signal.SIGKILL)
        pipe.unlink()
        self.start_here()
        said = self.send_left()
        self.assertRegex(said.stderr, r"feed\.fifo-[0-9a-f]{8}: holds \d+ octets of another input")
        self.assertEqual(self.references(), [])
        with self.subTest("and sent, even if it is gone"):
            said = self.run_program(BIN / "tocsin-collector", "ndjson", pipe, "--to", self.endpoint, check=1)
            self.assertIn("No such file", said.stderr)
            self.assertEqual(self.references(), ["a"])
        self.assertNotIn("another input", self.send_left().stderr)

    def segments(self):
        return b"".join(path.read_bytes() for path in sorted((self.folder / "spool").glob("**/*.spool")))

    def ended(self):
        """The last frame names the first record's origin, and nothing follows it."""
        return self.segments().endswith((b"local", b"niche"))


class Limits(Spooling):
    def give_all(self, collector, octets):
        """Writes as fast as it is read, in a thread of its own."""
        def write():
            with contextlib.suppress(BrokenPipeError):
                collector.process.stdin.write(octets)
                collector.process.stdin.close()
        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        return writer

    def test_at_its_limit_the_feeder_waits_and_nothing_is_lost(self):
        lines = [line(f"r{number:05}", outcome="x" * 100) for number in range(12000)]
        collector = self.feed("--spool-limit", "1M")
        writer = self.give_all(collector, "".join(lines))
        collector.await_line(r"--spool-limit")
        self.assertTrue(writer.is_alive())
        self.assertLessEqual(self.spooled(), 1 << 20)
        self.start_here()
        self.assertEqual(collector.await_end(), 0)
        writer.join()
        self.assertEqual(len(self.references()), len(lines))
        self.assertEqual(collector.last_receipt()[0], len(lines))
        self.assertEqual("".join(collector.lines).count("--spool-limit"), 1)

    def test_a_full_disk_is_waited_for(self):
        small = self.folder / "small"
        small.mkdir()
        libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
        if libc.mount(b"none", os.fsencode(small), b"tmpfs", 0, b"size=256k") != 0:
            self.skipTest("a small file system can't be mounted here")
        self.addCleanup(libc.umount2, os.fsencode(small), 2)
        lines = [line(f"r{number:05}", outcome="x" * 100) for number in range(3000)]
        collector = self.feed("--spool", small)
        ballast = small / "ballast"
        ballast.write_bytes(b"x" * 100000)
        writer = self.give_all(collector, "".join(lines))
        collector.await_line(r"can't be written: No space left on device")
        self.assertTrue(writer.is_alive())
        with self.subTest("killed there, it keeps what a receipt named"):
            collector.stop(signal.SIGKILL)
            named = collector.last_receipt()[0]
            self.assertGreater(named, 0)
            self.start_here()
            ballast.unlink()
            rest = self.feed("--spool", small)
            self.give_all(rest, "".join(lines[named:]))
            self.assertIn(rest.await_end(), (0, 1))
            self.assertEqual(len(self.references()), len(lines))

    def test_a_disk_that_is_emptied_lets_it_go_on(self):
        small = self.folder / "small"
        small.mkdir()
        libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
        if libc.mount(b"none", os.fsencode(small), b"tmpfs", 0, b"size=1m") != 0:
            self.skipTest("a small file system can't be mounted here")
        self.addCleanup(libc.umount2, os.fsencode(small), 2)
        ballast = small / "ballast"
        ballast.write_bytes(b"x" * 900000)
        lines = [line(f"r{number:05}", outcome="x" * 100) for number in range(2000)]
        collector = self.feed("--spool", small)
        self.give_all(collector, "".join(lines))
        collector.await_line(r"can't be written: No space left on device")
        ballast.unlink()
        collector.await_receipt(len(lines))
        self.start_here()
        self.assertEqual(collector.await_end(), 0)
        self.assertEqual(len(self.references()), len(lines))
        self.assertEqual("".join(collector.lines).count("No space left"), 1)


class Pipes(Spooling):
    def pipe(self, name):
        path = self.folder / name
        os.mkfifo(path)
        return path

    def write_pipe(self, path, text):
        with open(path, "w", encoding="utf-8") as pen:
            pen.write(text)

    def test_pipes_and_files_go_together_each_with_its_own_stream(self):
        one, two = self.pipe("one.fifo"), self.pipe("two.fifo")
        file = self.write("three.csv", "reference,recorded_at,offence,area\nf,2025-03-10,34B,E07000197\n")
        self.start_here()
        collector = Collector(self.endpoint, "incidents", one, file, two)
        self.collectors.append(collector)
        self.write_pipe(one, "reference,recorded_at,offence,area\na,2025-03-10,34B,E07000197\n")
        self.write_pipe(two, "area,reference,recorded_at,offence\nE07000197,b,2025-03-10,34B")
        self.assertEqual(collector.await_end(), 0)
        self.assertEqual(self.references(), ["a", "b", "f"])
        streams = [stream for stream, in self.query("SELECT stream FROM stream")]
        self.assertEqual(len(streams), 3)
        self.assertEqual(len([each for each in streams if re.fullmatch("spool [0-9a-f]{16}", each)]), 2)

    def test_a_followed_pipe_waits_for_the_next_writer(self):
        path = self.pipe("live.fifo")
        self.start_here()
        collector = self.feed("--follow", path=path)
        for number in range(3):
            self.write_pipe(path, line(f"r{number}"))
            await_until(lambda: self.references() == [f"r{each}" for each in range(number + 1)], "it is stored")
        self.assertIsNone(collector.process.poll())
        self.assertEqual(collector.stop(), 0)

    def test_standard_input_is_for_records_only(self):
        said = self.run_program(BIN / "tocsin-collector", "police-uk", "-", stdin="", check=2)
        self.assertIn("standard input is read by incidents and ndjson only", said.stderr)
        file = self.write("a.ndjson", line("a"))
        said = self.run_program(BIN / "tocsin-collector", "ndjson", file, "--receipts", "--to", self.endpoint, "--give-up", "1",
                                check=1)
        self.assertIn("leave out --receipts", said.stderr)

    def test_coverage_of_several_inputs_at_once_is_refused_for_a_pipe(self):
        file = self.write("a.ndjson", line("a"))
        self.start_here()
        said = self.send_left(file, "--covers", MARCH, stdin=line("b"), check=1)
        self.assertIn("give it a run of its own", said.stderr)


if __name__ == "__main__":
    unittest.main()
