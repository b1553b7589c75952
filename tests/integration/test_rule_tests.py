"""Promise: `tocsin check --tests` puts rules to the test: it says of each test whether what was expected came, with both and the
figures where it didn't; it ends with 1 where a test fails or a file has faults, which are told with their lines, and with 2
where it is used wrongly; and the bundled rules pass the tests that come with them.
"""
import json
import re
import shutil
import subprocess
import textwrap
import unittest

from harness import BIN, PROJECT, Case

# One a day for two years, then two: 365 + j against 365 on the j-th day of 2024. A tenth more on the 37th day, looked at twice
# on the 38th.
RULES = """rules:
  - name: yearly
    detector: rolling-year
    areas: [district]
    categories: [all]
    at_once: never
    levels: {watch: {percent: %d, difference: 20}}
"""
TESTS = """tests:
  - name: twice as many are watched
    area: district
    series:
      shoplifting: {from: 2022-01-01, days: 1x730 2x100}
    alerts:
      - {on: 2024-02-07, kind: raised, level: watch, direction: rising, rule: yearly}
  - name: as many as ever are quiet
    area: Stafford
    from: 2022-01
    series: {robbery: 30x30}
    quiet: yes
"""
FAILED = """FAILED  twice as many are watched
  {file}:7: expected shoplifting raised to watch, rising, by yearly, on 2024-02-07
      came      shoplifting raised to watch, rising, by yearly, on 2024-02-25
      figures   421 in the 12 months to 25 February 2024, 365 in the 12 months before: +15.3 % (p = .046)
ok      as many as ever are quiet
1 passed, 1 failed
"""


class RuleTests(Case):
    def check(self, *arguments, status=0):
        return self.run_program(BIN / "tocsin", "check", *arguments, check=status)

    def folder_of(self, name, percent):
        shutil.copytree(PROJECT / "reference", self.folder / name)
        self.write(f"{name}/priorities.yaml", RULES % percent)
        return self.folder / name


class Bundled(RuleTests):
    def test_the_bundled_rules_pass_their_tests(self):
        file = PROJECT / "reference/rules-tests.yaml"
        said = self.check("--tests", file)
        names = [line for line in file.read_text().splitlines() if line.startswith("  - name: ")]
        self.assertGreater(len(names), 10)
        self.assertEqual(said.stdout.splitlines(), [f"ok      {line[10:]}" for line in names] + [f"{len(names)} passed, 0 failed"])
        self.assertEqual(said.stderr, "")

    def test_they_fail_where_the_rules_are_others(self):
        shutil.copytree(PROJECT / "reference", self.folder / "mine")
        rules = (PROJECT / "reference/priorities.yaml").read_text()
        self.write("mine/priorities.yaml", rules.replace("priority: {percent: 20, p: 0.001}", "priority: {percent: 25, p: 0.001}"))
        said = self.check("--reference", self.folder / "mine", "--tests", self.folder / "mine/rules-tests.yaml", status=1)
        self.assertIn("FAILED  Stafford's shoplifting becomes a matter of priority\n", said.stdout)
        self.assertIn("747 in the 12 months to 31 March 2025, 616 in 2022-23: +21.3 % (p < .001)\n", said.stdout)
        self.assertIn("ok      a steady series is quiet\n", said.stdout)


class Documented(RuleTests):
    def test_the_example_of_the_page_gives_what_the_page_says(self):
        page = (PROJECT / "docs/rules.md").read_text()
        example, said = re.search(r"(?s)whole file of tests:\n\n(.*?)\nand this is what comes of it:\n\n(.*?)\n\n", page).groups()
        self.write("my-tests.yaml", textwrap.dedent(example))
        run = subprocess.run([BIN / "tocsin", "check", "--tests", "my-tests.yaml"], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual((run.returncode, run.stderr, run.stdout), (1, "", textwrap.dedent(said) + "\n"))


class Outcome(RuleTests):
    def test_what_comes_as_expected_passes(self):
        file = self.write("tests.yaml", TESTS)
        said = self.check("--reference", self.folder_of("mine", 10), "--tests", file)
        self.assertEqual(said.stdout, "ok      twice as many are watched\nok      as many as ever are quiet\n2 passed, 0 failed\n")

    def test_what_comes_otherwise_is_told_with_both_and_the_figures(self):
        file = self.write("tests.yaml", TESTS)
        said = self.check("--reference", self.folder_of("mine", 15), "--tests", file, status=1)
        self.assertEqual(said.stdout, FAILED.format(file=file))
        self.assertEqual(said.stderr, "")

    def test_it_says_where_a_series_is_too_short_to_be_judged(self):
        file = self.write("tests.yaml", TESTS.split("  - name: as many")[0].replace("twice as many are watched", "short")
                          .replace("1x730 2x100", "1x729").split("    alerts:")[0] + "    quiet: yes\n")
        said = self.check("--reference", self.folder_of("mine", 10), "--tests", file)
        self.assertEqual(said.stdout, "ok      short (no rule can say anything of its series on any day)\n1 passed, 0 failed\n")

    def test_json_says_the_same(self):
        file, folder = self.write("tests.yaml", TESTS), self.folder_of("mine", 15)
        first, second = json.loads(self.check("--reference", folder, "--tests", file, "--format", "json", status=1).stdout)
        self.assertEqual((first["file"], first["line"], first["name"], first["result"]),
                         (str(file), 2, "twice as many are watched", "failed"))
        self.assertEqual([(d["line"], d["expected"]) for d in first["differences"]],
                         [(7, "shoplifting raised to watch, rising, by yearly, on 2024-02-07")])
        self.assertEqual(second, {"file": str(file), "line": 8, "name": "as many as ever are quiet", "result": "ok", "said": True,
                                  "differences": []})

    def test_rules_beside_the_tests_are_tested_where_these_name_them(self):
        self.write("rules/new.yaml", RULES % 15)
        good = self.write("rules/good.yaml", "rules: new.yaml\n" + TESTS.replace("2024-02-07", "2024-02-25"))
        self.check("--tests", good)
        self.check("--tests", self.write("rules/one.yaml", TESTS.replace("area: district", "area: district\n    rules: new.yaml")), status=1)
        said = self.check("--tests", good, self.write("rules/two.yaml", TESTS), status=1)  # the bundled rules watch no rule 'yearly'
        self.assertIn("two.yaml:7: error: there is no rule 'yearly'", said.stderr)


class Faults(RuleTests):
    def test_every_fault_is_told_with_its_line_and_nothing_is_run(self):
        file = self.write("tests.yaml", TESTS.replace("shoplifting", "shop-lifting").replace("Stafford", "Staford").replace("yearly", "yeerly"))
        said = self.check("--reference", self.folder_of("mine", 10), "--tests", file, status=1)
        self.assertEqual(said.stdout, "")
        for words in (":5: error: there is no category 'shop-lifting'; perhaps 'shoplifting'\n",
                      ":7: error: there is no rule 'yeerly'; perhaps 'yearly'\n",
                      ":9: error: 'Staford' is neither the code nor the name of an area or group; perhaps Stafford"):
            self.assertIn(f"{file}{words}", said.stderr)
        self.assertTrue(said.stderr.endswith("tocsin check: nothing was tested: mend these first\n"))

    def test_a_file_without_tests_is_a_fault(self):
        self.assertIn("tests.yaml:1: error: there are no tests", self.check("--tests", self.write("tests.yaml", "tests: []\n"), status=1).stderr)
        self.assertIn("error: is empty", self.check("--tests", self.write("none.yaml", ""), status=1).stderr)

    def test_what_can_t_be_read_is_told(self):
        self.assertIn("No such file", self.check("--tests", self.folder / "none.yaml", status=1).stderr)
        file = self.write("tests.yaml", "rules: other.yaml\n" + TESTS)
        said = self.check("--tests", file, status=1)
        self.assertIn(f"{self.folder}/other.yaml: No such file", said.stderr)
        self.assertIn("tests.yaml:1: error: the rules 'other.yaml' can't be read: name a file beside this one", said.stderr)

    def test_rules_with_faults_are_not_tested(self):
        self.write("bad.yaml", RULES % 10 + "    minimal: 3\n")
        said = self.check("--tests", self.write("tests.yaml", "rules: bad.yaml\n" + TESTS), status=1)
        self.assertIn("bad.yaml:8: error: a rule has no key 'minimal'; perhaps 'minimum'", said.stderr)
        self.write("bad.yaml", "baseline: 2022-23\n")
        self.assertIn("bad.yaml: error: there are no rules to test", self.check("--tests", self.folder / "tests.yaml", status=1).stderr)
        mine = self.folder_of("mine", 10)
        self.write("mine/areas.csv", "code,name\n")
        said = self.check("--reference", mine, "--tests", self.folder / "tests.yaml", status=1)
        self.assertIn(f"nothing was tested: mend {mine} first", said.stderr)

    def test_what_is_mistyped_ends_with_2(self):
        file = self.write("tests.yaml", TESTS)
        for arguments, words in ((("--tests",), "requires an argument"), ((file,), f"what is '{file}'?"),
                                 (("--format", "json"), "--format goes with --tests"),
                                 (("--tests", file, "--format", "csv"), "--format goes with --tests, and is table or json"),
                                 (("--tests", file, "--format", "xml"), "--format wants")):
            with self.subTest(arguments):
                said = self.check(*arguments, status=2)
                self.assertIn(words, said.stderr)
                self.assertEqual(said.stdout, "")


if __name__ == "__main__":
    unittest.main()
