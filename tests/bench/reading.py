"""What a reader waits for: reports, backtests, verify; a start; and what many readers cost those who write."""
import json
import re
import shutil
import signal
import statistics
import subprocess
import time

from measured import Figure, percentile
from running import (BIN, FORCE, UNTIL, YEARS_3, YEARS_10, Aggregator, Input, a_folder, ingest, json_of, say)

CLIENTS = 16


def timed(*command):
    began = time.perf_counter()
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command}: {done.stderr}")
    return time.perf_counter() - began, done.stdout


def report(options, stores):
    data, _ = stores.get(options.arrivals)
    command = f"scripts/bench report --arrivals {options.arrivals}"
    say("reports")
    seen = [json_of(BIN / "ask_reports", "--data", data, "--seed", 6 + n) for n in range(options.repeats)]
    whole = [timed(BIN / "tocsin", "report", "--data", data, "--area", "E07000197", "--as-of", "2024-05-17")[0] * 1e3
             for _ in range(10)]
    return [Figure("report", "one area's whole report, any date, median", "ms",
                   [statistics.median(each["one_ms"]) for each in seen], command, 0.5),
            Figure("report", "one area's whole report, any date, 99th percentile", "ms",
                   [percentile(each["one_ms"], 99) for each in seen], command),
            Figure("report", "the reports of all 331 areas", "ms",
                   [statistics.median(each["all_ms"]) for each in seen], command, 40),
            Figure("report", "the command tocsin report, start to end", "ms", whole, command)]


def backtest(options, stores):
    data, _ = stores.get(options.decade, YEARS_10, FORCE)
    say("backtest")
    times = [timed(BIN / "tocsin", "backtest", "--data", data, "--area", FORCE)[0] for _ in range(options.repeats)]
    return [Figure("backtest", "backtest, one force area, ten years, default rules", "s", times, "scripts/bench backtest", 2)]


def verify(options, stores):
    data, took = stores.get(options.arrivals)
    say("verify")
    rates = []
    for _ in range(options.repeats):
        seconds, said = timed(BIN / "tocsin", "verify", "--data", data)
        if "all as recounted" not in said:
            raise SystemExit(f"tocsin verify: {said}")
        rates.append(int(re.search(r"of (\d+) incidents", said).group(1)) / seconds)
    return [Figure("verify", "verify, the whole command", "incidents/s", rates,
                   f"scripts/bench verify --arrivals {options.arrivals}", 2_000_000, True)]


def start(options, stores):
    """From exec to `ready`: after a clean stop, after kill -9 in the midst of records, and without the finder's checkpoint."""
    arrivals, days = (10_000_000, YEARS_10) if options.full else (options.arrivals, YEARS_3)
    data, _ = stores.get(arrivals, days)
    size, command = f"{arrivals / 1e6:g} M stored", "scripts/bench start" + (" --full" if options.full else "")
    say("start")
    clean, crashed, bare = [], [], []
    for number in range(options.repeats):
        with a_folder() as folder:
            shutil.copytree(data, folder / "data")
            aggregator = Aggregator(folder / "data")
            clean.append(aggregator.ready_s)
            path = folder / "more.csv"
            path.write_text("reference,recorded_at,offence,area\n" +
                            "".join(f"98/{n:09d}/{number:02d},{UNTIL},105A,E07000197\n" for n in range(100_000)))
            sender = subprocess.Popen([BIN / "tocsin-collector", "incidents", path, "--origin", "bench", "--name", "more",
                                       "--to", aggregator.endpoint], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.3)
            aggregator.stop(signal.SIGKILL)
            sender.kill()
            sender.wait()
            aggregator = Aggregator(folder / "data")
            crashed.append(aggregator.ready_s)
            aggregator.stop()
            (folder / "data/references.index").unlink()
            aggregator = Aggregator(folder / "data")
            bare.append(aggregator.ready_s)
            aggregator.stop()
    return [Figure("start", f"ready after a clean stop, {size}", "s", clean, command, 1),
            Figure("start", f"ready after kill -9, {size}", "s", crashed, command, 1),
            Figure("start", f"ready without references.index, {size}", "s", bare, command)]


class Clients:
    """They hold the store open and ask for one area's report after the other; they have nothing else to do."""

    def __init__(self, data):
        self.running = [subprocess.Popen([BIN / "ask_reports", "--data", data, "--for", "3600", "--seed", str(n)],
                                         stdout=subprocess.PIPE, text=True) for n in range(CLIENTS)]

    def end(self):
        """How many reports they were given."""
        for each in self.running:
            each.terminate()
        return sum(json.loads(each.communicate()[0])["asked"] for each in self.running)


def queries(options, stores):
    """Both times into a store that holds something already, or there would be nothing to ask for."""
    made = Input(options.arrivals, YEARS_3)
    base, _ = stores.get(max(options.arrivals // 10, 1000), YEARS_3, seed=7)
    command = f"scripts/bench queries --arrivals {options.arrivals}"
    shares, rates = [], []
    for number in range(options.repeats):
        took = {}
        for asking in (False, True):
            say(f"queries: round {number + 1} of {options.repeats}")
            with a_folder() as folder:
                data = folder / "data"
                shutil.copytree(base, data)
                clients = Clients(data) if asking else None
                found, aggregator = ingest(made, data)
                took[asking] = found["seconds"]
                if clients:
                    rates.append(clients.end() / found["seconds"])
                aggregator.stop()
        shares.append(took[False] / took[True])
    return [Figure("queries", f"ingest while {CLIENTS} clients ask, as a part of ingest alone", "", shares, command, 0.8, True),
            Figure("queries", f"reports that the {CLIENTS} clients are given", "reports/s", rates, command)]
