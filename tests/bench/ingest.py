"""Bulk: a file of canonical CSV through collector, loopback and aggregator until it is durable, counted and judged; and
the same rows through the bare loop, one after the other in the same run."""
from measured import Figure
from running import BIN, YEARS_3, YEARS_10, Input, a_folder, ask, ingest, json_of, reader, say


def bare(made):
    with a_folder() as folder:
        return json_of(BIN / "bare_loop", made.path, "--data", folder)


def disk(data):
    return sum((data / name).stat().st_size for name in ("tocsin.db", "tocsin.db-wal") if (data / name).exists())


def beside(data):
    return sum(path.stat().st_size for path in data.rglob("*") if path.is_file() and not path.name.startswith("tocsin.db"))


def whole_path(made):
    with a_folder() as folder:
        data = folder / "data"
        data.mkdir()
        took, aggregator = ingest(made, data)
        aggregator.stop()
        db = reader(data)
        took["incidents"] = ask(db, "SELECT count(*) FROM version WHERE current")
        db.close()
        took["disk"], took["beside"] = disk(data), beside(data)
        return took


def rounds(made, repeats):
    """Yardstick and whole path in turn."""
    found = []
    for number in range(repeats):
        say(f"ingest of {made.arrivals}: round {number + 1} of {repeats}")
        least, took = bare(made), whole_path(made)
        if least["versions"] != took["versions"]:
            raise SystemExit(f"the bare loop keeps {least['versions']} versions, the store {took['versions']}")
        found.append((least, took))
    return found


def figures_of(made, found, command):
    millions = made.arrivals / 1e6
    size = f"{made.arrivals / 1e6:g} M"

    def each(what, unit, value, goal=None, at_least=False, note=""):
        return Figure("ingest", f"{what}, {size}", unit, [value(b, t) for b, t in found], command, goal, at_least, note)

    return [
        each("bulk ingest", "records/s", lambda b, t: made.arrivals / t["seconds"], 400_000, True,
             "until the collector is told that all is stored and judged"),
        each("the same until stored and counted", "records/s", lambda b, t: made.arrivals / t["stored_s"]),
        each("bare loop", "records/s", lambda b, t: b["rate"]),
        each("bulk ingest as a part of the bare loop", "", lambda b, t: made.arrivals / t["seconds"] / b["rate"], 0.75, True),
        each("CPU, both processes, a million", "s",
             lambda b, t: (t["aggregator_cpu_s"] + t["collector_cpu_s"]) / millions, 4),
        each("CPU, aggregator, a million", "s", lambda b, t: t["aggregator_cpu_s"] / millions),
        each("CPU, bare loop, a million", "s", lambda b, t: b["cpu_s"] / millions),
        each("peak memory, aggregator", "MiB", lambda b, t: t["aggregator_peak"] / 2 ** 20),
        each("peak memory, collector", "MiB", lambda b, t: t["collector_peak"] / 2 ** 20),
        each("disk an incident, counts included", "B", lambda b, t: t["disk"] / t["incidents"], 100),
        each("kept beside the database, an incident", "B", lambda b, t: t["beside"] / t["incidents"]),
    ]


def measure(options, stores):
    made = Input(options.arrivals, YEARS_3)
    found = rounds(made, options.repeats)
    figures = figures_of(made, found, f"scripts/bench ingest --arrivals {options.arrivals}")
    if not options.full:
        return figures
    small = figures[0].reached
    for arrivals in (10_000_000, 40_000_000):
        large = figures_of(made := Input(arrivals, YEARS_10), rounds(made, 1), "scripts/bench ingest --full")
        figures += large
        figures.append(Figure("ingest", f"rate at {arrivals // 1_000_000} M as a part of that at 1 M", "",
                              [large[0].reached / small], "scripts/bench ingest --full", 0.8, True))
    return figures
