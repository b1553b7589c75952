"""Promise: wherever between two steps a process dies, with the machine or without, everything that was sent is counted once
when it has come back; and a program that is released can't be made to die.
"""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import unittest

from harness import BIN, PROJECT, Process
from ordeal import Issues, Ordeal, Records, needs_fault_points

HEADER = PROJECT / "proto/fault_point.h"
RELEASE_BIN = os.environ.get("TOCSIN_RELEASE_BIN")


def listed():
    """The places that the header lists."""
    return re.findall(r"^ \*   ([a-z]+-[a-z]+)", HEADER.read_text(), re.M)


def in_the_source():
    return {name for folder in ("proto", "storage", "aggregator", "collector") for path in (PROJECT / folder).glob("*.c")
            for name in re.findall(r'(?:fault_point\("|\{"(?=commit-))([a-z]+-[a-z]+)"', path.read_text())}


class Points(Ordeal):
    """One store, and at each place a run of a collector during which somebody dies there."""

    def setUp(self):
        super().setUp()
        self.records = Records(self.id())
        self.issues = Issues(self.id())
        self.number = 0
        self.stop(self.begin())  # the reference data are taken over: what commits there are is the records' from now on

    @contextlib.contextmanager
    def dying_at(self, point):
        """What follows builds on what was: the first failure ends the test, and says where it was."""
        try:
            yield
        except Exception as failed:
            raise AssertionError(f"{point}: {failed}") from failed

    def next_run(self):
        """A collector's arguments: by turns records, of which one is rejected, and an issue of a month."""
        self.number += 1
        if self.number % 2 == 0:
            path = self.write(f"{self.number}/2025-03-staffordshire-street.csv", self.issues.text(40))
            return "police-uk", path, "--issued", self.issues.issued()
        path = self.write(f"{self.number}.csv", self.records.text(60))
        return "incidents", path, "--covers", f"E08000025:2024-12-01..2025-01-{self.number:02d}"

    def assert_all_counted(self):
        self.assert_counted(self.records, self.issues)

    def die_with_the_aggregator(self, point, alone):
        arguments = self.next_run()
        aggregator = self.begin(f"{point}:{1 + self.number % 3}")
        collector = self.send(*arguments)
        self.assert_died(aggregator, point)
        if not alone:
            collector.stop(signal.SIGKILL)
        again = self.begin()
        if not alone:
            collector = self.send(*arguments)
        self.finish(collector)
        self.assert_all_counted()
        self.stop(again)


@needs_fault_points
class OfACommit(Points):
    def test_dying_at_a_step_of_a_commit_with_the_whole_machine_costs_nothing(self):
        for point in (each for each in listed() if each.startswith("commit-")):
            with self.dying_at(point):
                self.die_with_the_aggregator(point, alone=False)
        self.verify()

    def test_dying_around_a_commit_while_the_collector_lives_costs_nothing(self):
        for point in ("message-taken", "commit-begin", "commit-streams", "commit-stored", "ack-begin", "ack-sent", "ack-end"):
            with self.dying_at(point):
                self.die_with_the_aggregator(point, alone=True)
        self.verify()


@needs_fault_points
class OfASpool(Points):
    """What a collector had from a pipe when it died is sent by the next one, to which its feeder gives everything again."""

    TIMES = {"spool-read": 2, "spool-written": 3, "spool-made": 2, "spool-named": 2, "spool-dropped": 1}

    def pipe_in(self, text, fault=None):
        with open(self.write(f"input{self.number}", text), encoding="utf-8") as records:
            return Process(BIN / "tocsin-collector", "incidents", "-", "--to", self.endpoint, "--give-up", "60", stdin=records,
                           stdout=subprocess.DEVNULL, env={**os.environ, **self.environment(fault)})

    def test_dying_on_the_way_into_the_spool_and_out_of_it_costs_nothing(self):
        aggregator = self.begin()
        for point, times in self.TIMES.items():
            for time in range(1, times + 1):
                with self.dying_at(f"{point}:{time}"):
                    self.number += 1
                    shutil.rmtree(self.folder / "spool", ignore_errors=True)
                    text = self.records.text(60)
                    self.assert_died(self.pipe_in(text, f"{point}:{time}"), point)
                    again = self.pipe_in(text)
                    self.assertIn(again.process.wait(timeout=60), (0, 1), "".join(again.lines))
                    again.stop()
                    self.assert_sound("".join(again.lines))
                    self.assert_all_counted()
        self.stop(aggregator)
        self.verify()

    def test_dying_on_the_way_into_the_spool_while_no_aggregator_answers_keeps_what_is_on_disk(self):
        for time in range(2, 4):  # its rows, and its end
            self.number += 1
            self.assert_died(self.pipe_in(self.records.text(60), f"spool-written:{time}"), "spool-written")
            aggregator = self.begin()
            last = Process(BIN / "tocsin-collector", "incidents", "-", "--to", self.endpoint, "--give-up", "60",
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            self.assertEqual(last.process.wait(timeout=60), 1)  # no header on its own input; the rest is sent
            last.stop()
            self.assert_all_counted()
            self.stop(aggregator)
        self.verify()


@needs_fault_points
class Others(Points):
    def test_a_collector_that_dies_and_comes_back_sends_everything_once(self):
        aggregator = self.begin()
        for point in ("welcome-taken", "message-read", "message-sent", "ack-heard", "ack-taken"):
            with self.dying_at(point):
                arguments = self.next_run()
                self.assert_died(self.send(*arguments, fault=f"{point}:1"), point)
                self.finish(self.send(*arguments))
                self.assert_all_counted()
        self.stop(aggregator)
        self.verify()

    def test_dying_while_the_finder_s_checkpoint_is_written_costs_nothing(self):
        for point in ("index-begin", "index-written", "index-renamed"):
            with self.dying_at(point):
                arguments = self.next_run()
                aggregator = self.begin(f"{point}:1")
                self.finish(self.send(*arguments))
                aggregator.process.send_signal(signal.SIGTERM)
                self.assert_died(aggregator, point)
                again = self.begin()
                self.finish(self.send(*arguments, "--from-start"))
                self.assert_all_counted()
                self.stop(again)
        self.verify()

    def test_dying_around_a_checkpoint_of_the_log_costs_nothing(self):
        for point in ("log-begin", "log-moved"):
            with self.dying_at(point):
                self.number += 1
                aggregator = self.begin(f"{point}:1")
                path = self.write(f"{self.number}.csv", self.records.text(30000))
                self.finish(self.send("incidents", path))
                self.assert_died(aggregator, point)  # in its next idle second
                again = self.begin()
                self.assert_all_counted()
                self.stop(again)
        self.verify()

    def test_dying_while_reference_data_are_taken_over_costs_nothing(self):
        self.reference = self.folder / "reference"
        shutil.copytree(PROJECT / "reference", self.reference)
        command = (BIN / "tocsin-aggregator", "--data", self.data, "--reference", self.reference, "--listen", self.endpoint,
                   "--announce", "none")
        for point in ("commit-begin", "commit-adoption", "commit-stored"):
            with self.dying_at(point):
                shutil.rmtree(self.data, ignore_errors=True)
                self.assert_died(Process(*command, env={**os.environ, "TOCSIN_FAULT_POINT": f"{point}:1"}), point)
        self.stop(self.begin())
        for point in ("commit-begin", "commit-adoption", "commit-stored"):
            with self.dying_at(point):
                arguments = self.next_run()
                again = self.begin()
                self.finish(self.send(*arguments))
                self.stop(again)
                aggregator = self.begin(f"{point}:1")
                with open(self.reference / "offences.csv", "a", encoding="utf-8") as out:
                    out.write(f"{point},Made for this test,robbery,,\n")
                aggregator.process.send_signal(signal.SIGHUP)
                self.assert_died(aggregator, point)
                again = self.begin()
                self.assertEqual(self.query("SELECT count(*) FROM offences WHERE offence = ?", point), [(1,)])
                self.assert_all_counted()
                self.stop(again)
        self.verify()


class List(unittest.TestCase):
    def test_the_list_of_places_is_whole(self):
        self.assertEqual(sorted(listed()), sorted(in_the_source()))

    def test_every_place_has_its_turn(self):
        told = "".join((PROJECT / f"tests/integration/{name}.py").read_text() for name in ("test_fault_points", "test_announce"))
        for name in listed():
            if not name.startswith("commit-"):
                self.assertIn(f'"{name}"', told)

    @unittest.skipUnless(RELEASE_BIN, "TOCSIN_RELEASE_BIN is not given")
    def test_a_released_program_has_none(self):
        for name in ("tocsin-aggregator", "tocsin-collector"):
            with open(os.path.join(RELEASE_BIN, name), "rb") as program:
                self.assertNotIn(b"TOCSIN_FAULT_POINT", program.read())


if __name__ == "__main__":
    unittest.main()
