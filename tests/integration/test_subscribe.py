"""Promise: `tocsin subscribe` shows every event once and in order, live and what was missed, over restarts of its own and of the
aggregator; runs a command once for each, and loses none when that fails or hangs; and says what is wrong with what was typed.
"""
import json
import os
import pty
import signal
import subprocess
import unittest

import zmq

from harness import BIN, PATIENCE_S, Process, await_until
from subscriber import context, pb
from test_announce import CANNOCK, STAFFORD, Happenings


class Running(Process):
    """A subscriber beside the test; what it prints goes to a file, which stays when it is started again."""

    def __init__(self, path, *arguments, **options):
        self.path = path
        with open(path, "a", encoding="utf-8") as out:
            super().__init__(BIN / "tocsin", "subscribe", *arguments, stdout=out, **options)

    def lines_printed(self):
        return self.path.read_text().splitlines()


class Subscribing(Happenings):
    def setUp(self):
        super().setUp()
        self.env = {**os.environ, "XDG_STATE_HOME": str(self.folder / "state")}
        self.out = self.folder / "out"
        self.subscribers = []
        self.addCleanup(self.end_all)

    def end_all(self):
        for each in self.subscribers:
            if each.process.poll() is None:
                each.stop(signal.SIGKILL)

    def subscribe(self, *arguments, out=None, data=None, live=True):
        made = Running(out or self.out, "--data", data or self.data, *arguments, env=self.env)
        self.subscribers.append(made)
        if live:
            made.await_line("live, behind event")
        return made

    def end(self, subscriber, how=signal.SIGINT, status=0):
        self.assertEqual(subscriber.stop(how), status, "".join(subscriber.lines))
        self.assert_sound("".join(subscriber.lines))

    def once(self, *arguments, check=0, data=None):
        return self.to_its_end("--data", data or self.data, *arguments, check=check)

    def to_its_end(self, *arguments, check=0):
        result = subprocess.run([BIN / "tocsin", "subscribe", *map(str, arguments)], capture_output=True, text=True, env=self.env,
                                timeout=PATIENCE_S * 3)
        self.assert_sound(result.stderr)
        self.assertEqual(result.returncode, check, result.stderr)
        return result

    def await_printed(self, count, path=None):
        await_until(lambda: (path or self.out).read_text().count("\n") >= count, f"{count} lines")

    def events(self, path=None):
        return [json.loads(line) for line in (path or self.out).read_text().splitlines()]

    def assert_all_shown(self, shown, first=1, data=None):
        """One line an event, and it says what the list does."""
        listed = [one for one in self.listed(data) if one[0] >= first]
        self.assertEqual([(e["number"], e["kind"], e["area"], e["category"], e["level"], e["words"]) for e in shown], listed)


class Showing(Subscribing):
    def test_what_happens_is_shown_as_it_happens_and_nothing_older(self):
        aggregator = self.start()
        before = self.happen(aggregator)
        subscriber = self.subscribe("--format", "json")
        newest = self.happen(aggregator, (CANNOCK,))
        self.await_printed(newest - before)
        self.end(subscriber)
        self.assert_all_shown(self.events(), before + 1)

    def test_all_there_were_are_shown_first_and_then_it_is_live(self):
        aggregator = self.start()
        self.happen(aggregator, self.districts[:200])
        subscriber = self.subscribe("--format", "json", "--since", "0")
        newest = self.happen(aggregator)
        self.await_printed(newest)
        self.end(subscriber, signal.SIGTERM)
        self.assert_all_shown(self.events())
        said = "".join(subscriber.lines)
        self.assertRegex(said, "fetching what came behind event 0\n(.*\n)*.*live, behind event")

    def test_once_ends_when_all_is_shown_and_until_at_a_number(self):
        aggregator = self.start()
        self.assertEqual(self.once("--once").stdout, "")
        newest = self.happen(aggregator)
        self.assert_all_shown([json.loads(line) for line in self.once("--once", "--format", "json").stdout.splitlines()])
        some = self.once("--since", "1", "--until", newest - 1, "--format", "json").stdout.splitlines()
        self.assertEqual([json.loads(line)["number"] for line in some], list(range(2, newest)))
        self.assertEqual(self.once("--since", newest, "--once").stdout, "")

    def test_the_terminal_shows_time_level_words_and_caveats(self):
        aggregator = self.start()
        self.happen(aggregator)
        said = self.once("--once", "--category", "shoplifting", "--area", "Stafford").stdout
        [event] = [json.loads(line) for line in
                   self.once("--once", "--category", "Shoplifting", "--area", STAFFORD, "--format", "json").stdout.splitlines()]
        first, *rest = said.splitlines()
        self.assertRegex(first, r"^\d{4}-\d\d-\d\d \d\d:\d\d  PRIORITY   \[\d+\] Shoplifting in Stafford: priority, rising\. ")
        self.assertEqual([line.strip() for line in rest], ["- " + caveat for caveat in event["caveats"]])
        self.assertNotIn("\033", said)
        self.assertIn("\033[1;31mPRIORITY \033[0m", self.on_a_terminal("--once", "--category", "shoplifting"))

    def on_a_terminal(self, *arguments):
        ours, theirs = pty.openpty()
        environment = {name: value for name, value in self.env.items() if name != "NO_COLOR"}
        process = subprocess.Popen([BIN / "tocsin", "subscribe", "--data", self.data, *arguments], stdout=theirs,
                                   stderr=subprocess.DEVNULL, env=environment)
        os.close(theirs)
        said = b""
        try:
            while chunk := os.read(ours, 4096):
                said += chunk
        except OSError:
            pass  # how a terminal ends
        finally:
            os.close(ours)
            self.assertEqual(process.wait(timeout=PATIENCE_S), 0)
        return said.decode()

    def test_filters_let_through_what_they_name_with_all_beneath(self):
        aggregator = self.start()
        for areas in ((STAFFORD,), self.districts[:50], (CANNOCK,), (STAFFORD,)):
            self.happen(aggregator, areas)
        every = [json.loads(line) for line in self.once("--once", "--format", "json").stdout.splitlines()]

        def shown(*options):
            return [json.loads(line)["number"] for line in self.once("--once", "--format", "json", *options).stdout.splitlines()]

        def having(condition):
            return [event["number"] for event in every if condition(event)]

        self.assertEqual(shown("--area", STAFFORD, "--area", "Cannock Chase"), having(lambda e: e["area"] in (STAFFORD, CANNOCK)))
        self.assertEqual(shown("--area", "Staffordshire Police"), having(lambda e: "E23000015" in e["areas"]))
        self.assertEqual(shown("--category", "theft"), having(lambda e: e["category"] in ("theft", "shoplifting")))
        self.assertEqual(shown("--category", "theft", "--area", STAFFORD, "--level", "priority"),
                         having(lambda e: e["category"] in ("theft", "shoplifting") and e["area"] == STAFFORD
                                and "priority" in (e["level"], e["level_before"])))
        self.assertEqual(shown("--about", "tocsin"), [])
        self.assertEqual(shown("--about", "series"), having(lambda e: True))

    def test_one_elsewhere_is_named_by_its_endpoints(self):
        aggregator = self.start()
        self.happen(aggregator)
        said = self.to_its_end("--announce", aggregator.announce, "--replay", aggregator.replay, "--once", "--format", "json",
                               "--area", STAFFORD)
        self.assertEqual([json.loads(line)["number"] for line in said.stdout.splitlines()],
                         [number for number, _, area, *_ in self.listed() if area == STAFFORD])
        self.stop(aggregator)
        said = self.to_its_end("--to", "127.0.0.1:9", "--once", check=1)
        self.assertIn("nobody announces at tcp://127.0.0.1:9", said.stderr)


class Lasting(Subscribing):
    def test_a_durable_one_goes_on_where_it_was(self):
        aggregator = self.start()
        self.happen(aggregator)
        shown = 0
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            subscriber = self.subscribe("--durable", "desk", "--since", "0", "--format", "json")
            self.await_printed(newest := self.newest(aggregator))
            self.end(subscriber, stop, 0 if stop != signal.SIGKILL else -signal.SIGKILL)
            shown = newest
            self.happen(aggregator)
        self.end(self.subscribe("--durable", "desk", "--format", "json"))
        self.assertGreater(self.newest(aggregator), shown)
        self.await_printed(self.newest(aggregator))
        self.assert_all_shown(self.events())
        kept = json.loads((self.folder / "state/tocsin/desk.json").read_text())
        self.assertEqual(kept["number"], self.newest(aggregator))

    def test_a_new_durable_one_begins_now_and_remembers_that(self):
        aggregator = self.start()
        before = self.happen(aggregator)
        self.end(self.subscribe("--durable", "desk", "--format", "json"), signal.SIGKILL, -signal.SIGKILL)
        newest = self.happen(aggregator)
        self.end(self.subscribe("--durable", "desk", "--format", "json"))
        self.await_printed(newest - before)
        self.assert_all_shown(self.events(), before + 1)

    def test_it_outlives_the_aggregator_which_comes_back_elsewhere(self):
        aggregator = self.start()
        subscriber = self.subscribe("--format", "json", "--since", "0")
        self.happen(aggregator)
        self.stop(aggregator, signal.SIGKILL)
        subscriber.await_line("nothing is heard of tcp://.*; reconnecting")
        aggregator = self.start()
        subscriber.await_line("live, behind event")
        self.await_printed(self.happen(aggregator))
        self.end(subscriber)
        self.assert_all_shown(self.events())

    def test_one_that_starts_first_waits(self):
        self.stop(self.start())
        subscriber = self.subscribe("--format", "json", live=False)
        subscriber.await_line("nobody announces at tcp://.* yet; waiting")
        aggregator = self.start()
        subscriber.await_line("live, behind event 0")
        self.await_printed(self.happen(aggregator))
        self.end(subscriber)
        self.assert_all_shown(self.events())

    def test_a_restored_backup_sets_it_back(self):
        aggregator = self.start()
        at_backup = self.happen(aggregator)
        backup = self.folder / "restored/tocsin.db"
        backup.parent.mkdir()
        self.tocsin("backup", backup)
        self.happen(aggregator)
        self.end(self.subscribe("--durable", "desk", "--since", "0", "--format", "json"))
        self.await_printed(seen := self.newest(aggregator))
        self.stop(aggregator)
        second = self.start(data=backup.parent)
        self.happen(second, (CANNOCK,))
        newest = self.happen(second, self.districts[:30])
        self.assertGreater(newest, seen)
        subscriber = self.subscribe("--durable", "desk", "--format", "json", data=backup.parent)
        self.end(subscriber)
        self.assertIn(f"the list goes on from a restored backup: back to event {at_backup}\n", "".join(subscriber.lines))
        shown = self.events()
        self.assertEqual([event["number"] for event in shown], [*range(1, seen + 1), *range(at_backup + 1, newest + 1)])
        self.assert_all_shown(shown[seen:], at_backup + 1, data=backup.parent)

    def test_two_cannot_share_a_name(self):
        self.start()
        subscriber = self.subscribe("--durable", "desk")
        self.assertIn("another subscriber uses", self.once("--durable", "desk", "--once", check=1).stderr)
        self.end(subscriber)

    def test_a_state_that_is_none_is_not_overwritten(self):
        self.start()
        for wrong in ("", "{}", "[]", '{"number": -1, "lineage": ""}', '{"number": 1.5}', '{"number": 1, "lineage": "' + "a" * 40 + '"}'):
            state = self.write("state.json", wrong)
            self.assertIn(f"{state} is no state of a subscriber", self.once("--state", state, "--once", check=1).stderr)
            self.assertEqual(state.read_text(), wrong)


class Executing(Subscribing):
    def test_a_command_is_run_once_for_each_in_order_with_the_event_on_its_input(self):
        aggregator = self.start()
        newest = self.happen(aggregator, self.districts[:10])
        log = self.folder / "log"
        said = self.once("--once", "--exec", f"cat >> {log}; echo ran")
        self.assertEqual(said.stdout, "ran\n" * newest)
        self.assert_all_shown(self.events(log))

    def test_a_command_that_fails_is_run_again_and_nothing_is_lost(self):
        aggregator = self.start()
        log, flag = self.folder / "log", self.folder / "flag"
        subscriber = self.subscribe("--since", "0", "--exec", f"test -e {flag} || exit 3; cat >> {log}")
        newest = self.happen(aggregator)
        subscriber.await_line("event 1: the command ended with 3; it is run again in 1 s")
        flag.touch()
        await_until(lambda: log.exists() and log.read_text().count("\n") >= newest, "all of them")
        self.end(subscriber)
        self.assert_all_shown(self.events(log))

    def test_a_command_that_fails_or_hangs_leaves_its_event_for_the_next_time(self):
        aggregator = self.start()
        newest = self.happen(aggregator)
        log = self.folder / "log"
        for command, words in (("exit 3", "event 2: the command ended with 3"), ("kill -9 $$", "was ended by signal 9"),
                               ("sleep 1000 & sleep 1000", "had not ended after 1 s and was ended")):
            said = self.once("--durable", "desk", "--once", "--exec-timeout", "1", "--exec",
                             f"read -r event; case $event in *'\"number\": 2,'*) {command};; esac; echo \"$event\" >> {log}", check=1)
            self.assertIn(words, said.stderr)
            self.assertEqual([event["number"] for event in self.events(log)], [1])
        self.once("--durable", "desk", "--once", "--exec", f"cat >> {log}")
        self.assertGreater(newest, 2)
        self.assert_all_shown(self.events(log))

    def test_ctrl_c_waits_for_the_command_that_runs(self):
        aggregator = self.start()
        self.happen(aggregator)
        began, go, log = self.folder / "began", self.folder / "go", self.folder / "log"
        os.mkfifo(go)
        subscriber = self.subscribe("--durable", "desk", "--since", "0", "--exec",
                                    f"touch {began}; test -e {log} || read x < {go}; cat >> {log}", live=False)
        await_until(began.exists, "the first one runs")
        subscriber.process.send_signal(signal.SIGINT)
        with open(go, "w") as gate:
            gate.write("go\n")
        self.assertEqual(subscriber.process.wait(timeout=PATIENCE_S), 0)
        self.end(subscriber)
        done = len(self.events(log))
        self.assertEqual(json.loads((self.folder / "state/tocsin/desk.json").read_text())["number"], done)
        self.once("--durable", "desk", "--once", "--exec", f"cat >> {log}")
        self.assert_all_shown(self.events(log))


class Loser:
    """In the aggregator's place, and says what the test wants it to: what it doesn't publish is lost."""

    LINEAGE = "0123456789abcdef"

    def __init__(self):
        self.news, self.questions = context.socket(zmq.XPUB), context.socket(zmq.ROUTER)
        for each in (self.news, self.questions):
            each.setsockopt(zmq.LINGER, 0)
            each.setsockopt(zmq.RCVTIMEO, PATIENCE_S * 1000)
            each.bind("tcp://127.0.0.1:*")
        self.endpoints = ("--announce", self.news.getsockopt_string(zmq.LAST_ENDPOINT), "--replay",
                          self.questions.getsockopt_string(zmq.LAST_ENDPOINT))

    def close(self):
        self.news.close()
        self.questions.close()

    def octets(self, lineage=LINEAGE, version=1, **kind):
        return pb.Announcement(version=version, lineage=lineage, **kind).SerializeToString()

    def await_subscriber(self):
        for _ in range(3):
            self.news.recv()

    def beat(self, newest):
        self.news.send_multipart([b"beat", self.octets(beat=pb.Beat(newest=newest, interval=1))])

    def event(self, number, **more):
        self.news.send_multipart([b"event/-/-/normal", self.octets(event=pb.Event(number=number, words=f"{number}"), **more)])

    def answer(self, *numbers, newest):
        """Returns what was asked."""
        peer, octets = self.questions.recv_multipart()
        asked = pb.Announcement.FromString(octets).replay.after
        told = pb.Replayed(events=[pb.Event(number=n, words=f"{n}") for n in numbers], through=numbers[-1], newest=newest,
                           after=asked)
        self.questions.send_multipart([peer, self.octets(replayed=told)])
        return asked


class Losing(Subscribing):
    def setUp(self):
        super().setUp()
        self.loser = Loser()
        self.addCleanup(self.loser.close)

    def follow(self, *arguments):
        process = subprocess.Popen([BIN / "tocsin", "subscribe", *self.loser.endpoints, *arguments], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, env=self.env)
        self.addCleanup(lambda: process.poll() is not None or process.kill())
        self.loser.await_subscriber()
        return process

    def shown(self, process):
        said, told = process.communicate(timeout=PATIENCE_S)
        self.assert_sound(told)
        self.assertEqual(process.returncode, 0, told)
        return said

    def test_what_is_lost_on_the_way_is_asked_for_before_what_comes_later_is_shown(self):
        process = self.follow("--since", "0", "--until", "7", "--format", "json")
        self.loser.beat(0)
        self.loser.event(1)
        self.loser.event(3)
        self.assertEqual(self.loser.answer(2, 3, newest=4), 1)
        self.assertEqual(self.loser.answer(4, newest=4), 3)
        self.assertEqual([self.next_number(process) for _ in range(4)], [1, 2, 3, 4])
        self.loser.event(4)  # late, and known
        self.loser.beat(5)
        self.assertEqual(self.loser.answer(5, newest=5), 4)
        self.assertEqual(self.next_number(process), 5)
        self.loser.event(6)
        self.loser.event(7)
        self.assertEqual([json.loads(line)["number"] for line in self.shown(process).splitlines()], [6, 7])

    def next_number(self, process):
        return json.loads(process.stdout.readline())["number"]

    def test_what_makes_no_sense_is_dropped_and_what_follows_is_shown(self):
        process = self.follow("--since", "0", "--until", "2")
        self.loser.beat(0)
        for octets in (b"", b"nonsense", self.loser.octets(version=2, event=pb.Event(number=1, words="of another version")),
                       self.loser.octets(lineage="x" * 16, event=pb.Event(number=1, words="of no lineage"))):
            self.loser.news.send_multipart([b"event/", octets])
        self.loser.news.send_multipart([b"event/-/-/normal", self.loser.octets(event=pb.Event(
            number=1, words="red \x1b[31m and \u009b31m, a bell \a and a line\nbelow", caveats=["\x1b]0;title"]))])
        self.loser.event(2)
        said = self.shown(process)
        self.assertIn("red ?[31m and ?31m, a bell ? and a line?below\n", said)
        self.assertIn("- ?]0;title\n", said)
        self.assertEqual(said.count("\n"), 3, said)


class Mistyped(Subscribing):
    def test_mistakes_are_explained(self):
        self.stop(self.start())
        for arguments, words in (
                (("--area", "Staford"), "Stafford"), (("--category", "shoplfting"), "perhaps 'shoplifting'"),
                (("--level", "high"), "--level wants watch, elevated or priority, not 'high'"),
                (("--about", "me"), "--about wants series, tocsin or all, not 'me'"), (("--since", "x"), "not 'x'"),
                (("--until", "0"), "not '0'"), (("--format", "csv"), "--format wants table or json here"),
                (("--durable", "a/b"), "not 'a/b'"), (("--announce", "tcp://127.0.0.1:1"), "--announce and --replay belong together"),
                (("--announce", "x", "--replay", "y"), "an endpoint is written as"), (("--to", "a:b"), "not 'a:b'"),
                (("--to", "a", "--announce", "b", "--replay", "c"), "say --to, or"), (("Stafford",), "what is 'Stafford'?"),
                (("--once", "--until", "3"), "say --once, or --until N"), (("--since", "3", "--until", "3"), "is not behind")):
            with self.subTest(arguments):
                said = self.once(*arguments, check=2)
                self.assertIn(words, said.stderr)
                self.assertEqual(said.stdout, "")
        self.assertIn("no aggregator announces from", self.once("--once", data=self.folder, check=1).stderr)


if __name__ == "__main__":
    unittest.main()
