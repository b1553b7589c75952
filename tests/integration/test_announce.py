"""Promise: whoever follows the list of events has every event exactly once and in order in the end, whether it sat and watched,
was disconnected, restarted, slow, late, or the aggregator was killed at any moment; and a list that goes on from a restored
backup is told from the one before it.
"""
import random
import shutil
import signal
import socket

from harness import BIN, PROJECT, Aggregator, Case, Process
from ordeal import needs_fault_points
from subscriber import Subscriber, pb

STAFFORD, CANNOCK, ENGLAND = "E07000197", "E07000192", "E92000001"
RULES = """baseline: 2022-23
rules:
  - name: year
    detector: rolling-year
    areas: [district, force]
    categories: [shoplifting, theft, all-crime]
    levels: {priority: {percent: 50}, elevated: {percent: 20}}
"""
HEADER = "reference,revision,status,recorded_at,offence,area\n"


class Happenings(Case):
    """An aggregator, and as many events as a test wants: in each district so many thefts come and are cancelled again."""

    def setUp(self):
        super().setUp()
        self.reference = self.folder / "reference"
        shutil.copytree(PROJECT / "reference", self.reference)
        (self.reference / "priorities.yaml").write_text(RULES)
        with open(self.reference / "areas.csv", encoding="utf-8") as areas:
            self.districts = [row.split(",")[0] for row in areas if ",district," in row and row.startswith("E")]
        self.revision = 0
        self.sent = {}  # (folder of the data) -> (revision, areas) of what stands there

    def text(self, areas, status):
        self.revision += 1
        return HEADER + "".join(f"{area}/{n},{self.revision},{status},2024-06-{n + 1:02d},46,{area}\n"
                                for area in areas for n in range(12))

    def happen(self, aggregator, areas=(STAFFORD,)):
        """The thefts come, or are gone: at least a rise or its end for each of the areas. As one load of a collector."""
        areas = tuple(areas)
        there = self.sent.setdefault(aggregator.folder, set())
        status = "cancelled" if areas in there else "recorded"
        there ^= {areas}
        path = self.write(f"{self.revision}.csv", self.text(areas, status))
        self.collect(aggregator, "incidents", path, "--covers", f"{ENGLAND}:2023-01-01..2024-12-31", "--origin", "niche")
        return self.newest(aggregator)

    def newest(self, aggregator):
        return self.query("SELECT coalesce(max(id), 0) FROM event", data=aggregator.folder)[0][0]

    def listed(self, data=None):
        return self.query("SELECT id, kind, area, category, level, words FROM announced ORDER BY id", data=data)

    def told(self, events):
        levels = ("normal", "watch", "elevated", "priority")
        return [(e.number, pb.Kind.Name(e.kind).lower(), e.area, e.category, levels[e.level], e.words) for e in events]

    def subscriber(self, aggregator, name="subscriber", **options):
        made = Subscriber(self.folder / f"{name}.json", **options)
        self.addCleanup(made.disconnect)
        return made.connect(aggregator.announce, aggregator.replay)

    def assert_has_everything(self, events, data=None):
        listed = self.listed(data)
        self.assertEqual([number for number, *_ in listed], list(range(1, len(listed) + 1)))
        self.assertEqual(self.told(events), listed)
        self.assertTrue(listed)


class Following(Happenings):
    def test_who_sits_and_watches_hears_every_event_once_with_all_that_the_list_says(self):
        aggregator = self.start()
        subscriber = self.subscriber(aggregator)
        subscriber.pump(lambda: subscriber.newest == 0, "the first beat, which comes at once")
        for _ in range(4):
            subscriber.catch_up(self.happen(aggregator))
        self.assert_has_everything([event for _, event in subscriber.dealt])
        [raised, *_] = [event for _, event in subscriber.dealt if (event.area, event.category) == (STAFFORD, "shoplifting")]
        self.assertEqual((raised.area_name, raised.title), ("Stafford", "Shoplifting"))
        self.assertEqual(list(raised.areas)[:2], [STAFFORD, "E23000015"])
        self.assertIn("theft", raised.categories)
        self.assertEqual((raised.level_before, raised.level, raised.direction), (pb.NORMAL, pb.PRIORITY, pb.RISING))
        self.assertEqual((raised.rule, raised.pages, raised.silenced), ("year", True, False))
        self.assertIn('"count"', raised.figures)

    def test_who_comes_late_gets_all_there_were(self):
        aggregator = self.start()
        newest = self.happen(aggregator, self.districts)
        self.assertGreater(newest, 600)
        subscriber = self.subscriber(aggregator)
        subscriber.catch_up(newest)
        subscriber.catch_up(self.happen(aggregator))
        self.assert_has_everything([event for _, event in subscriber.dealt])

    def test_who_was_disconnected_misses_nothing(self):
        aggregator = self.start()
        subscriber = self.subscriber(aggregator)
        for _ in range(3):
            subscriber.catch_up(self.happen(aggregator))
            subscriber.disconnect()
            self.happen(aggregator, self.districts[:40])
            subscriber.connect(aggregator.announce, aggregator.replay)
        subscriber.catch_up(self.newest(aggregator))
        self.assert_has_everything([event for _, event in subscriber.dealt])

    def test_who_is_restarted_in_the_middle_goes_on_behind_what_it_has_dealt_with(self):
        aggregator = self.start()
        newest = self.happen(aggregator, self.districts)
        chance, dealt, runs = random.Random(5), [], 0
        while len(dealt) < newest:
            subscriber = self.subscriber(aggregator)
            enough = chance.randrange(1, 200)
            subscriber.pump(lambda: len(subscriber.dealt) >= enough or subscriber.known >= newest, "some of them")
            subscriber.disconnect()
            dealt += subscriber.dealt
            runs += 1
        self.assertGreater(runs, 3)
        self.assert_has_everything([event for _, event in dealt])

    def test_who_stops_reading_while_thousands_pass_asks_for_them_and_holds_up_nobody(self):
        aggregator = self.start()
        slow = self.subscriber(aggregator, "slow", most_waiting=10)
        quick = self.subscriber(aggregator, "quick")
        slow.catch_up(self.happen(aggregator))
        quick.catch_up(slow.known)
        asked = slow.questions
        for _ in range(2):
            quick.catch_up(self.happen(aggregator, self.districts))
        self.assertGreater(quick.known, 2000)
        slow.catch_up(quick.known)
        self.assertGreater(slow.questions, asked, "nothing was dropped for it")
        for each in (slow, quick):
            self.assert_has_everything([event for _, event in each.dealt])

    def test_who_asks_for_some_gets_these_and_no_others(self):
        aggregator = self.start()
        force = "E23000015"
        wanted = self.subscriber(aggregator, "filtered", topics=("event/" + STAFFORD + "/",),
                                 filter=pb.Filter(areas=[STAFFORD], categories=["theft"], level=pb.PRIORITY, about=pb.SERIES))
        beneath = self.subscriber(aggregator, "beneath", topics=(), filter=pb.Filter(areas=[force]))
        for areas in ((STAFFORD,), self.districts[:60], (CANNOCK,), (STAFFORD,), (STAFFORD, CANNOCK)):
            newest = self.happen(aggregator, areas)
        within = {code for code, in self.query("SELECT code FROM areas WHERE parent = ? OR code = ?", force, force)}
        for each in (wanted, beneath):
            each.catch_up(newest)
        listed = self.listed()
        self.assertEqual(self.told(event for _, event in beneath.dealt), [one for one in listed if one[2] in within])
        # Topics bring live what the filter would leave out: another category of the same district.
        mine = [one for one in self.told(event for _, event in wanted.dealt) if one[3] in ("theft", "shoplifting")]
        self.assertEqual(mine, [one for one in listed if one[2] == STAFFORD and one[3] in ("theft", "shoplifting")])

    def test_what_is_no_question_is_refused_and_the_next_one_answered(self):
        aggregator = self.start()
        newest = self.happen(aggregator)
        subscriber = self.subscriber(aggregator)
        for octets in (b"nonsense", b"", b"\x08\x02", pb.Announcement(version=1, beat=pb.Beat(interval=1)).SerializeToString()):
            subscriber.asking.send(octets)
        subscriber.asking.send_multipart([b"two", b"frames"])
        subscriber.pump(lambda: len(subscriber.refused) == 4, "four refusals")
        subscriber.catch_up(newest)
        self.assert_has_everything([event for _, event in subscriber.dealt])


class Breaking(Happenings):
    def restart(self, subscriber, **options):
        subscriber.disconnect()
        aggregator = Aggregator(self.data, self.reference, **options)
        self.running.append(aggregator)
        subscriber.connect(aggregator.announce, aggregator.replay)
        return aggregator

    def undisturbed(self):
        """What the list holds of the same happenings when nothing goes wrong; a rerun gives its events other times only."""
        aggregator = self.start(data=self.folder / "undisturbed")
        self.revision = 0
        for areas in self.turns:
            self.happen(aggregator, areas)
        return self.listed(aggregator.folder)

    turns = ((STAFFORD,), (CANNOCK,)) * 5  # each makes events

    @needs_fault_points
    def test_an_aggregator_that_dies_between_storing_and_publishing_neither_loses_nor_repeats(self):
        points = ("announce-read:1", "announce-sent:1", "commit-events:1", "announce-read:2", "announce-sent:2", "commit-stored:1",
                  "commit-levels:1", "ack-begin:1", "ack-sent:1", "ack-end:1")
        self.assertTrue({"announce-read", "announce-sent"} <= {point.split(":")[0] for point in points})
        subscriber = Subscriber(self.folder / "subscriber.json")
        self.addCleanup(subscriber.disconnect)
        self.stop(self.start())  # the reference data are taken over: what commits there are is the records' from now on
        for point, areas in zip(points, self.turns):
            aggregator = self.restart(subscriber, env={"TOCSIN_FAULT_POINT": point})
            path = self.folder / f"{self.revision}.csv"
            collector = self.begin_happening(aggregator, areas)
            aggregator.process.wait(timeout=60)
            self.running.remove(aggregator)
            self.assertEqual(aggregator.stop(0), -signal.SIGKILL, point)
            collector.finish(signal.SIGKILL)
            aggregator = self.restart(subscriber)
            self.collect(aggregator, "incidents", path, *self.covers)
            subscriber.catch_up(self.newest(aggregator))
            self.stop(aggregator)
        self.assert_has_everything([event for _, event in subscriber.dealt])
        self.assertEqual(self.listed(), self.undisturbed())

    covers = ("--covers", f"{ENGLAND}:2023-01-01..2024-12-31", "--origin", "niche")

    def begin_happening(self, aggregator, areas):
        there = self.sent.setdefault(aggregator.folder, set())
        path = self.folder / f"{self.revision}.csv"
        path.write_text(self.text(areas, "cancelled" if areas in there else "recorded"))
        there ^= {areas}
        return self.go_on_collecting(aggregator.endpoint, "incidents", path, *self.covers)

    def test_an_aggregator_that_is_killed_at_random_neither_loses_nor_repeats(self):
        chance = random.Random(11)
        subscriber = Subscriber(self.folder / "subscriber.json")
        self.addCleanup(subscriber.disconnect)
        aggregator = self.restart(subscriber)
        for areas in self.turns:
            path = self.folder / f"{self.revision}.csv"
            collector = self.begin_happening(aggregator, areas)
            if chance.random() < 0.7:
                heard = subscriber.known + chance.randrange(3)
                try:
                    subscriber.pump(lambda: subscriber.known > heard, "news", patience_s=chance.random() / 4)
                except AssertionError:
                    pass  # nothing was stored by then: killed all the same
            self.stop(aggregator, signal.SIGKILL)
            collector.finish(signal.SIGKILL)
            aggregator = self.restart(subscriber)
            self.collect(aggregator, "incidents", path, *self.covers)
        subscriber.catch_up(self.newest(aggregator))
        self.assert_has_everything([event for _, event in subscriber.dealt])
        self.assertEqual(self.listed(), self.undisturbed())

    def test_a_restart_announces_nothing_again(self):
        aggregator = self.start()
        newest = self.happen(aggregator)
        self.stop(aggregator)
        aggregator = self.start()
        subscriber = Subscriber(self.folder / "listener.json")
        subscriber.known = newest - 1  # one is missing, and it doesn't ask: only what is published would bring it
        subscriber.ask = lambda: None
        self.addCleanup(subscriber.disconnect)
        subscriber.connect(aggregator.announce, aggregator.replay)
        subscriber.pump(lambda: subscriber.newest == newest, "a beat")
        self.assertEqual(subscriber.dealt, [])

    def test_a_list_that_goes_on_from_a_backup_is_another_and_is_gone_back_to(self):
        aggregator = self.start()
        subscriber = self.subscriber(aggregator)
        at_backup = self.happen(aggregator)
        backup = self.folder / "backup.db"
        self.tocsin("backup", backup)
        seen = self.happen(aggregator, self.districts[:20])
        subscriber.catch_up(seen)
        before = list(subscriber.dealt)
        self.assert_has_everything([event for _, event in before])
        self.stop(aggregator)
        restored = self.folder / "restored"
        restored.mkdir()
        shutil.copy(backup, restored / "tocsin.db")
        second = self.start(data=restored)
        self.happen(second, (CANNOCK,))
        newest = self.happen(second, self.districts[20:60])
        self.assertGreater(newest, seen, "the next number alone must not tell them apart")
        subscriber.disconnect()
        subscriber.connect(second.announce, second.replay)
        subscriber.catch_up(newest)
        after = subscriber.dealt[len(before):]
        self.assertEqual(len({lineage for lineage, _ in before}), 1)
        self.assertEqual({lineage for lineage, _ in before} & {lineage for lineage, _ in after}, set())
        self.assertEqual(after[0][1].number, at_backup + 1)
        self.assert_has_everything([event for _, event in before[:at_backup] + after], data=restored)


class Endpoints(Happenings):
    def refuse(self, *arguments, says):
        said = self.run_program(BIN / "tocsin-aggregator", "--data", self.data, "--reference", self.reference, *arguments, check=1)
        self.assertRegex(said.stderr, says)
        self.assertEqual(said.stderr.count("\n"), 1, said.stderr)

    def free_ports(self):
        """Three in a row."""
        chance = random.SystemRandom()
        while True:
            port = chance.randrange(15000, 32000)
            try:
                for each in range(port, port + 3):
                    with socket.socket() as probe:
                        probe.bind(("127.0.0.1", each))
                return port
            except OSError:
                continue

    def test_options_win_over_the_file_and_the_endpoints_stand_in_the_folder(self):
        port = self.free_ports()
        config = self.write("tocsin.yaml", f"announce: tcp://127.0.0.1:{port + 1}\n")
        aggregator = Aggregator(self.data, self.reference, listen=f"tcp://127.0.0.1:{port}", extra=("--config", config))
        self.running.append(aggregator)
        self.assertNotEqual(aggregator.announce, f"tcp://127.0.0.1:{port + 1}", "the harness gives --announce")
        for name in ("endpoint", "announce", "replay"):
            self.assertEqual((self.data / name).read_text(), getattr(aggregator, name) + "\n")
        self.stop(aggregator)

    def test_a_file_says_what_no_option_says(self):
        port = self.free_ports()
        config = self.write("tocsin.yaml", f"listen: tcp://127.0.0.1:{port}\n")
        self.tocsin_aggregator("--config", config, says=f"endpoint=tcp://127.0.0.1:{port} data={self.data} "
                                                        f"announce=tcp://127.0.0.1:{port + 1} replay=tcp://127.0.0.1:{port + 2}")
        config.write_text(f"listen: tcp://127.0.0.1:{port}\nannounce: none\n")
        self.tocsin_aggregator("--config", config, says=f"data={self.data} announce=none replay=none")
        self.assertTrue((self.data / "endpoint").exists())
        self.assertFalse((self.data / "announce").exists())
        self.assertFalse((self.data / "replay").exists())

    def tocsin_aggregator(self, *arguments, says):
        process = Process(BIN / "tocsin-aggregator", "--data", self.data, "--reference", self.reference, *arguments)
        try:
            line = process.await_line(r" ready ").string
        finally:
            self.assertEqual(process.stop(), 0)
        self.assertIn(says, line)

    def test_a_port_in_use_and_faults_of_the_file_are_told(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            taken = f"tcp://127.0.0.1:{other.getsockname()[1]}"
            self.refuse("--listen", "tcp://127.0.0.1:*", "--announce", taken,
                        says=rf"^tocsin-aggregator: can't announce on {taken}: Address already in use \(--announce\)$")
            self.refuse("--listen", "tcp://127.0.0.1:*", "--replay", taken,
                        says=rf"^tocsin-aggregator: can't answer on {taken}: Address already in use \(--replay\)$")
        self.refuse("--listen", f"ipc://{self.folder}/socket",
                    says=r"no port lies behind ipc://.*: say --announce and --replay, or --announce none$")
        config = self.write("tocsin.yaml", "anounce: none\nlisten: 7010\n")
        said = self.run_program(BIN / "tocsin-aggregator", "--data", self.data, "--config", config, check=1)
        self.assertEqual(said.stderr, f"{config}:1: error: there is no key 'anounce'; perhaps 'announce'\n"
                                      f"{config}:2: error: '7010' is no endpoint: write tcp://127.0.0.1:7010\n")


if __name__ == "__main__":
    import unittest
    unittest.main()
