"""Promise: whoever types something gets what they asked for, or words that say what to do. Every command explains itself
with an example that runs as it stands; what is mistyped ends with status 2 and names the value, and what is like it;
reports have the fields that were promised, for every area, window and form; what isn't known is never called zero.
"""
import contextlib
import csv
import datetime
import io
import json
import pathlib
import random
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import BIN, PROJECT, Aggregator, Case
from test_incidents import as_csv, record

STAFFORD, EAST_STAFFORDSHIRE, LICHFIELD = "E07000197", "E07000193", "E07000194"
FORCE, STAFFORD_CSP = "E23000015", "E22000268"
OFFENCES = {"34B": "robbery", "28E": "residential-burglary", "46": "shoplifting", "ASB-NUISANCE": "asb-nuisance"}
ABOVE = {"robbery": ("all-crime",), "residential-burglary": ("burglary", "theft", "all-crime"),
         "shoplifting": ("theft", "all-crime"), "asb-nuisance": ("anti-social-behaviour",)}
DAY = datetime.timedelta(days=1)

# DESIGN, contracts: the fields of a report's row, in their order; later ones come at the end.
FIELDS = ("area,area_name,category,title,as_of,window,from,to,count,previous_from,previous_to,previous,change_pct,change_lo,"
          "change_hi,p,baseline_period,baseline,baseline_change_pct,rate,population,population_year,share_pct,comparators,"
          "level,direction,coverage,note").split(",")


def date(text):
    return datetime.date.fromisoformat(text)


class Loaded(Case):
    """A store of some hundred records, loaded once for all tests of the class; nobody writes it any more.

    Stafford is covered for three financial years, East Staffordshire for the last one; a few more records are known of
    East Staffordshire's year before, and nothing at all of Lichfield.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shared = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.shared, ignore_errors=True)
        cls.records = cls.invent()
        aggregator = Aggregator(cls.shared / "data")
        try:
            for area, since in ((STAFFORD, "2022-04-01"), (EAST_STAFFORDSHIRE, "2024-04-01")):
                path = cls.shared / f"{area}.csv"
                path.write_text(as_csv([row for row in cls.records if row["area"] == area]))
                subprocess.run([BIN / "tocsin-collector", "incidents", path, "--covers", f"{area}:{since}..2025-03-31",
                                "--to", aggregator.endpoint], check=True, capture_output=True)
        finally:
            aggregator.stop()

    @staticmethod
    def invent():
        chance, rows = random.Random(20250331), []
        for area, since, count in ((STAFFORD, "2022-04-01", 900), (EAST_STAFFORDSHIRE, "2024-04-01", 200)):
            days = (date("2025-03-31") - date(since)).days
            rows += [record(f"{area}/{n}", str(date(since) + DAY * chance.randint(0, days)),
                            chance.choice(list(OFFENCES)), area, markers="") for n in range(count)]
        return rows + [record(f"early/{n}", f"2023-09-{n + 1:02d}", "34B", EAST_STAFFORDSHIRE, markers="") for n in range(5)]

    def setUp(self):
        super().setUp()
        self.data = self.shared / "data"

    def known(self, area, category, since, until):
        """How many records there are, by a count of our own."""
        return sum(row["area"] in area and since <= row["recorded_at"] <= until and
                   category in (OFFENCES[row["offence"]], *ABOVE[OFFENCES[row["offence"]]]) for row in self.records)

    def table(self, *arguments):
        return list(csv.DictReader(io.StringIO(self.tocsin("report", "--format", "csv", *arguments).stdout)))


class Help(Case):
    def commands(self):
        return re.findall(r"^  ([a-z]+) +\S", self.run_program(BIN / "tocsin", "--help", check=0).stdout, re.M)

    def everything(self):
        return [[BIN / "tocsin"], [BIN / "tocsin-aggregator"], [BIN / "tocsin-collector"],
                *([BIN / "tocsin", name] for name in self.commands())]

    def test_all_the_commands_are_listed(self):
        self.assertLessEqual({"report", "export", "rejects", "check", "import", "verify", "stats", "demo", "alerts", "subscribe", "deliveries"},
                             {*self.commands()})
        self.assertEqual(self.run_program(BIN / "tocsin", "help", check=0).stdout,
                         self.run_program(BIN / "tocsin", "--help", check=0).stdout)

    def test_every_one_explains_itself_with_an_example(self):
        for command in self.everything():
            with self.subTest(command=command):
                said = self.run_program(*command, "--help", check=0)
                name = " ".join([command[0].name, *command[1:]])
                self.assertTrue(said.stdout.startswith(f"usage: {name} "), said.stdout)
                self.assertRegex(said.stdout, rf"(?s)examples?:\s.*{name}")
                self.assertEqual(said.stderr, "")

    def test_every_option_that_is_explained_is_there(self):
        for command in self.everything():
            for option in {*re.findall(r"(?<![\w-])--[a-z][a-z-]*", self.run_program(*command, "--help").stdout)}:
                with self.subTest(command=command, option=option):
                    said = self.run_program(*command, f"{option}=x", "--help")
                    if command[1:] or command[0].name != "tocsin":
                        self.assertNotRegex(said.stderr, "unrecognized|ambiguous")

    def test_each_says_its_version(self):
        version = re.search(r"project\(tocsin VERSION (\S+)", (PROJECT / "CMakeLists.txt").read_text()).group(1)
        for name in ("tocsin", "tocsin-aggregator", "tocsin-collector"):
            self.assertEqual(self.run_program(BIN / name, "--version", check=0).stdout, f"{name} {version}\n")


class Examples(Loaded):
    """The examples of --help, run as they stand: only the places that they name are put where the test's are."""

    def examples(self, *command):
        said = self.run_program(*command, "--help", check=0).stdout
        return [line.strip() for line in re.search(r"(?s)examples?:(.*)", said).group(1).splitlines() if line.strip()]

    def run_example(self, line, data, **where):
        for name, put in where.items():
            line = line.replace(name, str(put))
        said = subprocess.run(line, shell=True, cwd=self.folder, capture_output=True, text=True, timeout=300, env={
            "PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(self.folder), "TOCSIN_DATA": str(data), "LANG": "C.UTF-8"})
        self.assert_sound(said.stderr)
        self.assertEqual((said.returncode, said.stderr), (0, ""), line)
        return said.stdout

    def test_what_reads_runs_as_it_stands(self):
        prints = {"report": "Stafford (E07000197, district)", "rejects": "", "verify": "all is well", "export": ""}
        for name, words in prints.items():
            for line in self.examples(BIN / "tocsin", name):
                with self.subTest(line):
                    self.assertIn(words, self.run_example(line, self.data, **{"/var/lib/tocsin": self.data}))
        self.assertIn(f"{STAFFORD},robbery,2024-04,", (self.folder / "counts.csv").read_text())
        self.assertTrue((self.folder / "rejects.csv").read_text().startswith("id,received,state,reason"))

    def test_what_shows_how_it_stands_runs_while_an_aggregator_does(self):
        data = pathlib.Path(shutil.copytree(self.data, self.folder / "running"))
        self.start(data=data)
        for line in self.examples(BIN / "tocsin", "status"):
            self.assertIn("Stafford", self.run_example(line, data, **{"/var/lib/tocsin": data}))

    def test_what_tocsin_alone_shows_runs_as_it_stands(self):
        for line in self.examples(BIN / "tocsin"):
            self.assertIn("Stafford (E07000197, district)", self.run_example(line, self.data))

    def test_what_changes_or_reads_folders_runs_as_it_stands(self):
        shutil.copytree(PROJECT / "reference", self.folder / "my-reference")
        self.write("lookup_lsoa21_ward24_ltla24.csv", "lsoa21_name,lsoa21_code,ward24_name,ward24_code,ltla24_name,ltla24_code\n"
                   f"Stafford 099A,E01099999,Nowhere,E05099999,Stafford,{STAFFORD}\n")
        own = self.folder / "own"
        shutil.copytree(self.data, own)
        for name, words in (("check", r"\b0 errors|\b0 failed"), ("import", "2 areas taken over")):
            for line in self.examples(BIN / "tocsin", name):
                with self.subTest(line):
                    self.assertRegex(self.run_example(line, own), words)

    def test_stats_and_demo_run_as_they_stand(self):
        ratio, weeks = self.examples(BIN / "tocsin", "stats")
        self.assertEqual(len(self.run_example(ratio, self.data).splitlines()), 2)
        rows = [f"s,{k},{date('2018-01-01') + 7 * DAY * k},{20 + k % 7}" for k in range(320)]
        self.write("weekly.csv", "\n".join(["series,k,date,observed", *rows]) + "\n")
        self.run_example(weeks, self.data)
        self.assertGreater(len((self.folder / "judged.csv").read_text().splitlines()), 50)
        demo, = self.examples(BIN / "tocsin", "demo")
        self.assertIn("9,048", self.run_example(demo + " --once", self.data))

    def test_the_collector_s_and_the_aggregator_s_run_as_they_stand(self):
        line, = self.examples(BIN / "tocsin-aggregator")
        self.assertEqual(line, "tocsin-aggregator --data /var/lib/tocsin")
        aggregator = self.start(data=self.folder / "own")
        self.write("downloads/2025-12/2025-12-leicestershire-street.csv", "Crime ID,Month,Reported by,Falls within,Longitude,"
                   "Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context\n"
                   "a,2025-12,Leicestershire Police,Leicestershire Police,,,,E01025700,Leicester 001A,Robbery,,\n")
        self.write("march.csv", as_csv([record("a", "2025-03-10")]))
        for line in self.examples(BIN / "tocsin-collector"):
            with self.subTest(line):
                self.assertIn("accepted 1,", self.run_example(f"{line} --to {aggregator.endpoint}", self.folder / "own"))


class Mistyped(Loaded):
    """What is typed wrongly: status 2, nothing on stdout, and on stderr the value and what to do."""

    def assert_wrong(self, *command, says=(), tries=None):
        with self.subTest(" ".join(map(str, command))):
            said = self.run_program(BIN / command[0], *command[1:], check=2)
            self.assertEqual(said.stdout, "")
            for words in (says,) if isinstance(says, str) else says:
                self.assertIn(words, said.stderr)
            if tries is not None:
                self.assertTrue(said.stderr.endswith(f"try {tries} --help\n"), said.stderr)

    def wrong(self, command, *arguments, says):
        self.assert_wrong("tocsin", command, *arguments, "--data", self.data, says=says, tries=f"tocsin {command}")

    def test_a_command(self):
        self.assert_wrong("tocsin", says=("usage: tocsin COMMAND", "  report "))
        for name, like in (("repot", "report"), ("veryfi", "verify"), ("exports", "export"), ("STATUS", "status")):
            self.assert_wrong("tocsin", name, says=(f"there is no command '{name}'; perhaps '{like}'\n", "  report "))
        self.assert_wrong("tocsin", "frobnicate", says="there is no command 'frobnicate'\n")

    def test_an_option(self):
        for command in ("report", "export", "status", "rejects", "check", "import", "verify", "backup", "demo", "stats"):
            self.assert_wrong("tocsin", command, "--colour", says=f"tocsin {command}: unrecognized option '--colour'",
                              tries=f"tocsin {command}")
            self.assert_wrong("tocsin", command, "-x", says=f"tocsin {command}: ", tries=f"tocsin {command}")
        for program in ("tocsin-aggregator", "tocsin-collector"):
            self.assert_wrong(program, "--colour", says=(program, "--colour"), tries=program)
            self.assert_wrong(program, "--to" if "coll" in program else "--data", says="requires an argument", tries=program)

    def test_an_option_too_few_or_too_many(self):
        self.wrong("report", says="say --area CODE, or --each LEVEL")
        self.wrong("report", "--area", STAFFORD, "--each", "district", says="say --area CODE, or --each LEVEL")
        self.wrong("export", "--by", "day", says="say --area CODE, or --each LEVEL")
        self.wrong("export", "--each", "district", says="say --by day, month, year or financial-year")
        self.wrong("verify", "twice", says="'twice'")
        self.wrong("rejects", "twice", says="'twice'")
        self.wrong("import", says="say one file to import")
        self.wrong("import", "one.csv", "two.csv", says="say one file to import")
        self.assert_wrong("tocsin", "stats", says="say which function", tries="tocsin stats")
        self.assert_wrong("tocsin", "stats", "xmrr", says="there is no function 'xmrr'", tries="tocsin stats")
        self.assert_wrong("tocsin-aggregator", says=("--data DIR is missing", "usage: tocsin-aggregator"))
        self.assert_wrong("tocsin-aggregator", "--data", self.folder, "more", says="unknown argument 'more'")

    def test_an_area(self):
        self.wrong("report", "--area", "Staford", says=("'Staford' is neither", "perhaps Stafford (district E07000197)"))
        self.wrong("report", "--area", "newcastle", says=("Newcastle-under-Lyme", "Newcastle upon Tyne"))
        self.wrong("report", "--area", "E07000999", says="'E07000999' is neither the code nor the name of an area")
        self.wrong("report", "--area", "", says="'' is neither")
        self.wrong("report", "--area", "West Midlands", says=("name of several areas", "E12000005 (region)", "E23000014 (force)"))
        self.wrong("report", "--area", "E01029702", says=("Stafford 001A", "counts are kept for districts and above"))
        self.wrong("export", "--by", "day", "--area", "Staford", says="perhaps Stafford")
        for command in (("report",), ("export", "--by", "day")):
            self.wrong(*command, "Stafford", says=("'Stafford'", "An area is asked for with --area"))

    def test_a_date_or_a_year(self):
        for value in ("2025-02-30", "2025-3-1", "31/03/2025", "yesterday", ""):
            self.wrong("report", "--area", STAFFORD, "--as-of", value,
                       says=("--as-of wants a date that exists", "2025-03-31", f"'{value}'"))
        for option in ("--from", "--to"):
            self.wrong("export", "--area", STAFFORD, "--by", "day", option, "2025", says=(f"{option} wants a date", "'2025'"))
        self.wrong("export", "--area", STAFFORD, "--by", "day", "--from", "2025-03-02", "--to", "2025-03-01",
                   says="--from lies behind --to")
        for value in ("2022", "2022-24", "22-23"):
            self.wrong("report", "--area", STAFFORD, "--baseline", value, says=("such as 2022-23", f"'{value}'"))
        for value in ("22", "next"):
            self.wrong("report", "--area", STAFFORD, "--population-year", value, says=("such as 2022", f"'{value}'"))
        self.wrong("import", "file.csv", "--year", "24", says=("such as 2024", "'24'"))

    def test_a_form_a_window_or_a_period(self):
        for command in (("report", "--area", STAFFORD), ("export", "--area", STAFFORD, "--by", "day"), ("rejects",)):
            self.wrong(*command, "--format", "xml", says="--format wants table, csv or json, not 'xml'")
        self.wrong("report", "--area", STAFFORD, "--window", "year", says=("rolling-year, financial-year", "not 'year'"))
        self.wrong("export", "--area", STAFFORD, "--by", "week", says=("day, month, year or financial-year", "not 'week'"))

    def test_a_level_or_a_category(self):
        levels = "there is no level 'distrct': there are national, country, region, force, district"
        for form in ("csv", "json"):
            self.wrong("report", "--each", "distrct", "--format", form, says=f"{levels}, csp\n")
            self.wrong("export", "--each", "distrct", "--by", "day", "--format", form, says=f"{levels}\n")
            self.wrong("export", "--area", STAFFORD, "--by", "day", "--format", form, "--category", "robery",
                       says="'robery' is not in categories.csv; perhaps 'robbery'")
        self.wrong("export", "--area", STAFFORD, "--by", "day", "--category", "Drug offences",
                   says="'Drug offences' is not in categories.csv; perhaps 'drug-offences'\n")
        self.wrong("export", "--area", STAFFORD, "--by", "day", "--category", "piracy",
                   says="'piracy' is not in categories.csv\n")

    def test_what_the_collector_is_told(self):
        path = self.write("a.csv", as_csv([record("a")]))
        options = {"--covers": ("E07000197", "E07000197:2025-03-01", "E07000197:2025-03-31..2025-03-01", ":2025-03-01..2025-03-31",
                                "E07000197:2025-02-01..2025-02-30"),
                   "--promises": ("soon", "0m", "15", "400d"), "--issued": ("yesterday", "2025-02-30"),
                   "--give-up": ("x", "-1", "1000000"), "--origin": ("", "x" * 97), "--name": ("", "x" * 97)}
        for option, values in options.items():
            for value in values:
                self.assert_wrong("tocsin-collector", "incidents", path, option, value, says=(option, value and f"'{value}'"),
                                  tries="tocsin-collector")
        self.assert_wrong("tocsin-collector", "incidents", path, "--out", "x.csv", says="--out goes with simulate only",
                          tries="tocsin-collector")
        self.assert_wrong("tocsin-collector", says="usage: tocsin-collector police-uk")
        self.assert_wrong("tocsin-collector", "incident", path, says="'incident'", tries="tocsin-collector")
        self.assert_wrong("tocsin-collector", "incidents", says="'incidents'", tries="tocsin-collector")
        self.assert_wrong("tocsin-collector", "simulate", path, path, says="simulate takes one scenario", tries="tocsin-collector")
        self.assert_wrong("tocsin-collector", "police-uk", path, "--covers", "E07000197:2025-03-01..2025-03-31",
                          says="police-uk files declare what they cover themselves", tries="tocsin-collector")


class Statuses(Loaded):
    """1 where something is found to be at fault, as against 0 and 2."""

    def fault(self, *command, says):
        with self.subTest(" ".join(map(str, command))):
            said = self.run_program(BIN / command[0], *command[1:], check=1)
            self.assertIn(says, said.stderr)
            self.assertNotIn("--help", said.stderr)

    def test_a_folder_without_a_store(self):
        nowhere = self.folder / "nowhere"
        for command in (("report", "--area", STAFFORD), ("export", "--area", STAFFORD, "--by", "day"), ("verify",), ("rejects",)):
            self.fault("tocsin", *command, "--data", nowhere,
                       says=f"no store in {nowhere} (No such file or directory): give the folder that tocsin-aggregator --data names")
        self.assertFalse(nowhere.exists())

    def test_a_file_that_is_no_store(self):
        self.write("other/tocsin.db", "reference,recorded_at\n" * 100)
        self.fault("tocsin", "verify", "--data", self.folder / "other", says="is not a store that this version can use")
        with contextlib.closing(__import__("sqlite3").connect(self.folder / "other.db")) as db:
            db.execute("CREATE TABLE mine (a)")
            db.commit()
        (self.folder / "third").mkdir()
        (self.folder / "other.db").rename(self.folder / "third/tocsin.db")
        for program in (("tocsin", "verify"), ("tocsin-aggregator",)):
            self.fault(*program, "--data", self.folder / "third", says="is not a store that this version can use")

    def test_nothing_that_was_asked_for(self):
        self.fault("tocsin", "report", "--area", LICHFIELD, "--data", self.data,
                   says="nothing of Lichfield is declared as covered, so there is no date as of which to report: give --as-of "
                        "(records lie between")
        self.fault("tocsin", "report", "--area", STAFFORD, "--origin", "nobody", "--data", self.data,
                   says="no records came from an origin named 'nobody'")
        self.fault("tocsin", "export", "--area", STAFFORD, "--by", "day", "--origin", "nobody", "--data", self.data,
                   says="no records came from an origin named 'nobody'")

    def test_nothing_is_printed_before_a_fault_is_told(self):
        for command in (("report", "--area", LICHFIELD), ("report", "--each", "country", "--origin", "nobody")):
            for form in ("csv", "json"):
                self.assertEqual(self.tocsin(*command, "--format", form, check=1).stdout, "")

    def test_an_empty_store_says_that_nothing_is_there_yet(self):
        self.stop(self.start(data=self.folder / "empty"))
        self.fault("tocsin", "report", "--area", STAFFORD, "--data", self.folder / "empty",
                   says="there are no records yet: run a collector")
        self.assertEqual(self.tocsin("export", "--each", "district", "--by", "day", data=self.folder / "empty").stdout,
                         "area,category,period,count\n")
        self.assertEqual(self.tocsin("rejects", data=self.folder / "empty").stdout, "nothing is rejected\n")
        self.verify(data=self.folder / "empty")

    def test_an_aggregator_that_is_not_there(self):
        path = self.write("a.csv", as_csv([record("a")]))
        self.fault("tocsin-collector", "incidents", path, "--to", "ipc://" + str(self.folder / "nobody"), "--give-up", "1",
                   says=f"no aggregator at ipc://{self.folder}/nobody for 1 s: giving up")

    def test_without_faults_a_pipe_hears_only_the_answer(self):
        for command in (("report", "--area", STAFFORD), ("report", "--each", "district"), ("verify",), ("rejects",),
                        ("export", "--each", "district", "--by", "month"), ("check",)):
            said = self.tocsin(*command) if command[0] != "check" else self.run_program(BIN / "tocsin", "check", check=0)
            self.assertEqual(said.stderr, "", command)
            self.assertNotRegex(said.stdout, r"[\x1b\r]", command)
        aggregator = self.start(data=self.folder / "own")
        said = self.collect(aggregator, "incidents", self.write("a.csv", as_csv([record(f"r{n}") for n in range(5000)])))
        self.assertEqual((said.stderr, len(said.stdout.splitlines())), ("", 1))


class Reports(Loaded):
    def test_the_fields_are_those_promised_in_csv_and_json(self):
        text = self.tocsin("report", "--area", STAFFORD, "--format", "csv").stdout
        header = text.splitlines()[0].split(",")
        self.assertEqual(header[:len(FIELDS)], FIELDS)
        rows = json.loads(self.tocsin("report", "--area", STAFFORD, "--format", "json").stdout)
        for row in rows:
            self.assertEqual(list(row), header)
        said = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual([row["category"] for row in said], [row["category"] for row in rows])
        for csv_row, json_row in zip(said, rows):
            for name in header:
                with self.subTest(field=name, category=csv_row["category"]):
                    self.assert_same(csv_row[name], json_row[name])

    def assert_same(self, csv_cell, json_value):
        if json_value is None:
            self.assertEqual(csv_cell, "")
        elif isinstance(json_value, list) and json_value and isinstance(json_value[0], dict):
            self.assertEqual(csv_cell, ";".join(f"{c['code']}={c['rate']:.10g}" for c in json_value))
        elif isinstance(json_value, list):
            self.assertEqual(csv_cell, "; ".join(json_value))
        elif isinstance(json_value, str):
            self.assertEqual(csv_cell, json_value)
        else:
            self.assertAlmostEqual(float(csv_cell), json_value, delta=1e-8 * max(1, abs(json_value)))

    def test_an_area_has_its_code_its_name_and_its_group(self):
        by_code = self.table("--area", STAFFORD)
        for name in ("Stafford", "stafford", "STAFFORD"):
            self.assertEqual(self.table("--area", name), by_code)
        self.assertEqual({(row["area"], row["area_name"]) for row in by_code}, {(STAFFORD, "Stafford")})
        group = self.table("--area", STAFFORD_CSP)
        self.assertEqual({row["area"] for row in group}, {STAFFORD_CSP})
        self.assertEqual([row["count"] for row in group], [row["count"] for row in by_code])
        self.assertEqual({row["area_name"] for row in self.table("--area", "staffordshire police")}, {"Staffordshire"})

    def test_counts_are_those_of_the_window_and_of_the_one_a_year_before(self):
        windows = (
            ("rolling-year", None, "2024-04-01", "2025-03-31", "2023-04-01", "2024-03-31"),
            ("rolling-year", "2024-02-29", "2023-03-01", "2024-02-29", "2022-03-01", "2023-02-28"),
            ("rolling-year", "2025-02-28", "2024-03-01", "2025-02-28", "2023-03-01", "2024-02-29"),
            ("rolling-year", "2024-12-15", "2023-12-16", "2024-12-15", "2022-12-16", "2023-12-15"),
            ("financial-year", None, "2024-04-01", "2025-03-31", "2023-04-01", "2024-03-31"),
            ("financial-year", "2025-03-30", "2023-04-01", "2024-03-31", "2022-04-01", "2023-03-31"),
            ("year-to-date", "2024-12-31", "2024-04-01", "2024-12-31", "2023-04-01", "2023-12-31"),
            ("year-to-date", "2024-04-01", "2024-04-01", "2024-04-01", "2023-04-01", "2023-04-01"),
            ("year-to-date", "2024-02-29", "2023-04-01", "2024-02-29", "2022-04-01", "2023-02-28"),
            ("calendar-month", "2025-03-30", "2025-02-01", "2025-02-28", "2024-02-01", "2024-02-29"),
            ("calendar-month", "2024-02-29", "2024-02-01", "2024-02-29", "2023-02-01", "2023-02-28"),
        )
        for window, as_of, since, until, since_before, until_before in windows:
            with self.subTest(window=window, as_of=as_of):
                rows = self.table("--area", STAFFORD, "--window", window, *(("--as-of", as_of) if as_of else ()))
                self.assertEqual({(row["window"], row["as_of"]) for row in rows}, {(window, as_of or "2025-03-31")})
                self.assertEqual({(row["from"], row["to"], row["previous_from"], row["previous_to"]) for row in rows},
                                 {(since, until, since_before, until_before)})
                for row in rows:
                    self.assertEqual(row["count"], str(self.known(STAFFORD, row["category"], since, until)), row["category"])
                    if since_before >= "2022-04-01":
                        self.assertEqual(row["previous"], str(self.known(STAFFORD, row["category"], since_before, until_before)))

    def test_only_whole_years_have_a_rate_and_a_baseline(self):
        for window, of_a_year in (("rolling-year", True), ("financial-year", True), ("year-to-date", False), ("calendar-month", False)):
            row = next(row for row in self.table("--area", STAFFORD, "--window", window) if row["category"] == "robbery")
            self.assertEqual((row["rate"] != "", row["baseline"] != ""), (of_a_year, of_a_year), window)
        self.assertEqual(row["baseline_period"], "2022-23")
        row = next(row for row in self.table("--area", STAFFORD, "--baseline", "2023-24") if row["category"] == "robbery")
        self.assertEqual((row["baseline_period"], row["baseline"]), ("2023-24", row["previous"]))

    def test_a_rate_is_of_the_year_that_stands_beside_it(self):
        with open(PROJECT / "reference/populations.csv", encoding="utf-8") as lines:
            people = {row["year"]: row["population"] for row in csv.DictReader(lines) if row["area"] == STAFFORD}
        for year in (None, "2022", "2020"):
            for row in self.table("--area", STAFFORD, *(("--population-year", year) if year else ())):
                self.assertEqual((row["population_year"], row["population"]), (year or "2024", people[year or "2024"]))
                self.assertAlmostEqual(float(row["rate"]), 1000 * int(row["count"]) / int(row["population"]), places=6)
        for row in self.table("--area", STAFFORD, "--population-year", "2021"):
            self.assertEqual((row["population_year"], row["population"], row["rate"]), ("", "", ""))

    def test_each_gives_every_area_of_the_level_that_is_covered_at_all(self):
        rows = self.table("--each", "district")
        self.assertEqual(list(dict.fromkeys(row["area"] for row in rows)), [EAST_STAFFORDSHIRE, STAFFORD])
        self.assertEqual([row for row in rows if row["area"] == STAFFORD], self.table("--area", STAFFORD))
        self.assertEqual({row["area"] for row in self.table("--each", "force")}, {FORCE})
        self.assertEqual({row["area"] for row in self.table("--each", "csp")}, {STAFFORD_CSP, "E22000264"})
        self.assertEqual({row["area"] for row in self.table("--each", "District")}, {EAST_STAFFORDSHIRE, STAFFORD})
        with open(PROJECT / "reference/areas.csv", encoding="utf-8") as lines:
            districts = {row["code"] for row in csv.DictReader(lines) if row["level"] == "district" and not row["successor"]}
        every = self.table("--each", "district", "--as-of", "2025-03-31")
        self.assertEqual({row["area"] for row in every}, districts)
        self.assertEqual({(row["count"], row["coverage"]) for row in every if row["area"] == LICHFIELD}, {("", "unknown")})

    def test_what_is_not_known_is_never_called_zero(self):
        for row in self.table("--area", EAST_STAFFORDSHIRE):
            self.assertEqual(row["coverage"], "complete")
            self.assertEqual(row["count"], str(self.known(EAST_STAFFORDSHIRE, row["category"], "2024-04-01", "2025-03-31")))
            self.assertEqual(row["previous"], "5" if row["category"] in ("robbery", "all-crime") else "")
            self.assert_nothing_is_made_of(row)
        for row in self.table("--area", EAST_STAFFORDSHIRE, "--as-of", "2024-03-31"):
            known = row["category"] in ("robbery", "all-crime")
            self.assertEqual((row["count"], row["coverage"]), ("5", "at least") if known else ("", "unknown"))
            self.assertEqual((row["rate"], row["share_pct"]), ("", ""))
            self.assert_nothing_is_made_of(row)
        for row in self.report(EAST_STAFFORDSHIRE, as_of="2024-03-31").values():
            self.assertEqual(row["count"], 5 if row["coverage"] == "at least" else None)

    def assert_nothing_is_made_of(self, row):
        for name in ("change_pct", "change_lo", "change_hi", "p", "baseline_change_pct"):
            self.assertEqual(row[name], "", name)

    def test_an_area_of_which_parts_are_covered_says_at_least(self):
        rows = {row["category"]: row for row in self.table("--area", FORCE)}
        both = (STAFFORD, EAST_STAFFORDSHIRE)
        for category in ("robbery", "theft", "asb-nuisance"):
            self.assertEqual((rows[category]["count"], rows[category]["coverage"], rows[category]["rate"]),
                             (str(self.known(both, category, "2024-04-01", "2025-03-31")), "at least", ""))
        self.assertEqual((rows["rape"]["count"], rows["rape"]["coverage"]), ("", "unknown"))

    def test_the_table_tells_at_least_and_unknown_and_what_the_sign_means(self):
        said = self.tocsin("report", "--area", FORCE).stdout
        count = self.known((STAFFORD, EAST_STAFFORDSHIRE), "robbery", "2024-04-01", "2025-03-31")
        self.assertRegex(said, rf"(?m)^  Robbery +{count}\+ ")
        self.assertIn("+ at least: not every day is covered", said)
        self.assertRegex(said, r"(?s)\nunknown here, as no source tells it apart or covers it: .*\brape\b")
        self.assertNotRegex(said, r"(?m)^ *Rape ")

    def test_one_origin_s_records_can_be_asked_for(self):
        one, all_of_them = self.table("--area", STAFFORD, "--origin", "local"), self.table("--area", STAFFORD)
        for row in one:
            self.assertIn("only records of the recording system 'local'", row["notes"])
        for row in one + all_of_them:
            # What is published, and what the rules watch, is of all systems.
            del row["notes"], row["comparators"], row["level"], row["direction"]
        self.assertEqual(one, all_of_them)


class Exports(Loaded):
    def expected(self, areas, period_of, since="0000", until="9999"):
        counts = {}
        for row in self.records:
            leaf = OFFENCES[row["offence"]]
            if row["area"] in areas and since <= row["recorded_at"] <= until:
                for category in (leaf, *ABOVE[leaf]):
                    key = row["area"], category, period_of(row["recorded_at"])
                    counts[key] = counts.get(key, 0) + 1
        return counts

    PERIODS = {"day": lambda day: day, "month": lambda day: day[:7], "year": lambda day: day[:4],
               "financial-year": lambda day: (lambda y: f"{y}-{(y + 1) % 100:02d}")(int(day[:4]) - (day[5:7] < "04"))}

    def test_every_period_adds_up_to_the_records(self):
        for by, period_of in self.PERIODS.items():
            with self.subTest(by):
                self.assertEqual(self.export("--each", "district", "--by", by),
                                 self.expected((STAFFORD, EAST_STAFFORDSHIRE), period_of))

    def test_from_and_to_bound_it_to_the_day(self):
        self.assertEqual(self.export("--area", STAFFORD, "--by", "month", "--from", "2024-06-10", "--to", "2024-08-05"),
                         self.expected((STAFFORD,), self.PERIODS["month"], "2024-06-10", "2024-08-05"))

    def test_one_category_can_be_asked_for(self):
        self.assertEqual(self.export("--area", "Stafford", "--by", "year", "--category", "theft"),
                         {key: count for key, count in self.expected((STAFFORD,), self.PERIODS["year"]).items() if key[1] == "theft"})

    def test_json_says_the_same_as_csv(self):
        for by in self.PERIODS:
            rows = json.loads(self.tocsin("export", "--each", "district", "--by", by, "--format", "json").stdout)
            self.assertEqual([list(row) for row in rows[:1]], [["area", "category", "period", "count"]])
            self.assertEqual({(row["area"], row["category"], row["period"]): row["count"] for row in rows},
                             self.export("--each", "district", "--by", by))

    def test_the_first_line_names_the_fields(self):
        self.assertTrue(self.tocsin("export", "--each", "district", "--by", "day").stdout.startswith("area,category,period,count\n"))


if __name__ == "__main__":
    unittest.main()
