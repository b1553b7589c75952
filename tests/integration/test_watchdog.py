"""Promise: a source that falls behind, a disk that fills and a backup that can't be made are alerts of the running aggregator,
raised and cleared in the list of events; tocsin status shows them and ends with 1; a backup is made each day by itself.
"""
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import unittest

from harness import BIN, Case, await_until
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


class Backups(Watched):
    def setUp(self):
        super().setUp()
        self.backups = self.folder / "backups"

    def plan(self, text="verify: true"):
        return "--config", self.write("tocsin.yaml", f"backup: {{folder: {self.backups}, {text}}}\n")

    def test_a_backup_is_made_by_itself_and_can_be_restored(self):
        self.backups.mkdir()
        aggregator = self.start()
        self.send(aggregator, "a.csv", "--covers", f"{STAFFORD}:2025-03-01..2025-03-31")
        self.assertEqual(self.state()["backup"], {"folder": None, "last_good": None, "file": None})
        self.assertIn("No backup is planned", self.tocsin("status").stdout)
        self.stop(aggregator)
        aggregator = self.start(extra=self.plan())
        made = pathlib.Path(aggregator.await_line(r" backup +good=(\S+)").group(1))
        self.assertRegex(made.name, r"^data-\d{4}-\d\d-\d\d\.db$")
        self.assertEqual(list(self.backups.iterdir()), [made])
        state = self.state()["backup"]
        self.assertEqual((state["folder"], state["file"]), (str(self.backups), str(made)))
        self.assertIn(f"Backed up each day into {self.backups}; the last good one is of ", self.tocsin("status").stdout)
        self.tocsin("status", data=made)
        self.assertEqual(self.events(), [])
        self.stop(aggregator)
        aggregator = self.start(extra=self.plan())  # nothing is due
        self.stop(aggregator)
        self.assertEqual(list(self.backups.iterdir()), [made])
        restored = self.folder / "restored"
        restored.mkdir()
        shutil.copy(made, restored / "tocsin.db")
        self.stop(self.start(data=restored))
        self.verify(data=restored)
        self.assertEqual(self.incidents("reference", data=restored), [("a.csv",)])

    def test_only_the_newest_of_ours_stay(self):
        self.backups.mkdir()
        self.stop(self.start())
        self.tocsin("backup", self.backups / "data-2001-01-01.db")
        self.tocsin("backup", self.backups / "data-2001-01-02.db")
        for path in self.backups.iterdir():  # made long ago
            with contextlib.closing(sqlite3.connect(path)) as db:
                db.execute("UPDATE setting SET value = '980000000' WHERE name = 'backup_made'")
                db.commit()
        (self.backups / "data-2000-01-01.db").write_text("not ours")
        aggregator = self.start(extra=self.plan("keep: 2, verify: false"))
        aggregator.await_line(r" backup +good=.*data-20[1-9]")
        self.stop(aggregator)
        self.assertEqual(sorted(path.name for path in self.backups.iterdir())[:2], ["data-2000-01-01.db", "data-2001-01-02.db"])
        self.assertEqual(len(list(self.backups.iterdir())), 3)

    def test_a_folder_that_is_not_there_is_told_until_a_backup_by_hand_lies_in_it(self):
        aggregator = self.start(extra=self.plan())
        self.await_event("raised", "backup", "", "elevated")
        said = self.tocsin("status", check=1).stdout
        self.assertIn(f"can't look into {self.backups}: No such file or directory", said)
        self.assertIn("there is no good one yet", said)
        self.stop(aggregator)
        self.backups.mkdir()
        self.tocsin("backup", self.backups / "by-hand.db")
        aggregator = self.start(extra=self.plan())
        self.await_event("cleared", "backup", "", "normal")
        self.assertEqual(self.state()["backup"]["file"], str(self.backups / "by-hand.db"))
        self.assertEqual([path.name for path in self.backups.iterdir()], ["by-hand.db"])

    def test_a_backup_that_tocsin_verify_finds_wrong_is_no_good_one(self):
        self.backups.mkdir()
        aggregator = self.start()
        self.send(aggregator, "a.csv")
        self.stop(aggregator)
        with contextlib.closing(sqlite3.connect(self.data / "tocsin.db")) as db:
            db.execute("DELETE FROM count_month")
            db.commit()
        aggregator = self.start(extra=self.plan())
        self.await_event("raised", "backup", "", "elevated")
        self.assertIn("does not agree with itself", self.tocsin("status", check=1).stdout)
        self.assertEqual([path.suffix for path in self.backups.iterdir()], [".new"])

    def test_a_plan_with_faults_is_refused_with_its_lines(self):
        path = self.write("tocsin.yaml", "disk: {warn: much}\nbackup: {folder: here}\n")
        said = self.run_program(BIN / "tocsin-aggregator", "--data", self.data, "--config", path, check=1).stderr
        self.assertIn(f"{path}:1: error: 'much' is no limit of free space", said)
        self.assertIn(f"{path}:2: error: the folder 'here' should be a whole path", said)
