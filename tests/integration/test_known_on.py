"""Promise: --known-on gives the figures as they were known at the end of an earlier day: what came later counts
nothing, what a later version changed stands as it stood, and what was declared later is not covered yet.
"""
import contextlib
import os
import sqlite3
import tempfile

from harness import PROJECT, Case

STAFFORD, EAST_STAFFORDSHIRE = "E07000197", "E07000193"
MONTH = f"{STAFFORD}:2025-03-01..2025-03-31"
HEADER = "reference,revision,status,recorded_at,offence,area\n"


class KnownOn(Case):
    def send(self, aggregator, *rows, covers=None):
        self.sent = getattr(self, "sent", 0) + 1
        path = self.write(f"{self.sent}.csv", HEADER + "".join(row + "\n" for row in rows))
        self.collect(aggregator, "incidents", path, *(["--covers", covers] if covers else []))

    def set_clock_of(self, what, since_version, moment):
        """Moves what was stored from a version on to another time of reception."""
        with contextlib.closing(sqlite3.connect(self.data / "tocsin.db")) as db:
            if what == "versions":
                db.execute("UPDATE version SET received = unixepoch(?) WHERE id >= ?", (moment, since_version))
            else:
                db.execute("UPDATE coverage SET declared = unixepoch(?)", (moment,))
            db.commit()

    def fill(self):
        """On 2 April a burglary in Stafford and a robbery; on 5 April the burglary becomes a shop theft elsewhere, the
        robbery is cancelled, and another comes. The month is declared on 5 April."""
        aggregator = self.start()
        self.send(aggregator, f"a,1,recorded,2025-03-10,28E,{STAFFORD}", f"b,1,recorded,2025-03-11,34B,{STAFFORD}")
        self.send(aggregator, f"a,2,recorded,2025-03-10,46,{EAST_STAFFORDSHIRE}", "b,2,cancelled,,,",
                  f"c,1,recorded,2025-03-12,34B,{STAFFORD}", covers=MONTH)
        self.stop(aggregator)
        self.set_clock_of("versions", 1, "2025-04-02 10:00:00")
        self.set_clock_of("versions", 3, "2025-04-05 22:59:59")  # one second before midnight in London
        self.set_clock_of("coverage", 0, "2025-04-05 22:59:59")

    def counted(self, area, *options):
        return {category: count for (_, category, _), count in
                self.export("--area", area, "--by", "month", *options).items()
                if category in ("residential-burglary", "robbery", "shoplifting")}

    def test_each_day_shows_what_had_come_by_its_end(self):
        self.fill()
        for day, stafford, elsewhere in (
                ("2025-04-01", {}, {}),
                ("2025-04-02", {"residential-burglary": 1, "robbery": 1}, {}),
                ("2025-04-04", {"residential-burglary": 1, "robbery": 1}, {}),
                ("2025-04-05", {"robbery": 1}, {"shoplifting": 1}),
                ("2026-01-01", {"robbery": 1}, {"shoplifting": 1})):
            with self.subTest(day):
                self.assertEqual(self.counted(STAFFORD, "--known-on", day), stafford)
                self.assertEqual(self.counted(EAST_STAFFORDSHIRE, "--known-on", day), elsewhere)
        self.assertEqual(self.counted(STAFFORD), {"robbery": 1})

    def test_what_was_declared_later_was_not_covered_yet(self):
        self.fill()
        before = self.report(STAFFORD, window="calendar-month", as_of="2025-03-31", known_on="2025-04-04")
        after = self.report(STAFFORD, window="calendar-month", as_of="2025-03-31", known_on="2025-04-05")
        self.assertEqual((before["robbery"]["count"], before["robbery"]["coverage"]), (1, "at least"))
        self.assertEqual((after["robbery"]["count"], after["robbery"]["coverage"]), (1, "complete"))
        self.assertEqual((after["residential-burglary"]["count"], after["residential-burglary"]["coverage"]), (0, "complete"))

    def test_the_report_says_of_which_day_it_is(self):
        self.fill()
        said = self.tocsin("report", "--area", STAFFORD, "--as-of", "2025-03-31", "--known-on", "2025-04-04").stdout
        self.assertIn("as known at the end of 4 April 2025", said)

    def test_known_today_is_what_is_known(self):
        aggregator = self.start()
        self.collect(aggregator, "simulate", PROJECT / "reference/stafford.yaml")
        self.stop(aggregator)
        then, now = self.report(STAFFORD, known_on="2099-01-01"), self.report(STAFFORD)
        for row in then.values():
            self.assertIn("as known at the end of 1 January 2099, with the reference data of today", row["notes"].pop(0))
        self.assertEqual(then, now)
        self.assertEqual(now["all-crime"]["count"], 9048)

    def test_nothing_is_left_behind(self):
        self.fill()
        with tempfile.TemporaryDirectory() as folder:
            before = os.environ.get("TMPDIR")
            os.environ["TMPDIR"] = folder
            try:
                self.counted(STAFFORD, "--known-on", "2025-04-04")
            finally:
                os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before)
            self.assertEqual(os.listdir(folder), [])

    def test_a_date_that_does_not_exist_is_used_wrongly(self):
        self.fill()
        said = self.tocsin("report", "--area", STAFFORD, "--known-on", "2025-02-31", check=2)
        self.assertIn("--known-on wants a date that exists", said.stderr)
