"""Promise: --follow counts what is added to a file as soon as its line is whole, what comes into a folder however deep, and a file
that takes another's place; standard input counts while it flows; and Ctrl-C ends it all with a summary, to be gone on with where
it stood.
"""
import os
import shutil
import signal
import subprocess
import threading
import unittest

from harness import BIN, Case, await_until
from test_incidents import as_csv, record
from test_police_uk import COLUMNS, street

HEADER = "reference,recorded_at,offence,area\n"
STAFFORD = "E07000197"


def line(reference, offence="34B"):
    return f"{reference},2025-03-10,{offence},{STAFFORD}\n"


class Following(Case):
    def setUp(self):
        super().setUp()
        self.aggregator = self.start()

    def follow(self, *arguments, kind="incidents", **options):
        return self.go_on_collecting(self.aggregator.endpoint, kind, *arguments, "--follow", **options)

    def stored(self):
        return {reference: offence for reference, offence in self.query("SELECT reference, offence FROM incident")}

    def await_stored(self, *references):
        """All of these and no others."""
        await_until(lambda: set(self.stored()) == set(references), f"{references} stored, not {set(self.stored())}", 20)

    def append(self, path, text):
        with open(path, "a", encoding="utf-8") as out:
            out.write(text)

    def end(self, collector, status=0, how=signal.SIGINT):
        said = collector.finish(how)
        self.assert_sound(said.stderr)
        self.assertEqual(said.returncode, status, said.stderr)
        return said


class Files(Following):
    def test_what_is_added_to_a_file_counts(self):
        path = self.write("a.csv", HEADER + line("a"))
        collector = self.follow(path)
        self.await_stored("a")
        self.append(path, line("b") + line("c"))
        self.await_stored("a", "b", "c")
        self.append(path, line("d"))
        self.await_stored("a", "b", "c", "d")
        self.assertEqual(self.summary(self.end(collector))["accepted"], 4)
        self.verify()

    def test_a_line_that_is_not_whole_yet_is_waited_for(self):
        path, other = self.write("a.csv", HEADER + line("a") + "b,2025-03-10,28"), self.write("other.csv", HEADER)
        collector = self.follow(path, other)
        self.await_stored("a")
        self.append(other, line("o"))
        self.await_stored("a", "o")
        self.append(path, f"E,{STAFFORD}")
        self.append(other, line("p"))
        self.await_stored("a", "o", "p")
        self.append(path, "\n")
        self.await_stored("a", "b", "o", "p")
        self.assertEqual(self.stored()["b"], "28E")
        self.assertEqual(self.summary(self.end(collector))["rejected"], 0)

    def test_json_lines_are_followed_as_csv_is(self):
        path = self.write("a.ndjson", "")
        collector = self.follow(path, kind="ndjson")
        text = '{"reference": "a", "recorded_at": "2025-03-10", "offence": "34B", "area": "E07000197"}\n'
        self.append(path, text[:30])
        self.append(path, text[30:] + text.replace('"a"', '"b"'))
        self.await_stored("a", "b")
        self.end(collector)

    def test_a_file_that_is_empty_at_first_is_waited_for(self):
        path = self.write("a.csv", "")
        collector = self.follow(path)
        self.append(path, HEADER[:12])
        self.append(path, HEADER[12:] + line("a"))
        self.await_stored("a")
        self.end(collector)

    def test_a_file_that_another_takes_the_place_of_is_read_from_its_beginning_each_time(self):
        path = self.write("a.csv", HEADER + line("a"))
        collector = self.follow(path)
        self.await_stored("a")
        known = ["a"]
        for name in ("b", "c", "d"):
            self.write("new", HEADER + line(name)).rename(path)
            known.append(name)
            self.await_stored(*known)
            self.append(path, line(name * 2))
            known.append(name * 2)
            self.await_stored(*known)
        said = self.end(collector)
        self.assertEqual(said.stderr.count("a.csv: was replaced: reading it from its beginning"), 3)

    def test_a_file_that_is_cut_and_written_anew_is_read_from_its_beginning(self):
        path = self.write("a.csv", HEADER + line("a") + line("b"))
        collector = self.follow(path)
        self.await_stored("a", "b")
        path.write_text(HEADER)
        collector.await_line("a.csv: was replaced: reading it from its beginning")
        self.append(path, line("c"))
        self.await_stored("a", "b", "c")
        self.end(collector)

    def test_a_file_that_is_written_anew_and_longer_is_read_from_its_beginning(self):
        """In place, as cp and many programs do: when it is looked at, it is as long as before or longer."""
        path = self.write("a.csv", HEADER + line("a"))
        collector = self.follow(path)
        self.await_stored("a")
        with open(path, "r+", encoding="utf-8") as out:
            out.write(HEADER + line("longer-than-before") + line("b"))
        self.await_stored("a", "longer-than-before", "b")
        self.assertEqual(self.summary(self.end(collector))["rejected"], 0)

    def test_a_file_that_went_and_came_back_is_read(self):
        path = self.write("a.csv", HEADER + line("a"))
        collector = self.follow(path)
        self.await_stored("a")
        path.unlink()
        other = self.write("b.csv", HEADER + line("b") + line("a"))
        other.rename(path)
        self.await_stored("a", "b")
        self.end(collector)

    def test_what_is_rejected_is_told_while_it_goes_on_and_by_the_status(self):
        path = self.write("a.csv", HEADER)
        collector = self.follow(path)
        self.append(path, line("a", "Piracy"))
        collector.await_line("a.csv:2: offence 'Piracy' is not in offences.csv")
        self.append(path, line("b"))
        self.await_stored("b")
        self.assertEqual(self.summary(self.end(collector, 1))["rejected"], 1)

    def test_it_declares_what_it_covers_once_what_was_there_is_read(self):
        path = self.write("a.csv", HEADER + line("a"))
        collector = self.follow(path, "--covers", f"{STAFFORD}:2024-04-01..2025-03-31")
        await_until(lambda: self.query("SELECT count(*) FROM known")[0][0], "the declaration")
        self.assertEqual(self.report(STAFFORD)["robbery"]["coverage"], "complete")
        self.append(path, line("b"))
        self.await_stored("a", "b")
        self.end(collector)


class Folders(Following):
    def test_new_files_count_however_deep_they_lie(self):
        folder = self.folder / "in"
        self.write("in/a.csv", HEADER + line("a"))
        self.write("in/deep/b.csv", HEADER + line("b"))
        collector = self.follow(folder)
        self.await_stored("a", "b")
        self.write("in/c.csv", HEADER + line("c"))
        self.await_stored("a", "b", "c")
        self.write("in/deep/d.csv", HEADER + line("d"))
        self.await_stored("a", "b", "c", "d")
        (folder / "later/deeper").mkdir(parents=True)
        self.write("in/e.csv", HEADER + line("e"))
        self.await_stored("a", "b", "c", "d", "e")
        self.write("in/later/deeper/f.csv", HEADER + line("f"))
        self.await_stored("a", "b", "c", "d", "e", "f")
        self.append(folder / "later/deeper/f.csv", line("g"))
        self.append(folder / "deep/b.csv", line("h"))
        self.await_stored("a", "b", "c", "d", "e", "f", "g", "h")
        self.assertEqual(self.end(collector).stderr, "")

    def test_an_empty_folder_says_so_and_is_waited_for(self):
        (self.folder / "in").mkdir()
        collector = self.follow(self.folder / "in")
        collector.await_line("in: holds no CSV files")
        self.write("in/a.csv", HEADER + line("a"))
        self.write("in/a.txt", HEADER + line("not-this"))
        self.await_stored("a")
        self.end(collector)

    def test_a_file_that_is_moved_into_it_is_read_whole(self):
        (self.folder / "in").mkdir()
        collector = self.follow(self.folder / "in")
        text = HEADER + "".join(line(f"r{n}") for n in range(3000))
        self.write("elsewhere.csv", text).rename(self.folder / "in/a.csv")
        self.await_stored(*(f"r{n}" for n in range(3000)))
        self.end(collector)


class Months(Following):
    """Files of data.police.uk: each is the whole of a month, so half a file would be a wrong month."""

    NAME = "in/2025-{}/2025-{}-staffordshire-street.csv"

    def write_month(self, month, *references):
        rows = [street(reference, "Robbery", month=f"2025-{month}") for reference in references]
        return self.write(self.NAME.format(month, month), "\n".join((COLUMNS, *rows)) + "\n")

    def test_months_that_come_count_whole_and_are_covered(self):
        self.write_month("02", "a")
        collector = self.follow(self.folder / "in", kind="police-uk")
        self.await_stored("a")
        self.write_month("03", "b", "c")
        self.await_stored("a", "b", "c")
        await_until(lambda: self.query(f"SELECT 1 FROM known WHERE area = '{STAFFORD}' AND category = 'robbery' AND "
                                       "to_date = '2025-03-31'"), "March is covered")
        self.assertEqual(self.end(collector).stderr, "")
        self.verify()

    def test_a_file_that_is_still_being_written_is_waited_for(self):
        collector = self.follow(self.write_month("02", "a").parent.parent, kind="police-uk")
        self.await_stored("a")
        whole = self.write_month("03", *(f"m{n}" for n in range(40))).read_text()
        path = self.folder / self.NAME.format("04", "04")
        path.parent.mkdir()
        whole = whole.replace("2025-03", "2025-04").replace(",m", ",n").replace("\nm", "\nn")
        with open(path, "w", encoding="utf-8") as out:
            out.write(whole[:1500])
            out.flush()
            self.await_stored("a", *(f"m{n}" for n in range(40)))  # it has been looked at meanwhile
            out.write(whole[1500:])
        self.await_stored("a", *(f"{k}{n}" for n in range(40) for k in "mn"))
        self.assertEqual(self.summary(self.end(collector))["rejected"], 0)
        self.assertEqual(self.query("SELECT count(*) FROM issue WHERE last_version IS NOT NULL"), [(3,)])

    def test_a_month_that_is_published_again_counts_as_its_new_issue_says(self):
        path = self.write_month("02", "a", "b")
        os.utime(path, (1740000000, 1740000000))
        collector = self.follow(self.folder / "in", kind="police-uk")
        self.await_stored("a", "b")
        self.write_month("02", "b", "c")
        self.await_stored("b", "c")
        os.utime(self.write("in/2025-02/new", path.read_text().replace("\nc,", "\nd,")), (2000000000, 2000000000))
        (self.folder / "in/2025-02/new").rename(path)
        self.await_stored("b", "d")
        self.end(collector)
        self.verify()


class Pipes(Following):
    def test_standard_input_counts_while_it_flows_and_ends_with_it(self):
        collector = self.go_on_collecting(self.aggregator.endpoint, "incidents", "-", stdin=subprocess.PIPE)
        collector.say(HEADER + line("a") + "b,2025-")
        self.await_stored("a")
        collector.say("03-10,28E," + STAFFORD + "\n")
        self.await_stored("a", "b")
        collector.say(line("c").rstrip("\n"))
        said = self.end(collector, how=None)
        self.assertEqual(self.summary(said), {"sent": 3, "accepted": 3, "repeated": 0, "replaced": 0, "rejected": 0})
        self.await_stored("a", "b", "c")

    def test_follow_makes_no_difference_to_standard_input(self):
        collector = self.follow("-", stdin=subprocess.PIPE)
        collector.say(HEADER + line("a"))
        self.await_stored("a")
        self.assertEqual(self.summary(self.end(collector, how=None))["accepted"], 1)

    def test_ctrl_c_ends_one_that_waits_for_more(self):
        collector = self.go_on_collecting(self.aggregator.endpoint, "incidents", "-", stdin=subprocess.PIPE)
        collector.say(HEADER + line("a"))
        self.await_stored("a")
        said = collector.finish(signal.SIGINT)
        self.assertEqual((said.returncode, self.summary(said)["accepted"]), (1, 1))

    def test_a_named_pipe_is_read_as_standard_input(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        collector = self.go_on_collecting(self.aggregator.endpoint, "incidents", pipe)
        # Both ends open only together.
        writer = threading.Thread(target=lambda: pipe.write_text(HEADER + "".join(line(f"r{n}") for n in range(2000))))
        writer.start()
        writer.join()
        said = self.end(collector, how=None)
        self.assertEqual(self.summary(said)["accepted"], 2000)
        self.verify()


class Ending(Following):
    def test_ctrl_c_and_a_polite_kill_end_with_a_summary_and_nothing_is_sent_twice(self):
        path = self.write("a.csv", HEADER)
        for number, how in enumerate((signal.SIGINT, signal.SIGTERM)):
            self.append(path, line(f"r{number}"))
            collector = self.follow(path)
            self.await_stored(*(f"r{n}" for n in range(number + 1)))
            said = self.end(collector, how=how)
            self.assertEqual((self.summary(said)["sent"], said.stderr), (1, ""))
            self.assertEqual(len(said.stdout.splitlines()), 1)
        said = self.collect(self.aggregator, "incidents", path)
        self.assertEqual(self.summary(said)["sent"], 0)

    def test_ctrl_c_ends_one_that_waits_for_an_aggregator(self):
        path = self.write("a.csv", HEADER + line("a"))
        collector = self.go_on_collecting(f"ipc://{self.folder}/nobody", "incidents", path, "--follow")
        collector.await_line("no aggregator answers at ipc://.*/nobody yet; waiting for it")
        self.assertEqual(self.summary(self.end(collector))["sent"], 0)


if __name__ == "__main__":
    unittest.main()
