"""Promise: `tocsin stats` gives every detector's results by the golden vectors' names and within their tolerances, from
tables in any order of columns; and of a table with faults it names each fault and prints nothing.

The golden vectors are no part of the project: TOCSIN_GOLDEN is their folder, else shared/golden beside it.
"""
import csv
import io
import json
import math
import os
import pathlib
import unittest

import harness

GOLDEN = pathlib.Path(os.environ.get("TOCSIN_GOLDEN") or harness.SHARED / "golden")

# Each result column with the relative and the absolute error that its file's header allows; None: the text is the same.
EXACT = (0, 0)
P = (1e-9, 1e-290)
VECTORS = {
    "poisson_rate_ratio": {"ratio": (1e-12, 0), "lo95": (1e-9, 0), "hi95": (1e-9, 0), "p_central": P, "p_midp": P,
                           "p_greater": P, "p_less": P, "p_two_sided_minlike": (1e-7, 1e-290)},
    "yoy_zscores": {"pct_change": (1e-10, 0), "wheeler_z": (1e-10, 0), "z_std": (1e-10, 0), "score_stat": (1e-10, 0),
                    "score_p": P, "sqrt_stat": (1e-10, 0), "sqrt_p": P},
    "quasi_yoy": {"cur12": EXACT, "prev12": EXACT, "log_rr": (1e-9, 1e-15), "phi_raw": (1e-10, 0), "df": EXACT,
                  "se_raw": (1e-6, 0), "t_raw": (1e-6, 1e-12), "p_raw_t": (1e-6, 0), "phi_floor1": (1e-9, 0),
                  "t_floor1": (1e-9, 1e-14), "p_floor1_t": (1e-9, 0), "p_floor1_normal": (1e-9, 0),
                  "rr_lo95_t": (1e-9, 0), "rr_hi95_t": (1e-9, 0)},
    "byar_rate": {"rate_per_1000": (1e-10, 0), "lo95_ohid": (1e-9, 0), "hi95_ohid": (1e-9, 0), "lo998_ohid": (1e-9, 0),
                  "hi998_ohid": (1e-9, 0), "method_ohid": None, "lo95_exact": (1e-9, 0), "hi95_exact": (1e-9, 0),
                  "lo998_exact": (1e-9, 0), "hi998_exact": (1e-9, 0), "lo95_byar": (1e-10, 0), "hi95_byar": (1e-10, 0)},
    "area_comparator": {"rate_area": (1e-9, 0), "rate_parent_incl": (1e-9, 0), "rate_rest_excl": (1e-9, 0),
                        "rr_incl": (1e-9, 0), "rr_excl": (1e-9, 0), "rr_excl_lo95": (1e-9, 0), "rr_excl_hi95": (1e-9, 0),
                        "p_excl_central": P, "p_excl_midp": P, "p_fixed_minlike": P, "smr_lo95": (1e-9, 0),
                        "smr_hi95": (1e-9, 0), "ohid_funnel_vs_fixed": None},
    "funnel": {"rate_per_1000": (1e-9, 0), "pooled_rate_per_1000": (1e-9, 0), "lo95": (1e-9, 0), "hi95": (1e-9, 0),
               "lo998": (1e-9, 0), "hi998": (1e-9, 0), "significance": None},
    "share_wilson": {"share": (1e-10, 1e-12), "lo95": (1e-10, 1e-12), "hi95": (1e-10, 1e-12), "lo998": (1e-10, 1e-12),
                     "hi998": (1e-10, 1e-12)},
    "bh_fdr": {"q_bh": (1e-12, 0)},
    "rolling12": {"roll12": EXACT, "prev12": EXACT, "rate_per_1000": (1e-12, 0), "pct_change": (1e-12, 0),
                  "wheeler_z": (1e-12, 0), "z_std": (1e-12, 0)},
    "xmr": {"mean": (1e-12, 0), "lpl": (1e-12, 1e-12), "upl": (1e-12, 0), "relative_to_mean": EXACT, "outside_limits": EXACT,
            "close_to_limits": EXACT, "run7_completes_here": EXACT, "trend7_completes_here": EXACT,
            "special_cause_type": None, "point_type": None},
    "c_u_chart": {"stat": (1e-11, 0), "center": (1e-11, 0), "lcl": (1e-11, 0), "ucl": (1e-11, 0), "beyond": EXACT,
                  "laney_lcl": (1e-11, 0), "laney_ucl": (1e-11, 0)},
    "poisson_cusum": {"stat": (1e-9, 1e-9), "alarm": EXACT},
    "ears_c1c2c3": {"c1_upper": (1e-10, 0), "c1_alarm": EXACT, "c2_upper": (1e-10, 0), "c2_alarm": EXACT,
                    "c2_stat": (1e-9, 1e-9), "c3_stat_cdc": (1e-9, 1e-9), "c3_alarm_cdc": EXACT},
    "farrington_flexible": {"date": None, "observed": EXACT, "mu0": (1e-5, 0), "phi": (5e-4, 0), "mu0_conv": (1e-6, 0),
                            "phi_conv": (1e-5, 0), "trend_used": EXACT, "pvalue_conv": (0, 1e-6), "alarm": EXACT},
}
HUGE = {"poisson_cusum": {"stat": (1e-9, 1e-6)}, "ears_c1c2c3": {"c2_stat": (1e-7, 1e-7), "c3_stat_cdc": (1e-7, 1e-7)}}


def number(cell):
    return math.nan if cell in ("NA", "NaN") else float(cell)


def table(content):
    return list(csv.DictReader(line for line in io.StringIO(content) if not line.startswith("#")))


def golden(name):
    return (GOLDEN / f"{name}.csv").read_text("utf-8")


class Stats(harness.Case):
    def stats(self, *arguments, stdin="", check=0):
        return self.run_program(harness.BIN / "tocsin", "stats", *arguments, stdin=stdin, check=check)

    def expect_cell(self, name, column, want, got, allowed, where):
        if want in ("NA", "NaN", "Inf", "-Inf") or allowed is None:
            self.assertEqual(got, want, where)
            return 0.0
        wanted, given = number(want), number(got)
        off = abs(given - wanted)
        self.assertLessEqual(off, allowed[0] * abs(wanted) + allowed[1], f"{where}: {got} is not {want}")
        return off / abs(wanted) if abs(wanted) > 1e-290 else 0.0

    def expect_rows(self, name, wanted, given):
        self.assertEqual(len(given), len(wanted))
        worst = {}
        for i, (want, got) in enumerate(zip(wanted, given), 1):
            for column, allowed in VECTORS[name].items():
                if want.get("series") == "huge":
                    allowed = HUGE.get(name, {}).get(column, allowed)
                error = self.expect_cell(name, column, want[column], got[column], allowed, f"{name}, row {i}, {column}")
                worst[column] = max(worst.get(column, 0), error)
        column = max(worst, key=worst.get)
        print(f"{name}: {len(wanted)} rows, worst relative error {worst[column]:.2g} ({column})", flush=True)


@harness.needs(GOLDEN)
class GoldenVectors(Stats):
    def test_every_function_meets_its_vectors(self):
        for name in VECTORS:
            if name == "farrington_flexible":
                continue
            with self.subTest(name):
                wanted = table(golden(name))
                self.expect_rows(name, wanted, table(self.stats(name, stdin=golden(name)).stdout))

    def test_columns_may_come_in_any_order_and_series_mixed(self):
        for name, time in (("xmr", "t"), ("poisson_cusum", "t"), ("ears_c1c2c3", "t"), ("rolling12", "t"), ("bh_fdr", "index")):
            with self.subTest(name):
                rows = sorted(table(golden(name)), key=lambda row: int(row[time]))
                out = io.StringIO()
                writer = csv.DictWriter(out, fieldnames=list(rows[0])[::-1])
                writer.writeheader()
                writer.writerows(rows)
                self.expect_rows(name, rows, table(self.stats(name, stdin=out.getvalue()).stdout))

    def test_farrington_meets_its_vectors(self):
        series = GOLDEN / "farrington_series.csv"
        given = table(self.stats("farrington_flexible", "--series", series, stdin=golden("farrington_flexible")).stdout)
        pairs = [(w, g) for w, g in zip(table(golden("farrington_flexible")), given) if w["config"] != "Q"]
        self.expect_rows("farrington_flexible", [w for w, _ in pairs], [g for _, g in pairs])
        for want, got in pairs:
            where = f"{want['series']} {want['config']} {want['k']}"
            for column, near in (("upperbound", 1e-4), ("upperbound_conv", 1e-5)):
                allowed = (near, 0) if want["config"] == "C" else (0, int(want["near_tie"]))
                self.expect_cell("farrington_flexible", column, want[column], got[column], allowed, where)
            self.assertEqual(got["trend_per_week"] == "NA", want["trend_used"] == "0", where)

    def test_farrington_judges_all_weeks_with_enough_history(self):
        series = GOLDEN / "farrington_series.csv"
        judged = {(row["series"], row["k"]): row for row in
                  table(self.stats("farrington_flexible", "--series", series, "--all", "A").stdout)}
        for row in table(golden("farrington_flexible")):
            if row["config"] == "A":
                self.assertEqual(judged[row["series"], row["k"]]["alarm"], row["alarm"])


class ByHand(Stats):
    """What needs no vectors."""

    def expect_fault(self, *arguments, stdin, says, status=1):
        result = self.stats(*arguments, stdin=stdin, check=status)
        self.assertEqual(result.stdout, "")
        for words in says:
            self.assertIn(words, result.stderr)

    def test_a_rate_ratio_by_hand(self):
        out = self.stats("poisson_rate_ratio", stdin="# note\nexposure_prev,more,cur,prev,exposure_cur\n1,x,3,0,1\n").stdout
        self.assertEqual(out.splitlines()[0], "cur,prev,exposure_cur,exposure_prev,ratio,lo95,hi95,p_central,"
                         "p_two_sided_minlike,p_midp,p_greater,p_less")
        row = table(out)[0]
        self.assertEqual((row["ratio"], row["hi95"]), ("Inf", "Inf"))
        self.assertAlmostEqual(float(row["p_greater"]), 0.125, places=14)
        self.assertAlmostEqual(float(row["p_midp"]), 0.125, places=14)
        self.assertAlmostEqual(float(row["lo95"]), 1 / (0.025 ** (-1 / 3) - 1), places=12)

    def test_json_has_the_same_fields(self):
        out = json.loads(self.stats("byar_rate", "--format", "json", stdin="count,population\n0,500\n").stdout)
        self.assertEqual(out[0]["count"], "0")
        self.assertEqual(out[0]["rate_per_1000"], 0)
        self.assertIsNone(out[0]["lo95_byar"])

    def test_a_table_without_rows_gives_a_header(self):
        self.assertEqual(self.stats("share_wilson", stdin="numerator,denominator\n").stdout,
                         "numerator,denominator,share,lo95,hi95,lo998,hi998\n")

    def test_every_fault_names_line_column_and_value(self):
        self.expect_fault("byar_rate", stdin="# one\ncount,population\n3,100\nx,100\n-1,100\n2.5,100\n4,0\n5\n,7\n1,nan\n",
                          says=['line 4, count: "x" is not a whole number of 0 or more; correct it', 'line 5, count: "-1"',
                                'line 6, count: "2.5"', 'line 7, population: "0" is not a number above 0',
                                "line 8: 1 fields where the header has 2", 'line 9, count: ""', 'line 10, population: "nan"'])

    def test_faults_beyond_twenty_are_counted(self):
        result = self.stats("share_wilson", stdin="numerator,denominator\n" + "a,b\n" * 30, check=1)
        self.assertEqual(result.stderr.count("correct it"), 20)
        self.assertIn("40 faults more", result.stderr)

    def test_rows_that_contradict_themselves_are_refused(self):
        self.expect_fault("area_comparator", stdin="area_count,area_pop,parent_count,parent_pop\n5,10,4,100\n",
                          says=["line 2: area_count is above parent_count"])
        self.expect_fault("share_wilson", stdin="numerator,denominator\n5,4\n", says=["line 2: the numerator is above"])
        self.expect_fault("bh_fdr", stdin="group,p\n1,1.5\n", says=['line 2, p: "1.5" is not a number from 0 to 1'])
        self.expect_fault("poisson_cusum", stdin="series,rate_ratio,h,nb_alpha,t,x,mu0\ns,1,2,0,1,3,4\n",
                          says=["line 2: rate_ratio must be above 1"])
        self.expect_fault("quasi_yoy", stdin="n_years,counts\n2,1;2;3\n", says=["line 2: counts must be 12 x n_years"])
        self.expect_fault("c_u_chart", stdin="series,chart,t,count,size\n1,p,1,3,1\n", says=["line 2: chart must be c"])

    def test_a_series_with_a_gap_is_refused(self):
        self.expect_fault("rolling12", stdin="series,t,count,population\na,1,3,9\nb,1,3,9\na,3,4,9\n",
                          says=["line 4, t: 3 follows 1"])

    def test_missing_columns_and_empty_input_are_told(self):
        self.expect_fault("byar_rate", stdin="count\n3\n", says=["line 1: the header has no column population"])
        self.expect_fault("byar_rate", stdin="", says=["standard input has no rows"])
        self.expect_fault("byar_rate", stdin="# only a note\n", says=["standard input has no rows"])

    def test_wrong_use_is_told_apart_from_wrong_input(self):
        self.expect_fault("no_such", stdin="", says=["there is no function 'no_such'", "--help"], status=2)
        self.expect_fault(stdin="", says=["say which function"], status=2)
        self.expect_fault("byar_rate", "file.csv", stdin="", says=["what is 'file.csv'?"], status=2)
        self.expect_fault("byar_rate", "--series", "x", stdin="", says=["go with farrington_flexible only"], status=2)
        self.expect_fault("farrington_flexible", stdin="", says=["--series FILE"], status=2)
        self.assertIn("example", self.stats("--help").stdout)

    def weekly(self, dates, counts=None):
        path = self.folder / "weekly.csv"
        lines = [f"s,{i + 1},{d},{(counts or {}).get(i, 10)}" for i, d in enumerate(dates)]
        path.write_text("series,k,date,observed\n" + "\n".join(lines) + "\n")
        return path

    def mondays(self, count):
        import datetime
        return [(datetime.date(2018, 1, 1) + datetime.timedelta(7 * i)).isoformat() for i in range(count)]

    def test_an_even_series_expects_what_it_always_had(self):
        path = self.weekly(self.mondays(280), {270: 25})
        rows = table(self.stats("farrington_flexible", "--series", path, stdin="series,config,k\ns,E,271\ns,A,3\n").stdout)
        self.assertAlmostEqual(float(rows[0]["mu0"]), 10, places=9)
        self.assertEqual((rows[0]["upperbound"], rows[0]["alarm"], rows[0]["trend_per_week"]), ("18", "1", "NA"))
        self.assertEqual((rows[1]["mu0"], rows[1]["alarm"], rows[1]["date"]), ("NA", "NA", "2018-01-15"))
        judged = table(self.stats("farrington_flexible", "--series", path, "--all", "A").stdout)
        self.assertEqual([row["k"] for row in judged if row["alarm"] == "1"], ["271"])

    def test_faults_of_weekly_series_are_told(self):
        path = self.weekly(self.mondays(5))
        ask = "series,config,k\n"
        self.expect_fault("farrington_flexible", "--series", path, stdin=ask + "q,A,1\n", says=['line 2, series: "q" is not in'])
        self.expect_fault("farrington_flexible", "--series", path, stdin=ask + "s,Z,1\n", says=['line 2, config: "Z" is unknown'])
        self.expect_fault("farrington_flexible", "--series", path, stdin=ask + "s,A,9\n", says=["has no week 9"])
        self.expect_fault("farrington_flexible", "--series", "/nowhere", stdin=ask, says=["/nowhere cannot be opened"])
        self.expect_fault("farrington_flexible", "--series", path, "--all", "Z", stdin="", says=["not 'Z'"], status=2)
        self.weekly(["2018-01-01", "2018-01-09"])
        self.expect_fault("farrington_flexible", "--series", path, stdin=ask, says=['line 3, date: "2018-01-09" is not a Monday'])
        self.weekly(["2018-01-01", "2018-01-15"])
        self.expect_fault("farrington_flexible", "--series", path, stdin=ask, says=["is not seven days after the row before"])


if __name__ == "__main__":
    unittest.main()
