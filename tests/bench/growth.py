"""How the aggregator's work grows: the same ingest with more records, in fewer areas, with fewer days, with no rules."""
import shutil

from measured import Figure
from running import FORCE, PROJECT, YEARS_3, YEARS_10, Input, a_folder, ingest, say


def cpu_of(made, rules=True):
    """CPU seconds of the aggregator, from ready to judged."""
    with a_folder() as folder:
        reference = folder / "reference"
        shutil.copytree(PROJECT / "reference", reference)
        if not rules:
            (reference / "priorities.yaml").unlink()
        (folder / "data").mkdir()
        took, aggregator = ingest(made, folder / "data", reference)
        aggregator.stop()
        return took["aggregator_cpu_s"]


def measure(options, stores):
    less = max(options.arrivals // 10, 1000)
    cases = (("all areas, three years, no rules", Input(less, YEARS_3), False),
             ("all areas, three years, default rules", Input(less, YEARS_3), True),
             ("all areas, ten years, no rules", Input(less, YEARS_10), False),
             ("one force, three years, no rules", Input(less, YEARS_3, FORCE), False),
             ("one force, three years, default rules", Input(less, YEARS_3, FORCE), True),
             ("ten times as many, all areas, three years, no rules", Input(less * 10, YEARS_3), False))
    figures = []
    for what, made, rules in cases:
        say(f"growth: {what}")
        figures.append(Figure("growth", f"CPU, aggregator: {what}", "s", [cpu_of(made, rules)],
                              f"scripts/bench growth --arrivals {options.arrivals}",
                              note="" if figures else f"growth: {less:,} arrivals where nothing else is said"))
    return figures
