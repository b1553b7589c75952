"""Promise: on the Stafford scenario, tocsin priorities comes to what the assessment came to, line by line and with its
figures; elsewhere it advises on that place's figures and grounds alone; and what it can't know or read, it says.

Source of the figures: Community Safety Strategic Assessment of Stafford, executive summary, March 2026. p-values: D1 of
the change kernel on the scenario's months, as the report has them.
"""
import json
import re
import shutil

from harness import BIN, PROJECT, Case

SCENARIO = PROJECT / "reference/stafford.yaml"
STAFFORD, LICHFIELD = "E07000197", "E07000194"
ASSESSMENT = "Stafford Community Safety Strategic Assessment, March 2026"

ADVICE = {
    "anti-social-behaviour": "retain", "community-cohesion": "retain", "domestic-abuse": "retain", "county-lines": "retain",
    "modern-slavery": "consider pivoting", "fraud": "consider pivoting", "vulnerable-persons": "retain"}
BECAUSE = {
    "anti-social-behaviour": "resident concern",
    "community-cohesion": "Hate crime: low numbers, but a marked increase (159 to 217, +36.5 %)",
    "domestic-abuse": "Domestic abuse-related crime: volume (1,821: would rank third among the 9 offence groups)",
    "county-lines": "partnership focus; stakeholder concern; Drug offences (proxy): a rise (287 to 317, +10.5 %), not "
                    "statistically significant",
    "modern-slavery": "Modern slavery: low numbers (3)",
    "fraud": "Fraud recorded by the local force: low numbers, and a marked fall (128 to 84, -34.4 %)",
    "vulnerable-persons": "partnership focus"}
THOUGH = {
    "anti-social-behaviour": "Anti-social behaviour incidents: a marked fall (2,501 to 1,716, -31.4 %)",
    "modern-slavery": "Modern slavery: few recorded offences may mean little detection; statutory duty",
    "fraud": "risk of harm"}
# (kind, category or ground or measure, bearing), in the order in which they stand
LINES = {
    "anti-social-behaviour": [
        ("ground", "resident concern", "retain"), ("category", "anti-social-behaviour", "for pivoting"),
        ("indicator", "Expect to be a victim of crime in the next 12 months (percent of residents)", "beside"),
        ("indicator", "Were a victim of crime in the last 12 months (percent of residents)", "beside")],
    "community-cohesion": [("ground", "statutory duty", "beside"), ("category", "hate-crime", "retain")],
    "domestic-abuse": [("category", "domestic-abuse", "retain")],
    "county-lines": [
        ("ground", "partnership focus", "retain"), ("ground", "stakeholder concern", "retain"),
        ("category", "drug-offences", "for retaining"),
        ("indicator", "County Lines that operate into the area", "beside")],
    "modern-slavery": [("ground", "statutory duty", "beside"), ("category", "modern-slavery", "for pivoting")],
    "fraud": [("ground", "risk of harm", "beside"), ("category", "local-fraud", "for pivoting")],
    "vulnerable-persons": [
        ("ground", "partnership focus", "retain"), ("indicator", "Local focus on addressing vulnerability", "beside")]}
# count, in 2022-23, change in percent, p, rank, sum of five years
FIGURES = {
    "anti-social-behaviour": (1716, 2501, -31.4, 0.0, None, 13657),
    "hate-crime": (217, 159, 36.5, 0.015, 7, None),
    "domestic-abuse": (1821, 1902, -4.3, 0.184, 3, None),
    "drug-offences": (317, 287, 10.5, 0.223, 6, None),
    "modern-slavery": (3, 8, None, 0.146, None, 37),
    "local-fraud": (84, 128, -34.4, 0.008, None, None)}
CAVEATS = {
    "anti-social-behaviour": [],
    "hate-crime": [],
    "domestic-abuse": ["not statistically significant: 1,902 to 1,821 is within what chance gives (p = .18)",
                       "under-represents the impact", "recording changed on 1 June 2023"],
    "drug-offences": ["not statistically significant: 287 to 317 is within what chance gives (p = .22)",
                      "rises and falls with police activity", "a proxy: it stands in for what is not counted itself"],
    "modern-slavery": ["not statistically significant: 8 to 3 is within what chance gives (p = .15)", "small numbers",
                       "rises and falls with police activity", "few recorded offences may mean little detection"],
    "local-fraud": ["only part of the overall picture"]}
CAUSES = r"(?i)due to|owing to|\bcause|as a result|explained by|thanks to|because of|reflects|driven by"


class Priorities(Case):
    def priorities(self, *arguments, **options):
        return json.loads(self.tocsin("priorities", *arguments, "--format", "json", **options).stdout)

    def by_code(self, review):
        return {p["priority"]: p for p in review["priorities"]}

    def folder_with(self, yaml):
        """The bundled reference data with another priorities.yaml."""
        folder = self.folder / "reference"
        shutil.copytree(PROJECT / "reference", folder)
        (folder / "priorities.yaml").write_text(yaml, encoding="utf-8")
        return folder


class Stafford(Priorities):
    def setUp(self):
        super().setUp()
        self.collect(self.start(), "simulate", SCENARIO)

    def test_the_assessment_is_reproduced_line_by_line(self):
        review = self.priorities("--as-of", "2025-03-31")  # the partnership's own area
        self.assertEqual((review["area"], review["as_of"], review["baseline_period"]), (STAFFORD, "2025-03-31", "2022-23"))
        found = self.by_code(review)
        self.assertEqual({code: p["advice"] for code, p in found.items()}, ADVICE)
        self.assertEqual({code: p["because"] for code, p in found.items()}, BECAUSE)
        self.assertEqual({code: p["though"] for code, p in found.items() if p["though"]}, THOUGH)
        self.assertEqual({code: [(e["kind"], e.get("ground") or e.get("category") or e["measure"], e["bearing"])
                                 for e in p["evidence"]] for code, p in found.items()}, LINES)
        lines = {e["category"]: e for p in found.values() for e in p["evidence"] if e["kind"] == "category"}
        self.check_figures(lines)
        self.check_caveats(lines)
        for p in found.values():
            for line in p["evidence"]:
                if line["kind"] != "category":
                    self.assertTrue(line["source"], line)

    def check_figures(self, lines):
        for category, (count, before, change, p, rank, years) in FIGURES.items():
            with self.subTest(category=category):
                line = lines[category]
                self.assertEqual((line["count"], line["before"], line["against"], line["coverage"]),
                                 (count, before, "2022-23", "complete"))
                self.assertEqual(line["change_pct"] and round(line["change_pct"], 1), change)
                self.assertAlmostEqual(line["p"], p, delta=0.0006)
                self.assertEqual((line["rank"], line["five_years"]), (rank, years))
        self.assertTrue(lines["domestic-abuse"]["would_rank"] and not lines["drug-offences"]["would_rank"])
        self.assertTrue(lines["drug-offences"]["proxy"])
        possession = lines["drug-offences"]["parts"][0]
        self.assertEqual((possession["category"], possession["count"], round(possession["share_pct"])),
                         ("drug-possession", 241, 76))
        self.assertEqual([y["count"] for y in lines["modern-slavery"]["years"]], [11, 9, 8, 6, 3])
        self.assertEqual([y["count"] for y in lines["hate-crime"]["years"]], [None, None, 159, 187, 217])

    def check_caveats(self, lines):
        for category, caveats in CAVEATS.items():
            with self.subTest(category=category):
                self.assertEqual(len(lines[category]["caveats"]), len(caveats), lines[category]["caveats"])
                for said, expected in zip(lines[category]["caveats"], caveats):
                    self.assertTrue(said.startswith(expected), said)

    def test_new_areas_are_put_forward_and_the_survey_is_called_untestable(self):
        review = self.priorities("--as-of", "2025-03-31")
        self.assertEqual([(n["category"], n["count"], n["before"], round(n["change_pct"], 1)) for n in review["new_areas"]],
                         [("public-order", 955, 767, 24.5), ("shoplifting", 747, 616, 21.3)])
        for new in review["new_areas"]:
            self.assertLess(new["p"], 0.01)
            self.assertGreater(new["q"], new["p"])
        self.assertIn("recording changed on 1 June 2023", review["new_areas"][0]["caveats"][0])
        fear = self.by_code(review)["anti-social-behaviour"]["evidence"][2]
        self.assertEqual((fear["value"], fear["previous"], fear["n"], fear["source"]),
                         ("24", "21", None, "Police perception survey, in: " + ASSESSMENT))
        self.assertEqual(fear["caveats"], ["the change from 21 to 24 can't be tested: how many were asked is not given"])

    def test_the_page_says_the_same_in_words_and_names_no_cause(self):
        page = self.tocsin("priorities", "--area", "Stafford", "--as-of", "2025-03-31").stdout
        words = re.sub(r"\s+", " ", page)
        for said in ("Anti-social behaviour: retain", "Modern slavery and people trafficking: consider pivoting",
                     "Fraud: consider pivoting", "1,716, against 2,501 in 2022-23: -31.4 %", "p < .001",
                     "would rank third among the 9 offence groups", "76 % of these (241) are Possession of drugs",
                     "37 in five years (11, 9, 8, 6, 3)", "24 (latest), 21 (previous)", "in constant flux",
                     "Public order offences: 955, against 767", "Shoplifting: 747, against 616", f"[{ASSESSMENT}]"):
            self.assertIn(said, words)
        self.assertNotRegex(words, CAUSES)
        self.assertLessEqual(max(map(len, page.splitlines())), 120)

    def test_the_partnership_as_a_group_is_advised_alike(self):
        group = self.by_code(self.priorities("--area", "E22000268", "--as-of", "2025-03-31"))
        self.assertEqual({code: p["advice"] for code, p in group.items()}, ADVICE)
        self.assertEqual({code: p["because"] for code, p in group.items()}, BECAUSE)

    def test_what_is_not_wholly_covered_is_unknown_and_says_so(self):
        late = self.priorities("--as-of", "2025-04-30")
        found = self.by_code(late)
        self.assertEqual({code: p["advice"] for code, p in found.items()},
                         {code: "unknown" if code in ("community-cohesion", "domestic-abuse", "modern-slavery", "fraud") else
                          "retain" for code in ADVICE})
        self.assertEqual(found["fraud"]["because"], "Fraud recorded by the local force: not wholly covered")
        self.assertIn("not wholly covered: there may be more", found["fraud"]["evidence"][1]["caveats"])
        self.assertEqual(late["new_areas"], [])
        force = self.by_code(self.priorities("--area", "Staffordshire", "--as-of", "2025-03-31"))
        self.assertEqual({p["advice"] for p in force.values()}, {"unknown"})  # and Stafford's grounds don't hold there


class Elsewhere(Priorities):
    def test_another_area_is_judged_on_its_own_figures_and_grounds(self):
        aggregator = self.start()
        self.collect(aggregator, "incidents", self.write("lichfield.csv", lichfield()), "--origin", "niche",
                     "--covers", f"{LICHFIELD}:2022-04-01..2025-03-31")
        found = self.by_code(self.priorities("--area", "Lichfield"))
        # Lichfield has over 100,000 residents: less than 200 of anything is fewer than 2 per 1,000.
        self.assertEqual({code: p["advice"] for code, p in found.items()}, {
            "anti-social-behaviour": "consider pivoting",  # 600 to 480: here no survey says that it is a priority
            "community-cohesion": "consider pivoting",     # none at all
            "domestic-abuse": "retain",                    # 300 of 300 thefts bear it: it would rank first
            "county-lines": "retain",                      # 60 to 60: a proxy that speaks for nothing
            "modern-slavery": "consider pivoting",
            "fraud": "retain",                             # 60 to 120
            "vulnerable-persons": "unknown"})
        self.assertEqual(found["anti-social-behaviour"]["because"],
                         "Anti-social behaviour incidents: a marked fall (600 to 480, -20.0 %)")
        self.assertEqual(found["county-lines"]["because"], "nothing speaks for pivoting; Drug offences (proxy): no marked change")
        self.assertEqual(found["fraud"]["because"],
                         "Fraud recorded by the local force: low numbers, but a marked increase (60 to 120, +100.0 %)")
        self.assertEqual([e["kind"] for e in found["county-lines"]["evidence"]], ["category"])
        self.assertEqual([e["ground"] for e in found["modern-slavery"]["evidence"] if e["kind"] == "ground"], ["statutory duty"])

    def test_without_priorities_it_says_so_and_still_puts_forward_what_rose(self):
        folder = self.folder_with("baseline: 2022-23\n")
        self.collect(self.start(reference=folder), "incidents", self.write("lichfield.csv", lichfield()), "--origin", "niche",
                     "--covers", f"{LICHFIELD}:2022-04-01..2025-03-31")
        page = self.tocsin("priorities", "--area", LICHFIELD).stdout
        self.assertIn("No strategic priorities are set", page)
        review = self.priorities("--area", LICHFIELD)
        self.assertEqual(review["priorities"], [])
        self.assertEqual([n["category"] for n in review["new_areas"]], ["local-fraud"])
        said = self.tocsin("priorities", check=2).stderr
        self.assertIn("say --area CODE, or name the partnership in priorities.yaml", said)

    def test_an_area_without_coverage_needs_a_date(self):
        self.start()
        said = self.tocsin("priorities", check=1).stderr
        self.assertIn("nothing of Stafford is declared as covered", said)
        found = self.by_code(self.priorities("--as-of", "2025-03-31"))
        self.assertEqual(found["fraud"]["advice"], "unknown")
        self.assertEqual(found["fraud"]["because"], "Fraud recorded by the local force: not known")


class Faults(Priorities):
    def test_every_fault_of_the_file_is_told_at_once_and_the_aggregator_refuses_it(self):
        folder = self.folder_with("baseline: 2022-23\npartnership: E9\njudgement:\n  rise: {percent: much}\npriorities:\n"
                                  "- priority: fraud\n  titel: Fraud\n  evidence:\n  - category: frauds\n"
                                  "  grounds: [{kind: gossip, text: t, source: s}]\n")
        found = self.run_program(BIN / "tocsin", "check", "--reference", folder, check=1).stderr
        for fault in ("priorities.yaml:2: error: 'E9' is the code of no district",
                      "priorities.yaml:4: error: 'much' is no number",
                      "priorities.yaml:6: error: 'title' is missing",
                      "priorities.yaml:7: error: there is no key 'titel'",
                      "priorities.yaml:9: error: the category 'frauds' is not in categories.csv",
                      "priorities.yaml:10: error: 'gossip' is no kind of ground"):
            self.assertIn(fault, found)
        refused = self.run_program(BIN / "tocsin-aggregator", "--data", self.data, "--reference", folder, "--listen",
                                   "tcp://127.0.0.1:*", check=1)
        self.assertIn("priorities.yaml:10: error", refused.stderr)

    def test_wrong_use_is_refused_with_what_to_do(self):
        self.start()
        for arguments, said in ((["--format", "csv"], "--format wants table or json"),
                                (["--as-of", "2025-02-30"], "--as-of wants a date that exists"),
                                (["--area", "Staford"], "perhaps Stafford"),
                                (["--since", "2025"], "try tocsin priorities --help"),
                                (["Stafford"], "what is 'Stafford'?")):
            with self.subTest(arguments=arguments):
                self.assertIn(said, self.tocsin("priorities", *arguments, check=2).stderr)
        helped = self.tocsin("priorities", "--help").stdout
        self.assertIn("example: tocsin priorities", helped)
        self.assertIn("priorities", self.run_program(BIN / "tocsin", "--help", check=0).stdout)


def lichfield():
    """Even months in 2022-23 and 2024-25: ASB 600 to 480, thefts 300 to 300 (all domestic), drugs 60 to 60, fraud 60
    to 120."""
    rows = ["reference,recorded_at,offence,area,markers"]
    for year, totals in ((2022, (50, 25, 5, 5)), (2024, (40, 25, 5, 10))):
        for month in range(12):
            date = f"{year + (month > 8)}-{(month + 3) % 12 + 1:02d}-15"
            for offence, count in zip(("ASB-NUISANCE", "49", "92E", "LOCAL-FRAUD"), totals):
                rows += [f"{offence}/{date}/{i},{date},{offence},{LICHFIELD},{'domestic-abuse' if offence == '49' else ''}"
                         for i in range(count)]
    return "\n".join(rows) + "\n"
