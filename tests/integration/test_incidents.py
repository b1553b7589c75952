"""Promise: canonical records, as CSV, JSON lines or standard input, count as their highest version says, in whatever
order and however often they come; dates are those of the clock in London; what is not declared as covered is not
called zero; and what can't be counted is told with its place and value, kept, and counted once it can be.
"""
import csv
import datetime
import itertools
import json
import os
import random
import shutil
import signal
import unittest

from harness import PROJECT, Case

STAFFORD, EAST_STAFFORDSHIRE, BIRMINGHAM, FORCE = "E07000197", "E07000193", "E08000025", "E23000015"
BURGLARY, ROBBERY, SHOPLIFTING, NUISANCE = "28E", "34B", "46", "ASB-NUISANCE"
NODES = {BURGLARY: "residential-burglary", ROBBERY: "robbery", SHOPLIFTING: "shoplifting", NUISANCE: "asb-nuisance"}
YEAR = f"{STAFFORD}:2024-04-01..2025-03-31"
TWO_YEARS = f"{STAFFORD}:2023-04-01..2025-03-31"


def record(reference, recorded_at="2025-03-10", offence=ROBBERY, area=STAFFORD, **more):
    return {"reference": reference, "recorded_at": recorded_at, "offence": offence, "area": area, **more}


def as_csv(records, columns=None):
    columns = columns or list(dict.fromkeys(itertools.chain.from_iterable(records)))
    lines = [",".join(columns)]
    for each in records:
        cells = (str(each.get(column, "")) for column in columns)
        lines.append(",".join(f'"{cell}"' if "," in cell else cell for cell in cells))
    return "\n".join(lines) + "\n"


class Sending(Case):
    def setUp(self):
        super().setUp()
        self.aggregator = self.start()
        self.files = 0

    def send(self, records, *options, check=0, name=None, columns=None):
        self.files += 1
        text = records if isinstance(records, (str, bytes)) else as_csv(records, columns)
        path = self.write(name or f"file{self.files}.csv", text)
        return self.collect(self.aggregator, "incidents", path, *options, check=check)

    def days(self, area=STAFFORD, *options):
        """(category, day) -> count, of the categories that offences belong to and of markers."""
        wanted = {*NODES.values(), "domestic-abuse", "hate-crime"}
        return {(category, day): count for (_, category, day), count in
                self.export("--area", area, "--by", "day", *options).items() if category in wanted}

    def rejects(self, *options):
        return json.loads(self.tocsin("rejects", "--format", "json", *options).stdout)


class Forms(Sending):
    RECORDS = [record("a"), record("b", offence=BURGLARY, markers="domestic-abuse", outcome="charged", latitude="52.806",
                                   longitude="-2.117", occurred_at="2025-03-09T22:00:00Z", revision="3", status="recorded")]
    COUNTED = {("robbery", "2025-03-10"): 1, ("residential-burglary", "2025-03-10"): 1, ("domestic-abuse", "2025-03-10"): 1}

    def test_the_four_columns_that_must_be_there_are_enough(self):
        said = self.send([record("a"), record("b", offence=BURGLARY)])
        self.assertEqual(self.summary(said), {"sent": 2, "accepted": 2, "repeated": 0, "replaced": 0, "rejected": 0})
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 1, ("residential-burglary", "2025-03-10"): 1})

    def test_columns_may_stand_in_any_order_and_in_any_case(self):
        columns = list(dict.fromkeys(itertools.chain.from_iterable(self.RECORDS)))
        orders = [columns[::-1], random.Random(1).sample(columns, len(columns))]
        for order in orders:
            self.send(self.RECORDS, columns=order)
        self.send(as_csv(self.RECORDS).replace("reference,recorded_at", "Reference,RECORDED_AT", 1))
        self.assertEqual(self.days(), self.COUNTED)
        self.assertEqual(self.query("SELECT count(*) FROM version"), [(2,)])

    def test_json_lines_say_the_same_as_csv(self):
        self.send(self.RECORDS)
        lines = [dict(each) for each in self.RECORDS]
        lines[1].update(markers=["domestic-abuse"], revision=3, latitude=52.806, longitude=-2.117)
        path = self.write("same.ndjson", "\n\n".join(json.dumps(each) for each in lines))
        said = self.collect(self.aggregator, "ndjson", path)
        self.assertEqual(self.summary(said)["repeated"], 2)
        self.assertEqual(self.days(), self.COUNTED)

    def test_standard_input_is_read_as_a_file_is(self):
        text = as_csv(self.RECORDS)
        said = self.collect(self.aggregator, "incidents", "-", stdin=text)
        self.assertEqual(self.summary(said)["accepted"], 2)
        lines = "\n".join(json.dumps(record(name)) for name in ("c", "d"))
        self.collect(self.aggregator, "ndjson", "-", "--covers", YEAR, stdin=lines)
        self.assertEqual(self.days(), {**self.COUNTED, ("robbery", "2025-03-10"): 3})
        self.assertEqual(self.report(STAFFORD)["robbery"]["as_of"], "2025-03-31")

    def test_much_on_standard_input_arrives_whole(self):
        text = as_csv([record(f"r{i}") for i in range(20000)])
        self.assertEqual(self.summary(self.collect(self.aggregator, "incidents", "-", stdin=text))["accepted"], 20000)
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 20000})

    def test_a_folder_gives_all_its_files(self):
        for number in range(3):
            self.write(f"folder/deeper{number}/part{number}.csv", as_csv([record(f"r{number}")]))
        self.write("folder/readme.txt", "not this")
        said = self.collect(self.aggregator, "incidents", self.folder / "folder", "--covers", YEAR)
        self.assertEqual(self.summary(said)["accepted"], 3)
        self.assertEqual(self.report(STAFFORD)["robbery"]["coverage"], "complete")

    def test_line_ends_a_byte_order_mark_quotes_and_spaces_make_no_difference(self):
        text = as_csv(self.RECORDS)
        quoted = "\n".join(",".join(f'" {cell} "' for cell in line.split(",")) for line in text.splitlines()) + "\n"
        for octets in (text.encode(), text.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + text.encode(),
                       text.rstrip().encode(), (text + "\n\n").encode()):
            self.send(octets)
        self.assertEqual(self.days(), self.COUNTED)
        self.assertEqual(self.query("SELECT count(*) FROM version"), [(2,)])

    def test_a_file_that_grew_is_read_on_from_where_it_was(self):
        self.send([record("a"), record("b")], name="growing.csv")
        said = self.send([record("a"), record("b"), record("c")], name="growing.csv")
        self.assertEqual(self.summary(said)["sent"], 1)
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 3})

    def test_a_file_that_changed_is_read_again_and_says_so(self):
        self.send([record("a"), record("b")], name="changing.csv")
        said = self.send([record("a", offence=BURGLARY), record("b"), record("c")], name="changing.csv")
        self.assertIn("changing.csv: changed since it was read last: reading it again from its beginning", said.stderr)
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 2, ("residential-burglary", "2025-03-10"): 1})

    def test_a_police_uk_file_says_how_to_load_it(self):
        said = self.send("Crime ID,Month,LSOA code,LSOA name,Crime type\n", check=1)
        self.assertIn("this is a data.police.uk file: load it with tocsin-collector police-uk", said.stderr)

    def test_a_column_that_nobody_uses_is_named(self):
        said = self.send([record("a", colour="red")])
        self.assertIn("file1.csv: the column 'colour' is not used", said.stderr)


class Versions(Sending):
    def test_the_highest_revision_counts_whatever_the_order_of_arrival(self):
        versions = [record("a", revision="1"), record("a", offence=BURGLARY, revision="2"),
                    record("a", offence=SHOPLIFTING, revision="10")]
        for number, order in enumerate(itertools.permutations(versions)):
            self.send([{**each, "reference": f"a{number}"} for each in order])
        self.assertEqual(self.days(), {("shoplifting", "2025-03-10"): 6})
        self.verify()

    def test_versions_in_several_files_count_as_in_one(self):
        self.send([record("a", offence=SHOPLIFTING, revision="3")])
        self.send([record("a", revision="1")])
        said = self.send([record("a", offence=BURGLARY, revision="2")])
        self.assertEqual(self.summary(said)["replaced"], 1)
        self.assertEqual(self.days(), {("shoplifting", "2025-03-10"): 1})

    def test_without_revisions_the_later_line_wins(self):
        self.send([record("a"), record("b"), record("a", offence=BURGLARY), record("b", offence=SHOPLIFTING), record("b")])
        self.assertEqual(self.days(), {("residential-burglary", "2025-03-10"): 1, ("shoplifting", "2025-03-10"): 1})

    def test_without_revisions_the_file_issued_later_wins(self):
        self.send([record("a", offence=BURGLARY)], "--issued", "2025-06-01")
        self.send([record("a")], "--issued", "2025-05-01")
        self.assertEqual(self.days(), {("residential-burglary", "2025-03-10"): 1})
        self.send([record("a", offence=SHOPLIFTING)], "--issued", "2025-07-01")
        self.assertEqual(self.days(), {("shoplifting", "2025-03-10"): 1})
        self.verify()

    def test_repeats_change_nothing(self):
        records = [record("a", revision="1"), record("b", markers="hate-crime;domestic-abuse")]
        self.send(records)
        before = self.query("SELECT * FROM count_month"), self.query("SELECT id, current FROM version")
        turned = [records[0], {**records[1], "markers": "domestic-abuse; hate-crime"}]
        for options in ((), ("--from-start",)):
            said = self.send(turned * 3, *options)
            self.assertEqual(self.summary(said), {"sent": 6, "accepted": 0, "repeated": 6, "replaced": 0, "rejected": 0})
        self.assertEqual((self.query("SELECT * FROM count_month"), self.query("SELECT id, current FROM version")), before)

    def test_a_cancellation_needs_only_its_identity_and_may_come_first(self):
        self.send([{"reference": "a", "revision": "2", "status": "cancelled", "recorded_at": "", "offence": "", "area": ""}])
        self.send([record("a", revision="1"), record("b", revision="1")])
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 1})
        self.send([{"reference": "b", "revision": "2", "status": "cancelled", "recorded_at": "", "offence": "", "area": ""}])
        self.assertEqual(self.days(), {})
        self.assertEqual(self.incidents("reference"), [])
        self.verify()

    def test_a_higher_revision_reinstates_what_was_cancelled(self):
        self.send([record("a", revision="1"), record("a", revision="2", status="cancelled"),
                   record("a", revision="3", offence=BURGLARY)])
        self.assertEqual(self.days(), {("residential-burglary", "2025-03-10"): 1})

    def test_a_new_date_moves_it_into_another_month_and_year(self):
        self.send([record("a", "2025-01-02", revision="1")])
        for revision, date in (("2", "2025-02-28"), ("3", "2023-12-31"), ("4", "2024-02-29")):
            self.send([record("a", date, revision=revision)])
            self.assertEqual(self.days(), {("robbery", date): 1})
        self.verify()

    def test_a_new_area_moves_it_and_all_above(self):
        self.send([record("a", revision="1")])
        self.send([record("a", revision="2", area=BIRMINGHAM)])
        self.assertEqual(self.days(), {})
        self.assertEqual(self.days(FORCE), {})
        for area in (BIRMINGHAM, "E23000014", "E12000005", "E92000001"):
            self.assertEqual(self.days(area), {("robbery", "2025-03-10"): 1})
        self.send([record("a", revision="3", area=EAST_STAFFORDSHIRE)])
        self.assertEqual(self.days(FORCE), {("robbery", "2025-03-10"): 1})
        self.assertEqual(self.days("E23000014"), {})
        self.verify()

    def test_markers_overlap_change_and_go(self):
        both = {("robbery", "2025-03-10"): 1, ("domestic-abuse", "2025-03-10"): 1, ("hate-crime", "2025-03-10"): 1}
        for revision, (markers, counted) in enumerate((
                ("domestic-abuse;hate-crime", both), (" hate-crime ; domestic-abuse;", both),
                ("hate-crime", {**both, ("domestic-abuse", "2025-03-10"): 0}), ("unheard-of", {("robbery", "2025-03-10"): 1}),
                ("domestic-abuse;domestic-abuse", {**both, ("hate-crime", "2025-03-10"): 0}),
                ("", {("robbery", "2025-03-10"): 1}))):
            self.send([record("a", revision=str(revision), markers=markers)])
            self.assertEqual(self.days(), {key: count for key, count in counted.items() if count}, markers)
        self.verify()

    def test_a_marker_counts_only_beneath_what_it_marks(self):
        self.send([record("a", markers="hate-crime"), record("b", offence=NUISANCE, markers="hate-crime")])
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 1, ("asb-nuisance", "2025-03-10"): 1,
                                       ("hate-crime", "2025-03-10"): 1})

    def test_the_origin_is_the_column_s_or_the_option_s_or_local(self):
        self.send([record("a"), record("a", origin="niche", offence=BURGLARY)], "--origin", "crims")
        self.send([record("a", offence=SHOPLIFTING)])
        self.assertEqual(self.incidents("origin, offence"), [("crims", ROBBERY), ("local", SHOPLIFTING), ("niche", BURGLARY)])
        self.assertEqual(self.days(STAFFORD, "--origin", "niche"), {("residential-burglary", "2025-03-10"): 1})


class Dates(Sending):
    STAMPS = {
        "2025-03-10": "2025-03-10",
        "2025-01-31T23:59:59Z": "2025-01-31",         # winter: London is UTC
        "2025-06-30T22:59:59Z": "2025-06-30",         # summer: an hour ahead
        "2025-06-30T23:00:00Z": "2025-07-01",
        "2025-03-30T00:59:59Z": "2025-03-30",         # the clocks go forward at 01:00 UTC
        "2025-03-30T23:00:00Z": "2025-03-31",
        "2025-03-29T23:30:00Z": "2025-03-29",
        "2025-10-25T23:30:00Z": "2025-10-26",         # and back on the 26th at 01:00 UTC
        "2025-10-26T23:30:00Z": "2025-10-26",
        "2025-07-01T00:30:00+02:00": "2025-06-30",
        "2025-07-01T00:30:00+01:00": "2025-07-01",
        "2024-12-31T20:00:00-05:00": "2025-01-01",
        "2025-01-01T03:00:00+05:30": "2024-12-31",
        "2024-02-29T12:00:00Z": "2024-02-29",
        "2025-03-10T12:00:00.123456Z": "2025-03-10",
        "2025-08-31T23:30:00": "2025-09-01",          # without an offset it is UTC
    }

    def test_the_recorded_date_is_london_s(self):
        self.send([record(f"r{i}", stamp) for i, stamp in enumerate(self.STAMPS)])
        found = dict(self.query("SELECT coalesce(recorded_at, recorded), recorded FROM incident"))
        self.assertEqual(found, self.STAMPS)

    def test_a_record_that_knows_only_its_month_counts_at_its_end(self):
        self.send([record("a", "2025-02"), record("b", "2024-02")])
        self.assertEqual(self.days(), {("robbery", "2025-02-28"): 1, ("robbery", "2024-02-29"): 1})

    def test_a_series_of_months_speaks_as_of_its_last_whole_month_and_says_so(self):
        months = [record(f"{y}-{m}", f"{y}-{m:02d}") for y in (2023, 2024) for m in range(1, 13)]
        months += [record(f"2025-{m}", f"2025-{m:02d}") for m in (1, 2, 3)]
        self.send(months, "--covers", f"{STAFFORD}:2023-01-01..2025-03-15")
        row = self.report(STAFFORD)["robbery"]
        self.assertEqual((row["as_of"], row["from"], row["to"]), ("2025-02-28", "2024-03-01", "2025-02-28"))
        self.assertEqual((row["count"], row["previous"], row["coverage"]), (12, 12, "complete"))
        self.assertIn("known by month: as of 28 February 2025", row["note"])
        self.assertIn("known by month: as of 28 February 2025", self.tocsin("report", "--area", STAFFORD).stdout)
        row = self.report(STAFFORD, as_of="2025-02-28")["robbery"]
        self.assertEqual((row["as_of"], row["count"]), ("2025-02-28", 12))

    def test_months_and_days_side_by_side_each_speak_as_they_can(self):
        days = [record(f"d{m}", f"2025-{m:02d}-10", BURGLARY) for m in (1, 2, 3)]
        months = [record(f"m{m}", f"2025-{m:02d}") for m in (1, 2, 3)]
        self.send(days + months, "--covers", f"{STAFFORD}:2024-01-01..2025-03-15")
        rows = self.report(STAFFORD)
        self.assertEqual((rows["residential-burglary"]["as_of"], rows["residential-burglary"]["count"]), ("2025-03-15", 3))
        self.assertEqual((rows["robbery"]["as_of"], rows["robbery"]["count"]), ("2025-02-28", 2))
        self.assertIn("known by month", rows["robbery"]["note"])


class Covered(Sending):
    """Robberies on the 10th of each month from April 2023 to March 2025."""

    RECORDS = [record(f"{y}-{m}", f"{y}-{m:02d}-10") for y, m in
               [(2023, m) for m in range(4, 13)] + [(2024, m) for m in range(1, 13)] + [(2025, m) for m in range(1, 4)]]

    def test_two_whole_years_are_compared(self):
        self.send(self.RECORDS, "--covers", TWO_YEARS)
        row = self.report(STAFFORD)["robbery"]
        self.assertEqual((row["as_of"], row["count"], row["previous"], row["coverage"]), ("2025-03-31", 12, 12, "complete"))
        self.assertIsNotNone(row["p"])
        self.assertIsNotNone(row["rate"])
        nothing = self.report(STAFFORD)["shoplifting"]
        self.assertEqual((nothing["count"], nothing["previous"], nothing["coverage"]), (0, 0, "complete"))

    def test_a_year_before_that_is_not_covered_is_no_comparison(self):
        self.send(self.RECORDS[12:], "--covers", YEAR)
        rows = self.report(STAFFORD)
        self.assertEqual((rows["robbery"]["count"], rows["robbery"]["coverage"]), (12, "complete"))
        for category in ("robbery", "shoplifting"):
            for field in ("previous", "change_pct", "change_lo", "change_hi", "p"):
                self.assertIsNone(rows[category][field], field)

    def test_a_year_before_that_is_known_in_part_is_at_least_what_is_known_and_no_comparison(self):
        self.send(self.RECORDS, "--covers", YEAR)
        row = self.report(STAFFORD)["robbery"]
        self.assertEqual((row["count"], row["previous"]), (12, 12))
        self.assertIsNone(row["change_pct"])
        self.assertIsNone(row["p"])
        self.assertRegex(self.tocsin("report", "--area", STAFFORD).stdout, r"\n *Robbery +12 +12\+")

    def test_a_year_with_a_gap_is_at_least_what_is_known(self):
        self.send(self.RECORDS, "--covers", f"{STAFFORD}:2023-04-01..2024-09-30",
                  "--covers", f"{STAFFORD}:2024-10-02..2025-03-31")
        rows = self.report(STAFFORD)
        row = rows["robbery"]
        self.assertEqual((row["as_of"], row["count"], row["coverage"]), ("2025-03-31", 12, "at least"))
        for field in ("change_pct", "p", "rate", "share_pct", "baseline_change_pct"):
            self.assertIsNone(row[field], field)
        self.assertEqual([c for c in row["comparators"] if c["basis"] != "published"], [])
        self.assertEqual((rows["shoplifting"]["count"], rows["shoplifting"]["coverage"]), (None, "unknown"))
        table = self.tocsin("report", "--area", STAFFORD).stdout
        self.assertRegex(table, r"\n *Robbery +12\+")
        self.assertNotRegex(table, r"\n *Shoplifting +0")

    def test_what_nobody_covers_has_no_report_unless_a_date_is_named(self):
        self.send(self.RECORDS)
        said = self.tocsin("report", "--area", STAFFORD, check=1)
        self.assertEqual(said.stdout, "")
        self.assertIn("--as-of", said.stderr)
        rows = self.report(STAFFORD, as_of="2025-03-31")
        self.assertEqual((rows["robbery"]["count"], rows["robbery"]["coverage"]), (12, "at least"))
        self.assertEqual((rows["shoplifting"]["count"], rows["shoplifting"]["coverage"]), (None, "unknown"))

    def test_one_odd_record_sets_no_as_of_date(self):
        self.send([*self.RECORDS, record("odd", "2025-09-01")], "--covers", TWO_YEARS)
        self.assertEqual(self.report(STAFFORD)["robbery"]["as_of"], "2025-03-31")

    def test_the_whole_is_known_only_where_all_its_parts_are(self):
        self.send(self.RECORDS, "--covers", TWO_YEARS)
        row = self.report(FORCE, as_of="2025-03-31")["robbery"]
        self.assertEqual((row["count"], row["coverage"]), (12, "at least"))
        self.send([record("none")], "--covers", f"{FORCE}:2023-04-01..2025-03-31")
        row = self.report(FORCE)["robbery"]
        self.assertEqual((row["count"], row["coverage"]), (13, "complete"))

    def test_a_category_alone_can_be_covered(self):
        self.send(self.RECORDS, "--covers", f"{STAFFORD}/robbery:2023-04-01..2025-03-31")
        rows = self.report(STAFFORD)
        self.assertEqual((rows["robbery"]["coverage"], rows["shoplifting"]["coverage"]), ("complete", "unknown"))
        self.assertEqual(rows["all-crime"]["coverage"], "at least")

    def test_a_file_that_has_no_markers_column_covers_no_marker(self):
        self.send(self.RECORDS, "--covers", TWO_YEARS)
        self.assertEqual(self.report(STAFFORD)["hate-crime"]["coverage"], "unknown")
        self.send([record("m", markers="")], "--covers", TWO_YEARS)
        row = self.report(STAFFORD)["hate-crime"]
        self.assertEqual((row["count"], row["coverage"]), (0, "complete"))

    def test_a_declaration_for_the_future_or_of_an_unknown_area_is_refused_with_words(self):
        tomorrow = datetime.date.today() + datetime.timedelta(days=3)
        for covers, words in ((f"{STAFFORD}:2025-01-01..{tomorrow}", "lies in the future"),
                              ("E99999999:2025-01-01..2025-03-31", "'E99999999'"),
                              (f"{STAFFORD}/piracy:2025-01-01..2025-03-31", "'piracy'")):
            with self.subTest(covers):
                said = self.send([record("a")], "--covers", covers, check=1)
                self.assertIn("refused", said.stderr)
                self.assertIn(words, said.stderr)
        self.assertEqual(self.query("SELECT count(*) FROM coverage"), [(0,)])

    def test_nothing_is_declared_when_a_file_could_not_be_read(self):
        good = self.write("good.csv", as_csv(self.RECORDS))
        bad = self.write("bad.csv", "")
        for order in ((good, bad), (bad, good)):
            said = self.collect(self.aggregator, "incidents", *order, "--covers", TWO_YEARS, check=1)
            self.assertIn("bad.csv: the file is empty", said.stderr)
        self.assertEqual(self.query("SELECT count(*) FROM coverage"), [(0,)])


class AnyOrder(Case):
    """Records by chance, in several orders and split over several files, against a recount that knows nothing but
    the rule: of each reference the highest revision counts."""

    AREAS = {"E07000197": "E23000015", "E07000193": "E23000015", "E08000025": "E23000014", "E06000021": "E23000015"}
    MARKS = ("", "domestic-abuse", "hate-crime", "domestic-abuse;hate-crime")

    @classmethod
    def draw(cls, chance, count):
        records = []
        for number in range(count):
            for revision in sorted(chance.sample(range(1, 9), chance.choice((1, 1, 1, 2, 3)))):
                day = datetime.date(2023, 12, 15) + datetime.timedelta(days=chance.randrange(120))
                records.append({
                    "reference": f"r{number}", "revision": str(revision),
                    "status": "cancelled" if chance.random() < 0.1 else "recorded",
                    "recorded_at": str(day) if chance.random() < 0.9 else f"{day:%Y-%m}",
                    "offence": chance.choice((BURGLARY, ROBBERY, SHOPLIFTING, NUISANCE)),
                    "area": chance.choice((*cls.AREAS, "E23000015")), "markers": chance.choice(cls.MARKS),
                    "origin": chance.choice(("niche", "niche", "crims"))})
        return records

    @classmethod
    def recount(cls, records):
        standing = {}
        for each in records:
            key = each["origin"], each["reference"]
            if key not in standing or int(each["revision"]) > int(standing[key]["revision"]):
                standing[key] = each
        counted = {}
        for each in standing.values():
            if each["status"] == "cancelled":
                continue
            month, day = each["recorded_at"][:7], str(int(each["recorded_at"][8:] or "0"))
            force = cls.AREAS.get(each["area"], each["area"])
            categories = [NODES[each["offence"]]]
            if each["offence"] != NUISANCE:
                categories += filter(None, each["markers"].split(";"))
            for area in {each["area"], force, "E12000005", "E92000001", "K04000001"}:
                for category in categories:
                    days = counted.setdefault((area, each["origin"], month), {}).setdefault(category, {})
                    days[day] = days.get(day, 0) + 1
        return counted

    def test_the_order_and_the_number_of_files_make_no_difference(self):
        chance = random.Random(20250331)
        records = self.draw(chance, 400)
        expected = self.recount(records)
        runs = []
        for number in range(6):
            self.stop_all()
            self.data = self.folder / f"data{number}"
            aggregator = self.start()
            order = records if number == 0 else records + chance.choices(records, k=60)
            if number > 0:
                chance.shuffle(order)
            parts = chance.choice((1, 2, 5)) if number > 0 else 1
            for part in range(parts):
                path = self.write(f"run{number}/part{part}.csv", as_csv(order[part::parts], list(records[0])))
                self.collect(aggregator, "incidents", path)
            with self.subTest(run=number, parts=parts):
                counts = self.counts()
                self.assertEqual({key: days for key, (_, days, _) in counts.items()}, expected)
                for totals, days, outranked in counts.values():
                    self.assertEqual(totals, {category: sum(each.values()) for category, each in days.items()})
                    self.assertEqual(outranked, {})
                self.verify()
            runs.append((counts, self.incidents()))
        for run in runs[1:]:
            self.assertEqual(run, runs[0])


class Refused(Sending):
    """Records that can't be counted."""

    next_year = datetime.date.today().replace(day=1) + datetime.timedelta(days=366)

    BAD = {
        "unknown offence": (record("x", offence="Piracy"), "offence 'Piracy' is not in offences.csv"),
        "unknown area": (record("x", area="E07999999"), "area 'E07999999' is not in areas.csv"),
        "31 February": (record("x", "2025-02-31"), "recorded_at '2025-02-31' is no date that exists"),
        "month 13": (record("x", "2025-13-01"), "recorded_at '2025-13-01' is no date that exists"),
        "29 February in a common year": (record("x", "2025-02-29"), "recorded_at '2025-02-29' is no date that exists"),
        "no time that exists": (record("x", "2025-03-10T25:00:00Z"), "recorded_at '2025-03-10T25:00:00Z' is no date"),
        "next year": (record("x", str(next_year)), f"recorded_at '{next_year}' lies more than a day after it was received"),
        "negative revision": (record("x", revision="-1"), "revision '-1' is no whole number from 0 on"),
        "wrong status": (record("x", status="maybe"), "status 'maybe' is neither recorded nor cancelled"),
        "latitude": (record("x", latitude="97.5", longitude="1"), "latitude '97.5' is no number of degrees from -90 to 90"),
        "longitude": (record("x", latitude="52", longitude="west"), "longitude 'west' is no number of degrees"),
        "no reference": (record(""), "reference '' is empty"),
        "no offence": (record("x", offence=""), "offence '' is empty"),
        "no area": (record("x", area=""), "area '' is empty"),
        "no date": (record("x", ""), "recorded_at '' is empty"),
        "a reference that is too long": (record("x" * 200), "reference '" + "x" * 80 + "' is too long"),
    }
    COLUMNS = ["reference", "recorded_at", "offence", "area", "revision", "status", "latitude", "longitude"]

    def test_each_fault_is_told_with_its_file_line_column_and_value_and_the_others_count(self):
        rows = [record("good0")]
        for number, (bad, _) in enumerate(self.BAD.values()):
            rows += [{**bad, "reference": bad["reference"] and bad["reference"] + str(number)}, record(f"good{number + 1}")]
        said = self.send(rows, check=1, columns=self.COLUMNS, name="faulty.csv")
        kept = {row["line"]: row["words"] for row in self.rejects()}
        for number, (name, (_, words)) in enumerate(self.BAD.items()):
            with self.subTest(name):
                self.assertIn(f"faulty.csv:{2 * number + 3}: {words}", said.stderr)
                self.assertIn(words, kept[2 * number + 3])
        self.assertEqual(self.summary(said)["rejected"], len(self.BAD))
        self.assertEqual(len(kept), len(self.BAD))
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): len(self.BAD) + 1})
        with self.subTest("the same reject twice is one"):
            again = self.send(rows, "--from-start", check=1, columns=self.COLUMNS, name="faulty.csv")
            self.assertEqual(self.summary(again)["rejected"], len(self.BAD))
            self.send(rows, check=1, columns=self.COLUMNS, name="copy.csv")
            self.assertEqual({row["line"]: row["words"] for row in self.rejects()}, kept)
            self.assertEqual(self.query("SELECT count(*) FROM reject"), [(len(self.BAD),)])
        self.verify()

    def test_json_lines_are_told_the_same_way(self):
        lines = [json.dumps(record("a")), json.dumps(record("b", "2025-02-31")), "{not json", '["a", "list"]',
                 json.dumps(record("c", offence=["34B"])), json.dumps({**record("d"), "area": True}), json.dumps(record("e"))]
        path = self.write("faulty.ndjson", "\n".join(lines) + "\n")
        said = self.collect(self.aggregator, "ndjson", path, check=1)
        for line, words in ((2, "recorded_at '2025-02-31' is no date"), (3, "is no JSON object"), (4, "is no JSON object"),
                            (5, "offence "), (6, "area ")):
            self.assertRegex(said.stderr, rf"faulty.ndjson:{line}: .*{words}")
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 2})

    def test_too_many_faults_to_read_are_counted_not_printed(self):
        said = self.send([record(f"x{i}", "2025-02-31") for i in range(50)], check=1)
        self.assertEqual(said.stderr.count("is no date that exists"), 20)
        self.assertIn("... and 30 more rejected; tocsin rejects lists them all", said.stderr)
        self.assertEqual(len(self.rejects()), 50)

    def test_a_field_of_ten_megabytes_costs_its_own_row_only(self):
        text = as_csv([record("a"), record("big", offence="x" * 10_000_000), record("b")])
        said = self.send(text, check=1)
        self.assertRegex(said.stderr, r"file1.csv:3: .* is over 64 KiB")
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 2})
        size, kept = self.query("SELECT size, length(row) FROM reject")[0]
        self.assertEqual(size, len("big,2025-03-10,,E07000197") + 10_000_000)
        self.assertEqual(kept, 64 * 1024)
        lines = "\n".join(json.dumps(each) for each in (record("c"), record("big", offence="x" * 10_000_000), record("d")))
        said = self.collect(self.aggregator, "ndjson", self.write("big.ndjson", lines), check=1)
        self.assertRegex(said.stderr, r"big.ndjson:2: .*over 64 KiB")
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 4})

    def test_octets_that_are_no_text_cost_their_own_row_only(self):
        head = b"reference,recorded_at,offence,area,outcome\n"
        good = b"a,2025-03-10,34B,E07000197,fine\n"
        for name, row in (("nul", b"x,2025-03-10,34\0B,E07000197,\n"), ("nul outcome", b"x,2025-03-10,34B,E07000197,a\0b\n"),
                          ("latin-1", b"x,2025-03-10,34B,E07000197,caf\xe9\n"), ("nul reference", b"x\0y,2025-03-10,34B,E07000197,\n")):
            with self.subTest(name):
                said = self.send(head + row + good, check=1)
                self.assertRegex(said.stderr, rf"file{self.files}.csv:2: ")
                self.assertEqual(self.summary(said)["rejected"], 1)
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 1})
        self.assertEqual(len(self.rejects()), 4)

    def test_a_row_with_too_few_or_too_many_columns_says_how_many(self):
        said = self.send("reference,recorded_at,offence,area\na,2025-03-10,34B\nb,2025-03-10,34B,E07000197,x\n"
                         "c,2025-03-10,34B,E07000197\n", check=1)
        self.assertRegex(said.stderr, r"file1.csv:2: .* has 3 columns where the header names 4")
        self.assertRegex(said.stderr, r"file1.csv:3: .* has 5 columns where the header names 4")
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 1})

    def test_a_file_that_cannot_be_used_at_all_says_why(self):
        utf16 = as_csv([record("a")]).encode("utf-16")
        for name, content, words in (
                ("empty.csv", "", "the file is empty"),
                ("missing.csv", "reference,recorded_at,offence\na,2025-03-10,34B\n", "the column 'area' is missing"),
                ("twice.csv", "reference,recorded_at,offence,area,offence\n", "the column 'offence' stands twice"),
                ("utf16.csv", utf16, "the file is UTF-16: save it as UTF-8 CSV"),
                ("binary.csv", bytes(range(256)) * 300, "the column 'reference' is missing")):
            with self.subTest(name):
                said = self.send(content, name=name, check=1)
                self.assertRegex(said.stderr, rf"{name}: .*{words}")
        self.assertEqual(self.query("SELECT count(*) FROM version"), [(0,)])
        self.assertEqual(self.rejects(), [])

    def test_one_bad_file_does_not_stop_the_others(self):
        self.write("many/a.csv", "")
        self.write("many/b.csv", as_csv([record("b")]))
        self.write("many/c.csv", "reference\n")
        self.write("many/d.csv", as_csv([record("d")]))
        said = self.collect(self.aggregator, "incidents", self.folder / "many", check=1)
        self.assertIn("a.csv: the file is empty", said.stderr)
        self.assertIn("c.csv: the column 'recorded_at' is missing", said.stderr)
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 2})

    def test_a_folder_without_csv_files_says_so(self):
        self.write("none/readme.txt", "nothing here")
        said = self.collect(self.aggregator, "incidents", self.folder / "none", check=1)
        self.assertRegex(said.stderr, r"none: holds no CSV files")

    def test_what_is_no_file_says_so(self):
        os.mkfifo(self.folder / "pipe.csv")
        (self.folder / "broken.csv").symlink_to(self.folder / "nowhere")
        for name, words in (("nowhere.csv", "No such file or directory"), ("broken.csv", "No such file or directory"),
                            ("", "holds no CSV files|give it as standard input")):
            with self.subTest(name):
                said = self.collect(self.aggregator, "incidents", self.folder / name, check=1)
                self.assertRegex(said.stderr, words)

    def test_rejects_are_listed_as_table_csv_and_json(self):
        self.send([record("a", offence="Piracy"), record("b", "2025-02-31")], check=1)
        table = self.tocsin("rejects").stdout
        self.assertRegex(table, r"file1.csv:2: offence 'Piracy' is not in offences.csv.*\(local a\)")
        rows = list(csv.DictReader(self.tocsin("rejects", "--format", "csv").stdout.splitlines()))
        self.assertEqual([(row["reference"], row["state"]) for row in rows], [("a", "open"), ("b", "open")])
        self.assertEqual([row["words"] for row in rows], [row["words"] for row in self.rejects()])


class Mended(Sending):
    def setUp(self):
        Case.setUp(self)
        self.files = 0
        self.reference = self.folder / "reference"
        shutil.copytree(PROJECT / "reference", self.reference)
        self.aggregator = self.start()

    def mend(self, name, line):
        with open(self.reference / name, "a", encoding="utf-8") as out:
            out.write(line + "\n")
        self.aggregator.process.send_signal(signal.SIGHUP)
        self.aggregator.await_line(r" reload ")

    def test_what_was_rejected_counts_once_the_reference_data_are_mended(self):
        self.send([record("a", offence="Piracy"), record("b", area="E07999999"), record("c", "2025-02-31"), record("d")],
                  check=1)
        self.assertIn("tried 2, accepted 0", self.tocsin("rejects", "--retry").stdout)
        self.mend("offences.csv", "Piracy,Piracy on the Trent,robbery,,")
        self.assertIn("tried 2, accepted 1", self.tocsin("rejects", "--retry").stdout)
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 2})
        self.mend("areas.csv", "E07999999,New Stafford,district,E23000015,,,,")
        self.assertIn("tried 1, accepted 1", self.tocsin("rejects", "--retry").stdout)
        self.assertEqual(self.days(FORCE), {("robbery", "2025-03-10"): 3})
        self.assertEqual([row["reference"] for row in self.rejects()], ["c"])
        self.assertEqual([(row["reference"], row["state"]) for row in self.rejects("--all")],
                         [("a", "resolved"), ("b", "resolved"), ("c", "open")])
        self.verify()

    def test_while_a_newer_version_is_rejected_the_last_good_one_counts_flagged(self):
        self.send([record("a", revision="1"), record("b", revision="1")])
        self.send([record("a", revision="2", offence="Piracy"), record("b", "2025-02-31", revision="2")], check=1)
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 2})
        self.assertEqual(self.incidents("reference, revision, newer_rejected"), [("a", 1, 1), ("b", 1, 1)])
        self.mend("offences.csv", "Piracy,Piracy on the Trent,shoplifting,,")
        self.tocsin("rejects", "--retry")
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 1, ("shoplifting", "2025-03-10"): 1})
        self.assertEqual(self.incidents("reference, revision, newer_rejected"), [("a", 2, 0), ("b", 1, 1)])
        self.send([record("b", "2025-02-28", revision="2")])
        self.assertEqual(self.incidents("reference, revision, newer_rejected"), [("a", 2, 0), ("b", 2, 0)])
        self.assertEqual(self.rejects(), [])
        self.verify()

    def test_an_older_version_that_is_rejected_is_no_newer_one(self):
        self.send([record("a", revision="2")])
        self.send([record("a", revision="1", offence="Piracy")], check=1)
        self.assertEqual(self.incidents("reference, revision, newer_rejected"), [("a", 2, 0)])

    def test_faulty_reference_data_are_not_taken_over(self):
        self.send([record("a")])
        before = self.counts()
        with open(self.reference / "areas.csv", "a", encoding="utf-8") as out:
            out.write("E07999999,Nowhere,district,E99,,,,\n")
        self.aggregator.process.send_signal(signal.SIGHUP)
        self.aggregator.await_line(r"E99")
        self.assertEqual(self.counts(), before)
        self.send([record("b")])
        self.assertEqual(self.days(), {("robbery", "2025-03-10"): 2})


if __name__ == "__main__":
    unittest.main()
