"""Promise: an alert lives from the record that raises it to the one that clears it, over restarts, and every step is an event with
one number; what people do about it is part of its story, with or without a running aggregator; an escalation opens again what was
acknowledged; what is silenced is shown as silenced; and the list, the report, the views and the incidents behind it agree.
"""
import csv
import datetime
import io
import json
import os
import shutil
import signal

from harness import PROJECT, Case, await_until

STAFFORD = "E07000197"
HEADER = "reference,status,revision,recorded_at,offence,area\n"
RULES = """
rules:
  - name: by-percent
    detector: rolling-year
    areas: [district]
    categories: [shoplifting]
    looks: 1
    hold: 1d
    levels:
      priority: {percent: 40}
      elevated: {percent: 20}
      watch: {percent: 10}
"""


def incidents(count, mark, status="recorded", revision=0, offence="46"):
    """So many in November 2024, spread over its days."""
    return "".join(f"{mark}{n},{status},{revision},2024-11-{n % 30 + 1:02d},{offence},{STAFFORD}\n" for n in range(count))


def one_a_day(first, last):
    first, last = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    return "".join(f"day{n},recorded,0,{first + datetime.timedelta(n)},46,{STAFFORD}\n" for n in range((last - first).days + 1))


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


class Alerts(Case):
    """A shop theft a day in 2023 and 2024; what comes live moves it."""

    def setUp(self):
        super().setUp()
        os.environ["TOCSIN_WHO"] = "A. Analyst"
        self.addCleanup(os.environ.pop, "TOCSIN_WHO")
        self.reference = self.folder / "reference"
        shutil.copytree(PROJECT / "reference", self.reference)
        (self.reference / "priorities.yaml").write_text(RULES)
        self.aggregator = self.start()
        base = self.write("base.csv", HEADER + one_a_day("2023-01-01", "2024-12-31"))
        self.collect(self.aggregator, "incidents", base, "--covers", f"{STAFFORD}:2023-01-01..2024-12-31")
        self.seeds = 0
        self.feed = self.write("feed.csv", HEADER)
        self.collector = self.follow()

    def follow(self):
        """A live feed, once it has caught up: until then the area of its first record waits to be judged."""
        self.seeds += 1
        seed = f"seed{self.seeds}"
        self.add(f"{seed},recorded,0,2024-06-01,49,{STAFFORD}\n")
        collector = self.go_on_collecting(self.aggregator.endpoint, "incidents", self.feed, "--follow", "--name", "live")
        await_until(lambda: self.query("SELECT 1 FROM version WHERE reference = ? AND NOT EXISTS (SELECT 1 FROM unjudged_area)",
                                       seed), "the feed has caught up")
        return collector

    def add(self, text):
        with open(self.feed, "a", encoding="utf-8") as out:
            out.write(text)

    def await_level(self, number, level):
        """The alert stands at that level; 0: it is cleared."""
        await_until(lambda: self.query("SELECT 1 FROM alert WHERE id = ? AND level = ?", number, level),
                    f"alert {number} at level {level}, not {self.query('SELECT id, level FROM alert')}")

    def raise_it(self, count=80, mark="a", level=2):
        """Some 22 % more: elevated. Returns its number."""
        before = self.query("SELECT coalesce(max(id), 0) FROM alert")[0][0]
        self.add(incidents(count, mark))
        await_until(lambda: self.query("SELECT 1 FROM alert WHERE id > ? AND level = ?", before, level), "an alert")
        return self.query("SELECT max(id) FROM alert")[0][0]

    def alerts(self, *options):
        return json.loads(self.tocsin("alerts", "--format", "json", *options).stdout)

    def story(self, number, *options):
        return json.loads(self.tocsin("alert", number, "--format", "json", *options).stdout)

    def kinds(self, number):
        return [kind for kind, in self.query("SELECT kind FROM event WHERE alert = ? ORDER BY id", number)]

    def assert_no_gap(self):
        numbers = [number for number, in self.query("SELECT id FROM event ORDER BY id")]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

    def test_an_alert_lives_from_its_raising_to_its_clearing_over_restarts(self):
        first = self.raise_it()
        self.assertEqual(self.kinds(first)[0], "raised")
        [one] = self.alerts()
        self.assertEqual((one["id"], one["state"], one["level"], one["direction"], one["category"], one["area"]),
                         (first, "new", "elevated", "rising", "shoplifting", STAFFORD))
        self.assertEqual(one["figure"], "446, before 365: +22.2 %")
        said = self.tocsin("ack", first, "--note", "on it").stdout
        self.assertEqual(said, "Acknowledged by A. Analyst: on it\n")
        self.assertEqual(self.alerts()[0]["state"], "acknowledged")
        # An escalation is more than was acknowledged.
        self.add(incidents(80, "b"))
        self.await_level(first, 3)
        self.assertEqual((self.alerts()[0]["state"], self.alerts()[0]["level"]), ("new", "priority"))
        # Over a restart it goes on under its number; and what is done meanwhile counts.
        self.assertEqual(self.collector.finish(signal.SIGINT).returncode, 0)
        self.stop(self.aggregator)
        self.assertEqual(self.tocsin("ack", first, "--who", "B. Boss").stdout, "Acknowledged by B. Boss\n")
        self.assertEqual(self.tocsin("comment", first, "two", "shops").stdout, "Comment by A. Analyst: two shops\n")
        self.aggregator = self.start()
        self.collector = self.follow()
        self.assertEqual(self.alerts()[0]["acknowledged_by"], "B. Boss")
        # A fall leaves it acknowledged.
        self.add(incidents(80, "b", "cancelled", 1))
        self.await_level(first, 2)
        self.assertEqual(self.alerts()[0]["state"], "acknowledged")
        self.add(incidents(80, "a", "cancelled", 1))
        self.await_level(first, 0)
        self.assertEqual(self.alerts(), [])
        self.assertEqual(self.alerts("--all")[0]["state"], "cleared")
        # Raised anew it is another alert.
        second = self.raise_it(mark="c")
        self.assertGreater(second, first)
        self.assertEqual([one["id"] for one in self.alerts()], [second])
        kinds = self.kinds(first)
        self.assertEqual((kinds[0], kinds[-1]), ("raised", "cleared"))
        self.assertLess(kinds.index("acknowledged"), kinds.index("escalated", kinds.index("acknowledged")))
        self.assertLess(kinds.index("commented"), kinds.index("lowered"))
        self.assert_no_gap()
        self.verify()

    def test_a_story_tells_what_was_announced_who_did_what_and_what_is_known_now(self):
        self.add(incidents(1, "moved", offence="49"))
        number = self.raise_it()
        self.tocsin("ack", number, "--note", "on it")
        self.add(incidents(1, "moved", revision=1))
        await_until(lambda: self.query("SELECT 1 FROM version WHERE reference = 'moved0' AND revision = 1"), "the move")
        story = self.story(number, "--incidents", "all", "--versions")
        self.assertEqual([event["kind"] for event in story["events"]], self.kinds(number))
        decided = [event for event in story["events"] if event["kind"] in ("raised", "escalated")][-1]
        self.assertEqual((decided["figures"]["count"], decided["figures"]["compared"]), (446, 365))
        self.assertEqual((story["now_known"]["count"], story["now_known"]["compared"]), (447, 365))
        acknowledged = story["events"][-1]
        self.assertEqual((acknowledged["kind"], acknowledged["who"], acknowledged["note"]), ("acknowledged", "A. Analyst", "on it"))
        behind = story["incidents"]
        self.assertEqual((behind["from"], behind["to"], behind["count"]), ("2024-01-01", "2024-12-31", 447))
        self.assertEqual(len({one["reference"] for one in behind["newest"]}), 447)
        recorded = [one["recorded"] for one in behind["newest"]]
        self.assertEqual(recorded, sorted(recorded, reverse=True))
        [moved] = [one for one in behind["newest"] if one["reference"] == "moved0"]
        self.assertEqual([version["changes"] for version in moved["versions"]], ["", "offence 49 -> 46"])
        self.assertEqual([version["counts"] for version in moved["versions"]], [False, True])
        # The same on paper and in a table.
        said = self.tocsin("alert", number, "--versions", "--incidents", "500").stdout
        for words in (f"Alert {number}: Shoplifting in Stafford (shoplifting, {STAFFORD})", "elevated, rising since",
                      "446 in the 12 months to 31 December 2024", "As now known: 447 in the 12 months to 31 December 2024",
                      "Decided by by-percent: priority from 40 %; elevated from 20 %; watch from 10 %",
                      "Acknowledged by A. Analyst: on it", "447 count from 1 January 2024 to 31 December 2024",
                      "revision 1, counts: offence 49 -> 46"):
            self.assertIn(words, said)
        table = rows(self.tocsin("alert", number, "--incidents", "all", "--format", "csv").stdout)
        self.assertEqual(len(table), 447)
        self.assertEqual({row["reference"]: row["versions"] for row in table}["moved0"], "2")
        self.assertEqual(len(rows(self.tocsin("alert", number, "--format", "csv").stdout)), 10)
        self.assertIn("All of them: tocsin alert", self.tocsin("alert", number).stdout)

    def test_what_is_silenced_is_shown_as_silenced_and_announced_as_such(self):
        tomorrow = (datetime.date.today() + datetime.timedelta(2)).isoformat()
        said = self.tocsin("silence", "--area", "Stafford", "--category", "Shoplifting", "--until", tomorrow, "--why", "an app").stdout
        self.assertIn("Shoplifting in Stafford, with all beneath, silenced by A. Analyst until", said)
        number = self.raise_it()
        [one] = self.alerts()
        self.assertEqual((one["state"], one["silenced_until"]), ("silenced", tomorrow))
        self.assertIn("silenced until", self.tocsin("alerts").stdout)
        story = self.story(number)
        self.assertEqual({event["silenced"] for event in story["events"]}, {True})
        self.assertEqual({event["pages"] for event in story["events"]}, {False})
        self.assertEqual([quiet["why"] for quiet in story["silences"]], ["an app"])
        [quiet] = json.loads(self.tocsin("silences", "--format", "json").stdout)
        self.assertEqual((quiet["state"], quiet["area"], quiet["category"], quiet["until"]), ("now", STAFFORD, "shoplifting", tomorrow))
        self.stop(self.aggregator)
        self.assertIn(f"Silence {quiet['silence']} ended by A. Analyst: done",
                      self.tocsin("unsilence", quiet["silence"], "--why", "done").stdout)
        self.assertEqual(self.alerts()[0]["state"], "new")
        # What was announced under it stays announced so.
        self.assertEqual({event["silenced"] for event in self.story(number)["events"]}, {True})
        self.assertIn("Nothing is silenced.", self.tocsin("silences").stdout)
        self.assertEqual(self.tocsin("silence", "--list").stdout, self.tocsin("silences").stdout)
        [row] = rows(self.tocsin("silences", "--all", "--format", "csv").stdout)
        self.assertEqual(row["state"], "ended")
        self.assert_no_gap()

    def test_lists_are_narrowed_by_area_category_level_date_and_number(self):
        number = self.raise_it()
        newest = self.query("SELECT max(id) FROM event")[0][0]
        for options, found in ((("--area", "Staffordshire"), True), (("--area", "E07000197"), True), (("--area", "Lichfield"), False),
                               (("--category", "theft"), True), (("--category", "Drug offences"), False),
                               (("--level", "elevated"), True), (("--level", "priority"), False),
                               (("--about", "tocsin"), False), (("--about", "series"), True),
                               (("--since", str(number - 1)), True), (("--since", str(newest)), False),
                               (("--since", "2026-01-01"), True), (("--since", "2099-01-01"), False)):
            self.assertEqual([one["id"] for one in self.alerts(*options)], [number] if found else [], options)
        self.assertIn("No such alert is open", self.tocsin("alerts", "--area", "Lichfield").stdout)
        self.assertIn("No alert has changed since", self.tocsin("alerts", "--since", str(newest)).stdout)
        [row] = rows(self.tocsin("alerts", "--format", "csv").stdout)
        self.assertEqual((row["id"], row["level"], row["area_name"]), (str(number), "elevated", "Stafford"))
        said = self.tocsin("alerts").stdout
        self.assertIn(f"1 open. The story of one: tocsin alert {number}; to acknowledge it: tocsin ack {number}", said)

    def test_what_is_mistyped_is_explained(self):
        self.assertIn("No alert is open.", self.tocsin("alerts").stdout)
        self.assertIn("No alert was ever raised.", self.tocsin("alerts", "--all").stdout)
        number = self.raise_it()
        for status, words, *line in (
                (1, "there is no alert 99", "alert", "99"), (1, "there is no alert 99", "ack", "99"),
                (2, "an alert has a number", "alert", "x"), (2, "an alert has a number", "ack", "-", "--note", "x"),
                (2, "say which alert", "ack"), (2, "say what the comment is", "comment", number),
                (1, "is not acknowledged: there is nothing to take back", "reopen", number),
                (2, "perhaps Stafford", "alerts", "--area", "Staford"), (2, "perhaps 'shoplifting'", "alerts", "--category", "shoplift"),
                (2, "--level wants", "alerts", "--level", "high"), (2, "--since wants", "alerts", "--since", "yesterday"),
                (2, "The story of one alert: tocsin alert 7", "alerts", "7"), (2, "--incidents wants", "alert", number, "--incidents", "x"),
                (2, "say until when", "silence", number), (2, "say why", "silence", number, "--until", "2099-01-01"),
                (1, "more than a year", "silence", number, "--from", "2098-01-01", "--until", "2098-01-02", "--why", "x"),
                (1, "perhaps Stafford", "silence", "--area", "Staford", "--until", "2098-01-01", "--why", "x"),
                (2, "--every wants week or year", "silence", number, "--every", "day"),
                (2, "a silence has a number", "unsilence", "x"), (1, "there is no silence 99", "unsilence", "99", "--why", "x")):
            self.assertIn(words, self.tocsin(*line, check=status).stderr, line)
        elsewhere = self.folder / "nothing"
        self.assertNotEqual(self.tocsin("ack", "1", data=elsewhere, check=1).stderr, "")
        self.assertFalse(elsewhere.exists(), "a command made a store where there was none")

    def test_a_terminal_s_width_is_kept(self):
        number = self.raise_it()
        self.tocsin("ack", number, "--note", "a note of many words " * 20)
        os.environ["COLUMNS"] = "80"
        self.addCleanup(os.environ.pop, "COLUMNS")
        for line in (("alerts",), ("alert", number), ("alert", number, "--versions")):
            said = self.tocsin(*line).stdout.splitlines()
            self.assertEqual([one for one in said if len(one) > 80], [])


class Agreement(Case):
    def test_the_list_agrees_with_the_report_and_the_views(self):
        aggregator = self.start()
        self.collect(aggregator, "simulate", PROJECT / "reference/stafford.yaml")
        listed = json.loads(self.tocsin("alerts", "--format", "json").stdout)
        self.assertGreater(len(listed), 10)
        order = {"priority": 0, "elevated": 1, "watch": 2}
        self.assertEqual([order[one["level"]] for one in listed], sorted(order[one["level"]] for one in listed))
        view = self.query("SELECT alert, area, category, level, direction, since FROM current_alerts")
        self.assertEqual(sorted((one["id"], one["area"], one["category"], one["level"], one["direction"], one["since"])
                                for one in listed), sorted(view))
        report = self.report(STAFFORD)
        self.assertEqual({one["category"]: (one["level"], one["direction"]) for one in listed},
                         {category: (row["level"], row["direction"]) for category, row in report.items()
                          if row["level"] not in (None, "", "normal")})
        for one in listed:
            behind = json.loads(self.tocsin("alert", one["id"], "--incidents", "0", "--format", "json").stdout)
            self.assertEqual(behind["incidents"]["count"], one["figures"]["count"], one["category"])
