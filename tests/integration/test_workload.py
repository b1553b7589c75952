"""Promise: a generic workload in canonical CSV, with a reference folder of its own that has nothing to do with the
bundled one, loads, and its rolling years as of any date equal a recount: for every area, category and marker.

331 areas, 40 offences, 25 leaf categories and 4 markers that overlap, all invented from a seed; arrivals mostly by date, with
repeats, amendments that change area, offence, date or markers, and cancellations. TOCSIN_WORKLOAD says how many
arrivals (60000 without it; 1000000 is the full size).
"""
import collections
import csv
import datetime
import io
import os
import random
import unittest

from harness import Case

ARRIVALS = int(os.environ.get("TOCSIN_WORKLOAD", "60000"))
FIRST, LAST = datetime.date(2023, 3, 1), datetime.date(2025, 2, 28)
AS_OF = ("2025-02-28", "2024-12-31", "2025-01-17", "2024-02-29", "2024-02-28", "2024-06-30")
DAY = datetime.timedelta(days=1)


class World:
    """Areas, categories and offences, and who lies under whom."""

    def __init__(self, chance):
        self.chance = chance
        self.up = {"C": None}
        self.level = {"C": "country"}
        for number in range(10):
            self.add_area(f"R{number}", "region", "C")
        for number in range(40):
            self.add_area(f"F{number:02d}", "force", f"R{number % 10}")
        for number in range(280):
            self.add_area(f"D{number:03d}", "district", f"F{number % 40 if number < 240 else chance.randrange(40):02d}")
        self.districts = [code for code, level in self.level.items() if level == "district"]
        self.parent = {"crime": None, "disorder": None, "fraud": None}
        for group in range(5):
            self.parent[f"group{group}"] = "crime"
            for leaf in range(4):
                self.parent[f"leaf{group}{leaf}"] = f"group{group}"
        for leaf in range(4):
            self.parent[f"disorder{leaf}"] = "disorder"
        self.leaves = [c for c in self.parent if c not in self.parent.values()]
        self.marked = {"mark0": "crime", "mark1": "crime", "mark2": "group1", "mark3": None}
        # every leaf has an offence of its own, the rest share; two are known only as something of group 4
        homes = self.leaves + chance.choices(self.leaves, k=13) + ["group4", "group4"]
        self.offence = {f"X{number:02d}": home for number, home in enumerate(homes)}

    def add_area(self, code, level, parent):
        self.up[code] = parent
        self.level[code] = level

    def areas_above(self, code):
        while code:
            yield code
            code = self.up[code]

    def nodes_above(self, category):
        while category:
            yield category
            category = self.parent[category]

    def write(self, case):
        rows = {
            "areas.csv": [("code", "name", "level", "parent"),
                          *((code, f"Area {code}", self.level[code], self.up[code] or "") for code in self.up)],
            "categories.csv": [("category", "title", "parent", "marker"),
                               *((c, c.title(), up or "", "") for c, up in self.parent.items()),
                               *((m, m.title(), up or "", f"flag-{m}") for m, up in self.marked.items())],
            "offences.csv": [("offence", "description", "category"),
                             *((code, f"Offence {code}", home) for code, home in self.offence.items())],
            "populations.csv": [("area", "year", "population", "source"),
                                *((code, 2024, 100000 + 1000 * i, "invented") for i, code in enumerate(self.districts))],
        }
        for name, lines in rows.items():
            case.write(f"reference/{name}", "".join(",".join(map(str, line)) + "\n" for line in lines))
        return case.folder / "reference"


class Workload:
    COLUMNS = ("reference", "revision", "status", "recorded_at", "offence", "area", "markers")

    def __init__(self, world, arrivals):
        self.world, self.chance = world, world.chance
        self.arrivals = []  # (when it arrives, its row)
        self.days = (LAST - FIRST).days + 1
        repeats, amendments, cancellations = (int(arrivals * share) for share in (0.03, 0.04, 0.01))
        self.newest = [self.new_incident(n) for n in range(arrivals - repeats - amendments - cancellations)]
        for _ in range(amendments):
            self.amend(self.chance.randrange(len(self.newest)))
        for number in self.chance.sample(range(len(self.newest)), cancellations):
            self.put(number, {**self.newest[number], "status": "cancelled"})
        self.arrivals += [(when + self.delay(), row) for when, row in self.chance.sample(self.arrivals, repeats)]
        self.arrivals.sort(key=lambda each: each[0])

    def delay(self):
        return self.chance.choice((0.1, 1, 1, 2, 10, 40, 200)) * self.chance.random()

    def markers(self):
        return ";".join(f"flag-{m}" for m in self.world.marked if self.chance.random() < 0.12)

    def place(self):
        if self.chance.random() < 0.02:
            return f"F{self.chance.randrange(40):02d}"
        return self.world.districts[min(int(self.chance.expovariate(1 / 60)), len(self.world.districts) - 1)]

    def new_incident(self, number):
        day = self.chance.randrange(self.days)
        row = {"reference": f"INC/{number:07d}", "revision": 0, "status": "recorded", "recorded_at": FIRST + day * DAY,
               "offence": self.chance.choice(list(self.world.offence)), "area": self.place(), "markers": self.markers()}
        self.arrivals.append((day + self.delay(), row))
        return row

    def amend(self, number):
        row = dict(self.newest[number])
        change = self.chance.choice(("area", "offence", "recorded_at", "markers"))
        row[change] = {"area": self.place, "offence": lambda: self.chance.choice(list(self.world.offence)),
                       "recorded_at": lambda: FIRST + self.chance.randrange(self.days) * DAY, "markers": self.markers}[change]()
        self.put(number, row)

    def put(self, number, row):
        row["revision"] = self.newest[number]["revision"] + 1
        self.newest[number] = row
        self.arrivals.append(((row["recorded_at"] - FIRST).days + self.delay(), row))

    def text(self):
        out = io.StringIO()
        out.write(",".join(self.COLUMNS) + "\n")
        for _, row in self.arrivals:
            out.write(",".join(str(row[column]) for column in self.COLUMNS) + "\n")
        return out.getvalue()


class Recount:
    """Of each reference the highest revision, in every area above its own and every category above its own."""

    def __init__(self, world, arrivals):
        self.world = world
        standing = {}
        for _, row in arrivals:
            key = row["reference"]
            if key not in standing or row["revision"] > standing[key]["revision"]:
                standing[key] = row
        self.own = collections.Counter((row["recorded_at"], row["area"], row["offence"], row["markers"])
                                       for row in standing.values() if row["status"] == "recorded")
        self.kinds = {}

    def categories_of(self, offence, markers):
        """All that such an incident counts in, and whether it stands at a node that could be told finer."""
        if (offence, markers) not in self.kinds:
            nodes = list(self.world.nodes_above(self.world.offence[offence]))
            marks = [m for m, under in self.world.marked.items()
                     if f"flag-{m}" in markers.split(";") and (under is None or under in nodes)]
            self.kinds[offence, markers] = nodes, nodes + marks
        return self.kinds[offence, markers]

    def within(self, since, until):
        """(area, category) -> count, and (area, node) -> what is known only as that node."""
        counts, coarse = collections.Counter(), collections.Counter()
        for (day, area, offence, markers), count in self.own.items():
            if since <= day <= until:
                nodes, every = self.categories_of(offence, markers)
                for above in self.world.areas_above(area):
                    coarse[above, nodes[0]] += count
                    for category in every:
                        counts[above, category] += count
        return counts, coarse

    def by_day(self):
        counts = collections.Counter()
        for (day, area, offence, markers), count in self.own.items():
            _, every = self.categories_of(offence, markers)
            for above in self.world.areas_above(area):
                for category in every:
                    counts[above, category, str(day)] += count
        return counts


def year_earlier(date):
    """A month's last day goes to the same month's last day, any other to the same day."""
    if (date + DAY).day == 1:
        return (date + DAY).replace(year=(date + DAY).year - 1) - DAY
    return date.replace(year=date.year - 1)


class Generic(Case):
    def setUp(self):
        super().setUp()
        self.world = World(random.Random(331))
        self.reference = self.world.write(self)
        workload = Workload(self.world, ARRIVALS)
        self.recount = Recount(self.world, workload.arrivals)
        self.path = self.write("workload.csv", workload.text())
        self.aggregator = self.start()
        self.first = self.load()

    def load(self, *options):
        return self.summary(self.collect(self.aggregator, "incidents", self.path, "--origin", "crims",
                                         "--covers", f"C:{FIRST}..{LAST}", *options))

    def expected_count(self, counts, coarse, area, category, whole=True):
        """(count, coverage): a leaf is known in part only where some of its node's records aren't told apart."""
        count = counts[area, category]
        above = list(self.world.nodes_above(category))[1:] if category in self.world.parent else []
        if whole and not any(coarse[area, node] for node in above):
            return count, "complete"
        return (count, "at least") if count else ("", "unknown")

    def assert_rows(self, level, as_of):
        date = datetime.date.fromisoformat(as_of)
        middle = year_earlier(date)
        now = self.recount.within(middle + DAY, date)
        before_from = year_earlier(middle) + DAY
        before = self.recount.within(before_from, middle)
        areas = [code for code, each in self.world.level.items() if each == level]
        categories = [*self.world.parent, *self.world.marked]
        expected = {}
        for area in areas:
            for category in categories:
                count, coverage = self.expected_count(*now, area, category)
                previous, _ = self.expected_count(*before, area, category, before_from >= FIRST)
                expected[area, category] = (str(middle + DAY), as_of, str(count), coverage, str(previous))
        out = self.tocsin("report", "--each", level, "--as-of", as_of, "--format", "csv").stdout
        found = {(row["area"], row["category"]): (row["from"], row["to"], row["count"], row["coverage"], row["previous"])
                 for row in csv.DictReader(io.StringIO(out))}
        if found != expected:
            differing = [(key, found.get(key), expected.get(key)) for key in {*found, *expected}
                         if found.get(key) != expected.get(key)]
            self.fail(f"{level} as of {as_of}: {len(differing)} differ, as {sorted(differing, key=str)[:10]}")

    def test_everything_counts_as_recounted_and_stays_so(self):
        self.assertEqual(self.first["sent"], ARRIVALS)
        self.assertEqual(self.first["accepted"], len({key for key in self.query("SELECT DISTINCT reference FROM version")}))
        self.assertEqual(self.first["rejected"], 0)
        for as_of in AS_OF:
            for level in ("district", "region", "country"):
                with self.subTest(level, as_of=as_of):
                    self.assert_rows(level, as_of)
        with self.subTest("every force, by default as far as coverage reaches"):
            self.assert_rows("force", str(LAST))
            rows = csv.DictReader(io.StringIO(self.tocsin("report", "--each", "force", "--format", "csv").stdout))
            self.assertEqual({row["as_of"] for row in rows}, {str(LAST)})
        with self.subTest("by day"):
            expected = self.recount.by_day()
            found = {}
            for level in ("district", "force", "region", "country"):
                found.update({key: count for key, count in self.export("--each", level, "--by", "day").items()
                              if ":unallocated" not in key[0]})
            self.assertEqual(len(found), len(expected))
            self.assertTrue(found == expected, "counts by day differ")
        with self.subTest("parts and what is unallocated make up the whole"):
            parts = collections.Counter()
            for (_, category, day), count in self.export("--each", "district", "--by", "month").items():
                parts[category, day] += count
            self.assertEqual(parts, {key[1:]: count for key, count in self.export("--area", "C", "--by", "month").items()})
        with self.subTest("a rate by the estimate at hand"):
            row = self.report("D000", as_of=str(LAST))["crime"]
            self.assertEqual((row["population"], row["population_year"]), (100000, 2024))
            self.assertAlmostEqual(row["rate"], row["count"] / 100)
        self.verify()
        self.assert_loading_again_changes_nothing()

    def assert_loading_again_changes_nothing(self):
        before = self.query("SELECT * FROM count_month ORDER BY id"), self.query("SELECT id, current FROM version")
        self.assertEqual(self.load()["sent"], 0)
        self.assertEqual(self.load("--from-start"), {"sent": ARRIVALS, "accepted": 0, "repeated": ARRIVALS, "replaced": 0,
                                                     "rejected": 0})
        after = self.query("SELECT * FROM count_month ORDER BY id"), self.query("SELECT id, current FROM version")
        self.assertEqual(after, before)


if __name__ == "__main__":
    unittest.main()
