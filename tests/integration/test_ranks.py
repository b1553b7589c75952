"""Promise: two origins that cover the same thing never count twice. Without ranks the second is refused, in words that
name both; with ranks the lesser is kept and not counted, whatever came first; and it counts again on days, for markers
and for categories that the better one doesn't cover.
"""
import shutil
import signal
import unittest

from harness import PROJECT, Case
from test_incidents import BURGLARY, FORCE, ROBBERY, SHOPLIFTING, STAFFORD, as_csv, record
from test_police_uk import COLUMNS, street

MARCH = f"{STAFFORD}:2025-03-01..2025-03-31"


class Ranked(Case):
    """`live` and `late` know of the same robberies and burglaries, but not of the same number."""

    ranks = ("live,Live feed,1,", "late,Monthly file,2,")
    LIVE = [record(f"l{n}", f"2025-03-{10 + n}") for n in range(3)] + [record("l3", "2025-03-20", BURGLARY)]
    LATE = [record(f"m{n}", f"2025-03-{5 + n:02d}") for n in range(5)] + [record("m5", "2025-03-21", BURGLARY),
                                                                       record("m6", "2025-03-22", BURGLARY)]

    def setUp(self):
        super().setUp()
        self.reference = self.folder / "reference"
        shutil.copytree(PROJECT / "reference", self.reference)
        self.rank(*self.ranks)
        self.aggregator = self.start()

    def rank(self, *lines):
        (self.reference / "sources.csv").write_text("origin,title,rank,promised_interval\n" + "".join(f"{x}\n" for x in lines))

    def rank_again(self, *lines):
        self.rank(*lines)
        self.aggregator.process.send_signal(signal.SIGHUP)
        return self.aggregator.await_line(r" reload +(.*)").group(1)

    def begin_again(self, name):
        self.stop_all()
        self.data = self.folder / name
        self.aggregator = self.start()

    def send(self, origin, records, *covers, check=0, name=None):
        path = self.write(f"{name or origin}.csv", as_csv(records, list(records[0])))
        options = [word for each in covers for word in ("--covers", each)]
        return self.collect(self.aggregator, "incidents", path, "--origin", origin, *options, check=check)

    def march(self, area=STAFFORD):
        wanted = ("robbery", "residential-burglary", "hate-crime", "domestic-abuse", "shoplifting")
        return {category: count for (_, category, _), count in
                self.export("--area", area, "--by", "month", "--from", "2025-03-01", "--to", "2025-03-31").items()
                if category in wanted}


class WithoutRanks(Ranked):
    ranks = ()

    def assert_refused(self, said, first, second):
        self.assertIn("refused", said.stderr)
        for words in (f"'{first}'", f"'{second}'", "sources.csv", "Stafford"):
            self.assertIn(words, said.stderr)

    def test_the_second_is_refused_and_nothing_of_it_counts(self):
        self.send("live", self.LIVE, MARCH)
        before = self.counts(), self.incidents()
        said = self.send("late", self.LATE, MARCH, check=1)
        self.assert_refused(said, "live", "late")
        self.assertEqual((self.counts(), self.incidents()), before)
        self.assertEqual(self.march(), {"robbery": 3, "residential-burglary": 1})
        self.verify()

    def test_a_force_s_file_and_a_district_s_feed_meet_too(self):
        self.send("live", self.LIVE, MARCH)
        path = self.write("2025-03-staffordshire-street.csv", f"{COLUMNS}\n{street('a', 'Robbery')}\n")
        self.assert_refused(self.collect(self.aggregator, "police-uk", path, check=1), "live", "Staffordshire Police")
        self.assertEqual(self.march(FORCE), {"robbery": 3, "residential-burglary": 1})

    def test_one_day_that_both_cover_is_enough(self):
        self.send("live", self.LIVE, f"{STAFFORD}:2025-03-01..2025-03-15")
        self.assert_refused(self.send("late", self.LATE, f"{STAFFORD}:2025-03-15..2025-03-31", check=1), "live", "late")
        self.send("late", self.LATE, f"{STAFFORD}:2025-03-16..2025-03-31")

    def test_days_areas_and_categories_that_do_not_meet_are_not_refused(self):
        self.send("live", self.LIVE, f"{STAFFORD}/robbery:2025-03-01..2025-03-31")
        self.send("late", self.LATE, f"{STAFFORD}/burglary:2025-03-01..2025-03-31", f"{STAFFORD}:2025-02-01..2025-02-28",
                  "E07000193:2025-03-01..2025-03-31")
        self.assert_refused(self.send("third", self.LATE, f"{STAFFORD}/all-crime:2025-03-01..2025-03-31", check=1),
                            "live", "third")

    def test_once_they_are_ranked_the_refused_one_is_taken(self):
        self.send("live", self.LIVE, MARCH)
        self.send("late", self.LATE, MARCH, check=1)
        self.assertIn("true", self.rank_again(*Ranked.ranks))
        self.send("late", self.LATE, MARCH)
        self.assertEqual(self.march(), {"robbery": 3, "residential-burglary": 1})
        self.verify()


class WithRanks(Ranked):
    def assert_live_counts(self):
        self.assertEqual(self.march(), {"robbery": 3, "residential-burglary": 1})
        self.assertEqual(self.march(FORCE), {"robbery": 3, "residential-burglary": 1})
        self.assertEqual([row[0] for row in self.incidents("reference")],
                         [f"m{n}" for n in range(7)] + [f"l{n}" for n in range(4)])
        self.verify()

    def test_the_better_counts_whatever_came_first(self):
        header = record("none", "2024-01-01")
        orders = {
            "better first": lambda: (self.send("live", self.LIVE, MARCH), self.send("late", self.LATE, MARCH)),
            "better last": lambda: (self.send("late", self.LATE, MARCH), self.send("live", self.LIVE, MARCH)),
            "records first": lambda: (self.send("late", self.LATE), self.send("live", self.LIVE),
                                      self.send("late", self.LATE, MARCH), self.send("live", self.LIVE, MARCH)),
            "records first, better covered first": lambda: (
                self.send("live", self.LIVE), self.send("late", self.LATE), self.send("live", self.LIVE, MARCH),
                self.send("late", self.LATE, MARCH)),
            "coverage first": lambda: (self.cover("live", MARCH), self.cover("late", MARCH), self.send("late", self.LATE),
                                       self.send("live", self.LIVE)),
            "one by one": lambda: [self.send(origin, [row], MARCH, name=row["reference"]) for row, origin in
                                   zip(self.LATE + self.LIVE, ["late"] * 7 + ["live"] * 4)],
        }
        seen = []
        for name, load in orders.items():
            with self.subTest(name):
                self.begin_again(name)
                load()
                self.assert_live_counts()
                seen.append((self.counts(), self.incidents()))
        for each in seen[1:]:
            self.assertEqual(each, seen[0])

    def cover(self, origin, covers):
        path = self.write(f"nothing-{origin}.csv", "reference,recorded_at,offence,area\n")
        self.collect(self.aggregator, "incidents", path, "--origin", origin, "--covers", covers)

    def test_what_is_not_counted_is_kept_and_said(self):
        self.send("live", self.LIVE, MARCH)
        self.send("late", self.LATE, MARCH)
        totals, days, outranked = self.counts()[STAFFORD, "late", "2025-03"]
        self.assertEqual((totals, days), ({}, {}))
        self.assertEqual({category: sum(each.values()) for category, each in outranked.items()},
                         {"robbery": 5, "residential-burglary": 2})

    def test_the_lesser_counts_on_days_that_the_better_does_not_cover(self):
        self.send("late", self.LATE, f"{STAFFORD}:2025-03-01..2025-03-31")
        self.send("live", self.LIVE, f"{STAFFORD}:2025-03-08..2025-03-21")
        # late's robberies of the 5th to 7th and its burglary of the 22nd
        self.assertEqual(self.march(), {"robbery": 3 + 3, "residential-burglary": 1 + 1})
        self.verify()
        self.send("live", self.LIVE, f"{STAFFORD}:2025-03-01..2025-03-21")
        self.assertEqual(self.march(), {"robbery": 3, "residential-burglary": 1 + 1})
        self.verify()

    def test_the_lesser_counts_in_areas_that_the_better_does_not_cover(self):
        elsewhere = [record("e0", area="E07000193"), record("e1", area=FORCE)]
        self.send("late", self.LATE + elsewhere, f"{FORCE}:2025-03-01..2025-03-31")
        self.send("live", self.LIVE, MARCH)
        self.assertEqual(self.march(), {"robbery": 3, "residential-burglary": 1})
        self.assertEqual(self.march("E07000193"), {"robbery": 1})
        self.assertEqual(self.march(FORCE), {"robbery": 5, "residential-burglary": 1})
        self.verify()

    def test_a_better_source_without_markers_leaves_the_lesser_s_markers_counted(self):
        late = [{**row, "markers": "hate-crime"} for row in self.LATE]
        for order in (("live", "late"), ("late", "live")):
            self.begin_again(order[0])
            for origin in order:
                self.send(origin, self.LIVE if origin == "live" else late, MARCH)
            self.assertEqual(self.march(), {"robbery": 3, "residential-burglary": 1, "hate-crime": 7})
            self.verify()

    def test_a_better_source_with_markers_takes_them_over(self):
        late = [{**row, "markers": "hate-crime"} for row in self.LATE]
        live = [{**row, "markers": "hate-crime" if row["reference"] == "l0" else ""} for row in self.LIVE]
        self.send("late", late, MARCH)
        self.send("live", live, MARCH)
        self.assertEqual(self.march(), {"robbery": 3, "residential-burglary": 1, "hate-crime": 1})
        self.verify()

    def test_a_better_source_of_one_category_leaves_the_others(self):
        late = [*self.LATE, record("m7", "2025-03-09", SHOPLIFTING)]
        for order in (("live", "late"), ("late", "live")):
            self.begin_again(order[0])
            for origin in order:
                self.send(origin, self.LIVE if origin == "live" else late,
                          f"{STAFFORD}/robbery:2025-03-01..2025-03-31" if origin == "live" else MARCH)
            # live's burglary is no part of what it covers, yet it is known: it counts beside late's two
            self.assertEqual(self.march(), {"robbery": 3, "residential-burglary": 1 + 2, "shoplifting": 1})
            self.verify()

    def test_amendments_and_cancellations_of_the_lesser_stay_uncounted(self):
        self.send("live", self.LIVE, MARCH)
        self.send("late", self.LATE, MARCH)
        before = self.march()
        self.send("late", [record("m0", "2025-03-25", BURGLARY, revision="1"), record("m1", revision="1", status="cancelled")],
                  name="more")
        self.assertEqual(self.march(), before)
        self.verify()
        self.send("late", [record("m0", "2025-04-02", BURGLARY, revision="2")], name="out")
        self.assertEqual(self.march(), before)
        april = self.export("--area", STAFFORD, "--by", "month", "--from", "2025-04-01")
        self.assertEqual(april[STAFFORD, "residential-burglary", "2025-04"], 1)
        self.verify()

    def test_ranks_that_change_places_change_what_counts(self):
        self.send("live", self.LIVE, MARCH)
        self.send("late", self.LATE, MARCH)
        before = self.counts()
        self.rank_again("live,Live feed,2,", "late,Monthly file,1,")
        self.assertEqual(self.march(), {"robbery": 5, "residential-burglary": 2})
        self.verify()
        self.rank_again(*self.ranks)
        self.assertEqual(self.counts(), before)
        self.verify()


if __name__ == "__main__":
    unittest.main()
