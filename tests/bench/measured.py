"""What was measured: figures with their goals, the machine they were measured on, and both as a table and as JSON."""
import dataclasses
import os
import pathlib
import platform
import statistics
import subprocess


def percentile(values, percent):
    """The smallest value that so many percent of all don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


@dataclasses.dataclass
class Figure:
    """One line of the table. `values` are those of the repeats; what counts is their median."""
    part: str
    what: str
    unit: str
    values: list
    command: str
    goal: float = None
    at_least: bool = False  # else the goal is a most
    note: str = ""

    @property
    def reached(self):
        return statistics.median(self.values)

    @property
    def spread(self):
        """Half of what lies between the least and the most, as a part of the median."""
        if len(self.values) < 2 or self.reached == 0:
            return None
        return (max(self.values) - min(self.values)) / 2 / abs(self.reached)

    @property
    def ratio(self):
        return self.reached / self.goal if self.goal else None

    @property
    def met(self):
        if self.goal is None:
            return None
        return self.reached >= self.goal if self.at_least else self.reached <= self.goal

    def as_json(self):
        return {**dataclasses.asdict(self), "reached": self.reached, "spread": self.spread, "ratio": self.ratio,
                "met": self.met}


def load():
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def _first(command):
    said = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return said.splitlines()[-1].strip() if said else "unknown"


def machine(folder):
    """What the figures depend on beside the code."""
    model = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    memory = [int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemTotal")]
    return {"processor": model[0] if model else platform.machine(), "cores": os.cpu_count(),
            "memory_gib": round(memory[0] / 2 ** 20, 1), "kernel": platform.release(),
            "filesystem": _first(["df", "--output=fstype", folder]),
            "commit": _first(["git", "-C", pathlib.Path(__file__).parent, "describe", "--always", "--dirty"])}


def shown(value, unit):
    if value is None:
        return ""
    if unit in ("records/s", "incidents/s", "B", "queries"):
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}"


def table(figures):
    rows = [("figure", "reached", "unit", "spread", "goal", "of goal", "")]
    for figure in figures:
        goal = "" if figure.goal is None else ("≥ " if figure.at_least else "≤ ") + shown(figure.goal, figure.unit)
        rows.append((figure.what, shown(figure.reached, figure.unit), figure.unit,
                     "" if figure.spread is None else f"±{figure.spread:.0%}", goal,
                     "" if figure.ratio is None else f"{figure.ratio:.2f}",
                     {None: "", True: "met", False: "MISSED"}[figure.met]))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if i in (0, 2, 6) else cell.rjust(width)
                       for i, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
