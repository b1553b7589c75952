"""Promise: a peer that is broken or means harm never crashes, blocks or grows the aggregator, and never harms the stream of
another collector that runs at the same time.

The programs are those with sanitizers; their allocator keeps little back here, so that memory can be measured.
"""
import contextlib
import random
import resource
import select
import socket
import struct
import unittest

from harness import PATIENCE_S, Aggregator, await_until
from ordeal import Ordeal, Records, needs_fault_points
from peer import Peer, incident, pb

MESSAGE_MAX = 256 * 1024
GROWTH_MAX = 48 * 1024 * 1024  # octets; what a leak of one small thing a message would come to is more
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
READY = b"\x04\x29\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x00"


class Hostile(Ordeal):
    """An aggregator, and an honest collector that sends while the other does what it does."""

    def setUp(self):
        super().setUp()
        self.records = Records(self.id())
        self.chance = random.Random(self.id())
        self.aggregator = self.begin()
        self.files = 0

    def environment(self, fault=None):
        return {**super().environment(fault), "ASAN_OPTIONS": "quarantine_size_mb=1"}

    def peer(self, stream="by hand"):
        made = Peer(self.endpoint, "hostile", stream)
        self.addCleanup(made.close)
        return made

    def raw(self):
        """A connection that is free of ZeroMQ."""
        host, port = self.endpoint.removeprefix("tcp://").split(":")
        made = socket.create_connection((host, int(port)), timeout=PATIENCE_S)
        self.addCleanup(made.close)
        return made

    def raw_dealer(self):
        """One that has gone through ZeroMQ's handshake."""
        made = self.raw()
        made.sendall(GREETING + READY)
        self.read(made, len(GREETING) + 2)
        return made

    def read(self, raw, size):
        octets = b""
        while len(octets) < size:
            more = raw.recv(size - len(octets))
            self.assertTrue(more, "the connection was closed")
            octets += more
        return octets

    def is_welcome(self, peer):
        peer.session += 2
        return isinstance(peer.greet(), pb.Welcome)

    def refused(self, peer):
        answer = peer.hear()
        self.assertEqual(answer.WhichOneof("kind"), "refuse", str(answer))
        return answer.refuse.refusal

    def memory(self):
        with open(f"/proc/{self.aggregator.process.pid}/statm") as numbers:
            return int(numbers.read().split()[1]) * resource.getpagesize()

    @contextlib.contextmanager
    def honest_collector(self, beside=0):
        """It runs meanwhile, and everything of it is counted in the end.

        beside   versions that the other got stored"""
        self.files += 1
        collector = self.send("incidents", self.write(f"{self.files}.csv", self.records.text(1000)))
        yield
        self.finish(collector)
        self.assertEqual(self.query("SELECT count(*) FROM version"), [(len(self.records.versions) + beside,)])
        if beside == 0:
            self.assert_counted(self.records)

    def assert_does_not_grow(self, act, times):
        """After a first time, which may make room for what comes."""
        act()
        before = self.memory()
        for _ in range(times):
            act()
        self.settle()
        self.assertLess(self.memory() - before, GROWTH_MAX)

    def settle(self):
        """Everything that was sent is heard once somebody new has been answered."""
        with Peer(self.endpoint, "settler", "last") as last:
            self.assertIsInstance(last.greet(), pb.Welcome)
            last.bye()


@needs_fault_points
class Messages(Hostile):
    def test_octets_that_are_no_message_are_refused(self):
        with self.honest_collector():
            peer = self.peer()
            for size in (0, 1, 2, 7, 100, 5000, MESSAGE_MAX):
                peer.socket.send(self.chance.randbytes(size))
                answer = pb.Envelope.FromString(peer.socket.recv())
                self.assertIn(answer.refuse.refusal, (pb.MALFORMED, pb.UNKNOWN_VERSION, pb.UNKNOWN_KIND, pb.NOT_GREETED))
            good = pb.Envelope(version=1, session=5, hello=pb.Hello(source="s", stream="t", stream_number=1)).SerializeToString()
            for _ in range(3000):
                broken = bytearray(good)
                for _ in range(self.chance.randrange(1, 4)):
                    broken[self.chance.randrange(len(broken))] = self.chance.randrange(256)
                peer.socket.send(bytes(broken[:self.chance.randrange(1, len(broken) + 1)]))
            self.settle()

    def test_messages_of_several_frames_are_dropped(self):
        with self.honest_collector():
            peer = self.peer()
            for _ in range(100):
                peer.socket.send_multipart([b"x"] * self.chance.randrange(2, 50))
            self.assertIsInstance(peer.greet(), pb.Welcome)

    def test_another_version_is_refused_by_its_name(self):
        for version in (0, 2, 4294967295):
            peer = self.peer()
            peer.socket.send(pb.Envelope(version=version, session=peer.session, heartbeat=pb.Heartbeat()).SerializeToString())
            self.assertEqual(self.refused(peer), pb.UNKNOWN_VERSION)

    def test_records_before_hello_are_refused_and_not_taken(self):
        peer = self.peer()
        peer.records([incident("a")])
        self.assertEqual(self.refused(peer), pb.NOT_GREETED)
        self.assertIsInstance(peer.greet(), pb.Welcome)
        peer.records([incident("a")], sequence=1, stream_number=2)
        self.assertEqual(self.refused(peer), pb.NOT_GREETED)
        self.assertEqual(self.incidents("reference"), [])

    def test_a_sequence_that_goes_back_or_leaves_one_out_is_refused_and_nothing_behind_it_is_taken(self):
        for wrong in (1, 2, 4, 18446744073709551615, 0):
            with self.subTest(wrong):
                peer = self.peer(f"stream {wrong}")
                self.assertIsInstance(peer.greet(), pb.Welcome)
                for number in (1, 2):
                    peer.records([incident(f"{wrong}/{number}")], sequence=number)
                    self.assertEqual(peer.hear().ack.through, number)
                peer.say(records=pb.Records(stream_number=1, sequence=wrong, origin="peer", incidents=[incident(f"{wrong}/x")]))
                self.assertIn(self.refused(peer), (pb.OUT_OF_SEQUENCE, pb.MALFORMED))
                peer.records([incident(f"{wrong}/y")], sequence=3)
                self.settle()
                stored = [reference for reference, in self.incidents("reference") if reference.startswith(f"{wrong}/")]
                self.assertEqual(stored, [f"{wrong}/1", f"{wrong}/2"])

    def test_answers_that_only_the_aggregator_gives_are_refused(self):
        peer = self.peer()
        self.assertIsInstance(peer.greet(), pb.Welcome)
        for kind in ({"welcome": pb.Welcome()}, {"ack": pb.Ack(through=5)}, {"refuse": pb.Refuse()}):
            peer.say(**kind)
            self.assertIn(self.refused(peer), (pb.UNKNOWN_KIND, pb.MALFORMED))
            peer.session += 2
            self.assertIsInstance(peer.greet(), pb.Welcome)

    def test_bounds_that_are_broken_within_a_message_are_refused(self):
        endless = [incident(f"r{i}") for i in range(4097)]
        for name, records in (("too many records", pb.Records(stream_number=1, sequence=1, origin="o", incidents=endless)),
                              ("no origin", pb.Records(stream_number=1, sequence=1, incidents=[incident("a")])),
                              ("a digest of 1 KiB", pb.Records(stream_number=1, sequence=1, origin="o",
                                                               position=pb.Position(offset=1, digest=bytes(1024))))):
            with self.subTest(name):
                peer = self.peer(name)
                self.assertIsInstance(peer.greet(), pb.Welcome)
                peer.say(records=records)
                self.assertEqual(self.refused(peer), pb.MALFORMED)
        self.assertEqual(self.incidents("reference"), [])


@needs_fault_points
class Growth(Hostile):
    """What one message may leave behind is measured by tests/test_receive_growth.c; here it is the sockets' turn."""

    def test_refusals_leave_nothing_behind(self):
        peer = self.peer()

        def refuse_many():
            for _ in range(2000):
                peer.socket.send(b"\x08\x01\x10\x05\x62" + self.chance.randbytes(5000))
                peer.socket.recv()

        with self.honest_collector():
            self.assert_does_not_grow(refuse_many, 5)
        self.assertLess(sum(" refused " in line for line in self.aggregator.lines), 1000)

    def test_a_batch_that_never_ends_is_stored_as_it_comes(self):
        peer = self.peer()
        self.assertIsInstance(peer.greet(), pb.Welcome)
        batch = [incident(f"r{i}", outcome="x" * 100) for i in range(1000)]

        def send_many():
            for _ in range(60):
                peer.records(batch, offset=peer.sequence + 1, more=True)
                while peer.sequence % 20 == 0 and peer.hear().ack.through < peer.sequence:
                    pass

        with self.honest_collector(beside=1000):
            self.assert_does_not_grow(send_many, 3)

    def test_who_never_reads_what_is_answered_is_dropped(self):
        raw = self.raw_dealer()
        raw.setblocking(False)
        hello = pb.Envelope(version=1, session=7, hello=pb.Hello(source="h", stream="s", stream_number=1)).SerializeToString()
        octets = (b"\x00" + bytes([len(hello)]) + hello) * 2000
        before = self.memory()
        with self.honest_collector():
            for _ in range(300):
                with contextlib.suppress(BlockingIOError, ConnectionError):
                    raw.send(octets)
                select.select([], [raw], [], 0.01)
        self.assertLess(self.memory() - before, GROWTH_MAX)


@needs_fault_points
class Connections(Hostile):
    @classmethod
    def setUpClass(cls):
        """As many descriptors as there may be; the aggregators inherit it."""
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)

    def test_a_message_of_a_hundred_megabytes_is_cut_off(self):
        before = self.memory()
        with self.honest_collector():
            raw = self.raw_dealer()
            size = 100 * 1024 * 1024
            with contextlib.suppress(ConnectionError):
                raw.sendall(b"\x02" + struct.pack(">Q", size))
                for _ in range(size // 65536):
                    raw.sendall(bytes(65536))
                self.fail("all of it was taken")
            peer = self.peer()
            peer.socket.send(bytes(size))
        self.assertLess(self.memory() - before, GROWTH_MAX)

    def test_what_is_not_zeromq_at_all_is_cut_off_or_ignored(self):
        with self.honest_collector():
            for octets in (b"GET / HTTP/1.1\r\nHost: here\r\n\r\n", bytes(1000), b"\xff" * 1000, GREETING[:30], GREETING,
                           GREETING + b"\x04\xff" + bytes(300), GREETING + b"\x06" + struct.pack(">Q", 1 << 62),
                           GREETING + b"\x06" + struct.pack(">Q", (1 << 64) - 1), GREETING + READY + b"\x02" + b"\xff" * 8,
                           GREETING + READY + b"\x04\x05\x04PING", GREETING + READY + b"\x04\x00", b"\x01\x00", b"\x05\x00abcd",
                           GREETING.replace(b"NULL", b"WILD") + READY, GREETING.replace(b"NULL\0", b"CURVE") + READY,
                           GREETING + READY.replace(b"DEALER", b"PUBSUB")):
                raw = self.raw()
                with contextlib.suppress(ConnectionError):
                    raw.sendall(octets)
            for _ in range(200):
                raw = self.raw()
                with contextlib.suppress(ConnectionError):
                    raw.sendall(self.chance.choice((b"", GREETING, GREETING + READY)) +
                                self.chance.randbytes(self.chance.randrange(2000)))
                raw.close()

    def test_some_thousand_connections_harm_nobody(self):
        before = self.memory()
        with self.honest_collector():
            silent = [self.raw() for _ in range(1500)]
            greeted = [self.raw_dealer() for _ in range(500)]
        with self.honest_collector():
            for each in silent + greeted:
                each.close()
        self.assertLess(self.memory() - before, 4 * GROWTH_MAX)

    def test_an_aggregator_without_a_free_descriptor_serves_those_it_has_and_later_others(self):
        self.stop(self.aggregator)
        self.aggregator = Aggregator(self.data, listen=self.endpoint, before=("prlimit", "--nofile=64"), env=self.environment())
        self.running.append(self.aggregator)
        peer = self.peer()
        self.assertIsInstance(peer.greet(), pb.Welcome)
        crowd = [self.raw() for _ in range(130)]
        for number in range(1, 20):
            peer.records([incident(f"r{number}")], offset=number)
            answer = peer.hear()
            self.assertEqual(answer.ack.through, number, str(answer))
        for each in crowd:
            each.close()
        with self.honest_collector(beside=19):
            pass

    def test_more_collectors_than_there_is_room_for_are_told_so_and_those_who_are_in_stay(self):
        peer = self.peer()
        self.assertIsInstance(peer.greet(), pb.Welcome)
        before = self.memory()
        crowd = [self.peer(f"stream {number}") for number in range(1023)]
        for each in crowd:
            each.hello()
        for each in crowd:
            self.assertTrue(each.hear().HasField("welcome"))
        late = self.peer("late")
        answer = late.greet()
        self.assertEqual(answer.refuse.refusal, pb.OVER_CREDIT)
        self.assertGreater(answer.refuse.retry_after_s, 0)
        peer.records([incident("a")], offset=1)
        self.assertEqual(peer.hear().ack.accepted, 1)
        self.assertLess(self.memory() - before, 2 * GROWTH_MAX)
        crowd[0].bye()
        await_until(lambda: self.is_welcome(late), "there is room for another")


if __name__ == "__main__":
    unittest.main()
