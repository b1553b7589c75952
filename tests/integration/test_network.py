"""Promise: over a network that is slow, breaks, parts and heals, swallows what goes one way or is cut in the middle of a frame,
everything that was sent is counted once; a peer that is gone is noticed from either side, and one that is only slow or
silent is not taken for gone.
"""
import os
import signal
import unittest

from harness import await_until
from ordeal import Ordeal, Records, needs_fault_points
from proxy import DOWN, UP, Proxy, by_chance

SILENT = "the aggregator is silent: connecting again"


class Network(Ordeal):
    def setUp(self):
        super().setUp()
        self.records = Records(self.id())
        self.aggregator = self.begin(extra=("--trace",))

    def proxy(self):
        made = Proxy(self.endpoint)
        self.addCleanup(made.close)
        return made

    def said(self, process):
        return "".join(process.lines)

    def assert_all_counted(self, *others):
        self.assert_counted(self.records, *others)
        self.stop(self.aggregator)
        self.verify()


@needs_fault_points
class Slow(Network):
    def test_a_slow_line_only_takes_longer(self):
        proxy = self.proxy()
        proxy.delay_s = 0.04
        self.finish(self.send("incidents", self.write("a.csv", self.records.text(4000)), to=proxy.endpoint))
        self.assertEqual(proxy.connected, 1)
        self.assert_all_counted()

    def test_a_line_that_stops_for_less_than_six_heartbeats_is_not_given_up(self):
        proxy = self.proxy()
        proxy.order_at(UP, 50000, proxy.partition, 3)
        collector = self.send("incidents", self.write("a.csv", self.records.text(6000)), to=proxy.endpoint)
        self.finish(collector)
        self.assertEqual(proxy.connected, 1)
        self.assertNotIn(SILENT, self.said(collector))
        self.assertNotIn("session-", self.said(self.aggregator))
        self.assert_all_counted()


@needs_fault_points
class Cut(Network):
    def test_connections_that_are_cut_anywhere_cost_nothing(self):
        """In the handshake, in a record, in an acknowledgement: after so many octets as chance will have it."""
        proxy = self.proxy()
        proxy.cut_after = by_chance(7, 40, 120000)
        self.finish(self.send("incidents", self.write("a.csv", self.records.text(6000)), to=proxy.endpoint))
        self.assertGreater(proxy.connected, 3)
        self.assert_all_counted()

    def test_a_line_that_breaks_again_and_again_costs_nothing(self):
        proxy = self.proxy()
        for octets in (1000, 60000, 120000, 200000):
            proxy.order_at(UP, octets, proxy.cut)
        self.finish(self.send("incidents", self.write("a.csv", self.records.text(6000)), to=proxy.endpoint))
        self.assertGreater(proxy.connected, 4)
        self.assert_all_counted()


@needs_fault_points
class Parted(Network):
    def test_who_is_parted_for_long_connects_again_once_it_can(self):
        proxy = self.proxy()
        proxy.order_at(UP, 50000, proxy.partition)
        collector = self.send("incidents", self.write("a.csv", self.records.text(6000)), to=proxy.endpoint)
        collector.await_line(SILENT)
        self.aggregator.await_line("session-silent")
        proxy.order(proxy.heal)
        self.finish(collector)
        self.assertGreater(proxy.connected, 1)
        self.assert_all_counted()

    def test_who_stops_reading_is_given_up_and_holds_nobody_up(self):
        proxy, others = self.proxy(), Records("others", "crims")
        proxy.order_at(UP, 50000, proxy.stop_reading, DOWN)
        collector = self.send("incidents", self.write("a.csv", self.records.text(6000)), "--name", "deaf", to=proxy.endpoint)
        self.finish(self.send("incidents", self.write("b.csv", others.text(3000))))
        collector.await_line(SILENT)
        proxy.order(proxy.heal)
        self.finish(collector)
        self.assert_all_counted(others)


@needs_fault_points
class HalfDead(Network):
    """Both at once, as both mean waiting for six heartbeats."""

    def test_a_connection_that_is_dead_in_one_direction_is_given_up_by_the_side_that_hears_nothing(self):
        mute, deaf = self.proxy(), self.proxy()
        others = Records("others", "crims")
        mute.order_at(UP, 50000, mute.swallow, UP)
        deaf.order_at(UP, 50000, deaf.swallow, DOWN)
        heard_no_more = self.send("incidents", self.write("a.csv", self.records.text(6000)), "--name", "mute", to=mute.endpoint)
        hears_no_more = self.send("incidents", self.write("b.csv", others.text(6000)), "--name", "deaf", to=deaf.endpoint)
        hears_no_more.await_line(SILENT)
        self.aggregator.await_line("session-silent")
        self.finish(hears_no_more)
        self.finish(heard_no_more)
        self.assert_all_counted(others)


@needs_fault_points
class Idle(Network):
    def setUp(self):
        super().setUp()
        self.line = self.proxy()
        self.path = self.write("live.csv", self.records.text(100))
        self.collector = self.send("incidents", self.path, "--follow", to=self.line.endpoint)
        self.aggregator.await_line("sent  kind=ACK")

    def append(self):
        """More records, until they are stored."""
        with open(self.path, "a", encoding="utf-8") as out:
            out.write(self.records.text(50).split("\n", 1)[1])
        await_until(lambda: self.query("SELECT count(*) FROM version") == [(len(self.records.versions),)], "all is stored")
        await_until(lambda: self.query("SELECT count(*) FROM open_reject") == [(self.records.rejected,)], "rejects too")

    def end(self):
        self.collector.process.send_signal(signal.SIGTERM)
        self.assertIn(self.collector.ended(), (0, 1))
        self.assert_all_counted()

    def stop_aggregator_until(self, condition, what):
        """It does nothing at all meanwhile, as in a commit that takes long."""
        self.aggregator.process.send_signal(signal.SIGSTOP)
        await_until(condition, what)
        self.aggregator.process.send_signal(signal.SIGCONT)

    def test_who_is_only_silent_or_slow_is_not_taken_for_gone(self):
        with self.subTest("a collector that has nothing to send for longer than six heartbeats"):
            for _ in range(8):
                self.aggregator.await_line("heard  kind=HEARTBEAT")
            self.append()
        with self.subTest("an aggregator that is busy for three heartbeats"):
            before = self.line.octets[UP]
            self.stop_aggregator_until(lambda: self.line.octets[UP] > before + 60, "the collector has sent three heartbeats")
            self.append()
        self.assertEqual(self.line.connected, 1)
        self.assertNotIn("session-", self.said(self.aggregator))
        self.assertNotIn(SILENT, self.said(self.collector))
        self.end()

    def test_who_was_busy_for_longer_than_six_heartbeats_is_found_again(self):
        self.stop_aggregator_until(lambda: SILENT in self.said(self.collector), "the collector has given it up")
        self.append()
        self.end()


if __name__ == "__main__":
    unittest.main()
