"""Instructions that a record costs, step by step, counted by callgrind: the same for the same build, so a change for the worse
is seen that no clock would show. The numbers to compare with are in instructions.txt; they hold for one compiler and its
libraries, which the file names."""
import pathlib
import re
import subprocess

from measured import Figure
from running import BIN, Input, a_folder, say

KNOWN = pathlib.Path(__file__).with_name("instructions.txt")
STEPS = ("read", "encode", "decode", "admit", "commit")
RECORDS, DAYS = 20_000, 22  # as dense as a million in three years
WORSE = 1.03


def compiler():
    said = subprocess.run(["readelf", "-p", ".comment", BIN / "hot_path"], capture_output=True, text=True).stdout
    found = re.search(r"GCC: \(.*?\) [\d.]+|clang version [\d.]+", said)
    return found.group(0) if found else "unknown"


def counted():
    """{step: instructions a record, all that it calls included}"""
    with a_folder() as folder:
        made = Input(RECORDS, DAYS)
        out = folder / "callgrind.out"
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", BIN / "hot_path", made.path,
                        "--data", folder / "data"], check=True, capture_output=True)
        said = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", out], check=True,
                              capture_output=True, text=True).stdout
    found = {}
    for step in STEPS:
        line = re.search(rf"^\s*([\d,]+)\s.*:step_{step}\b", said, re.M)
        found[step] = int(line.group(1).replace(",", "")) / RECORDS
    return {**found, "all": sum(found.values())}


def known():
    """What instructions.txt says: (compiler, {step: instructions})"""
    lines = [line.split(None, 1) for line in KNOWN.read_text().splitlines() if line and not line.startswith("#")]
    numbers = {name: value for name, value in lines}
    return numbers.pop("compiler"), {name: float(value) for name, value in numbers.items()}


def write(found):
    KNOWN.write_text("# Instructions a record, by step (tests/bench/instructions.py, hot_path.c). After a change that is meant:\n"
                     "# scripts/bench instructions --keep\n"
                     f"compiler {compiler()}\n" + "".join(f"{step} {found[step]:.0f}\n" for step in (*STEPS, "all")))


def measure(options, stores):
    say("instructions")
    found = counted()
    if options.keep or not KNOWN.exists():
        write(found)
    by, before = known()
    other = "" if by == compiler() else f"the numbers kept are those of {by}"
    return [Figure("instructions", f"instructions a record: {step}", "", [found[step]], "scripts/bench instructions",
                   before[step] * WORSE, note=other) for step in (*STEPS, "all")]
