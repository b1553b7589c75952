"""Promise: a series shows for each month, week or day what was counted, as the export has it, and the rolling year and the level of
its end, as the report of that date has them; days that nobody has declared are "at least" or unknown, never zero.
"""
import csv
import io
import json

from harness import PROJECT, Case

STAFFORD = "E07000197"
HEADER = "reference,recorded_at,offence,area\n"


class Series(Case):
    def series(self, *options, area="Stafford", category="shoplifting"):
        return json.loads(self.tocsin("series", "--area", area, "--category", category, "--format", "json", *options).stdout)

    def test_it_agrees_with_the_export_and_the_report(self):
        aggregator = self.start()
        self.collect(aggregator, "simulate", PROJECT / "reference/stafford.yaml")
        months = self.series()
        exported = self.export("--area", STAFFORD, "--category", "shoplifting", "--by", "month")
        self.assertEqual({one["from"][:7]: one["count"] for one in months if one["count"]},
                         {period: count for (_, _, period), count in exported.items()})
        for date in ("2024-04-30", "2025-02-28", "2025-03-31"):
            row = self.report(STAFFORD, as_of=date)["shoplifting"]
            [one] = [one for one in months if one["to"] == date]
            self.assertEqual((one["rolling_year"], one["level"], one["direction"] or None),
                             (row["count"], row["level"], row["direction"] or None), date)
        days = self.export("--area", STAFFORD, "--category", "shoplifting", "--by", "day")
        for one in self.series("--by", "week", "--from", "2025-03-03", "--to", "2025-03-30"):
            self.assertEqual(one["count"], sum(count for (_, _, day), count in days.items() if one["from"] <= day <= one["to"]))
        table = list(csv.DictReader(io.StringIO(self.tocsin(
            "series", "--area", STAFFORD, "--category", "Shoplifting", "--by", "day", "--from", "2025-03-30", "--format", "csv").stdout)))
        self.assertEqual([(row["from"], int(row["count"])) for row in table],
                         [(day, days.get((STAFFORD, "shoplifting", day), 0)) for day in ("2025-03-30", "2025-03-31")])
        self.assertIn("Shoplifting in Stafford (shoplifting, E07000197)",
                      self.tocsin("series", "--area", "Stafford", "--category", "shoplifting").stdout)

    def test_what_is_not_covered_is_at_least_or_unknown(self):
        aggregator = self.start()
        path = self.write("a.csv", HEADER + f"a,2024-01-10,46,{STAFFORD}\nb,2024-03-10,46,{STAFFORD}\n")
        self.collect(aggregator, "incidents", path, "--covers", f"{STAFFORD}:2024-01-01..2024-01-31")
        self.assertEqual([(one["from"], one["count"], one["coverage"], one["rolling_year_coverage"], one["level"] or None)
                          for one in self.series()],
                         [("2024-01-01", 1, "complete", "at least", None), ("2024-02-01", None, "unknown", "at least", None),
                          ("2024-03-01", 1, "at least", "at least", None)])
        said = self.tocsin("series", "--area", "Stafford", "--category", "shoplifting").stdout
        self.assertRegex(said, r"2024-02-01 +2024-02-29 +unknown +1\+")
        self.assertRegex(said, r"2024-03-01 +2024-03-31 +1\+ +2\+")

    def test_what_cannot_be_shown_is_explained(self):
        aggregator = self.start()
        path = self.write("a.csv", HEADER + f"a,2024-01,46,{STAFFORD}\n")
        self.collect(aggregator, "incidents", path, "--covers", f"{STAFFORD}:2024-01-01..2024-01-31")
        for status, words, *line in (
                (2, "say --area", "--area", "Stafford"), (2, "perhaps Stafford", "--area", "Staford", "--category", "theft"),
                (2, "perhaps 'shoplifting'", "--area", "Stafford", "--category", "shoplift"),
                (2, "--by wants", "--area", "Stafford", "--category", "theft", "--by", "year"),
                (2, "--to lies before", "--area", "Stafford", "--category", "theft", "--from", "2024-02-01", "--to", "2024-01-01"),
                (1, "nothing is known of", "--area", "Lichfield", "--category", "theft"),
                (1, "nothing is known of", "--area", "Stafford", "--category", "theft", "--from", "2030-01-01"),
                (1, "records know only their month: --by month", "--area", "Stafford", "--category", "theft", "--by", "day")):
            self.assertIn(words, self.tocsin("series", *line, check=status).stderr, line)
