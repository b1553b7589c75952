"""Promise: `tocsin verify` finds the levels of a store right that went through corrections, cancellations and records of
every kind; it names each level that is not what a fold of the recounted counts gives, and the advice that it prints
mends it; and of areas that wait for the end of a load it says so, and nothing more.
"""
import signal

import test_judge
import test_verify
from harness import PROJECT, Case
from test_judge import STAFFORD, days, shoplifting
from test_verify import code

EAST_STAFFORDSHIRE = "E07000193"
ROW = f"area = {code(6, STAFFORD)} AND category = {code(7, 'shoplifting')}"
DAY_2024_07_01 = 19905
SHOPLIFTING = rf"(?m)^{STAFFORD} shoplifting: stored {{}}; folded anew {{}}$"


class Levels(Case):
    """A store in which shoplifting has doubled from one year to the next, and was corrected since."""

    send = test_judge.Judged.send
    change = test_verify.Store.change
    damaged = test_verify.Store.damaged

    def setUp(self):
        super().setUp()
        self.rules = self.folder / "reference"
        self.write_reference()
        aggregator = self.start(self.rules)
        self.send(aggregator, shoplifting("2022-01-01", "2023-12-31", 1), "2022-01-01..2023-12-31")
        self.send(aggregator, shoplifting("2024-01-01", "2024-12-31", 2), "2024-01-01..2024-12-31")
        self.cancel(aggregator, "2024-03-01", "2024-03-20")
        self.stop(aggregator)
        since, = self.query(f"SELECT date(since * 86400, 'unixepoch') FROM level WHERE {ROW}")[0]
        self.since = since
        self.stands = f"priority rising since {since} by year-on-year, as of 2024-12-31"

    def write_reference(self):
        self.rules.mkdir()
        for name in ("categories.csv", "offences.csv", "populations.csv"):
            (self.rules / name).symlink_to(PROJECT / "reference" / name)
        lines = (PROJECT / "reference/areas.csv").read_text("utf-8").splitlines(keepends=True)
        kept = ("code", "K04000001", "E92000001", "E12000005", "E23000015")
        (self.rules / "areas.csv").write_text("".join(line for line in lines if line.startswith(kept) or
                                                      ",district,E23000015,,,," in line))
        (self.rules / "priorities.yaml").write_text((PROJECT / "reference/priorities.yaml").read_text("utf-8"))

    def cancel(self, aggregator, first, last):
        rows = "".join(f"{day}/1,cancelled,1,,,\n" for day in days(first, last))
        self.collect(aggregator, "incidents", self.write("cancelled.csv", "reference,status,revision,recorded_at,offence,area\n" + rows))

    def standing(self):
        return self.query(f"SELECT * FROM level WHERE {ROW}")

    def assert_named(self, statement, stored, folded):
        with self.subTest(statement):
            said = self.damaged(statement).stdout
            self.assertRegex(said, SHOPLIFTING.format(stored, folded))
            self.assertEqual(said.count("; folded anew "), 1, said)
            self.assertRegex(said, r"(?m)^To have every level worked out anew, change priorities\.yaml")
            self.assertTrue(said.splitlines()[-1].endswith(" watched series: NOT as recounted"), said)

    # --- right -----------------------------------------------------------------------------------

    def test_levels_are_right_after_corrections_and_cancellations_and_every_watched_series_is_looked_at(self):
        self.verify()
        aggregator = self.start(self.rules)
        self.cancel(aggregator, "2024-01-01", "2024-12-31")
        self.verify()
        self.assertEqual(self.standing(), [])
        self.send(aggregator, shoplifting("2024-02-01", "2024-12-31", 3, "late-"), "2024-02-01..2024-12-31")
        self.verify()
        self.assertEqual(len(self.standing()), 1)
        self.stop(aggregator, signal.SIGKILL)
        said = self.tocsin("verify").stdout
        # A force and nine districts in it; of the region and the country no bundled rule speaks.
        self.assertRegex(said, r" 13 areas, \d+0 watched series: all as recounted$")

    # --- tampered with ---------------------------------------------------------------------------

    def test_a_level_that_was_tampered_with_is_named(self):
        self.assertEqual(len(self.standing()), 1)
        self.assert_named(f"UPDATE level SET level = 1 WHERE {ROW}", self.stands.replace("priority", "watch"), self.stands)
        self.assert_named(f"UPDATE level SET direction = 2 WHERE {ROW}", self.stands.replace("rising", "falling"), self.stands)
        self.assert_named(f"UPDATE level SET since = {DAY_2024_07_01} WHERE {ROW}", self.stands.replace(self.since, "2024-07-01"), self.stands)
        self.assert_named(f"UPDATE level SET since = NULL WHERE {ROW}", self.stands.replace(f"since {self.since} ", ""), self.stands)
        self.assert_named(f"UPDATE level SET as_of = as_of - 1 WHERE {ROW}", self.stands.replace("12-31", "12-30"), self.stands)
        self.assert_named(f"UPDATE level SET rule = 'weekly-spike' WHERE {ROW}",
                          self.stands.replace("year-on-year", "weekly-spike"), self.stands)
        self.assert_named(f"UPDATE level SET level = 0, direction = 0 WHERE {ROW}", r"normal since .*", self.stands)

    def test_numbers_that_mean_no_level_are_named(self):
        self.assert_named(f"UPDATE level SET level = 3, direction = 9 WHERE {ROW}", self.stands.replace(" rising", ""), self.stands)

    def test_a_missing_row_is_named(self):
        self.assert_named(f"DELETE FROM level WHERE {ROW}", "nothing", self.stands)

    def test_a_row_too_many_is_named(self):
        other = f"UPDATE level SET area = {code(6, EAST_STAFFORDSHIRE)} WHERE {ROW}"
        said = self.damaged(other).stdout
        self.assertRegex(said, SHOPLIFTING.format("nothing", self.stands))
        self.assertRegex(said, rf"(?m)^{EAST_STAFFORDSHIRE} shoplifting: stored {self.stands}; folded anew normal")
        others = "category, level, direction, rule, since, as_of, announced, announced_direction, alert"
        country = f"INSERT INTO level (area, {others}) SELECT {code(6, 'E92000001')}, {others} FROM level WHERE {ROW}"
        self.assertRegex(self.damaged(country).stdout, rf"(?m)^E92000001 shoplifting: stored {self.stands}; folded anew normal$")

    def test_a_level_of_nothing_in_the_reference_data_is_named(self):
        self.assertRegex(self.damaged(f"UPDATE level SET area = 9999 WHERE {ROW}").stdout,
                         r"(?m)^a level of area 9999 and category \d+, numbers of nothing in the reference data$")

    def test_what_verify_advises_mends_a_level(self):
        self.change(self.data, f"UPDATE level SET level = 1, since = NULL WHERE {ROW}")
        self.tocsin("verify", check=1)
        with open(self.rules / "priorities.yaml", "a", encoding="utf-8") as rules:
            rules.write("# Judged anew.\n")
        self.stop(self.start(self.rules))
        self.verify()

    # --- waiting ---------------------------------------------------------------------------------

    def test_areas_that_wait_for_the_end_of_a_load_are_not_compared(self):
        self.change(self.data, f"INSERT INTO unjudged_area (area) VALUES ({code(6, STAFFORD)})")
        watched = int(self.tocsin("verify").stdout.split()[-6])
        self.change(self.data, f"DELETE FROM level WHERE {ROW}")
        said = self.tocsin("verify").stdout
        self.assertIn("1 area waits for the end of a load: no levels compared there\n", said)
        self.assertIn("all as recounted", said)
        self.change(self.data, "DELETE FROM unjudged_area")
        all_watched = int(self.tocsin("verify", check=1).stdout.split()[-6])
        self.assertEqual(all_watched * 9, watched * 10)

    def test_areas_that_are_compared_with_one_that_waits_wait_too(self):
        self.change(self.data, f"INSERT INTO unjudged_area (area) VALUES ({code(6, 'E23000015')})", f"DELETE FROM level WHERE {ROW}")
        self.assertIn("10 areas wait for the end of a load: no levels compared there\n", self.tocsin("verify").stdout)


if __name__ == "__main__":
    import unittest
    unittest.main()
