"""Promise: a source that falls behind, a disk that fills and a backup that can't be made are alerts of the running aggregator,
raised and cleared in the list of events; tocsin status shows them and ends with 1; a backup is made each day by itself.
"""
import json
import os
import re
import subprocess
import unittest

from harness import Aggregator, Case, await_until
from test_lifecycle import can_mount

STAFFORD = "E07000197"
HEADER = "reference,recorded_at,offence,area\n"


class Watched(Case):
    def events(self):
        """(kind, subject, area, level) of each, in order."""
        return self.query("SELECT kind, subject, area, level FROM announced ORDER BY id")

    def await_event(self, *event):
        await_until(lambda: event in self.events(), f"{event} is told")

    def state(self, check=0):
        return json.loads(self.tocsin("status", "--format", "json", check=check).stdout)

    def send(self, aggregator, name, *options):
        return self.collect(aggregator, "incidents", self.write(name, HEADER + f"{name},2025-03-10,34B,{STAFFORD}\n"), *options)


class LateSource(Watched):
    def test_a_source_that_falls_behind_is_told_until_it_declares_again_and_over_a_restart(self):
        aggregator = self.start()
        march = f"{STAFFORD}:2025-03-01..2025-03-31"
        self.send(aggregator, "a.csv", "--origin", "niche", "--covers", march, "--promises", "1s")
        self.await_event("raised", "source niche", STAFFORD, "elevated")
        self.await_event("escalated", "source niche", STAFFORD, "priority")
        [alert] = self.state(check=1)["alerts"]
        self.assertEqual((alert["subject"], alert["area"], alert["level"]), ("source niche", STAFFORD, "priority"))
        self.assertRegex(self.tocsin("status", check=1).stdout, r"(?m)^ +Source niche is late for Stafford: it promises more every second")
        self.stop(aggregator)
        aggregator = self.start()
        self.send(aggregator, "b.csv", "--origin", "niche", "--covers", march, "--promises", "24h")
        self.await_event("cleared", "source niche", STAFFORD, "normal")
        self.assertEqual([kind for kind, *_ in self.events()], ["raised", "escalated", "cleared"])
        self.assertEqual(self.state()["alerts"], [])
        [(number,)] = self.query("SELECT count(*) FROM announced WHERE alert = 1")
        self.assertEqual(number, 3)


@unittest.skipUnless(can_mount(), "mounting a small tmpfs needs root")
class Disk(Watched):
    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        self.mount("size=2m")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=True)
        self.addCleanup(self.stop_all)  # before it
        self.data = self.disk / "data"

    def mount(self, options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.disk], check=True)

    def free(self):
        found = os.statvfs(self.disk)
        return found.f_bavail * found.f_frsize

    def test_a_disk_that_fills_is_told_until_there_is_room_again(self):
        aggregator = self.start()
        self.assertEqual(self.events(), [])
        ballast = self.disk / "ballast"
        ballast.write_bytes(bytes(self.free() - 100 * 1024))  # 5 % of 2 MiB: below 10 %
        self.await_event("raised", "disk", "", "elevated")
        self.assertIn("fills: ", self.tocsin("status", check=1).stdout)
        ballast.unlink()
        self.await_event("cleared", "disk", "", "normal")
        self.tocsin("status")
        self.stop(aggregator)

    def test_a_store_that_cannot_be_written_is_told_as_soon_as_it_can_be(self):
        aggregator = self.start()
        path = self.write("many.csv", HEADER + "".join(f"r{n},2025-03-10,34B,{STAFFORD}\n" for n in range(60000)))
        collector = self.go_on_collecting(aggregator.endpoint, "incidents", path)
        aggregator.await_line(r" commit-failed +.*full")
        self.mount("remount,size=200m")
        await_until(lambda: any(subject == "disk" and level == "priority" for _, subject, _, level in self.events()), "it is told")
        self.assertEqual(collector.finish().returncode, 0)
        self.stop(aggregator)
