"""Promise: however often and whenever collectors and the aggregator are killed, in the end every count is what an independent
recount of all that was given says, nothing is counted twice, and nothing that was ever acknowledged is missing.

TOCSIN_KILLS says how often (15 without it), TOCSIN_SEED by which chance; scripts/crash-test is the long form.
"""
import contextlib
import os
import queue
import random
import signal
import sqlite3
import subprocess
import time
import unittest

from harness import Aggregator, await_until
from ordeal import Issues, Ordeal, Records, needs_fault_points, recount
from peer import Peer, Witness, incident, pb

KILLS = int(os.environ.get("TOCSIN_KILLS", "15"))
SEED = int(os.environ.get("TOCSIN_SEED", "1"))
BATCH = 20


class Supply:
    """A collector that has always something to send: file after file, each until it is wholly stored, however often the
    collector is killed over it."""

    def __init__(self, case, chance, name, source):
        self.case, self.chance, self.name, self.source = case, chance, name, source
        self.number = 0
        self.next_file()

    def next_file(self):
        self.number += 1
        if isinstance(self.source, Issues):
            path = self.case.write(f"{self.name}{self.number}/2025-03-staffordshire-street.csv",
                                   self.source.text(self.chance.randrange(1, 300)))
            self.arguments = "police-uk", path, "--issued", self.source.issued()
        else:
            path = self.case.write(f"{self.name}{self.number}.csv", self.source.text(self.chance.randrange(1, 3000)))
            self.arguments = "incidents", path
        self.start()

    def start(self):
        self.collector = self.case.send(*self.arguments, "--name", self.name)

    def go_on(self):
        """If it has ended, the next file is begun."""
        if self.collector.process.poll() is not None:
            self.case.finish(self.collector)
            self.next_file()

    def kill(self):
        self.collector.stop(signal.SIGKILL)
        self.case.assert_sound("".join(self.collector.lines))
        self.start()


@needs_fault_points
class Crash(Ordeal):
    def witnessed_batch(self):
        return [incident(f"w{len(self.witness.batches)}/{i}") for i in range(BATCH)]

    def await_moment(self, aggregator):
        """By chance: so many acknowledgements later, or so many milliseconds, in which its output is heard."""
        if self.chance.random() < 0.5:
            for _ in range(self.chance.randrange(1, 5)):
                aggregator.await_line(r"sent  kind=ACK")
            return
        deadline = time.monotonic() + 0.5 * self.chance.random()
        while (left := deadline - time.monotonic()) > 0:
            try:
                aggregator.heard.get(timeout=left)
            except queue.Empty:
                return

    def assert_acknowledged_is_stored(self):
        """What is acknowledged now is stored now."""
        self.assertEqual(self.witness.wrong, [])
        acknowledged = self.witness.acknowledged
        stored = {reference for reference, in self.query("SELECT reference FROM incident WHERE origin = 'witness'")}
        missing = [f"w{n}/{i}" for n in range(acknowledged) for i in range(BATCH) if f"w{n}/{i}" not in stored]
        self.assertEqual(missing, [])

    def kill_somebody(self, aggregator):
        victim = self.chance.choice((aggregator, aggregator, *self.supplies, None))
        if victim in self.supplies:
            victim.kill()
            return aggregator
        if self.chance.random() < 0.3:
            self.stop(aggregator)  # politely: then it leaves a checkpoint of the finder behind
        else:
            self.kill(aggregator)
        if victim is None:  # all of it at once
            for supply in self.supplies:
                supply.kill()
        aggregator = self.begin(extra=("--trace",))
        self.assert_acknowledged_is_stored()
        return aggregator

    def expected(self, sources):
        counts = recount(*sources)
        number = BATCH * len(self.witness.batches)
        for area in ("E07000197", "E23000015", "E12000005", "E92000001", "K04000001"):
            counts[area, "witness", "2025-03"] = {"robbery": {"31": number}}
        return counts

    def assert_all_is_right(self, sources):
        found = self.counts()
        self.assertEqual({key: days for key, (_, days, _) in found.items()}, self.expected(sources))
        records = [source for source in sources if isinstance(source, Records)]
        told = sum(len(source.versions) for source in records) + BATCH * len(self.witness.batches)
        self.assertEqual(self.query("SELECT count(*) FROM incident_version WHERE origin <> 'Staffordshire Police'"), [(told,)])
        self.assertEqual(self.query("SELECT count(*) FROM open_reject"), [(sum(source.rejected for source in records),)])
        self.assertEqual(self.query("PRAGMA integrity_check"), [("ok",)])
        self.verify()

    def test_nothing_is_lost_or_counted_twice_however_often_processes_are_killed(self):
        self.chance = random.Random(SEED)
        self.witness = Witness(self.endpoint, self.witnessed_batch)
        sources = Records(f"{SEED}a", "niche"), Records(f"{SEED}b", "crims"), Issues(f"{SEED}c")
        aggregator = self.begin(extra=("--trace",))
        self.supplies = [Supply(self, self.chance, name, source) for name, source in zip(("a", "b", "c"), sources)]
        self.witness.start()
        for _ in range(KILLS):
            self.await_moment(aggregator)
            aggregator = self.kill_somebody(aggregator)
            for supply in self.supplies:
                supply.go_on()
        self.witness.enough.set()
        for supply in self.supplies:
            self.finish(supply.collector)
        await_until(lambda: not self.witness.is_alive(), "the witness has everything acknowledged")
        self.assert_acknowledged_is_stored()
        self.assertGreater(self.witness.acknowledged, KILLS)
        self.stop(aggregator)
        self.assert_all_is_right(sources)


@needs_fault_points
class Locked(Ordeal):
    """Somebody else, in the sqlite3 shell perhaps, begins to write and doesn't end."""

    def test_nothing_is_acknowledged_that_could_not_be_stored_and_everything_comes_again(self):
        aggregator = self.begin()
        with contextlib.closing(sqlite3.connect(self.data / "tocsin.db", isolation_level=None)) as intruder, \
                Peer(self.endpoint) as peer:
            self.assertIsInstance(peer.greet(), pb.Welcome)
            intruder.execute("BEGIN IMMEDIATE")
            peer.records([incident("a")], offset=1)
            answer = peer.hear()
            self.assertEqual((answer.WhichOneof("kind"), answer.refuse.refusal), ("refuse", pb.STORE_FAILED))
            self.assertGreater(answer.refuse.retry_after_s, 0)
            intruder.execute("ROLLBACK")
            peer.session += 2
            peer.sequence = 0
            self.assertFalse(peer.greet().HasField("position"))
            peer.records([incident("a")], offset=1)
            self.assertEqual(peer.hear().ack.accepted, 1)
        self.stop(aggregator)
        self.assertEqual(self.incidents("origin, reference"), [("peer", "a")])
        self.verify()


@needs_fault_points
class FullDisk(Ordeal):
    """No file may grow beyond a bound, until there is room again."""

    def test_a_full_disk_holds_records_up_and_loses_none(self):
        records = Records(self.id())
        self.stop(self.begin())
        size = (self.data / "tocsin.db").stat().st_size
        aggregator = Aggregator(self.data, listen=self.endpoint, before=("prlimit", f"--fsize={size}:unlimited"),
                                env=self.environment(), restore_signals=False)  # that it may be told, and not be killed
        self.running.append(aggregator)
        collector = self.send("incidents", self.write("a.csv", records.text(20000)))
        aggregator.await_line("commit-failed")
        collector.await_line("the store can't take more now")
        before = self.query("SELECT count(*) FROM version")
        subprocess.run(("prlimit", f"--pid={aggregator.process.pid}", "--fsize=unlimited:unlimited"), check=True)
        self.finish(collector)
        self.assertLess(before, [(len(records.versions),)])
        self.assert_counted(records)
        self.stop(aggregator)
        self.verify()


if __name__ == "__main__":
    unittest.main()
