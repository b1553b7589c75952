"""Promise: an ONS lookup makes its LSOAs and wards places that count, and a mid-year estimate makes rates, in each of the forms
in which they are published, with an aggregator running or not; what they hold besides is left out and named; a file that can't be
used changes nothing; and what is imported stays, beside the reference folder that the aggregator was started with.

The real files are no part of the project: without them their tests are skipped.
"""
import csv
import json
import random
import shutil
import sqlite3
import unittest

from harness import BIN, PROJECT, SHARED, Case, needs
from test_incidents import as_csv, record

REAL = SHARED / "data/uk-reference"
STAFFORD, LICHFIELD, TAUNTON = "E07000197", "E07000194", "E07000190"
SOMERSET = "E06000066"  # took over Somerset West and Taunton, which had taken over Taunton Deane

# The forms in which lookups are published; codes that no bundled table bears.
R_LSOA_2011 = '"lsoa11_name","lsoa11_code","ltla21_name","ltla21_code"\n"Stafford 091A","E01091001","Stafford","E07000197"\n' \
              '"Lichfield 091A","E01091002","Lichfield","E07000194"\n'
R_BOTH_CENSUSES = '"lsoa11_name","lsoa11_code","change_code","lsoa21_name","lsoa21_code","ltla22_name","ltla22_code"\n' \
                  '"Stafford 091A","E01091001","S","Stafford 091B","E01091003","Stafford","E07000197"\n' \
                  '"Stafford 091A","E01091001","S","Stafford 091C","E01091004","Stafford","E07000197"\n'
R_WARDS = '"lsoa21_name","lsoa21_code","ward24_name","ward24_code","ltla24_name","ltla24_code"\n' \
          '"Stafford 091B","E01091003","Castle, North","E05091001","Stafford","E07000197"\n' \
          '"Stafford 091C","E01091004","Castle, North","E05091001","Stafford","E07000197"\n'
ONS_WARDS = "\ufeffLSOA21CD,LSOA21NM,LSOA21NMW,WD24CD,WD24NM,WD24NMW,LAD24CD,LAD24NM,LAD24NMW,ObjectId\r\n" \
            "E01091003,Stafford 091B,,E05091001,\"Castle, North\",,E07000197,Stafford,,1\r\n" \
            "E01091004,Stafford 091C,,E05091001,\"Castle, North\",,E07000197,Stafford,,2\r\n"
ONLY_WARDS = "WD24CD,WD24NM,LAD24CD,LAD24NM\nE05091001,\"Castle, North\",E07000197,Stafford\n"

# Estimates.
COMMAS = 'Code,Name,Geography,All ages,0,1\nK04000001,ENGLAND AND WALES,Country,"60,854,727","600,801","641,879"\n' \
         'E11000005,West Midlands (Met County),Metropolitan County,"2,953,816",1,2\nE07000197,Stafford,Non-metropolitan District,' \
         '"139,001","1,234","1,235"\n'
PLAIN = "\ufeffCode,Name,Geography,All ages,0,1\nE07000197,Stafford,Non-metropolitan District,139001,1234,1235\n"
TITLED = "Code,Name,Geography,Area (sq km),Estimated Population mid-2021,2021 people per sq. km,Estimated Population mid-2011," \
         "2011 people per sq. km\nE07000197,Stafford,Non-metropolitan District,598.2,139001,232,130900,219\n"
TOTALS = '"ltla21_code","ltla21_name","total_population"\n"E07000197","Stafford",139001\n'


class Importing(Case):
    def load(self, name, text, *options, check=0, data=None):
        return self.tocsin("import", self.write(name, text), *options, data=data, check=check)

    def fresh(self, name):
        """A folder that an aggregator has run on once."""
        self.stop(self.start(data=self.folder / name))
        return self.folder / name

    def stored(self, sql, data=None):
        return self.query(sql, data=data)

    def areas(self, data=None):
        return {row[0]: row[1:] for row in self.stored("SELECT code, name, level, parent FROM areas WHERE code LIKE 'E0_091%'", data)}


class Lookups(Importing):
    STAFFORD_S = {"E01091003": ("Stafford 091B", "lsoa", "E05091001"), "E01091004": ("Stafford 091C", "lsoa", "E05091001"),
                  "E05091001": ("Castle, North", "ward", STAFFORD)}

    def test_every_form_is_understood(self):
        forms = {
            "lookup_lsoa11_ltla21.csv": (R_LSOA_2011, 2, {"E01091001": ("Stafford 091A", "lsoa", STAFFORD),
                                                          "E01091002": ("Lichfield 091A", "lsoa", LICHFIELD)}),
            "lookup_lsoa11_lsoa21_ltla22.csv": (R_BOTH_CENSUSES, 3, {
                "E01091001": ("Stafford 091A", "lsoa", STAFFORD), "E01091003": ("Stafford 091B", "lsoa", STAFFORD),
                "E01091004": ("Stafford 091C", "lsoa", STAFFORD)}),
            "lookup_lsoa21_ward24_ltla24.csv": (R_WARDS, 3, self.STAFFORD_S),
            "LSOA_(2021)_to_Ward_(2024)_Lookup.csv": (ONS_WARDS, 3, self.STAFFORD_S),
            "Ward_to_LAD.csv": (ONLY_WARDS, 1, {"E05091001": self.STAFFORD_S["E05091001"]}),
        }
        for name, (text, count, areas) in forms.items():
            with self.subTest(name):
                data = self.fresh(name + ".data")
                said = self.load(name, text, data=data)
                self.assertEqual((said.stdout, said.stderr), (
                    f"{self.folder}/{name}: {count} areas taken over; everything is counted anew\n", ""))
                self.assertEqual(self.areas(data), areas)

    def test_records_count_by_what_was_imported(self):
        aggregator = self.start()
        places = ["E01091003", "E01091004", "E05091001", "E01091002"]
        path = self.write("a.csv", as_csv([record(place, area=place) for place in places]))
        said = self.collect(aggregator, "incidents", path, check=1)
        self.assertEqual(self.summary(said)["rejected"], 4)
        self.assertIn("area 'E01091003' is not in areas.csv", said.stderr)
        self.load("lookup_lsoa21_ward24_ltla24.csv", R_WARDS)
        self.assertEqual(self.tocsin("rejects", "--retry").stdout, "tried 4, accepted 3\n")
        self.load("lookup_lsoa11_ltla21.csv", R_LSOA_2011)
        self.assertEqual(self.tocsin("rejects", "--retry").stdout, "tried 1, accepted 1\n")
        self.assertEqual(self.export("--each", "district", "--by", "day", "--category", "robbery"),
                         {(STAFFORD, "robbery", "2025-03-10"): 3, (LICHFIELD, "robbery", "2025-03-10"): 1})
        self.verify()
        self.assertIn("nothing is rejected", self.tocsin("rejects").stdout)

    def test_with_none_running_it_is_the_same(self):
        self.fresh("data")
        self.load("lookup_lsoa21_ward24_ltla24.csv", R_WARDS)
        self.assertEqual(self.areas(), self.STAFFORD_S)
        aggregator = self.start()
        self.collect(aggregator, "incidents", self.write("a.csv", as_csv([record("a", area="E01091004")])))
        self.assertEqual(self.areas(), self.STAFFORD_S)

    def test_a_folder_without_a_store_gets_one(self):
        self.load("lookup_lsoa21_ward24_ltla24.csv", R_WARDS)
        self.assertEqual(self.areas(), self.STAFFORD_S)

    def test_what_is_imported_again_replaces_what_was_and_the_rest_stays(self):
        self.fresh("data")
        self.load("lookup_lsoa11_ltla21.csv", R_LSOA_2011)
        self.load("lookup_lsoa21_ward24_ltla24.csv", R_WARDS)
        moved = self.load("moved.csv", R_LSOA_2011.replace("E07000194", "E07000193").replace("Lichfield 091A", "Burton 091A"))
        self.assertIn("2 areas taken over", moved.stdout)
        self.assertEqual(self.areas(), {**self.STAFFORD_S, "E01091001": ("Stafford 091A", "lsoa", STAFFORD),
                                        "E01091002": ("Burton 091A", "lsoa", "E07000193")})
        self.load("renamed.csv", R_WARDS.replace("Castle, North", "Castle"))
        self.assertEqual(self.areas()["E05091001"], ("Castle", "ward", STAFFORD))
        again = self.stored("SELECT * FROM areas")
        self.load("moved.csv", R_LSOA_2011.replace("E07000194", "E07000193").replace("Lichfield 091A", "Burton 091A"))
        self.assertEqual(self.stored("SELECT * FROM areas"), again)

    def test_a_former_district_s_places_count_where_they_belong_now(self):
        aggregator = self.start()
        self.load("old.csv", R_LSOA_2011.replace(STAFFORD, TAUNTON))
        self.collect(aggregator, "incidents", self.write("a.csv", as_csv([record("a", area="E01091001")])))
        self.assertEqual(self.export("--area", SOMERSET, "--by", "day", "--category", "robbery"),
                         {(SOMERSET, "robbery", "2025-03-10"): 1})

    def test_rows_of_areas_that_nobody_knows_are_left_out_and_named(self):
        self.fresh("data")
        text = R_WARDS + '"Cardiff 099Z","W01099999","Nowhere","W05099999","Atlantis","W06099999"\n'
        self.assertIn("3 areas taken over; 1 rows left out, as areas.csv does not know their area ('W06099999' first)",
                      self.load("wards.csv", text).stdout)
        self.assertEqual(self.areas(), self.STAFFORD_S)


class Estimates(Importing):
    def people(self, data=None):
        return self.stored(f"SELECT year, population FROM populations WHERE area = '{STAFFORD}' AND source LIKE 'imported%'", data)

    def test_every_form_is_understood(self):
        forms = {"mye21_england_wales_persons.csv": COMMAS, "mye21tablesew.csv": PLAIN, "mid2021.csv": PLAIN, "MYE5.csv": TITLED,
                 "population21_ltla21_totals.csv": TOTALS, "ukpopestimates2021.csv": PLAIN}
        for name, text in forms.items():
            with self.subTest(name):
                data = self.fresh(name + ".data")
                said = self.load(name, text, data=data)
                self.assertRegex(said.stdout, r": [12] estimates taken over for mid-2021")
                self.assertEqual(said.stderr, "")
                self.assertEqual(self.people(data), [("2021", "139001")])

    def test_the_year_can_be_said_and_must_be_when_nobody_says_it(self):
        self.fresh("data")
        said = self.load("people.csv", PLAIN, check=1)
        self.assertIn("people.csv: doesn't say of which year it is: say --year", said.stderr)
        self.load("people.csv", PLAIN, "--year", "2021")
        self.assertEqual(self.people(), [("2021", "139001")])

    def test_a_rate_goes_by_what_was_imported(self):
        aggregator = self.start()
        path = self.write("a.csv", as_csv([record(f"r{n}", "2021-06-10") for n in range(50)]))
        self.collect(aggregator, "incidents", path, "--covers", f"{STAFFORD}:2020-01-01..2021-12-31")
        self.assertNotEqual(self.report(STAFFORD, as_of="2021-12-31")["robbery"]["population_year"], 2021)
        self.load("mye21.csv", PLAIN)
        row = self.report(STAFFORD, as_of="2021-12-31")["robbery"]
        self.assertEqual((row["count"], row["population"], row["population_year"]), (50, 139001, 2021))
        self.assertAlmostEqual(row["rate"], 1000 * 50 / 139001)

    def test_a_later_import_of_the_year_replaces_the_earlier_and_the_bundled_one(self):
        self.start()
        self.load("mye21.csv", PLAIN)
        self.load("mye21.csv", PLAIN.replace("139001", "139500"))
        self.load("mye24.csv", PLAIN.replace("139001", "150000"))
        self.assertEqual(self.people(), [("2021", "139500"), ("2024", "150000")])
        path = self.write("a.csv", as_csv([record("a", "2025-03-10")]))
        self.collect(self.running[0], "incidents", path, "--covers", f"{STAFFORD}:2024-04-01..2025-03-31")
        self.assertEqual(self.report(STAFFORD)["robbery"]["population"], 150000)

    def test_rows_that_are_no_areas_or_no_numbers_are_left_out_and_named(self):
        self.fresh("data")
        self.assertIn("2 estimates taken over for mid-2021; 1 rows left out, as areas.csv does not know their area ('E11000005' first)",
                      self.load("mye21.csv", COMMAS).stdout)
        text = PLAIN + "E07000194,Lichfield,Non-metropolitan District,not known,,\n,,,,,\n"
        self.assertIn("1 rows left out", self.load("mye21.csv", text).stdout)


class Refused(Importing):
    """Whatever is refused leaves reference data, counts and the imported folder as they were."""

    def setUp(self):
        super().setUp()
        self.aggregator = self.start()
        self.load("lookup_lsoa11_ltla21.csv", R_LSOA_2011)
        self.collect(self.aggregator, "incidents", self.write("a.csv", as_csv([record("a", area="E01091001")])))

    def state(self):
        files = {path.name: path.read_bytes() for path in sorted((self.data / "imported").iterdir())}
        return files, self.stored("SELECT * FROM areas"), self.stored("SELECT * FROM populations"), self.counts()

    def refuse(self, name, text, says, status=1):
        before = self.state()
        for running in (True, False):
            with self.subTest(name, running=running):
                if not running:
                    self.stop_all()
                said = self.load(name, text, check=status)
                self.assertIn(says, said.stderr)
                self.assertEqual(said.stdout, "")
                self.assertEqual(self.state(), before)
        self.start()
        self.assertEqual(self.state(), before)

    def test_a_file_of_another_kind(self):
        self.refuse("other.csv", "a,b\n1,2\n", "is neither a lookup (columns such as LSOA21CD and LAD24CD) nor an estimate")

    def test_a_row_that_never_ends(self):
        self.refuse("quote.csv", R_LSOA_2011 + '"Stafford 091B,E01091003,Stafford,E07000197\n', ":4: the row can't be read")
        self.refuse("long.csv", R_LSOA_2011 + "x" * 70000 + "\n" + "y" * 70000, ":4: the row can't be read")

    def test_a_folder(self):
        before = self.state()
        (self.folder / "folder.csv").mkdir()
        self.assertIn("folder.csv: can't be read to its end: Is a directory",
                      self.tocsin("import", self.folder / "folder.csv", check=1).stderr)
        self.assertEqual(self.state(), before)

    def test_an_empty_file(self):
        self.refuse("empty.csv", "", "empty.csv: is empty")

    def test_a_lookup_of_nothing_that_is_known(self):
        self.refuse("scotland.csv", R_LSOA_2011.replace("E0700019", "S1200003"), "nothing in it is of an area that areas.csv knows")

    def test_a_lookup_that_would_break_the_tree(self):
        """Its rows would make the reference data faulty: a code of more than 96 letters."""
        self.refuse("long.csv", R_LSOA_2011.replace("E01091002", "E" * 97), "E" * 97)

    def test_a_file_that_is_not_there(self):
        before = self.state()
        self.assertIn("nowhere.csv: No such file or directory",
                      self.tocsin("import", self.folder / "nowhere.csv", check=1).stderr)
        self.assertEqual(self.state(), before)


class OwnFolder(Importing):
    """An aggregator that was started on a reference folder of one's own, and is stopped."""

    def setUp(self):
        super().setUp()
        self.own = self.folder / "own"
        shutil.copytree(PROJECT / "reference", self.own)
        with open(self.own / "areas.csv", "a", encoding="utf-8") as areas:
            areas.write("E07099999,Atlantis,district,E23000015,,,,\n")
        aggregator = self.start(self.own)
        path = self.write("a.csv", as_csv([record("a", area="E07099999"), record("b", offence="Piracy")]))
        self.collect(aggregator, "incidents", path, check=1)
        self.stop(aggregator)

    def assert_own(self):
        self.assertEqual(self.stored("SELECT name FROM areas WHERE code = 'E07099999'"), [("Atlantis",)])
        self.assertEqual(self.export("--area", "Atlantis", "--by", "day", "--category", "robbery"),
                         {("E07099999", "robbery", "2025-03-10"): 1})

    def test_an_import_goes_by_that_folder(self):
        self.load("lookup_lsoa21_ward24_ltla24.csv", R_WARDS.replace(STAFFORD, "E07099999"))
        self.assertEqual(self.areas()["E05091001"], ("Castle, North", "ward", "E07099999"))
        self.assert_own()

    def test_a_retry_goes_by_that_folder_as_it_is_now(self):
        with open(self.own / "offences.csv", "a", encoding="utf-8") as offences:
            offences.write("Piracy,Piracy,robbery,,\n")
        self.assertEqual(self.tocsin("rejects", "--retry").stdout, "tried 1, accepted 1\n")
        self.assert_own()
        self.assertEqual(self.export("--area", STAFFORD, "--by", "day", "--category", "robbery"),
                         {(STAFFORD, "robbery", "2025-03-10"): 1})

    def test_a_folder_that_has_gone_is_named(self):
        self.own.rename(self.folder / "moved")
        said = self.tocsin("rejects", "--retry", check=1)
        self.assertIn(f"{self.own}", said.stderr)
        self.assert_own()


@needs(REAL)
class Real(Importing):
    def rows(self, name):
        with open(REAL / name, encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))

    def test_every_lsoa_and_ward_lies_where_its_lookup_says(self):
        aggregator = self.start()
        expected = {}
        for name, codes, district in (
                ("lookup_lsoa11_ltla21.csv", ("lsoa11_code",), "ltla21_code"),
                ("lookup_lsoa11_lsoa21_ltla22.csv", ("lsoa11_code", "lsoa21_code"), "ltla22_code"),
                ("lookup_lsoa21_ward24_ltla24.csv", ("lsoa21_code", "ward24_code"), "ltla24_code")):
            said = self.tocsin("import", REAL / name)
            found = {row[code]: row[district] for row in self.rows(name) for code in codes}
            self.assertIn(f": {len(found)} areas taken over; everything", said.stdout)
            expected.update(found)
        with open(PROJECT / "reference/areas.csv", encoding="utf-8", newline="") as lines:
            bundled = {row["code"]: row for row in csv.DictReader(lines)}
        places = random.Random(11).sample(sorted(expected), 4000)
        path = self.write("places.csv", as_csv([record(place, area=place) for place in places]))
        self.collect(aggregator, "incidents", path)
        counted = {}
        for place in places:
            district = expected[place]
            while bundled[district]["successor"]:
                district = bundled[district]["successor"]
            counted[district] = counted.get(district, 0) + 1
        found = self.export("--each", "district", "--by", "month", "--category", "robbery")
        self.assertEqual({area: count for (area, _, _), count in found.items()}, counted)
        self.verify()

    def test_every_estimate_is_the_file_s(self):
        self.stop(self.start())
        files = {"mye22_uk_totals_from_MYE5.csv": ("Code", "Estimated Population mid-2022", 2022),
                 "mye23_england_wales_persons.csv": ("Code", "All ages", 2023), "mye24_england_wales_persons.csv": ("Code", "All ages", 2024),
                 "population19_ltla19_totals.csv": ("ltla19_code", "total_population", 2019),
                 "population20_ltla20_totals.csv": ("ltla20_code", "total_population", 2020)}
        known = {code for code, in self.stored("SELECT code FROM areas")}
        for name, (code, people, year) in files.items():
            with self.subTest(name):
                said = self.tocsin("import", REAL / name)
                expected = {row[code]: row[people].replace(",", "") for row in self.rows(name) if row[code] in known}
                self.assertIn(f": {len(expected)} estimates taken over for mid-{year}", said.stdout)
                self.assertEqual(dict(self.stored(f"SELECT area, population FROM populations WHERE year = '{year}' AND "
                                                  f"source = 'imported from {name}'")), expected)


if __name__ == "__main__":
    unittest.main()
