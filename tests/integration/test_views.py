"""Promise: the views of docs/store.md can be read in the stock sqlite3 shell, while the aggregator writes; they say in codes,
names and dates what the records and declarations say; and a rolling year is the report's, figure by figure.

Expected values are counted here, from the records that were sent.
"""
import csv
import datetime
import io
import json
import pathlib
import random
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import BIN, PROJECT, Aggregator, Case
from test_incidents import as_csv, record

STAFFORD, EAST_STAFFORDSHIRE, LICHFIELD, TAMWORTH, CANNOCK = "E07000197", "E07000193", "E07000194", "E07000199", "E07000192"
ABOVE_AREAS = ("E23000015", "E12000005", "E92000001", "K04000001")
LEAVES = {"34B": "robbery", "28E": "residential-burglary", "46": "shoplifting", "ASB-NUISANCE": "asb-nuisance", "Drugs": "drug-offences"}
ABOVE = {"robbery": ("all-crime",), "residential-burglary": ("burglary", "theft", "all-crime"), "shoplifting": ("theft", "all-crime"),
         "asb-nuisance": ("anti-social-behaviour",), "drug-offences": ("all-crime",)}

# What is declared: a day in the middle of a month, one category only, two roots that end on different days.
COVERS = {
    STAFFORD: ("2022-04-01..2025-03-31",), EAST_STAFFORDSHIRE: ("2023-01-01..2025-03-15",), LICHFIELD: ("2024-04-01..2025-03-31",),
    TAMWORTH: ("robbery:2023-04-01..2025-03-31",), CANNOCK: ("all-crime:2023-01-01..2025-02-28", "anti-social-behaviour:2023-01-01..2025-03-31"),
}
DAY = datetime.timedelta(days=1)


def date(text):
    return datetime.date.fromisoformat(text)


def invented():
    """Versions in the order in which they are sent: some replace others, some cancel."""
    chance, rows = random.Random(7), []
    for area in COVERS:
        for n in range(260):
            offence = chance.choice([code for code in LEAVES if code != "Drugs" or area == LICHFIELD])
            when = date("2022-04-01") + DAY * chance.randint(0, 1094)
            row = record(f"{area}/{n}", str(when), offence, area, revision="1", status="recorded",
                         markers=chance.choice(("", "", "hate-crime")), outcome="", occurred_at="", latitude="52.806001", longitude="-2.117")
            rows.append(row)
            if n % 10 == 0:
                rows.append({**row, "revision": "2", "recorded_at": str(when + DAY * 3), "outcome": "charged"})
            if n % 25 == 0:
                rows.append({**row, "revision": "3", "status": "cancelled"})
    return rows + [record("month-only", "2024-05", "34B", STAFFORD, revision="1", status="recorded", markers="")]


class Views(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.made, ignore_errors=True)
        cls.rows = invented()
        cls.aggregator = Aggregator(cls.made / "tocsin-data")
        cls.addClassCleanup(cls.aggregator.stop)
        for area, declared in COVERS.items():
            path = cls.made / f"{area}.csv"
            path.write_text(as_csv([row for row in cls.rows if row["area"] == area]))
            covers = [word for each in declared for word in
                      ("--covers", f"{area}/{each}" if each[0].isalpha() else f"{area}:{each}")]
            subprocess.run([BIN / "tocsin-collector", "incidents", path, *covers, "--to", cls.aggregator.endpoint], check=True,
                           capture_output=True)
        path = cls.made / "odd.csv"
        path.write_text(as_csv([record("odd", "2025-03-01", "Piracy", STAFFORD), record(f"{STAFFORD}/1", "2025-02-30", revision="9"),
                                record("", "2025-03-01")]))
        subprocess.run([BIN / "tocsin-collector", "incidents", path, "--to", cls.aggregator.endpoint], capture_output=True)

    def setUp(self):
        super().setUp()
        self.data = self.made / "tocsin-data"

    def shell(self, sql, *options):
        said = subprocess.run(["sqlite3", "-readonly", *options, self.data / "tocsin.db", sql], capture_output=True, text=True, timeout=60)
        self.assertEqual((said.returncode, said.stderr), (0, ""), sql)
        return said.stdout

    def view(self, sql):
        return [dict(row) for row in json.loads(self.shell(sql, "-json") or "[]")]

    def standing(self):
        """reference -> row, of what stands; none that is cancelled."""
        newest = {}
        for row in self.rows:
            if row["reference"] not in newest or int(row["revision"]) > int(newest[row["reference"]]["revision"]):
                newest[row["reference"]] = row
        return {reference: row for reference, row in newest.items() if row["status"] == "recorded"}

    @staticmethod
    def day_of(row):
        return "2024-05-31" if row["recorded_at"] == "2024-05" else row["recorded_at"]

    def counted(self, period_of):
        """(area, category, period) -> count, in every area and category above."""
        counts = {}
        for row in self.standing().values():
            leaf = LEAVES[row["offence"]]
            marked = ("hate-crime",) if row["markers"] == "hate-crime" and "all-crime" in ABOVE[leaf] else ()
            for area in (row["area"], *ABOVE_AREAS):
                for category in (leaf, *ABOVE[leaf], *marked):
                    key = area, category, period_of(self.day_of(row))
                    counts[key] = counts.get(key, 0) + 1
        return counts

    def test_every_view_is_documented_and_every_documented_one_is_there(self):
        page = (PROJECT / "docs/store.md").read_text("utf-8")
        documented = {name for row in re.findall(r"(?m)^\| (`\w+`(?:, `\w+`)*) \| ", page.split("| view |")[1].split("\n\n")[0])
                      for name in re.findall(r"`(\w+)`", row)}
        self.assertEqual({row["name"] for row in self.view("SELECT name FROM sqlite_schema WHERE type = 'view'")}, documented)
        for name in documented:
            self.shell(f"SELECT * FROM {name} LIMIT 3")

    def test_the_page_s_examples_run_as_they_stand(self):
        page = (PROJECT / "docs/store.md").read_text("utf-8")
        line = re.search(r"(?m)^    (sqlite3 -readonly .*)$", page).group(1)
        said = subprocess.run(line, shell=True, cwd=self.made, capture_output=True, text=True)
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        self.assertIn(f"{STAFFORD}|Stafford|robbery|Robbery|2025-03-31|2024-04-01|", said.stdout)
        opened, asked = re.search(r'sqlite3\.connect\((".*?"), uri=True\)\n    pandas\.read_sql\("(.*?)", db\)', page).groups()
        program = f"import sqlite3\nprint(len(sqlite3.connect({opened}, uri=True).execute({asked!r}).fetchall()))"
        said = subprocess.run(["/usr/bin/python3", "-c", program], cwd=self.made, capture_output=True, text=True, check=True)
        self.assertGreater(int(said.stdout), 30)
        statement = re.search(r"(?m)^    (SELECT totals, days FROM count_month LIMIT 1;)$", page).group(1)
        self.assertRegex(self.shell(statement), r'^\{"\d+":\d+.*\}\|\{"\d+":\{"\d+":\d+.*\}\}\n$')

    def test_incident_is_what_stands(self):
        found = {row["reference"]: row for row in self.view("SELECT * FROM incident")}
        standing = self.standing()
        self.assertEqual(set(found), set(standing))
        for reference, row in standing.items():
            seen = found[reference]
            self.assertEqual((seen["origin"], seen["revision"], seen["recorded"], seen["month_only"], seen["offence"], seen["area"],
                              seen["markers"], seen["outcome"]),
                             ("local", int(row["revision"]), self.day_of(row), int(row["recorded_at"] == "2024-05"), row["offence"],
                              row["area"], row["markers"], row.get("outcome", "")))
            if "latitude" in row:
                self.assertEqual((seen["latitude"], seen["longitude"]), (52.806001, -2.117))
            self.assertEqual(seen["newer_rejected"], int(reference == f"{STAFFORD}/1"))

    def test_incident_version_keeps_all_that_was_said(self):
        found = {(row["reference"], row["revision"]): row for row in self.view("SELECT * FROM incident_version")}
        self.assertEqual(set(found), {(row["reference"], int(row["revision"])) for row in self.rows})
        standing = self.standing()
        now = datetime.datetime.now(datetime.timezone.utc)
        for row in self.rows:
            seen = found[row["reference"], int(row["revision"])]
            last = max(int(each["revision"]) for each in self.rows if each["reference"] == row["reference"])
            self.assertEqual((seen["status"], seen["current"]), (row["status"], int(int(row["revision"]) == last)))
            received = datetime.datetime.fromisoformat(seen["received"].replace("Z", "+00:00"))
            self.assertLess(abs((now - received).total_seconds()), 3600)
        self.assertEqual({reference for (reference, _), row in found.items() if row["current"] and row["status"] == "recorded"}, set(standing))

    def test_counts_by_day_and_month_are_those_of_the_records(self):
        for name, column, period_of in (("daily_count", "day", lambda day: day), ("monthly_count", "month", lambda day: day[:7])):
            with self.subTest(name):
                found = {(row["area"], row["category"], row[column]): row["count"] for row in self.view(f"SELECT * FROM {name}")}
                self.assertEqual(found, self.counted(period_of))
                out = csv.DictReader(io.StringIO(self.tocsin("export", "--area", STAFFORD, "--by", column).stdout))
                self.assertEqual({(row["area"], row["category"], row["period"]): int(row["count"]) for row in out},
                                 {key: count for key, count in found.items() if key[0] == STAFFORD})

    def test_own_daily_count_sums_no_categories_and_tells_months(self):
        rows = self.view("SELECT o.*, a.code AS area, c.code AS category, f.code AS origin FROM own_daily_count o "
                         "JOIN code a ON a.kind = 6 AND a.id = area_id JOIN code c ON c.kind = 7 AND c.id = category_id "
                         f"JOIN code f ON f.kind = 1 AND f.id = origin_id WHERE a.code = '{STAFFORD}'")
        expected = {key: count for key, count in self.counted(lambda day: day).items()
                    if key[0] == STAFFORD and key[1] in (*LEAVES.values(), "hate-crime")}
        found = {}
        for row in rows:
            self.assertEqual((row["origin"], row["month"]), ("local", int(row["day"][:4]) * 12 + int(row["day"][5:7]) - 1))
            key = row["area"], row["category"], row["day"]
            found[key] = found.get(key, 0) + row["count"]
        self.assertEqual(found, expected)
        self.assertEqual([(row["category"], row["day"], row["count"]) for row in rows if row["month_only"]], [("robbery", "2024-05-31", 1)])

    def test_known_is_what_was_declared(self):
        found = {}
        for row in self.view("SELECT * FROM known"):
            found.setdefault((row["area"], row["category"]), []).append((row["from_date"], row["to_date"]))
        whole = lambda area: [tuple(COVERS[area][0].split(".."))]
        for area in (STAFFORD, EAST_STAFFORDSHIRE, LICHFIELD):
            for category in ("robbery", "all-crime", "asb-nuisance", "hate-crime"):
                self.assertEqual(found[area, category], whole(area))
        self.assertEqual(found[TAMWORTH, "robbery"], [("2023-04-01", "2025-03-31")])
        self.assertEqual([category for area, category in found if area == TAMWORTH], ["robbery"])
        self.assertEqual(found[CANNOCK, "theft"], [("2023-01-01", "2025-02-28")])
        self.assertEqual(found[CANNOCK, "asb-nuisance"], [("2023-01-01", "2025-03-31")])
        self.assertFalse([area for area, _ in found if area in ABOVE_AREAS], "whose parts aren't all declared")

    def test_open_reject_is_what_stands_rejected(self):
        rows = self.view("SELECT * FROM open_reject ORDER BY id")
        said = json.loads(self.tocsin("rejects", "--format", "json").stdout)
        names = ("id", "words", "origin", "reference", "source", "stream", "line")
        self.assertEqual([tuple(row[name] for name in names) for row in rows], [tuple(row[name] for name in names) for row in said])
        self.assertEqual(sorted(row["line"] for row in rows), [2, 3, 4])

    def test_a_rolling_year_is_the_report_s_figure_by_figure(self):
        view = {(row["area"], row["category"]): row for row in self.view('SELECT * FROM rolling_year')}
        report = {(row["area"], row["category"]): row for level in ("district", "force", "region", "country") for row in
                  json.loads(self.tocsin("report", "--each", level, "--format", "json", check=None).stdout or "[]")}
        self.assertEqual({area for area, _ in view}, set(COVERS))
        for key, row in view.items():
            said = report[key]
            with self.subTest(key):
                self.assertEqual((row["area_name"], row["title"]), (said["area_name"], said["title"]))
                self.assertEqual((row["as_of"], row["from"], row["count"], row["coverage"]),
                                 (said["as_of"], said["from"], said["count"], said["coverage"]))
                whole = row["previous"] is not None or said["change_pct"] is not None
                self.assertEqual(row["previous"], said["previous"] if whole else None)
        # and by a count of our own
        expected = {"robbery": 0, "theft": 0, "all-crime": 0, "hate-crime": 0}
        for (area, category, day), count in self.counted(lambda day: day).items():
            if area == EAST_STAFFORDSHIRE and category in expected and "2024-03-16" <= day <= "2025-03-15":
                expected[category] += count
        self.assertEqual({category: view[EAST_STAFFORDSHIRE, category]["count"] for category in expected}, expected)
        self.assertEqual((view[LICHFIELD, "drug-possession"]["count"], view[LICHFIELD, "drug-possession"]["coverage"]), (None, "unknown"))
        self.assertEqual((view[TAMWORTH, "shoplifting"]["coverage"], view[TAMWORTH, "homicide"]["count"]), ("at least", None))
        self.assertIsNone(view[LICHFIELD, "robbery"]["previous"])


if __name__ == "__main__":
    unittest.main()
