"""Promise: `tocsin check` tells every fault of a reference folder at once, each with its file, its line and its value; the
aggregator refuses to start on the same faults in the same words, and a running one keeps what it has; the bundled
reference data have none, and hold what their page says.
"""
import csv
import re
import signal
import unittest

from harness import BIN, PROJECT, Case

# A sound folder, small enough to be seen whole.
SOUND = {
    "areas.csv": ["code,name,level,parent,valid_from,valid_to,successor", "N,Nation,country,,,,", "F,Force,force,N,,,",
                  "D1,One,district,F,,,", "D2,Two,district,F,,,", "W1,Ward,ward,D1,,,"],
    "categories.csv": ["category,title,parent,marker", "crime,All crime,,", "theft,Theft,crime,", "robbery,Robbery,crime,",
                       "hate,Hate crime,crime,hate"],
    "offences.csv": ["offence,description,category", "T,Theft,theft", "R,Robbery,robbery"],
    "populations.csv": ["area,year,population,source", "D1,2024,1000,invented", "D2,2024,2000,invented"],
    "groups.csv": ["group,name,kind,member", "G,Both,csp,D1", "G,Both,csp,D2"],
    "sources.csv": ["origin,title,rank,promised_interval", "live,Live,1,15m", "late,Late,2,35d"],
    "comparators.csv": ["area,comparator", "D1,F"],
    "comparator_rates.csv": ["comparator,category,period,rate", "F,theft,2024-25,7.5"],
    "recording_changes.csv": ["date,area,category,text,source", "2023-06-01,,theft,Counted otherwise,somebody"],
    "priorities.yaml": ["# what is compared with", "baseline: 2022-23"],
}

# Lines to add to the sound files, each with what must be said of it: one thing, several, or nothing.
FAULTS = {
    "areas.csv": [
        ("D1,Again,district,F,,,", "error: the code 'D1' stands here a second time"),
        (",Nameless,district,F,,,", "error: the code '' is empty or over 96 octets"),
        ("D3,Three,,F,,,", "error: the level of 'D3' is empty"),
        ("D4,Four,district,X9,,,", "error: the parent 'X9' is not in this file"),
        ("D5,Five,district,F,,2023-03-31,X8", "error: the successor 'X8' is not in this file"),
        ("D6,Six,district,F,2023-02-30,,", "error: the date '2023-02-30' is not of the form 2023-03-31, or no such date exists"),
        ("D7,Seven,district,W1,,,", "error: the area 'D7' can't be counted: its parent is too fine to be"),
        ("W2,Alone,ward,,,,", "error: the area 'W2' needs a parent: it is too fine to be counted by itself"),
        ("L1,Loop,district,L2,,,", "error: the area 'L1' lies above itself, by its parents or successors"),
        ("L2,Loop,district,L1,,,", None),
        ("D8,Eight", ("error: the row has 2 columns, and 'level' stands in column 3",
                      "error: the row has 2 columns, and 'parent' stands in column 4", "error: the level of 'D8' is empty")),
        ("D9,Ni\xffne,district,F,,,", "error: 'name' is not UTF-8 text: save the file as UTF-8"),
    ],
    "categories.csv": [
        ("theft,Again,crime,", "error: the category 'theft' stands here a second time"),
        ("fraud,Fraud,crimes,", "error: the parent 'crimes' is not in this file"),
        ("under,Under a marker,hate,", "error: the parent 'hate' is a marker category: only marker categories can lie under one"),
    ],
    "offences.csv": [
        ("P,Piracy,piracy", "error: the category 'piracy' is not in categories.csv"),
        ("H,Hate,hate", "error: the category 'hate' is a marker category: an offence belongs to a node of the tree"),
        ("T,Theft again,robbery", "error: the offence 'T' stands here a second time for the same dates"),
        (",Nothing,theft", "error: the offence '' is empty or over 96 octets"),
    ],
    "populations.csv": [
        ("X7,2024,5,invented", "warning: the area 'X7' is not in areas.csv: the estimate is not used"),
        ("D1,2024,1001,invented", "error: 'D1' has a second estimate for 2024"),
        ("D1,24,1001,invented", "error: the year '24' is not a year"),
        ('D2,2023,"1,000",invented', "error: the population '1,000' is not a number of people, written without separators"),
        ("D2,2022,0,invented", "error: the population '0' is not a number of people"),
    ],
    "groups.csv": [
        ("G,Both,csp,D1", "error: the member 'D1' stands a second time in 'G', and would be counted twice"),
        ("G,Both,csp,W1", "error: the member 'W1' is not in areas.csv, or too fine to be counted"),
        ("F,A force's,csp,D1", "error: the group 'F' has no code, or an area's"),
        ("H,Friends,friends,D1", "error: the kind 'friends' is none of csp, most-similar-csps, most-similar-forces, other"),
    ],
    "sources.csv": [
        ("live,Again,3,", "error: the origin 'live' is empty or stands here twice"),
        ("slow,Slow,first,", "error: the rank 'first' is not a whole number from 1, the best, to 1000"),
        ("lazy,Lazy,4,often", "error: the promised interval 'often' is not of the form 15m, 24h, 35d, up to a year"),
    ],
    "comparators.csv": [("X6,F", "error: 'X6' is neither in areas.csv nor in groups.csv")],
    "comparator_rates.csv": [
        ("F,piracy,2024-25,1", "error: the category 'piracy' is not in categories.csv"),
        ("F,theft,2024,1", "error: the period '2024' is not a financial year (2024-25)"),
        ("F,theft,2024-25,high", "error: the rate 'high' is not a number per 1,000"),
    ],
    "recording_changes.csv": [
        ("2023-13-01,,theft,Never,somebody", "error: the date '2023-13-01' is not of the form 2023-03-31, or no such date exists"),
        ("2023-06-01,X5,theft,Elsewhere,somebody", "error: the area 'X5' is not in areas.csv"),
        ("2023-06-01,D1,piracy,Afloat,somebody", "error: the category 'piracy' is not in categories.csv"),
    ],
    "priorities.yaml": [("colour: red", "error: there is no key 'colour'")],
}


def told(words):
    return () if words is None else (words,) if isinstance(words, str) else words


class Checking(Case):
    def write_folder(self, name, faults=None, **instead):
        for file, lines in SOUND.items():
            lines = instead.get(file.replace(".", "_"), lines) + [line for line, _ in (faults or {}).get(file, ())]
            self.write(f"{name}/{file}", "".join(f"{line}\n" for line in lines).encode("latin-1"))
        return self.folder / name

    def check(self, folder, status, *more):
        return self.run_program(BIN / "tocsin", "check", "--reference", folder, *more, check=status)

    def expected(self):
        return [(file, len(SOUND[file]) + number, each) for file, lines in FAULTS.items()
                for number, (_, words) in enumerate(lines, 1) for each in told(words)]


class Check(Checking):
    def test_a_sound_folder_says_what_it_holds(self):
        said = self.check(self.write_folder("sound"), 0)
        self.assertEqual(said.stderr, "")
        self.assertEqual(said.stdout, "5 areas, 4 categories, 2 offence rows, 1 groups, 2 sources, 0 rules\n"
                                      f"{self.folder}/sound: 0 errors, 0 warnings\n")

    def test_every_fault_is_told_at_once_with_file_and_line(self):
        said = self.check(self.write_folder("faulty", FAULTS), 1)
        lines = said.stderr.splitlines()
        for file, line, words in self.expected():
            with self.subTest(file=file, line=line):
                self.assertEqual(len([each for each in lines if each.startswith(f"{file}:{line}: {words}")]), 1)
        self.assertEqual(len(lines), len(self.expected()), said.stderr)
        errors = sum(words.startswith("error") for _, _, words in self.expected())
        self.assertEqual(said.stdout, f"{self.folder}/faulty: {errors} errors, {len(lines) - errors} warnings\n")

    def test_each_fault_alone_is_found_alone(self):
        """None hides behind another, and none makes others out of what is sound."""
        for file, lines in FAULTS.items():
            for number, (line, words) in enumerate(lines):
                if line.startswith(("L1", "L2")):
                    continue  # neither is a fault without the other
                with self.subTest(line):
                    said = self.check(self.write_folder(f"one{number}", {file: [(line, words)]}), "warning" not in words)
                    lines = said.stderr.splitlines()
                    self.assertEqual(len(lines), len(told(words)), said.stderr)
                    for each, expected in zip(lines, told(words)):
                        self.assertTrue(each.startswith(f"{file}:{len(SOUND[file]) + 1}: {expected}"), each)

    def test_faults_of_whole_files_name_the_file(self):
        folder = self.write_folder("whole", areas_csv=["name,level,parent,colour", "One,district,,red"], groups_csv=[],
                                   offences_csv=["offence,description,category"], priorities_yaml=["baseline: next"])
        (folder / "populations.csv").unlink()
        said = self.check(folder, 1).stderr
        for words in ("areas.csv:1: error: the column 'code' is missing: the header must name it",
                      "areas.csv:1: warning: the column 'colour' is not used", "areas.csv: error: has no areas",
                      "groups.csv: error: is empty: the first line must name the columns", "offences.csv: error: has no offences",
                      f"populations.csv: error: {folder}/populations.csv: No such file or directory",
                      "priorities.yaml:1: error: the baseline 'next' is no financial year (2022-23)"):
            self.assertIn(words, said)
        folder = self.write_folder("yaml", priorities_yaml=["baseline: [2022-23"])
        self.assertRegex(self.check(folder, 1).stderr, r"priorities.yaml: error: .*line \d")

    def test_a_folder_that_is_not_there_is_named_once(self):
        nowhere = self.folder / "nowhere"
        self.assertEqual(self.check(nowhere, 1).stderr, f"tocsin check: {nowhere}: No such file or directory\n")
        file = self.write("areas.csv", "")
        self.assertEqual(self.check(file, 1).stderr, f"tocsin check: {file}: Not a directory\n")

    def test_files_that_are_not_required_may_be_missing(self):
        folder = self.write_folder("few")
        for name in SOUND:
            if name not in ("areas.csv", "categories.csv", "offences.csv", "populations.csv"):
                (folder / name).unlink()
        self.assertEqual(self.check(folder, 0).stderr, "")

    def test_warnings_alone_are_no_fault(self):
        said = self.check(self.write_folder("warned", {"populations.csv": FAULTS["populations.csv"][:1]}), 0)
        self.assertIn("populations.csv:4: warning", said.stderr)
        self.assertIn("0 errors, 1 warnings", said.stdout)

    def test_what_was_imported_is_checked_with_the_data_folder(self):
        folder = self.write_folder("sound")
        self.write("data/imported/areas.csv", "code,name,level,parent\nW9,Ward,ward,X5\n")
        self.check(folder, 0)
        said = self.check(folder, 1, "--data", self.data)
        self.assertIn("imported/areas.csv:2: error: the parent 'X5' is not in this file", said.stderr)

    def test_line_ends_and_a_byte_order_mark_make_no_difference(self):
        folder = self.write_folder("sound")
        for name in SOUND:
            if name.endswith(".csv"):
                octets = (folder / name).read_bytes()
                (folder / name).write_bytes(b"\xef\xbb\xbf" + octets.replace(b"\n", b"\r\n"))
        self.assertEqual(self.check(folder, 0).stderr, "")


class Rules(Checking):
    RULES = ["baseline: 2022-23", "rules:", "  - name: yearly", "    detector: rolling-year", "    areas: [district]",
             "    categories: [crime+]", "    levels:", "      watch: {percent: 10}"]

    def folder_of(self, **instead):
        """With these lines in place of others, by their number."""
        lines = [instead.get(f"line{number}", line) for number, line in enumerate(self.RULES, 1)]
        return self.write_folder("ruled", priorities_yaml=lines)

    def test_sound_rules_are_counted(self):
        said = self.check(self.folder_of(), 0)
        self.assertEqual(said.stderr, "")
        self.assertIn("2 sources, 1 rules\n", said.stdout)

    def test_every_fault_of_the_rules_is_told_with_the_others(self):
        folder = self.folder_of(line4="    detector: rolling-yaer", line8="      watch: {percnt: 10}\n    hold: 28\nbase: 2021-22")
        (folder / "groups.csv").write_text("group,name,kind,member\nG,Both,csp,X9\n", "utf-8")
        said = self.check(folder, 1).stderr.splitlines()
        self.assertEqual([line.split(" error: ")[0] for line in said], ["groups.csv:2:"] + [f"priorities.yaml:{n}:" for n in (4, 8, 9, 10)])
        self.assertIn("perhaps 'rolling-year'", said[1])
        self.assertIn("perhaps 'percent'", said[2])
        refused = self.run_program(BIN / "tocsin-aggregator", "--data", self.data, "--reference", folder, "--listen",
                                   "tcp://127.0.0.1:*", check=1).stderr
        for line in said:
            self.assertIn(line, refused)

    def test_a_file_that_is_no_yaml_is_told_once(self):
        said = self.check(self.folder_of(line2="rules: ["), 1).stderr
        self.assertEqual(len(said.splitlines()), 1, said)

    def test_the_aggregator_starts_on_what_is_only_warned_of(self):
        folder = self.folder_of(line6="    categories: [piracy]")
        said = self.check(folder, 0)
        self.assertIn("priorities.yaml:6: warning: there is no category 'piracy'", said.stderr)
        self.assertIn("priorities.yaml:6: warning: rule 'yearly' can never fire: it watches no category", said.stderr)
        self.assertIn("0 errors, 2 warnings", said.stdout)
        self.stop(self.start(folder))


class Subscriptions(Checking):
    def test_who_is_told_of_alerts_is_checked_against_the_same_areas_and_categories(self):
        folder = self.write_folder("sound")
        who = self.write("who.yaml", "subscriptions:\n- {name: one, webhook: {url_env: TOCSIN_NO_SUCH}, areas: [Both], categories: [theft]}\n")
        said = self.check(folder, 0, "--subscriptions", who)
        self.assertIn("who.yaml: 1 subscription\n", said.stdout)
        self.assertRegex(said.stderr, r"who\.yaml:2: warning: url_env: the environment here has no variable TOCSIN_NO_SUCH")
        who.write_text("subscriptions:\n- {name: one, mail: [a@b.c], areas: [Nowhere], categories: [thefts]}\n")
        said = self.check(folder, 1, "--subscriptions", who)
        self.assertIn(f" and {who}: 3 errors, 0 warnings\n", said.stdout)
        self.assertRegex(said.stderr, r"who\.yaml:2: error: .*'Nowhere'")


class Refusal(Checking):
    def test_the_aggregator_does_not_start_on_faults_and_says_the_same(self):
        folder = self.write_folder("faulty", FAULTS)
        told = self.check(folder, 1).stderr.splitlines()
        said = self.run_program(BIN / "tocsin-aggregator", "--data", self.data, "--reference", folder, "--listen",
                                "tcp://127.0.0.1:*", check=1)
        self.assertEqual([line for line in said.stderr.splitlines() if ": error: " in line][:50],
                         [line for line in told if ": error: " in line][:50])
        self.assertIn("mend them first", said.stderr)

    def test_a_running_one_keeps_what_it_has_and_takes_what_is_mended(self):
        folder = self.write_folder("mine")
        aggregator = self.start(folder)
        records = "reference,recorded_at,offence,area\na,2025-03-10,T,D1\nb,2025-03-10,P,D1\n"
        self.collect(aggregator, "incidents", self.write("a.csv", records), check=1)
        before = self.counts()
        for faults, words in ((FAULTS, '"ok": false'), ({"offences.csv": [("P,Piracy,robbery", None)]}, '"ok": true')):
            self.write_folder("mine", faults)
            aggregator.process.send_signal(signal.SIGHUP)
            answer = aggregator.await_line(r" reload +(.*)").group(1)
            self.assertIn(words, answer)
            if faults is FAULTS:
                log = "".join(aggregator.lines)
                for file, line, words in self.expected():
                    self.assertIn(f" reference-fault  {file}:{line}: {words}", log)
                self.assertEqual(self.counts(), before)
        self.assertEqual(self.tocsin("rejects", "--retry").stdout, "tried 1, accepted 1\n")
        self.assertEqual(self.export("--area", "D1", "--by", "day"), {
            ("D1", "crime", "2025-03-10"): 2, ("D1", "theft", "2025-03-10"): 1, ("D1", "robbery", "2025-03-10"): 1})
        self.verify()


class Bundled(Case):
    def test_the_bundled_data_have_no_faults(self):
        said = self.run_program(BIN / "tocsin", "check", check=0)
        self.assertEqual(said.stderr, "")
        self.assertIn(f"\n{PROJECT}/reference: 0 errors, 0 warnings\n", said.stdout)

    def test_they_hold_as_many_rows_of_the_columns_as_their_page_says(self):
        page = (PROJECT / "docs/reference-data.md").read_text("utf-8")
        listed = re.findall(r"^\| `(\w+\.csv)` \| ([\d,]+) \| ([\w, ]+) \|", page, re.M)
        self.assertEqual({name for name, _, _ in listed}, {path.name for path in (PROJECT / "reference").glob("*.csv")})
        for name, rows, columns in listed:
            with open(PROJECT / "reference" / name, encoding="utf-8", newline="") as lines:
                found = list(csv.reader(lines))
            with self.subTest(name):
                self.assertEqual((len(found) - 1, found[0]), (int(rows.replace(",", "")), columns.split(", ")))


if __name__ == "__main__":
    unittest.main()
