"""Promise: tocsin status tells of every source what it has sent, what it covers, where the gaps are, and whether it is
later than it promised; and whether the aggregator runs, and answers. It ends with 0 only when all of that is well.
"""
import contextlib
import json
import os
import signal
import sqlite3
from unittest import mock

from harness import Case

STAFFORD = "E07000197"
HEADER = "reference,recorded_at,offence,area\n"


class Status(Case):
    def state(self, check=0):
        return json.loads(self.tocsin("status", "--format", "json", check=check).stdout)

    def send(self, aggregator, *options, check=0):
        self.sent = getattr(self, "sent", 0) + 1
        path = self.write(f"{self.sent}.csv", HEADER + f"r{self.sent},2025-03-10,34B,{STAFFORD}\n"
                                                       f"x{self.sent},2025-03-12,Piracy,{STAFFORD}\n")
        self.collect(aggregator, "incidents", path, *options, check=1)
        return path

    def test_a_store_without_records_says_so(self):
        aggregator = self.start()
        said = self.tocsin("status").stdout
        self.assertIn(f"The aggregator runs: process {aggregator.process.pid}, collectors connect to {aggregator.endpoint}", said)
        self.assertIn("No records yet", said)
        self.stop(aggregator)
        self.assertIn("No aggregator runs on", self.tocsin("status", check=1).stdout)
        self.assertEqual(self.state(check=1)["aggregator"]["running"], False)

    def test_an_aggregator_that_does_not_answer_is_told_of_and_not_waited_for_for_ever(self):
        aggregator = self.start()
        process = aggregator.process.pid
        aggregator.process.send_signal(signal.SIGSTOP)
        self.addCleanup(aggregator.process.send_signal, signal.SIGCONT)
        with mock.patch.dict(os.environ, TOCSIN_PATIENCE_S="1"):
            said = self.tocsin("status", check=1).stdout
            self.assertIn(f"The aggregator runs: process {process}, collectors connect to {aggregator.endpoint}\n"
                          "It does not answer: it may be busy with a long recount, which its log tells\n", said)
            said = self.tocsin("rejects", "--retry", check=1).stderr
            self.assertIn(f"the aggregator of {self.data} (process {process}) does not answer for 1 s: it may be busy with a long "
                          "recount, which its log tells; nothing was asked of it, so try again later", said)
        aggregator.process.send_signal(signal.SIGCONT)
        self.assertIn("tried 0, accepted 0", self.tocsin("rejects", "--retry").stdout)

    def test_each_origin_shows_its_last_record_coverage_gaps_and_rejects(self):
        aggregator = self.start()
        path = self.send(aggregator, "--origin", "niche", "--covers", f"{STAFFORD}:2025-03-01..2025-03-31",
                         "--covers", f"{STAFFORD}:2025-05-01..2025-05-31",
                         "--covers", f"E07000193/robbery:2025-03-01..2025-03-31")
        state = self.state()
        self.assertEqual(state["aggregator"]["pid"], aggregator.process.pid)
        [niche] = state["origins"]
        self.assertEqual((niche["origin"], niche["last_record"], niche["covered_to"], niche["rejected"], niche["late"]),
                         ("niche", "2025-03-10", "2025-05-31", 1, False))
        self.assertEqual(sorted(niche["coverage"], key=lambda part: part["area"]), [
            {"area": "E07000193", "categories": "robbery", "covered": [{"from": "2025-03-01", "to": "2025-03-31"}], "gaps": []},
            {"area": STAFFORD, "categories": "", "covered": [{"from": "2025-03-01", "to": "2025-03-31"},
                                                             {"from": "2025-05-01", "to": "2025-05-31"}],
             "gaps": [{"from": "2025-04-01", "to": "2025-04-30"}]}])
        [stream] = state["streams"]
        self.assertEqual((stream["source"], stream["position"], stream["accepted"], stream["rejected"]),
                         ("incidents", path.stat().st_size, 1, 1))
        self.assertIn(str(path), stream["stream"])
        said = self.tocsin("status").stdout
        self.assertIn("covers 2025-03-01..2025-03-31, 2025-05-01..2025-05-31", said)
        self.assertIn("gaps   2025-04-01..2025-04-30", said)

    def test_a_source_later_than_it_promised_is_late_until_it_declares_again_or_is_retired(self):
        aggregator = self.start()
        march, april = f"{STAFFORD}:2025-03-01..2025-03-31", f"{STAFFORD}:2025-03-01..2025-04-30"
        self.send(aggregator, "--covers", march, "--promises", "24h")
        self.assertFalse(self.state()["origins"][0]["late"])
        self.stop(aggregator)
        with contextlib.closing(sqlite3.connect(self.data / "tocsin.db")) as db:  # a day and a minute ago
            db.execute("UPDATE promise SET declared = declared - 86460")
            db.commit()
        self.assertTrue(self.state(check=1)["origins"][0]["late"])
        self.assertRegex(self.tocsin("status", check=1).stdout, r"promises more every 1 d, LATE since \d{4}-")
        aggregator = self.start()
        self.send(aggregator, "--covers", april, "--promises", "24h")
        self.assertFalse(self.state()["origins"][0]["late"])
        self.send(aggregator, "--covers", april, "--retired")
        self.assertIn("retired", self.tocsin("status").stdout)

    def test_it_is_used_wrongly_with_csv(self):
        self.start()
        self.assertIn("table or json", self.tocsin("status", "--format", "csv", check=2).stderr)
