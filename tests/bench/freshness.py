"""A trickle: one record at a time appended to a followed file, or written into a spooled pipe, until a query on a connection
of its own sees it. What it can't be faster than, the disk's fdatasync and a ZeroMQ round trip, stands beside it."""
import itertools
import os
import random
import statistics
import subprocess
import time

import alert as alert_bench
from measured import Figure, percentile
from running import BIN, UNTIL, Aggregator, a_folder, ask, collector, json_of, reader, say

HEADER = "reference,revision,status,recorded_at,offence,area,markers\n"
PATIENCE_S = 60


def row(number):
    return f"99/{number:09d}/00,1,recorded,{UNTIL},105A,E07000197,\n".encode()


def see(db, newest):
    """Asks until there is a version behind the newest."""
    late = time.perf_counter() + PATIENCE_S
    while True:
        found = ask(db, "SELECT max(id) FROM version") or 0
        if found > newest:
            return found
        if time.perf_counter() > late:
            raise SystemExit(f"a record was not visible within {PATIENCE_S} s")


def trickle(data, write, numbers, count):
    """Milliseconds of each record from before it was written until it was seen. In between nothing happens for as long as
    it takes everybody to fall idle."""
    chance = random.Random(6)
    db = reader(data)
    newest = ask(db, "SELECT max(id) FROM version") or 0
    times = []
    for number in itertools.islice(numbers, count + 1):
        began = time.perf_counter()
        write(row(number))
        newest = see(db, newest)
        times.append((time.perf_counter() - began) * 1e3)
        time.sleep(chance.uniform(0.01, 0.04))
    db.close()
    return times[1:]  # the first opens the stream


def measure(options, stores):
    count, command = options.singles, f"scripts/bench freshness --singles {options.singles}"
    data, _ = stores.get(options.arrivals)
    numbers = itertools.count()
    with a_folder() as folder:
        aggregator = Aggregator(data)
        say("freshness: a followed file")
        path = folder / "followed.csv"
        path.write_text(HEADER)
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
        follower = collector(aggregator.endpoint, "incidents", path, "--follow", "--name", "followed",
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        followed = trickle(data, lambda octets: os.write(file, octets), numbers, count)
        follower.terminate()
        follower.wait()
        os.close(file)

        say("freshness: a spooled pipe")
        pipe = collector(aggregator.endpoint, "incidents", "-", "--name", "piped", "--spool", folder / "spool",
                         stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, bufsize=0)
        pipe.stdin.write(HEADER.encode())
        piped = trickle(data, pipe.stdin.write, numbers, count)
        pipe.stdin.close()
        pipe.wait()
        limits = json_of(BIN / "limits", folder)
        aggregator.stop()

    def both(what, times, goals=(None, None)):
        return [Figure("freshness", f"{what}, median", "ms", [statistics.median(times)], command, goals[0]),
                Figure("freshness", f"{what}, 99th percentile", "ms", [percentile(times, 99)], command, goals[1])]

    return (both("appended to a followed file -> seen", followed, (1, 2.5)) + both("into a spooled pipe -> seen", piped) +
            both("fdatasync of 4 KiB", limits["fdatasync_ms"]) + both("ZeroMQ round trip", limits["round_trip_ms"]))


def alert(options, stores):
    """From a record that takes a series over its threshold to the alert in a subscriber's hands (alert.py)."""
    command = f"scripts/bench alert --singles {options.singles}"
    say("alert")
    with a_folder() as folder:
        bench = alert_bench.Bench(BIN, folder)
        try:
            _, endpoint = bench.prepare()
            seen, told = bench.measure(endpoint, options.singles)
        finally:
            bench.end()
    later = [b - a for a, b in zip(seen, told)]
    return [Figure("alert", "record -> alert at a subscriber, median", "ms", [statistics.median(told)], command, 1.5),
            Figure("alert", "record -> alert at a subscriber, 99th percentile", "ms", [percentile(told, 99)], command, 3),
            Figure("alert", "of that behind the record's being seen, median", "ms", [statistics.median(later)], command, 0.5)]
