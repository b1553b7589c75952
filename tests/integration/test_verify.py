"""Promise: `tocsin verify` finds a store whole that is whole, whatever it went through; and of a store in which one stored
figure of any kind was damaged it names that figure, and ends with status 1.
"""
import contextlib
import pathlib
import re
import shutil
import signal
import sqlite3
import tempfile
import unittest

from harness import PROJECT, Case
from test_incidents import BURGLARY, FORCE, NUISANCE, ROBBERY, SHOPLIFTING, STAFFORD, as_csv, record
from test_police_uk import COLUMNS, street

EAST_STAFFORDSHIRE = "E07000193"
YEAR = f"{STAFFORD}:2024-04-01..2025-03-31"


class Store(Case):
    """A store with something of everything: chains of versions, cancelled and withdrawn ones, markers, records that know
    their month only, a lesser origin beside a better one, and days that are covered and days that are not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.made, ignore_errors=True)

    def setUp(self):
        """It is made once for all tests of a class; each has a copy."""
        super().setUp()
        if not (self.made / "data").exists():
            self.make(self.made / "data")
        shutil.copytree(self.made / "data", self.data)

    def make(self, data):
        reference = self.made / "reference"
        self.write_reference(reference)
        aggregator = self.start(reference, data)
        live = [record(f"l{n}", f"2025-03-{n + 1:02d}", (ROBBERY, BURGLARY, SHOPLIFTING, NUISANCE)[n % 4], revision="1",
                       markers="hate-crime" if n % 3 == 0 else "") for n in range(24)]
        changed = [record("l0", "2025-02-27", BURGLARY, revision="2", markers=""), record("l1", revision="2", status="cancelled"),
                   record("l2", "2025-03-20", ROBBERY, area=EAST_STAFFORDSHIRE, revision="3", markers="domestic-abuse"),
                   record("l2", "2025-03-21", ROBBERY, revision="2", markers="")]
        late = [record(f"m{n}", f"2025-03-{n + 1:02d}", markers="") for n in range(9)] + [record("m9", "2025-02", markers="")]
        self.send(aggregator, "live.csv", live, "live", YEAR)
        self.send(aggregator, "changed.csv", changed, "live")
        self.send(aggregator, "late.csv", late, "late", f"{STAFFORD}:2025-03-01..2025-03-31")
        for rows in ((street("a", "Robbery", lsoa="Leicester 001A"), street("b", "Drugs", lsoa="Leicester 001A")),
                     (street("a", "Burglary", lsoa="Leicester 001A"),)):
            text = "\n".join((COLUMNS, *rows)).replace("Staffordshire Police", "Leicestershire Police")
            path = self.write("2025-03-leicestershire-street.csv", text + "\n")
            self.collect(aggregator, "police-uk", path, "--issued", f"2025-0{4 + len(rows) % 2}-10")
        self.stop(aggregator)

    def write_reference(self, folder):
        """The bundled one's categories and offences, and of its areas those that occur: verify looks at every area."""
        folder.mkdir()
        for name in ("categories.csv", "offences.csv", "populations.csv"):
            shutil.copy(PROJECT / "reference" / name, folder)
        kept = ("code", "K04000001", "E92000001", "E12000004", "E12000005", "E23000015", "E23000021")
        lines = (PROJECT / "reference/areas.csv").read_text("utf-8").splitlines(keepends=True)
        (folder / "areas.csv").write_text("".join(line for line in lines if line.startswith(kept) or
                                                  ",district,E23000015,,,," in line or line.startswith("E06000016")))
        (folder / "sources.csv").write_text("origin,title,rank,promised_interval\nlive,,1,\nlate,,2,\n")

    def send(self, aggregator, name, rows, origin, *covers):
        options = [word for each in covers for word in ("--covers", each)]
        self.collect(aggregator, "incidents", self.write(name, as_csv(rows)), "--origin", origin, *options)

    def change(self, data, *statements):
        with contextlib.closing(sqlite3.connect(data / "tocsin.db")) as db:
            for statement in statements:
                self.assertGreater(db.execute(statement).rowcount, 0, f"{statement} changed nothing")
            db.commit()

    def damaged(self, *statements):
        """What verify says of a copy in which this was changed."""
        copy = self.folder / "damaged"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.data, copy)
        self.change(copy, *statements)
        return self.tocsin("verify", data=copy, check=1)


VERSION = "(SELECT id FROM version WHERE reference = '{}' AND revision = {})"
MONTH = f"area = (SELECT id FROM code WHERE kind = 6 AND code = '{STAFFORD}') AND month = 24302 AND " \
        "origin = (SELECT id FROM code WHERE kind = 1 AND code = '{}')"
NODE = "(SELECT id FROM code WHERE kind = 7 AND code = '{}')"


def code(kind, name):
    return f"(SELECT id FROM code WHERE kind = {kind} AND code = '{name}')"


def version(reference, change, revision=1):
    return f"UPDATE version SET {change} WHERE id = {VERSION.format(reference, revision)}"


def month(change, origin="live"):
    return f"UPDATE count_month SET {change} WHERE {MONTH.format(origin)}"


class Whole(Store):
    def test_a_whole_store_is_found_whole_and_counted(self):
        said = self.tocsin("verify")
        # Its reference data have no rules.
        versions, = self.query("SELECT count(*), count(DISTINCT origin || ' ' || reference) FROM version")
        months = self.query("SELECT count(*) FROM count_month")[0][0]
        areas = self.query("SELECT count(*) FROM code WHERE kind = 6")[0][0]
        self.assertEqual(said.stdout, f"{versions[0]} versions of {versions[1]} incidents, {months} months of counts, {areas} areas, "
                                      "0 watched series: all as recounted\n")
        self.assertEqual(said.stderr, "")

    def test_it_has_something_of_everything(self):
        """Else the damages below would prove less than they say."""
        one = "SELECT count(*) FROM "
        for what in ("version WHERE status = 1", "version WHERE status = 2", "version WHERE month_only", "version WHERE NOT current",
                     "version WHERE markers IS NOT NULL", "version WHERE previous IS NOT NULL", "count_month WHERE outranked <> '{}'",
                     "covered", "coverage"):
            self.assertGreater(self.query(one + what)[0][0], 0, what)

    def test_a_store_that_is_in_use_or_was_killed_is_found_whole(self):
        aggregator = self.start(self.made / "reference")
        self.send(aggregator, "more.csv", [record(f"n{n}", "2025-03-01") for n in range(3000)], "live")
        self.verify()
        self.stop(aggregator, signal.SIGKILL)
        self.verify()


class Damaged(Store):
    def assert_named(self, statements, *words):
        statements = (statements,) if isinstance(statements, str) else statements
        with self.subTest(statements[0]):
            said = self.damaged(*statements)
            for each in words:
                self.assertRegex(said.stdout, each)
            self.assertTrue(said.stdout.splitlines()[-1].endswith(" areas, 0 watched series: NOT as recounted"), said.stdout)
            self.assertEqual(said.stderr, "")

    def test_a_count_of_a_day(self):
        days = f"json_set(days, '$.\"' || {code(7, 'robbery')} || '\".\"5\"', 7)"
        totals = f"json_set(totals, '$.\"' || {code(7, 'robbery')} || '\"', json_extract(totals, '$.\"' || {code(7, 'robbery')} || '\"') + 6)"
        self.assert_named(month(f"days = {days}, totals = {totals}"),
                          rf"(?m)^{STAFFORD} robbery 2025-03 day 5 from live: stored 7, recounted 1$")

    def test_a_day_that_is_gone_or_of_another_category(self):
        robbery = code(7, "robbery")
        self.assert_named(month(f"days = json_remove(days, '$.\"' || {robbery} || '\".\"5\"')"),
                          rf"(?m)^{STAFFORD} robbery 2025-03 day 5 from live: stored 0, recounted 1$")
        self.assert_named(month(f"days = replace(days, '\"' || {robbery} || '\":', '\"' || {code(7, 'homicide')} || '\":')"),
                          rf"(?m)^{STAFFORD} homicide 2025-03 day 5 from live: stored 1, recounted 0$",
                          rf"(?m)^{STAFFORD} robbery 2025-03 day 5 from live: stored 0, recounted 1$")

    def test_a_total_of_a_month(self):
        self.assert_named(month(f"totals = json_set(totals, '$.\"' || {code(7, 'robbery')} || '\"', 60)"),
                          rf"(?m)^{STAFFORD} robbery 2025-03: the month's total is \d+ from what its days add up to$")

    def test_totals_that_add_up_but_stand_under_the_wrong_categories(self):
        robbery, burglary = code(7, "robbery"), code(7, "residential-burglary")
        swap = f"json_set(json_set(totals, '$.\"' || {robbery} || '\"', json_extract(totals, '$.\"' || {burglary} || '\"') + 1), " \
               f"'$.\"' || {burglary} || '\"', json_extract(totals, '$.\"' || {robbery} || '\"') - 1)"
        self.assert_named(month(f"totals = {swap}"), rf"(?m)^{STAFFORD} robbery 2025-03: the month's total is -?\d+ from",
                          rf"(?m)^{STAFFORD} residential-burglary 2025-03: the month's total is -?\d+ from")

    def test_what_is_kept_and_outranked(self):
        path = f"'$.\"' || {code(7, 'robbery')} || '\".\"5\"'"
        self.assert_named(month(f"outranked = json_set(outranked, {path}, 3)", "late"),
                          rf"(?m)^{STAFFORD} robbery 2025-03 day 5 from late \(outranked\): stored 3, recounted 1$")

    def test_counts_that_can_t_be_read(self):
        self.assert_named(month("days = '{\"1\":{\"2\":'"), rf"(?m)^{STAFFORD} 2025-03: the counts can't be read$")
        self.assert_named(month("outranked = '{\"1\"'", "late"), rf"(?m)^{STAFFORD} 2025-03: the counts can't be read$")
        for totals in ("none", '{"9999":1}'):
            self.assert_named(month(f"totals = '{totals}'"), rf"(?m)^{STAFFORD} 2025-03: the totals can't be read$")

    def test_a_month_that_is_gone_or_stands_elsewhere(self):
        self.assert_named(f"DELETE FROM count_month WHERE {MONTH.format('live')}", rf"(?m)^{STAFFORD}: counts of \d+ incidents are missing$")
        self.assert_named(month("month = month + 12, id = id + (12 << 20)"), rf"(?m)^{STAFFORD}.* 2026-03 ")
        self.assert_named(month(f"origin = {code(1, 'late')}"), rf"(?m)^{STAFFORD}")

    def test_a_month_of_an_area_above(self):
        where = f"area = {code(6, FORCE)} AND month = 24302 AND origin = {code(1, 'live')}"
        self.assert_named(f"DELETE FROM count_month WHERE {where}", rf"(?m)^{FORCE}: counts of \d+ incidents are missing$")

    def test_the_version_that_stands(self):
        self.assert_named(version("l0", "current = 0", 2), r"(?m)^0 versions of incident l0 stand, not one$")
        self.assert_named(version("l0", "current = 1"), r"(?m)^2 versions of incident l0 stand, not one$",
                          r"(?m)^version \d+ stands, and another of its incident should$")
        self.assert_named((version("l2", "current = 0", 3), version("l2", "current = 1", 2)),
                          r"(?m)^version \d+ stands, and another of its incident should$")
        self.assert_named(version("l5", "current = 0"), r"(?m)^version \d+ is the only one of its incident, and does not stand$")

    def test_what_a_version_says(self):
        self.assert_named(version("l5", "recorded = recorded + 1"), rf"(?m)^{STAFFORD} residential-burglary 2025-03 day 6 .*stored 1, recounted 0$",
                          rf"(?m)^{STAFFORD} residential-burglary 2025-03 day 7 .*stored 0, recounted 1$")
        self.assert_named(version("l5", f"offence = {code(3, ROBBERY)}"), rf"(?m)^{STAFFORD} robbery 2025-03 day 6 .*stored 0, recounted 1$")
        self.assert_named(version("l5", f"place = {code(2, EAST_STAFFORDSHIRE)}"), rf"(?m)^{EAST_STAFFORDSHIRE} residential-burglary 2025-03 day 6")
        self.assert_named(version("l5", f"markers = {code(4, 'hate-crime')}"), rf"(?m)^{STAFFORD} hate-crime 2025-03 day 6 .*stored 0, recounted 1$")
        self.assert_named(version("l6", "markers = NULL"), rf"(?m)^{STAFFORD} hate-crime 2025-03 day 7 .*stored 1, recounted 0$")
        self.assert_named(version("l5", "status = 1"), rf"(?m)^{STAFFORD} residential-burglary 2025-03 day 6 .*stored 1, recounted 0$")
        self.assert_named(version("l5", f"origin = {code(1, 'late')}"), rf"(?m)^{STAFFORD} residential-burglary 2025-03 day 6 from live: stored 1, recounted 0$")
        self.assert_named(version("l5", "month_only = 1"), rf"(?m)^{STAFFORD} residential-burglary 2025-03 day 0 .*stored 0, recounted 1$")

    def test_the_order_of_versions(self):
        self.assert_named(version("l0", "revision = 9"), r"(?m)^version \d+ stands, and another of its incident should$")
        self.assert_named(version("l0", f"previous = {VERSION.format('l5', 1)}", 2),
                          r"(?m)^versions \d+ and \d+ are chained, and are of two incidents$")
        self.assert_named(version("l5", "previous = id + 1"), r"(?m)^version \d+ names a later one as the one before$")
        self.assert_named(version("l0", "previous = NULL", 2), r"(?m)^an incident stands under two chains of versions")

    def test_versions_that_are_gone_or_too_many(self):
        self.assert_named(f"DELETE FROM version WHERE id = {VERSION.format('l5', 1)}", r"(?m)^1 versions are missing: numbers run to \d+$")
        self.assert_named("INSERT INTO version SELECT (SELECT max(id) + 1 FROM version), origin, reference, revision, issued, received, status, current, previous, "
                          "recorded, month_only, offence, place, markers, outcome, recorded_at, occurred_at, occurred_to, latitude, "
                          "longitude FROM version WHERE reference = 'l5'", r"(?m)^an incident stands under two chains of versions")

    def test_days_that_are_known(self):
        where = f"area = {code(6, STAFFORD)} AND category = {code(7, 'robbery')}"
        self.assert_named(f"DELETE FROM covered WHERE {where}", rf"(?m)^{STAFFORD} robbery: 2024-04-01 is not known, and should be known$")
        self.assert_named(f"UPDATE covered SET to_day = to_day + 1 WHERE {where}", rf"(?m)^{STAFFORD} robbery: 2025-04-01 is known, and should not be known$")
        self.assert_named(f"UPDATE covered SET from_day = from_day - 1 WHERE {where}", rf"(?m)^{STAFFORD} robbery: 2024-03-31 is known")

    def test_what_was_declared(self):
        self.assert_named(f"DELETE FROM coverage WHERE origin = {code(1, 'live')}",
                          rf"(?m)^{STAFFORD} robbery 2025-03 day 5 from late: stored 0, recounted 1$")
        self.assert_named(f"DELETE FROM coverage WHERE origin = {code(1, 'Leicestershire Police')}",
                          r"(?m)^E06000016 robbery: 2025-03-01 is known, and should not be known$")
        self.assert_named(f"UPDATE coverage SET to_day = to_day - 30 WHERE origin = {code(1, 'live')}",
                          rf"(?m)^{STAFFORD} robbery 2025-03 day 5 from late")

    def test_the_trees_that_the_views_sum_over(self):
        self.assert_named(f"DELETE FROM category_tree WHERE category = {code(7, 'robbery')} AND ancestor = {code(7, 'all-crime')}",
                          r"(?m)^category_tree: robbery is missing under all-crime$")
        self.assert_named(f"INSERT INTO category_tree (ancestor, category) VALUES ({code(7, 'theft')}, {code(7, 'robbery')})",
                          r"(?m)^category_tree: robbery stands, and should not, under theft$")
        self.assert_named(f"INSERT INTO category_tree (ancestor, category) VALUES ({code(7, 'all-crime')}, {code(7, 'hate-crime')})",
                          r"(?m)^category_tree: hate-crime stands, and should not, under all-crime$")
        self.assert_named(f"DELETE FROM area_tree WHERE area = {code(6, STAFFORD)} AND ancestor = {code(6, FORCE)}",
                          rf"(?m)^area_tree: {STAFFORD} is missing under {FORCE}$")
        self.assert_named(f"INSERT INTO area_tree (ancestor, area) VALUES ({code(6, STAFFORD)}, 9999)", r"(?m)^area_tree: the numbers")

    def test_numbers_that_stand_for_nothing(self):
        """None of them may lead astray whoever checks the store."""
        for column in ("origin", "offence", "place", "markers"):
            self.assert_named(version("l6", f"{column} = 9999"), rf"(?m)^{STAFFORD} ")
        for column in ("origin", "area", "category", "scheme"):
            self.assert_named(f"UPDATE coverage SET {column} = 9999 WHERE origin = {code(1, 'live')} AND area = {code(6, STAFFORD)}",
                              r"robbery")
        self.assert_named(month("origin = 9999"), rf"(?m)^{STAFFORD} .* from \(unknown\): ")
        self.assert_named(f"UPDATE covered SET category = 9999 WHERE category = {code(7, 'robbery')}",
                          rf"(?m)^{STAFFORD} robbery: 2024-04-01 is not known, and should be known$")

    def test_more_than_fifty_differences_are_counted(self):
        said = self.damaged("DELETE FROM covered")
        lines = said.stdout.splitlines()
        self.assertEqual(len(lines), 52)
        more = int(re.fullmatch(r"\.\.\. and (\d+) more", lines[50]).group(1))
        self.assertEqual(50 + more, self.query("SELECT count(*) FROM (SELECT DISTINCT area, category FROM covered)")[0][0])


if __name__ == "__main__":
    unittest.main()
