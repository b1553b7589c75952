"""Promise: a stream of records moves levels and announces each change once, in words that an analyst can defend; loading
history pages nobody; the report shows where series stand; and the rules in force, backtested, raise the alerts that a
stream in date order has raised.
"""
import datetime
import json

from harness import PROJECT, Case

STAFFORD = "E07000197"
HEADER = "reference,recorded_at,offence,area\n"
LEVELS = ("normal", "watch", "elevated", "priority")


def days(first, last):
    first, last = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    return [first + datetime.timedelta(n) for n in range((last - first).days + 1)]


def shoplifting(first, last, each_day, mark=""):
    return "".join(f"{mark}{day}/{n},{day},46,{STAFFORD}\n" for day in days(first, last) for n in range(each_day))


class Judged(Case):
    def send(self, aggregator, text, covers):
        self.sent = getattr(self, "sent", 0) + 1
        path = self.write(f"{self.sent}.csv", HEADER + text)
        self.collect(aggregator, "incidents", path, "--covers", f"{STAFFORD}:{covers}")

    def events(self, data=None):
        return self.query("SELECT id, kind, category, as_of, level, direction, rule, words, caveats, figures FROM announced "
                          f"WHERE area = '{STAFFORD}' ORDER BY id", data=data)

    def backtest(self, *options):
        return json.loads(self.tocsin("backtest", "--format", "json", "--area", STAFFORD, *options).stdout)

    def test_loading_history_tells_once_where_series_stand(self):
        aggregator = self.start()
        self.collect(aggregator, "simulate", PROJECT / "reference/stafford.yaml")
        events = self.events()
        self.assertEqual({kind for _, kind, *_ in events}, {"standing"})
        self.assertEqual({as_of for _, _, _, as_of, *_ in events}, {"2025-03-31"})
        self.assertEqual([event[0] for event in events], list(range(1, len(events) + 1)))
        standing = {event[2]: event for event in events}
        public_order = standing["public-order"]
        self.assertEqual(public_order[4:7], ("priority", "rising", "against-baseline"))
        self.assertIn("955 in the 12 months to 31 March 2025, 767 in 2022-23: +24.5 % (p < .001)", public_order[7])
        self.assertEqual(standing["shoplifting"][5], "rising")
        self.assertEqual(standing["violence-with-injury"][4:6], ("elevated", "falling"))
        drugs = standing["drug-offences"]
        self.assertEqual(drugs[4:6], ("watch", "rising"))
        self.assertIn("not statistically significant: 287 to 317 is within what chance gives (p = .22)", json.loads(drugs[8]))
        self.assertIn("rises and falls with police activity", json.loads(drugs[8]))
        self.assertNotIn("theft", standing)
        self.assertNotIn("sexual-offences", standing)
        self.assertEqual(json.loads(public_order[9])["count"], 955)
        self.collect(aggregator, "simulate", PROJECT / "reference/stafford.yaml", "--from-start")
        self.assertEqual(self.events(), events)
        self.stop(aggregator)
        self.stop(self.start())
        self.assertEqual(self.events(), events)

    def test_the_report_shows_where_series_stand_on_its_date(self):
        aggregator = self.start()
        self.collect(aggregator, "simulate", PROJECT / "reference/stafford.yaml")
        now = self.report(STAFFORD)
        self.assertEqual((now["public-order"]["level"], now["public-order"]["direction"]), ("priority", "rising"))
        self.assertEqual((now["robbery"]["level"], now["robbery"]["direction"]), ("normal", None))
        self.assertEqual({category: (row["level"], row["direction"]) for category, row in
                          self.report(STAFFORD, as_of="2025-03-31").items()},
                         {category: (row["level"], row["direction"]) for category, row in now.items()})
        before = self.report(STAFFORD, as_of="2023-04-30")
        self.assertEqual(before["public-order"]["level"], "normal")

    def test_a_stream_in_date_order_raises_what_a_backtest_finds(self):
        aggregator = self.start()
        self.send(aggregator, shoplifting("2022-01-01", "2024-01-31", 1), "2022-01-01..2024-01-31")
        before = len(self.events())
        for month in range(2, 10):
            first = f"2024-{month:02d}-01"
            last = (datetime.date(2024, month + 1, 1) - datetime.timedelta(1)).isoformat()
            self.send(aggregator, shoplifting(first, last, 2), f"{first}..{last}")
        announced = {}
        for _, kind, category, as_of, level, direction, *_ in self.events()[before:]:
            if category == "shoplifting" and direction == "rising":
                announced[level] = announced.get(level, as_of)
        found = {}
        for level in ("watch", "elevated", "priority"):
            for alert in self.backtest("--level", level, "--from", "2024-02-01"):
                if alert["category"] == "shoplifting":
                    found.setdefault(level, alert["raised"])
        self.assertTrue(found)
        # Each file is a load of its own, so where it stood at its end was announced: in the month of the change.
        self.assertEqual({level: date[:7] for level, date in announced.items()},
                         {level: date[:7] for level, date in found.items()})
        self.verify()

    def test_a_correction_moves_the_level_back(self):
        aggregator = self.start()
        self.send(aggregator, shoplifting("2022-01-01", "2023-12-31", 1), "2022-01-01..2023-12-31")
        self.send(aggregator, shoplifting("2024-01-01", "2024-12-31", 2), "2024-01-01..2024-12-31")
        self.assertEqual(self.report(STAFFORD)["shoplifting"]["level"], "priority")
        cancelled = "reference,status,revision,recorded_at,offence,area\n" + "".join(
            f"{day}/1,cancelled,1,,,\n" for day in days("2024-01-01", "2024-12-31"))
        self.collect(aggregator, "incidents", self.write("cancelled.csv", cancelled))
        row = self.report(STAFFORD)["shoplifting"]
        self.assertEqual((row["count"], row["level"], row["direction"]), (366, "normal", None))
        [*_, last] = [event for event in self.events() if event[2] == "shoplifting"]
        self.assertEqual(last[4], "normal")

    def test_two_files_of_rules_are_compared(self):
        aggregator = self.start()
        self.send(aggregator, shoplifting("2022-01-01", "2023-12-31", 1) + shoplifting("2024-01-01", "2024-12-31", 2),
                  "2022-01-01..2024-12-31")
        loose, tight = (self.write(f"{name}.yaml", f"""
rules:
  - name: {name}
    detector: rolling-year
    areas: [district]
    categories: [shoplifting]
    levels:
      elevated: {{percent: {percent}, p: 0.01}}
""") for name, percent in (("loose", 10), ("tight", 500)))
        said = self.tocsin("backtest", "--rules", loose, "--against", tight).stdout
        self.assertIn(f"Only by {loose}:", said)
        self.assertIn(f"Every alert by {tight} stands by the other, too.", said)
        self.assertRegex(said, rf"{loose}: 1 alert from .* a week")
        alerts = self.backtest("--rules", loose)
        self.assertEqual([(alert["category"], alert["rule"], alert["ended"]) for alert in alerts], [("shoplifting", "loose", None)])
        self.assertEqual(self.backtest("--rules", tight), [])

    def test_alerts_and_pages_of_each_rule_and_level_are_counted_and_none_is_left_out(self):
        aggregator = self.start()
        self.send(aggregator, shoplifting("2022-01-01", "2023-12-31", 1) + shoplifting("2024-01-01", "2024-12-31", 2),
                  "2022-01-01..2024-12-31")
        rule = """
  - name: {}
    detector: rolling-year
    areas: [district]
    categories: [shoplifting]
    levels: {}
"""
        # From 2023-12-31 on two years can be compared: 367 days. One series rises once, from normal to
        # priority, by way of what each rule can say.
        two = self.write("two.yaml", "rules:" + rule.format("early", "{watch: {percent: 10}}") +
                         rule.format("late", "{priority: {percent: 50, p: 0.001}, elevated: {percent: 30, p: 0.01}}"))
        sums = json.loads(self.tocsin("backtest", "--rules", two, "--sums", "--level", "watch", "--format", "json").stdout)
        self.assertEqual([(row["rule"], row["level"], row["from"], row["alerts"], row["pages"]) for row in sums],
                         [("early", "watch", "2023-12-31", 0, 0), ("late", "priority", "2023-12-31", 1, 1),
                          ("late", "elevated", "2023-12-31", 0, 1)])
        late = sums[1]
        self.assertAlmostEqual(late["pages_a_week"], 7 / 367, 3)
        self.assertIsNone(sums[0]["days_stood"])
        alert, = self.backtest("--rules", two, "--level", "watch")
        self.assertEqual((alert["rule"], alert["level"], alert["days"]), ("late", "priority", late["days_stood"]))
        table = self.tocsin("backtest", "--rules", two, "--level", "watch").stdout
        self.assertRegex(table, r"1 alert from 2023-12-31 to 2024-12-31, 0\.02 a week; 2 pages, 0\.04 a week\n")
        self.assertRegex(table, r"(?m)^  late +elevated +2023-12-31 +0 +0\.00 +1 +0\.02$")
        said = self.tocsin("backtest", "--rules", two, "--sums", "--format", "csv", "--from", "2024-12-10").stdout.splitlines()
        self.assertEqual(said[0], "rules,rule,level,from,alerts,alerts_a_week,pages,pages_a_week,days_stood")
        # Of 22 days there is no rate.
        self.assertEqual(said[1], f"{two},late,priority,2024-12-10,0,,0,,")

    def test_faulty_rules_and_options_are_told(self):
        aggregator = self.start()
        self.send(aggregator, shoplifting("2024-01-01", "2024-01-02", 1), "2024-01-01..2024-01-02")
        faulty = self.write("faulty.yaml", "rules:\n  - name: x\n    detector: tea-leaves\n    areas: [district]\n"
                                           "    categories: [all]\n    levels: {watch: {percent: 10}}\n")
        said = self.tocsin("backtest", "--rules", faulty, check=1)
        self.assertRegex(said.stderr, r"faulty\.yaml:3: error: .*tea-leaves")
        self.assertIn("No such file", self.tocsin("backtest", "--rules", self.folder / "none.yaml", check=1).stderr)
        self.assertIn("--to lies before", self.tocsin("backtest", "--from", "2024-02-01", "--to", "2024-01-01", check=2).stderr)
        self.assertIn("--level wants", self.tocsin("backtest", "--level", "normal", check=2).stderr)
