"""Promise: invented records that add up to the Stafford assessment's totals, sent through the wire, give a report that
shows every figure which the assessment publishes; and where published figures can't all be true at once, that is
known and named.

Source of the figures: Community Safety Strategic Assessment of Stafford, executive summary, March 2026.
"""
import unittest

from harness import BIN, PROJECT, Case

SCENARIO = PROJECT / "reference/stafford.yaml"
STAFFORD = "E07000197"

COUNTS = {"drug-offences": 317, "sexual-offences": 434, "theft": 2268, "violence": 3981, "violence-with-injury": 1133,
          "hate-crime": 217, "domestic-abuse": 1821, "modern-slavery": 3}
BASELINE_COUNTS = {"sexual-offences": 421, "violence-with-injury": 1383}
CHANGES = {"all-crime": -3.1, "anti-social-behaviour": -31.4, "drug-offences": 10.5, "public-order": 24.5,
           "sexual-offences": 3.1, "theft": -6.9, "shoplifting": 21.3, "violence-with-injury": -18.1, "local-fraud": -34.4}
SHARES = {"drug-offences": 4, "public-order": 11, "sexual-offences": 5, "theft": 25, "violence": 44}
RATES = {"drug-offences": 2.3, "public-order": 6.7, "sexual-offences": 3.0, "theft": 16.4, "shoplifting": 5.4,
         "violence": 28.0}
COMPARATORS = {
    "drug-offences": {"E23000015": 2.3, "E12000005": 2.4, "K04000001": 3.4},
    "public-order": {"E23000015": 7.2, "most-similar-forces": 7.2, "E92000001": 7.5, "E12000005": 6.1},
    "sexual-offences": {"E23000015": 3.3, "E12000005": 3.5, "E92000001": 3.4},
    "shoplifting": {"E23000015": 6.6, "E12000005": 8.8, "E92000001": 8.7},
    "violence": {"E23000015": 31.5, "E12000005": 33.8, "E92000001": 31.9},
}
YEARS = (2019, 2020, 2022, 2023, 2024)


class Stafford(Case):
    def setUp(self):
        super().setUp()
        self.aggregator = self.start()
        self.summary_line = self.summary(self.collect(self.aggregator, "simulate", SCENARIO))
        self.rows = self.report(STAFFORD, as_of="2025-03-31")

    def test_every_published_figure_is_shown(self):
        for category, count in COUNTS.items():
            with self.subTest(category=category):
                self.assertEqual(self.rows[category]["count"], count)
        for category, count in BASELINE_COUNTS.items():
            with self.subTest(category=category, year="2022-23"):
                self.assertEqual(self.rows[category]["baseline"], count)
        for category, change in CHANGES.items():
            with self.subTest(category=category, change=change):
                self.assertAlmostEqual(self.rows[category]["baseline_change_pct"], change, delta=0.0501)
        for category, share in SHARES.items():
            with self.subTest(category=category, share=share):
                self.assertEqual(round(self.rows[category]["share_pct"]), share)
        for category, rates in COMPARATORS.items():
            with self.subTest(category=category, comparators=rates):
                shown = {c["code"]: c["rate"] for c in self.rows[category]["comparators"] if c["basis"] == "published"}
                self.assertEqual(shown, rates)
        for row in self.rows.values():
            self.assertEqual(row["coverage"], "complete")

    def test_shares_within_wider_categories_hold(self):
        shoplifting, theft, drugs = (self.rows[c] for c in ("shoplifting", "theft", "drug-offences"))
        self.assertEqual(round(100 * shoplifting["count"] / theft["count"]), 33)
        self.assertEqual(round(100 * shoplifting["baseline"] / theft["baseline"]), 25)
        self.assertEqual(round(100 * self.rows["drug-possession"]["count"] / drugs["count"]), 76)
        order = self.rows["public-order"]
        self.assertEqual(round(100 * order["baseline"] / self.rows["all-crime"]["baseline"]), 8)

    def test_domestic_abuse_would_rank_third(self):
        groups = ("violence", "sexual-offences", "robbery", "theft", "criminal-damage-and-arson", "drug-offences",
                  "possession-of-weapons", "public-order", "miscellaneous")
        larger = [g for g in groups if self.rows[g]["count"] > self.rows["domestic-abuse"]["count"]]
        self.assertEqual(sorted(larger), ["theft", "violence"])

    def test_modern_slavery_adds_up_over_five_years(self):
        self.assertEqual(sum(n for (area, category, year), n in
                             self.export("--area", STAFFORD, "--by", "financial-year").items()
                             if category == "modern-slavery"), 37)

    def test_published_rates_fit_estimates_or_none_and_it_is_known_which(self):
        """The assessment mixes estimates unsaid: no single population gives all its rates."""
        people = {year: self.report(STAFFORD, as_of="2025-03-31", population_year=year) for year in YEARS}
        fits = {category: [year for year in YEARS if round(people[year][category]["rate"], 1) == rate]
                for category, rate in RATES.items()}
        self.assertEqual(fits["theft"], [2022])
        self.assertEqual(fits["shoplifting"], [2019, 2020, 2022])
        self.assertIn(2022, fits["drug-offences"])
        self.assertEqual(fits["violence"], [])
        self.assertEqual(fits["sexual-offences"], [])
        for category, rate in RATES.items():
            low, high = (1000 * self.rows[category]["count"] / (rate + half) for half in (0.05, -0.05))
            with self.subTest(category=category, implied=f"{low:.0f} to {high:.0f} residents"):
                self.assertTrue(low < 142400 < high or low < 138670 < high)
        for row in people[2022].values():
            self.assertEqual((row["population"], row["population_year"]), (138670, 2022))

    def test_the_nearest_estimate_is_named(self):
        for row in self.rows.values():
            self.assertEqual((row["population"], row["population_year"]), (141556, 2024))

    def test_corrections_and_cancellations_do_not_disturb_the_totals(self):
        self.assertGreater(self.summary_line["replaced"], 1000)
        cancelled = self.query("SELECT count(*) FROM version WHERE current AND status = 1")[0][0]
        self.assertGreater(cancelled, 500)
        self.verify()

    def test_the_same_again_changes_nothing(self):
        before = self.query("SELECT * FROM count_month ORDER BY id")
        again = self.summary(self.collect(self.aggregator, "simulate", SCENARIO))
        self.assertEqual(again["sent"], 0)
        self.assertEqual(self.query("SELECT * FROM count_month ORDER BY id"), before)

    def test_months_vary_no_more_than_chance(self):
        """Pearson's X2 about season and year, summed over the larger series, is what its degrees of freedom lead to
        expect: nothing in the invention makes months cluster."""
        months = self.export("--area", STAFFORD, "--by", "month", "--from", "2022-04-01")
        x2 = freedom = 0
        for category in ("violence-with-injury", "other-violence-without-injury", "stalking-and-harassment", "other-theft",
                         "shoplifting", "criminal-damage", "public-order", "asb-nuisance"):
            table = [[months.get((STAFFORD, category, f"{2022 + y + (m > 8)}-{(m + 3) % 12 + 1:02d}"), 0)
                      for m in range(12)] for y in range(3)]
            whole = sum(map(sum, table))
            for row in table:
                for m in range(12):
                    expected = sum(row) * sum(r[m] for r in table) / whole
                    x2 += (row[m] - expected) ** 2 / expected
            freedom += 22
        self.assertLess(abs(x2 - freedom), 4 * (2 * freedom) ** 0.5)


class ScenarioAsFile(Case):
    def test_written_as_a_file_the_scenario_counts_the_same(self):
        aggregator = self.start()
        path = self.folder / "stafford.csv"
        self.run_program(BIN / "tocsin-collector", "simulate", SCENARIO, "--out", path, check=0)
        self.collect(aggregator, "incidents", path, "--covers", f"{STAFFORD}:2022-04-01..2025-03-31")
        rows = self.report(STAFFORD, as_of="2025-03-31")
        for category, count in COUNTS.items():
            self.assertEqual(rows[category]["count"], count, category)


if __name__ == "__main__":
    unittest.main()
