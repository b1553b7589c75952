"""Runs parts of the benchmark, prints a table, and writes all of it as JSON; docs/performance.md says what each part is.

    run.py [PART...] [--full] [--repeats N] [--json FILE] [--arrivals N] [--decade N] [--singles N] [--keep]
"""
import argparse
import json
import sys

import freshness
import growth
import ingest
import instructions
import measured
import memory
import reading
from running import KEPT, Stores, a_folder, say

# In the order in which they are run. A part takes the options and the stores that others have made already, and gives
# its figures.
PARTS = {
    "ingest": ingest.measure,
    "freshness": freshness.measure,
    "alert": freshness.alert,
    "report": reading.report,
    "backtest": reading.backtest,
    "verify": reading.verify,
    "start": reading.start,
    "queries": reading.queries,
    "memory": memory.measure,
    "growth": growth.measure,
    "instructions": instructions.measure,
}


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measures Tocsin on this machine.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS) + " (default: all)")
    parser.add_argument("--full", action="store_true", help="10 M and 40 M incidents too: some hours")
    parser.add_argument("--repeats", type=int, default=3, help="of each measurement (default 3); the median counts")
    parser.add_argument("--json", metavar="FILE", help="all values, and the machine")
    parser.add_argument("--arrivals", type=int, default=1_000_000, help="of the whole country in three years")
    parser.add_argument("--decade", type=int, default=1_000_000, help="arrivals of one force area in ten years")
    parser.add_argument("--singles", type=int, default=300, help="records one by one (freshness)")
    parser.add_argument("--keep", action="store_true", help="instructions: these are the numbers to compare with from now on")
    options = parser.parse_args()
    unknown = [part for part in options.parts if part not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}")
    return options


def main():
    options = arguments()
    figures, before = [], measured.load()
    with a_folder() as folder:
        stores = Stores(folder)
        for part in options.parts or PARTS:
            figures += PARTS[part](options, stores)
    say("")
    where, after = measured.machine(KEPT), measured.load()
    print(f"{where['processor']}, {where['cores']} cores, {where['memory_gib']} GiB, {where['filesystem']}, Linux {where['kernel']}; "
          f"commit {where['commit']}\nload before {before}, after {after}; medians of {options.repeats}, "
          "spread is half of what lies between least and most\n")
    print(measured.table(figures))
    print("\n" + "\n".join(dict.fromkeys(f"{each.part}: {each.command}" for each in figures)))
    for note in dict.fromkeys(each.note for each in figures if each.note):
        print(note)
    if options.json:
        with open(options.json, "w") as out:
            json.dump({"machine": where, "load_before": before, "load_after": after, "repeats": options.repeats,
                       "figures": [each.as_json() for each in figures]}, out, indent=1)
            out.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
