"""Promise: a backup made while records come in is whole, sound and of one moment; restored, it is a store like any
other: it verifies, has its imported reference rows, and collectors go on from where it stood to the right end.
"""
import contextlib
import os
import shutil
import sqlite3
import threading

from harness import BIN, PROJECT, SHARED, Case, Process

HEADER = "reference,recorded_at,offence,area\n"


def rows(first, count):
    return "".join(f"r{n},2025-03-{n % 28 + 1:02d},34B,E07000197\n" for n in range(first, first + count))


class Backup(Case):
    def send(self, aggregator, name, text, *options):
        return self.collect(aggregator, "incidents", self.write(name, HEADER + text), *options)

    def restore(self, backup, name="restored"):
        folder = self.folder / name
        folder.mkdir()
        shutil.copy(backup, folder / "tocsin.db")
        return folder

    def versions(self, path):
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            self.assertEqual(db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            return db.execute("SELECT count(*) FROM version").fetchone()[0]

    def test_a_backup_is_verified_and_readable_as_it_lies(self):
        aggregator = self.start()
        self.send(aggregator, "a.csv", rows(0, 1000), "--covers", "E07000197:2025-03-01..2025-03-31")
        backup = self.folder / "backup.db"
        said = self.tocsin("backup", "--verify", backup).stdout
        self.assertIn("1000 versions", said)
        self.assertIn("found sound", said)
        self.assertIn("all as recounted", said)
        self.assertEqual(self.versions(backup), 1000)
        self.assertFalse(backup.with_name("backup.db-wal").exists())
        self.assertEqual(self.report("Stafford", data=backup, window="calendar-month")["robbery"]["count"], 1000)

    def test_backups_made_while_records_come_in_are_each_of_one_moment(self):
        aggregator = self.start()
        feed = Process(BIN / "tocsin-collector", "ndjson", "-", "--to", aggregator.endpoint, stdin=-1, stdout=-3,
                       env={**os.environ, "TOCSIN_SPOOL": str(self.folder / "spool")})
        stop = threading.Event()

        def pour():
            n = 0
            while not stop.is_set() and n < 60000:
                n += 1
                feed.process.stdin.write(f'{{"reference":"r{n}","recorded_at":"2025-03-{n % 28 + 1:02d}",'
                                         '"offence":"34B","area":"E07000197"}\n')
            feed.process.stdin.close()

        pouring = threading.Thread(target=pour)
        pouring.start()
        try:
            seen = [0]
            for n in range(3):
                backup = self.folder / f"backup{n}.db"
                self.assertIn("all as recounted", self.tocsin("backup", "--verify", backup).stdout)
                seen.append(self.versions(backup))
        finally:
            stop.set()
            pouring.join()
        feed.stop(0)
        self.assertEqual(seen, sorted(seen))
        self.assertGreater(seen[-1], seen[1], "records came in while backups were made")
        self.verify()

    def test_collectors_go_on_from_a_restored_backup_to_the_same_end(self):
        aggregator = self.start()
        self.send(aggregator, "a.csv", rows(0, 500))
        backup = self.folder / "backup.db"
        self.tocsin("backup", backup)
        self.send(aggregator, "a.csv", rows(0, 900))
        self.send(aggregator, "b.csv", rows(900, 100))
        self.stop(aggregator)
        expected = self.counts()
        folder = self.restore(backup)
        again = self.start(data=folder)
        said = self.summary(self.collect(again, "incidents", self.folder / "a.csv"))
        self.assertEqual((said["sent"], said["accepted"]), (400, 400))
        self.collect(again, "incidents", self.folder / "b.csv")
        self.assertEqual(self.counts(data=folder), expected)
        self.verify(data=folder)

    def test_imported_areas_come_back_with_the_backup(self):
        lookup = self.write("lookup.csv", "LSOA21CD,LSOA21NM,LAD24CD\nE01099999,Stafford 099Z,E07000197\n")
        aggregator = self.start()
        self.tocsin("import", lookup)
        self.send(aggregator, "a.csv", "x,2025-03-01,34B,E01099999\n")
        self.tocsin("backup", self.folder / "backup.db")
        self.stop(aggregator)
        folder = self.restore(self.folder / "backup.db")
        again = self.start(data=folder, reference=PROJECT / "reference")
        self.send(again, "b.csv", "y,2025-03-01,34B,E01099999\n")
        self.assertEqual((folder / "imported/areas.csv").read_text(), (self.data / "imported/areas.csv").read_text())
        self.assertEqual(self.export("--area", "Stafford", "--by", "month", data=folder)["E07000197", "robbery", "2025-03"], 2)
        self.stop(again)
        # Taken away on purpose later, they stay away.
        shutil.rmtree(folder / "imported")
        self.start(data=folder, reference=PROJECT / "reference")
        self.assertFalse((folder / "imported").exists())

    def test_an_older_backup_is_replaced_only_by_a_whole_one(self):
        aggregator = self.start()
        self.send(aggregator, "a.csv", rows(0, 10))
        backup = self.folder / "backup.db"
        self.tocsin("backup", backup)
        self.send(aggregator, "b.csv", rows(10, 10))
        self.tocsin("backup", backup)
        self.assertEqual(self.versions(backup), 20)
        self.assertEqual(sorted(p.name for p in self.folder.glob("backup*")), ["backup.db"])

    def test_what_cannot_be_written_is_told(self):
        aggregator = self.start()
        self.send(aggregator, "a.csv", rows(0, 10))
        said = self.tocsin("backup", self.folder / "no/such/folder.db", check=1)
        self.assertRegex(said.stderr, r"can't write .*no/such/folder\.db")
        said = self.tocsin("backup", self.data / "tocsin.db", check=1)
        self.assertIn("is the store itself", said.stderr)
        self.assertIn("say one file", self.tocsin("backup", check=2).stderr)
        self.verify()
