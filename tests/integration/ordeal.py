"""What tests of failing machines share: an aggregator that comes back where it was, collectors that may die, records by
chance with corrections among them, and what they must come to, told by a recount that knows nothing but the rules.

Programs are those of a build with fault points (proto/fault_point.h): heartbeats come each second there, so that nobody waits
half a minute for a dead peer.
"""
import collections
import datetime
import os
import random
import signal
import socket
import unittest

import test_incidents
from harness import BIN, PATIENCE_S, Aggregator, Case, Process
from test_incidents import BURGLARY, NUISANCE, ROBBERY, SHOPLIFTING, as_csv
from test_police_uk import COLUMNS, category_of, street

HEARTBEAT_S = 1
DISTRICT, FORCE, ABOVE = "E07000197", "E23000015", ("E12000005", "E92000001", "K04000001")


def has_fault_points():
    """Do the programs under test have them? The name of the environment variable stands in those that do."""
    return b"TOCSIN_FAULT_POINT" in (BIN / "tocsin-aggregator").read_bytes()


needs_fault_points = unittest.skipUnless(has_fault_points(), f"{BIN} was built without TOCSIN_FAULT_POINTS")


def free_endpoint():
    """A port that a restarted aggregator can have again: below those that the system gives to whoever connects."""
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(15000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return f"tcp://127.0.0.1:{port}"


class Collector(Process):
    """A running tocsin-collector; what it prints goes to a file."""

    def __init__(self, out, *arguments, env=None):
        self.out = out
        with open(out, "w") as to:
            super().__init__(BIN / "tocsin-collector", *arguments, stdout=to, env={**os.environ, **(env or {})})

    def ended(self):
        """Its exit status, once it has ended by itself."""
        status = self.process.wait(timeout=PATIENCE_S)
        self.stop()
        return status


class Records:
    """Batches of records: new ones, newer and older versions of known ones, cancellations, repeats, and now and then one that
    can't be counted. Everything that was ever given is remembered for the recount."""

    AREAS = ("E07000197", "E07000193", "E08000025", "E06000021", FORCE)
    COLUMNS = ("reference", "revision", "status", "recorded_at", "offence", "area", "markers", "origin")

    def __init__(self, seed, origin="niche"):
        self.chance = random.Random(seed)
        self.origin = origin
        self.told = []
        self.versions = set()
        self.rejected = 0
        self.known = 0

    def version(self, number):
        day = datetime.date(2024, 12, 1) + datetime.timedelta(days=self.chance.randrange(90))
        return {"reference": f"{self.origin}/{number}", "revision": str(self.chance.randrange(1, 1000)),
                "status": self.chance.choices(("recorded", "cancelled"), (9, 1))[0],
                "recorded_at": str(day) if self.chance.random() < 0.9 else f"{day:%Y-%m}",
                "offence": self.chance.choice((BURGLARY, ROBBERY, SHOPLIFTING, NUISANCE)),
                "area": self.chance.choice(self.AREAS), "markers": self.chance.choice(test_incidents.AnyOrder.MARKS),
                "origin": self.origin}

    def one(self):
        """A revision says one thing only: what is new has a number that is new."""
        kind = self.chance.random()
        if kind > 0.85 and self.told:
            return self.chance.choice(self.told)
        if kind < 0.6 or not self.told:
            self.known += 1
        made, number = None, self.known if kind < 0.6 else self.chance.randrange(self.known) + 1
        while not made or (made["reference"], made["revision"]) in self.versions:
            made = self.version(number)
        return made

    def batch(self, count):
        made = []
        for _ in range(count):
            made.append(self.one())
            self.versions.add((made[-1]["reference"], made[-1]["revision"]))
            self.told.append(made[-1])
        self.rejected += 1
        made.append({**self.version(0), "reference": f"bad/{self.rejected}", "status": "recorded", "offence": "Piracy"})
        return made

    def text(self, count):
        return as_csv(self.batch(count), self.COLUMNS)


class Issues:
    """Issues of one month of data.police.uk, each of which is the whole of it."""

    TYPES = ("Burglary", "Drugs", "Robbery", "Shoplifting", "Vehicle crime")

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.rows = {}
        self.number = 0

    def text(self, count):
        self.number += 1
        names = self.chance.sample(range(2 * count), count)
        self.rows = {name: self.rows.get(name) or self.chance.choice(self.TYPES) for name in names}
        return "\n".join((COLUMNS, *(street(f"id{name}", kind) for name, kind in self.rows.items()))) + "\n"

    def issued(self):
        return str(datetime.date(2025, 4, 1) + datetime.timedelta(days=self.number))

    def recount(self):
        """What of each area, in the form of Case.counts."""
        days = {category_of(kind): {"0": count} for kind, count in collections.Counter(self.rows.values()).items()}
        return {(area, "Staffordshire Police", "2025-03"): days for area in (DISTRICT, FORCE, *ABOVE)} if days else {}


def recount(*sources):
    """Of records and issues, in the form of Case.counts without sums."""
    expected = {}
    for source in sources:
        expected.update(source.recount() if isinstance(source, Issues) else test_incidents.AnyOrder.recount(source.told))
    return expected


class Ordeal(Case):
    """A test in which programs die."""

    def setUp(self):
        super().setUp()
        self.endpoint = free_endpoint()
        self.collectors = []
        self.addCleanup(self.stop_collectors)

    def stop_collectors(self):
        for each in self.collectors:
            each.stop(signal.SIGKILL)

    def environment(self, fault=None):
        return {"TOCSIN_HEARTBEAT_S": str(HEARTBEAT_S), **({"TOCSIN_FAULT_POINT": fault} if fault else {})}

    def begin(self, fault=None, extra=(), listen=None):
        """The aggregator, at the endpoint where it was before."""
        aggregator = Aggregator(self.data, self.reference, extra=extra, listen=listen or self.endpoint,
                                env=self.environment(fault))
        self.running.append(aggregator)
        return aggregator

    def send(self, *arguments, fault=None, to=None):
        """A collector that runs beside the test."""
        collector = Collector(self.folder / f"out{len(self.collectors)}", *arguments, "--to", to or self.endpoint,
                              "--give-up", str(PATIENCE_S), env=self.environment(fault))
        self.collectors.append(collector)
        return collector

    def kill(self, aggregator):
        self.assertEqual(self.stop(aggregator, signal.SIGKILL), -signal.SIGKILL, "".join(aggregator.lines))

    def assert_died(self, victim, where):
        """It was killed, and by itself; no sanitizer complained before."""
        status = victim.process.wait(timeout=PATIENCE_S)
        self.assertEqual(status, -signal.SIGKILL, f"{where}: " + "".join(victim.lines))
        victim.stop()
        if victim in self.running:
            self.running.remove(victim)
        self.assert_sound("".join(victim.lines))

    def finish(self, collector):
        """It ends by itself: 1 where it was told of a reject, which may have been before it died."""
        self.assertIn(collector.ended(), (0, 1), "".join(collector.lines))
        self.assert_sound("".join(collector.lines))

    def assert_counted(self, *sources):
        """Every count is as recounted, and what could not be counted is kept once."""
        found = self.counts()
        self.assertEqual({key: days for key, (_, days, _) in found.items()}, recount(*sources))
        for totals, days, outranked in found.values():
            self.assertEqual(totals, {category: sum(each.values()) for category, each in days.items()})
            self.assertEqual(outranked, {})
        rejected = sum(source.rejected for source in sources if isinstance(source, Records))
        self.assertEqual(self.query("SELECT count(*) FROM open_reject"), [(rejected,)])
