"""Promise: the files of data.police.uk count as they were published: every district, crime type and month as an
independent recount has it, in whatever order and however often the files are read; a month that is published again
counts as its newest issue says; and a file that can't be used says so, costs nothing and stops nothing.

The real files and the recount of Staffordshire's are no part of the project: without them their tests are skipped.
"""
import csv
import os
import random
import shutil
import unittest

from harness import BIN, SHARED, Case, needs

STAFFORDSHIRE = SHARED / "data/staffordshire-2025"
RECOUNT = SHARED / "data/staffordshire-2025-expected.csv"
LEICESTERSHIRE = SHARED / "data/leicestershire-street"
CATEGORIES = {"Burglary": "burglary", "Drugs": "drug-offences", "Vehicle crime": "vehicle-offences",
              "Other crime": "miscellaneous"}
TYPES = ("Anti-social behaviour", "Bicycle theft", "Burglary", "Criminal damage and arson", "Drugs", "Other crime",
         "Other theft", "Possession of weapons", "Public order", "Robbery", "Shoplifting", "Theft from the person",
         "Vehicle crime", "Violence and sexual offences")
COLUMNS = ("Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
           "Last outcome category,Context")
STAFFORD, STAFFORDSHIRE_AREA = "E07000197", "E23000015"


def category_of(crime_type):
    return CATEGORIES.get(crime_type, crime_type.lower().replace(" ", "-"))


OWN = {category_of(each) for each in TYPES}


def without_sums(counts):
    return {key: count for key, count in counts.items() if key[1] in OWN}


@needs(STAFFORDSHIRE)
@needs(RECOUNT)
class Staffordshire(Case):
    def setUp(self):
        super().setUp()
        self.aggregator = self.start()

    def recount(self):
        with open(RECOUNT, encoding="utf-8") as rows:
            return {(row["district"] or f"{STAFFORDSHIRE_AREA}:unallocated", category_of(row["crime_type"]), row["month"]):
                    int(row["count"]) for row in csv.DictReader(rows)}

    def assert_as_recounted(self):
        counted = without_sums(self.export("--each", "district", "--by", "month", "--origin", "Staffordshire Police"))
        self.assertEqual(counted, self.recount())
        self.assertEqual(sum(counted.values()), 102451)

    def each_alone(self, paths):
        for path in paths:
            self.collect(self.aggregator, "police-uk", path)

    def test_every_district_crime_type_and_month_is_as_recounted_and_stays_so(self):
        first = self.summary(self.collect(self.aggregator, "police-uk", STAFFORDSHIRE))
        self.assertEqual(first, {"sent": 102517, "accepted": 102451, "repeated": 0, "replaced": 66, "rejected": 0})
        self.assert_as_recounted()
        before = self.query("SELECT * FROM count_month ORDER BY id"), self.incidents()
        with self.subTest("a second run"):
            self.assertEqual(self.summary(self.collect(self.aggregator, "police-uk", STAFFORDSHIRE))["sent"], 0)
        with self.subTest("from the start"):
            again = self.summary(self.collect(self.aggregator, "police-uk", STAFFORDSHIRE, "--from-start"))
            self.assertEqual(again, {"sent": 102517, "accepted": 0, "repeated": 102517, "replaced": 0, "rejected": 0})
        self.assertEqual((self.query("SELECT * FROM count_month ORDER BY id"), self.incidents()), before)
        self.verify()

    def test_the_order_of_the_files_makes_no_difference(self):
        self.collect(self.aggregator, "police-uk", STAFFORDSHIRE)
        in_order = self.counts(), self.incidents()
        months = sorted(STAFFORDSHIRE.glob("*-street.csv"))
        shuffled = random.Random(7).sample(months, len(months))
        for name, order in (("reversed", months[::-1]), ("shuffled", shuffled)):
            with self.subTest(name):
                self.stop_all()
                self.data = self.folder / name
                self.aggregator = self.start()
                self.each_alone(order)
                self.assertEqual((self.counts(), self.incidents()), in_order)
                self.verify()

    def test_the_year_before_is_unknown_not_zero(self):
        self.collect(self.aggregator, "police-uk", STAFFORDSHIRE)
        rows = self.report(STAFFORD)
        for category in sorted(OWN | {"all-crime", "theft"}):
            with self.subTest(category):
                row = rows[category]
                self.assertEqual((row["as_of"], row["coverage"]), ("2025-12-31", "complete"))
                self.assertGreater(row["count"], 0)
                self.assertIsNone(row["previous"])
                self.assertIsNone(row["change_pct"])
        table = self.tocsin("report", "--area", STAFFORD).stdout
        self.assertRegex(table, r"\n *All crime +8,765 +unknown\n")
        self.assertRegex(table, r"\n *Robbery +\d+ +unknown\n")

    @needs(LEICESTERSHIRE)
    def test_two_forces_in_one_store_keep_out_of_each_other_s_way(self):
        self.collect(self.aggregator, "police-uk", STAFFORDSHIRE)
        other = self.summary(self.collect(self.aggregator, "police-uk", LEICESTERSHIRE))
        self.assertEqual(other, {"sent": 301838, "accepted": 301828, "repeated": 0, "replaced": 10, "rejected": 0})
        counted = without_sums(self.export("--each", "district", "--by", "month", "--origin", "Leicestershire Police"))
        self.assertEqual(sum(counted.values()), 301828)
        self.assert_as_recounted()
        self.assertEqual(self.report("E23000021")["all-crime"]["as_of"], "2022-10-31")
        self.assertEqual(self.report(STAFFORDSHIRE_AREA)["all-crime"]["as_of"], "2025-12-31")
        self.verify()


def street(crime_id, kind, lsoa="Stafford 001A", month="2025-03", force="Staffordshire Police",
           where="On or near High Street", outcome="Under investigation"):
    """A row as it is published. The code of the LSOA is one that nobody knows, so its name tells the district."""
    place = ("-2.117", "52.806", where, "E01999999", lsoa) if lsoa else ("", "", "No Location", "", "")
    return ",".join((crime_id, month, force, force, *place, kind, outcome, ""))


class Publishing(Case):
    """Small files of our own, published one after the other."""

    def setUp(self):
        super().setUp()
        self.aggregator = self.start()

    def publish(self, name, rows, *options, check=0, header=COLUMNS):
        path = self.write(f"{name}/2025-03-staffordshire-street.csv", "\n".join((header, *rows)) + "\n")
        return self.collect(self.aggregator, "police-uk", path, *options, check=check)

    def months(self, area=STAFFORD, *options):
        """(category, month) -> count, without sums."""
        found = self.export("--area", area, "--by", "month", *options)
        return {key[1:]: count for key, count in without_sums(found).items()}

    def march(self, area=STAFFORD):
        return {category: count for (category, month), count in self.months(area).items() if month == "2025-03"}


class PublishedAgain(Publishing):
    FIRST = [street("a", "Burglary"), street("b", "Drugs"), street("c", "Robbery"), street("d", "Shoplifting")]
    # b is another crime type, d is withdrawn, e is inserted above all
    SECOND = [street("e", "Vehicle crime"), street("a", "Burglary"), street("b", "Public order"), street("c", "Robbery")]
    THIRD = [*SECOND, street("d", "Shoplifting")]
    AS_SECOND = {"vehicle-offences": 1, "burglary": 1, "public-order": 1, "robbery": 1}

    def publish_two(self):
        self.publish("first", self.FIRST, "--issued", "2025-05-01")
        self.assertEqual(self.march(), {"burglary": 1, "drug-offences": 1, "robbery": 1, "shoplifting": 1})
        return self.publish("second", self.SECOND, "--issued", "2025-06-01")

    def test_a_month_published_again_counts_as_its_new_issue_says(self):
        said = self.publish_two()
        self.assertEqual(self.march(), self.AS_SECOND)
        self.assertEqual(self.summary(said), {"sent": 4, "accepted": 1, "repeated": 2, "replaced": 1, "rejected": 0})
        self.assertIn("withdrawn: 1 incident", said.stderr)
        self.verify()

    def test_a_third_issue_that_brings_a_row_back_counts_it_again(self):
        self.publish_two()
        self.publish("third", self.THIRD, "--issued", "2025-07-01")
        self.assertEqual(self.march(), {**self.AS_SECOND, "shoplifting": 1})
        self.verify()

    def test_an_older_issue_changes_nothing_and_says_so(self):
        self.publish("second", self.SECOND, "--issued", "2025-06-01")
        before = self.counts(), self.incidents()
        said = self.publish("first", self.FIRST, "--issued", "2025-05-01")
        self.assertEqual(self.summary(said)["accepted"], 0)
        self.assertRegex(said.stderr, r"first/2025-03-\S+: older than the issue that is held, of 1 June 2025")
        self.assertEqual((self.counts(), self.incidents()), before)
        self.verify()

    def test_old_issues_read_again_turn_nothing_back(self):
        self.publish_two()
        self.publish("third", self.THIRD, "--issued", "2025-07-01")
        before = self.counts(), self.incidents()
        for options in ((), ("--from-start",)):
            for name, rows, issued in (("first", self.FIRST, "2025-05-01"), ("second", self.SECOND, "2025-06-01"),
                                       ("third", self.THIRD, "2025-07-01"), ("first", self.FIRST, "2025-05-01")):
                with self.subTest(name, options=options):
                    self.publish(name, rows, "--issued", issued, *options)
                    self.assertEqual((self.counts(), self.incidents()), before)
        self.verify()

    def test_whatever_order_the_issues_come_in_the_newest_counts(self):
        issues = {"first": (self.FIRST, "2025-05-01"), "second": (self.SECOND, "2025-06-01"),
                  "third": (self.THIRD, "2025-07-01")}
        seen = []
        for order in (("first", "second", "third"), ("third", "second", "first"), ("second", "first", "third"),
                      ("first", "third", "second")):
            self.stop_all()
            self.data = self.folder / "-".join(order)
            self.aggregator = self.start()
            for name in order:
                self.publish(name, issues[name][0], "--issued", issues[name][1])
            seen.append((self.counts(), self.incidents()))
            self.verify()
        for each in seen[1:]:
            self.assertEqual(each, seen[0])

    def test_without_a_stated_issue_the_file_s_own_time_tells_which_is_newer(self):
        first = self.write("one/2025-03-staffordshire-street.csv", "\n".join((COLUMNS, *self.FIRST)) + "\n")
        second = self.write("two/2025-03-staffordshire-street.csv", "\n".join((COLUMNS, *self.SECOND)) + "\n")
        os.utime(first, (1_750_000_000, 1_750_000_000))
        os.utime(second, (1_740_000_000, 1_740_000_000))
        self.collect(self.aggregator, "police-uk", first)
        said = self.collect(self.aggregator, "police-uk", second)
        self.assertIn("older than the issue that is held", said.stderr)
        self.assertEqual(self.march(), {"burglary": 1, "drug-offences": 1, "robbery": 1, "shoplifting": 1})

    def test_a_crime_id_in_two_months_counts_once_as_the_later_has_it(self):
        march = [street("x", "Burglary"), street("y", "Robbery")]
        april = [street("x", "Drugs", month="2025-04"), street("z", "Robbery", month="2025-04")]
        for order in ((march, april), (april, march)):
            self.stop_all()
            self.data = self.folder / f"data-{order[0] is march}"
            self.aggregator = self.start()
            for number, rows in enumerate(order):
                self.publish(f"of{number}", rows)
            with self.subTest(first=order[0][0]):
                self.assertEqual(self.months(), {("robbery", "2025-03"): 1, ("drug-offences", "2025-04"): 1,
                                                 ("robbery", "2025-04"): 1})
                self.verify()

    def test_when_the_later_month_drops_it_it_counts_as_the_earlier_has_it(self):
        self.publish("march", [street("x", "Burglary"), street("y", "Robbery")], "--issued", "2025-05-01")
        self.publish("april", [street("x", "Drugs", month="2025-04"), street("z", "Robbery", month="2025-04")],
                     "--issued", "2025-06-01")
        self.publish("again", [street("z", "Robbery", month="2025-04")], "--issued", "2025-07-01")
        self.assertEqual(self.months(), {("burglary", "2025-03"): 1, ("robbery", "2025-03"): 1, ("robbery", "2025-04"): 1})
        self.verify()

    def test_what_both_months_drop_counts_nowhere(self):
        self.publish("march", [street("x", "Burglary"), street("y", "Robbery")], "--issued", "2025-05-01")
        self.publish("april", [street("x", "Drugs", month="2025-04"), street("z", "Robbery", month="2025-04")],
                     "--issued", "2025-06-01")
        self.publish("march-again", [street("y", "Robbery")], "--issued", "2025-07-01")
        self.assertEqual(self.months()["drug-offences", "2025-04"], 1)
        self.publish("april-again", [street("z", "Robbery", month="2025-04")], "--issued", "2025-07-01")
        self.assertEqual(self.months(), {("robbery", "2025-03"): 1, ("robbery", "2025-04"): 1})
        self.verify()

    def test_an_issue_that_moves_its_rows_is_covered_as_before(self):
        self.publish_two()
        row = self.report(STAFFORDSHIRE_AREA, as_of="2025-03-31", window="calendar-month")["all-crime"]
        self.assertEqual((row["count"], row["coverage"]), (4, "complete"))


class WithoutReference(Publishing):
    ASB = street("", "Anti-social behaviour", outcome="")

    def test_identical_rows_without_crime_id_are_counted_each(self):
        said = self.publish("first", [self.ASB] * 3 + [street("", "Anti-social behaviour", where="On or near Mill Bank")])
        self.assertEqual(self.summary(said)["accepted"], 4)
        self.assertEqual(self.march(), {"anti-social-behaviour": 4})

    def test_a_row_inserted_above_does_not_change_the_others(self):
        self.publish("first", [self.ASB, street("a", "Drugs"), self.ASB], "--issued", "2025-05-01")
        references = {row[0] for row in self.query("SELECT reference FROM incident")}
        inserted = street("", "Anti-social behaviour", "Stafford 014B", outcome="")
        said = self.publish("second", [inserted, self.ASB, street("a", "Drugs"), self.ASB], "--issued", "2025-06-01")
        self.assertEqual(self.summary(said), {"sent": 4, "accepted": 1, "repeated": 3, "replaced": 0, "rejected": 0})
        self.assertLess(references, {row[0] for row in self.query("SELECT reference FROM incident")})
        self.assertEqual(self.march(), {"anti-social-behaviour": 3, "drug-offences": 1})

    def test_one_of_identical_rows_can_be_inserted_and_withdrawn(self):
        for number, (times, day) in enumerate(((2, "2025-05-01"), (3, "2025-06-01"), (1, "2025-07-01"))):
            self.publish(f"issue{number}", [self.ASB] * times, "--issued", day)
            self.assertEqual(self.march(), {"anti-social-behaviour": times})
        self.verify()

    def test_the_same_row_in_two_months_is_two_incidents(self):
        self.publish("march", [self.ASB])
        self.publish("april", [street("", "Anti-social behaviour", month="2025-04", outcome="")])
        self.assertEqual(self.months(), {("anti-social-behaviour", "2025-03"): 1, ("anti-social-behaviour", "2025-04"): 1})


class Places(Publishing):
    def test_a_row_in_another_force_s_district_counts_there(self):
        self.publish("one", [street("a", "Robbery", "Birmingham 016C"), street("b", "Robbery")])
        self.assertEqual(self.march("Birmingham"), {"robbery": 1})
        self.assertEqual(self.march("E23000014"), {"robbery": 1})
        self.assertEqual(self.march(STAFFORDSHIRE_AREA), {"robbery": 1})
        by_origin = self.export("--each", "district", "--by", "month", "--origin", "Staffordshire Police")
        self.assertEqual({key[0] for key in by_origin}, {"E08000025", STAFFORD})

    def test_a_row_without_place_counts_for_the_force_as_unallocated(self):
        self.publish("one", [street("a", "Robbery", ""), street("b", "Robbery"), street("c", "Drugs", "")])
        self.assertEqual(self.march(STAFFORDSHIRE_AREA), {"robbery": 2, "drug-offences": 1})
        parts = without_sums(self.export("--each", "district", "--by", "month"))
        self.assertEqual(parts, {(f"{STAFFORDSHIRE_AREA}:unallocated", "robbery", "2025-03"): 1,
                                 (f"{STAFFORDSHIRE_AREA}:unallocated", "drug-offences", "2025-03"): 1,
                                 (STAFFORD, "robbery", "2025-03"): 1})

    def test_a_former_district_s_name_counts_in_its_successor(self):
        self.publish("one", [street("a", "Burglary", "Corby 001A", force="Northamptonshire Police"),
                             street("b", "Burglary", "Kettering 002B", force="Northamptonshire Police")])
        self.assertEqual(self.march("North Northamptonshire"), {"burglary": 2})
        self.assertEqual(self.query("SELECT DISTINCT area_name FROM incident ORDER BY 1"),
                         [("Corby 001A",), ("Kettering 002B",)])

    def test_a_place_that_nobody_knows_is_rejected_with_its_name(self):
        said = self.publish("one", [street("a", "Burglary", "Atlantis 001A"), street("b", "Robbery")], check=1)
        self.assertIn("one/2025-03-staffordshire-street.csv:2: area 'E01999999, Atlantis 001A' is not in areas.csv",
                      said.stderr)
        self.assertEqual(self.march(STAFFORDSHIRE_AREA), {"robbery": 1})
        self.assertEqual(self.query("SELECT reference, line FROM open_reject"), [("a", 2)])

    def test_an_unknown_crime_type_is_rejected_with_its_name(self):
        said = self.publish("one", [street("a", "Piracy"), street("b", "Robbery")], check=1)
        self.assertIn("offence 'Piracy' is not in offences.csv", said.stderr)
        self.assertEqual(self.march(), {"robbery": 1})

    def test_a_file_of_a_force_without_an_area_counts_where_it_happened_and_covers_nothing(self):
        said = self.publish("one", [street("a", "Robbery", force="British Transport Police")])
        self.assertIn("is of a force without an area of its own", said.stderr)
        self.assertEqual(self.march(), {"robbery": 1})
        self.assertEqual(self.query("SELECT count(*) FROM coverage"), [(0,)])

    def test_a_file_that_mixes_months_or_forces_counts_but_covers_and_withdraws_nothing(self):
        self.publish("whole", [street("a", "Robbery"), street("b", "Drugs")], "--issued", "2025-05-01")
        coverage = self.query("SELECT * FROM coverage")
        for name, row in (("months", street("m", "Burglary", month="2025-04")),
                          ("forces", street("f", "Burglary", force="West Mercia Police"))):
            with self.subTest(name):
                said = self.publish(name, [street("a", "Robbery"), row], "--issued", "2025-06-01")
                self.assertIn("holds several months or forces", said.stderr)
        self.assertEqual(self.months(), {("robbery", "2025-03"): 1, ("drug-offences", "2025-03"): 1,
                                         ("burglary", "2025-03"): 1, ("burglary", "2025-04"): 1})
        self.assertEqual(self.query("SELECT * FROM coverage"), coverage)
        self.verify()


class Forms(Publishing):
    """How a file is written, and what happens to one that can't be used."""

    ROWS = [street("a", "Robbery"), street("b", "Drugs")]
    COUNTED = {"robbery": 1, "drug-offences": 1}

    def collect_file(self, octets, check=0, name="2025-03-staffordshire-street.csv"):
        return self.collect(self.aggregator, "police-uk", self.write(f"form/{name}", octets), check=check)

    def text(self, *rows):
        return "\n".join((COLUMNS, *(rows or self.ROWS))) + "\n"

    def test_line_ends_and_a_byte_order_mark_make_no_difference(self):
        forms = {"lf": self.text().encode(), "crlf": self.text().replace("\n", "\r\n").encode(),
                 "bom": b"\xef\xbb\xbf" + self.text().encode(),
                 "bom and crlf": b"\xef\xbb\xbf" + self.text().replace("\n", "\r\n").encode(),
                 "no end of the last line": self.text().rstrip("\n").encode()}
        for name, octets in forms.items():
            with self.subTest(name):
                self.collect_file(octets)
                self.assertEqual(self.march(), self.COUNTED)
                self.assertEqual(self.query("SELECT count(*) FROM version"), [(2,)])

    def test_commas_and_quotes_stand_in_quotes(self):
        place = '"On or near ""The Crown"", Gaol Road"'
        self.collect_file(self.text(street("a", "Robbery", where=place), street("", "Drugs", '"Stafford 001A"', where=place)))
        self.assertEqual(self.march(), self.COUNTED)

    def test_columns_may_stand_in_any_order(self):
        rows = list(csv.reader(self.text().splitlines()))
        order = random.Random(3).sample(range(len(rows[0])), len(rows[0]))
        self.collect_file("\n".join(",".join(row[i] for i in order) for row in rows) + "\n")
        self.assertEqual(self.march(), self.COUNTED)

    def test_a_quote_that_never_closes_costs_its_own_row_only(self):
        rows = [street("a", "Robbery"), street("q", "Burglary", where='"On or near'),
                *(street(f"n{i}", "Drugs") for i in range(1500))]
        said = self.collect_file(self.text(*rows), check=1)
        self.assertRegex(said.stderr, r"2025-03-staffordshire-street.csv:3: .*a quote in it never closes")
        self.assertEqual(self.march(), {"robbery": 1, "drug-offences": 1500})
        self.assertEqual(self.query("SELECT count(*) FROM open_reject"), [(1,)])

    def test_a_faulty_month_rejects_its_row_and_withdraws_nothing_wrongly(self):
        self.collect_file(self.text(street("a", "Robbery"), street("b", "Drugs"), street("c", "Burglary")))
        for name, month in (("month 13", "2025-13"), ("no month", ""), ("words", "March 2025")):
            with self.subTest(name):
                path = self.write(f"{name}/2025-03-staffordshire-street.csv",
                                  self.text(street("a", "Robbery"), street("b", "Drugs", month=month)))
                said = self.collect(self.aggregator, "police-uk", path, check=1)
                self.assertIn(f"2025-03-staffordshire-street.csv:3: Month '{month}' is no month that exists", said.stderr)
                # c is lacking and withdrawn; of b, which couldn't be read, the last good version stands
                self.assertEqual(self.march(), self.COUNTED)
                self.assertEqual(self.query("SELECT reference, newer_rejected FROM incident ORDER BY 1"),
                                 [("a", 0), ("b", 1)])
        self.verify()

    def test_a_faulty_row_without_crime_id_lets_nothing_be_withdrawn(self):
        asb = street("", "Anti-social behaviour", outcome="")
        self.collect_file(self.text(street("a", "Robbery"), asb))
        path = self.write("again/2025-03-staffordshire-street.csv",
                          self.text(street("a", "Robbery"), asb.replace("2025-03", "2025-33")))
        said = self.collect(self.aggregator, "police-uk", path, check=1)
        self.assertIn("nothing was withdrawn: some rows could not be read", said.stderr)
        self.assertEqual(self.march(), {"robbery": 1, "anti-social-behaviour": 1})

    def test_a_rejected_row_is_not_withdrawn(self):
        """Its type is unknown in the new issue: the last good version counts, flagged, until that is mended."""
        self.collect_file(self.text())
        path = self.write("again/2025-03-staffordshire-street.csv", self.text(street("a", "Piracy"), street("b", "Drugs")))
        self.collect(self.aggregator, "police-uk", path, check=1)
        self.assertEqual(self.march(), self.COUNTED)
        self.assertEqual(self.query("SELECT reference, newer_rejected FROM incident ORDER BY 1"), [("a", 1), ("b", 0)])

    def assert_unusable(self, said, words):
        self.assertRegex(said.stderr, words)
        self.assertEqual(self.query("SELECT count(*) FROM version"), [(0,)])
        self.assertEqual(self.query("SELECT count(*) FROM coverage"), [(0,)])

    def test_an_empty_file_says_that_it_is_empty(self):
        self.assert_unusable(self.collect_file("", check=1), r"2025-03-staffordshire-street.csv: is empty")

    def test_a_file_with_a_header_only_counts_nothing_and_covers_nothing(self):
        """Whose month it would be is not known: a force that recorded nothing publishes no such file."""
        self.assert_unusable(self.collect_file(COLUMNS + "\n"), "street.csv: holds no rows: nothing of it counts")

    def test_an_outcomes_file_says_which_file_is_wanted(self):
        header = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type"
        said = self.collect_file(header + "\n", check=1, name="2025-03-staffordshire-outcomes.csv")
        self.assert_unusable(said, r"outcomes.csv: holds outcomes, not incidents: give the street-level file")

    def test_a_stop_and_search_file_says_which_file_is_wanted(self):
        said = self.collect_file("Type,Date,Part of a policing operation,Object of search\n", check=1)
        self.assert_unusable(said, "holds stop and search, not incidents")

    def test_another_kind_of_file_says_which_column_is_missing(self):
        said = self.collect_file("reference,recorded_at,offence,area\na,2025-03-01,104,E07000197\n", check=1)
        self.assert_unusable(said, "column 'Crime ID' is missing .*tocsin-collector incidents")

    def test_one_file_that_cannot_be_used_does_not_stop_the_others(self):
        self.write("many/2025-02-staffordshire-street.csv", "")
        self.write("many/2025-03-staffordshire-street.csv", self.text())
        said = self.collect(self.aggregator, "police-uk", self.folder / "many", check=1)
        self.assertIn("2025-02-staffordshire-street.csv: is empty", said.stderr)
        self.assertEqual(self.march(), self.COUNTED)

    def test_a_folder_without_street_files_says_so(self):
        self.write("none/2025-03-staffordshire-outcomes.csv", "Crime ID\n")
        for folder in ("none", "none/.."):
            said = self.collect(self.aggregator, "police-uk", self.folder / "none", check=1)
            self.assert_unusable(said, r"none: holds no data.police.uk street-level files")

    def test_a_path_that_is_not_there_says_so(self):
        said = self.collect(self.aggregator, "police-uk", self.folder / "nowhere", check=1)
        self.assert_unusable(said, r"nowhere: No such file or directory")

    def test_a_broken_link_in_a_folder_says_so_and_the_others_count(self):
        self.write("many/2025-03-staffordshire-street.csv", self.text())
        (self.folder / "many/2025-02-staffordshire-street.csv").symlink_to(self.folder / "nowhere")
        said = self.collect(self.aggregator, "police-uk", self.folder / "many", check=1)
        self.assertIn("2025-02-staffordshire-street.csv: No such file or directory", said.stderr)
        self.assertEqual(self.march(), self.COUNTED)

    @unittest.skipIf(shutil.which("setpriv") is None, "setpriv is not here: who is root can read everything")
    def test_a_file_that_may_not_be_read_says_so_and_the_others_count(self):
        self.write("many/2025-02-staffordshire-street.csv", self.text()).chmod(0)
        self.write("many/2025-03-staffordshire-street.csv", self.text())
        may_not = "-dac_override,-dac_read_search"
        said = self.run_program("setpriv", "--bounding-set", may_not, "--inh-caps", may_not, BIN / "tocsin-collector",
                                "police-uk", self.folder / "many", "--to", self.aggregator.endpoint, "--give-up", "60",
                                check=1)
        self.assertIn("2025-02-staffordshire-street.csv: Permission denied", said.stderr)
        self.assertEqual(self.march(), self.COUNTED)

    def test_a_folder_named_like_a_file_is_looked_into(self):
        self.write("2025-03-staffordshire-street.csv/2025-03-staffordshire-street.csv", self.text())
        self.collect(self.aggregator, "police-uk", self.folder / "2025-03-staffordshire-street.csv")
        self.assertEqual(self.march(), self.COUNTED)


if __name__ == "__main__":
    unittest.main()
