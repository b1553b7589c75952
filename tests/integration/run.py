"""Runs the integration tests and prints what became of each, and the counts that scripts/test adds up.

    run.py                    every class of every test_*.py beside it, as many at a time as there are processors
    run.py MODULE[.CLASS]...  these, in this process
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
CLASS_LIMIT_S = 900


class Result(unittest.TextTestResult):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.passed = 0

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def addSuccess(self, test):
        self.passed += 1
        print(f"ok {test.id()} ({time.monotonic() - self.started:.1f} s)", flush=True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"skipped {test.id()}: {reason}", flush=True)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        print(f"FAILED {test.id()}", flush=True)

    def addError(self, test, error):
        super().addError(test, error)
        print(f"FAILED {test.id()}", flush=True)


def run_here(names):
    suite = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(stream=sys.stdout, resultclass=Result, verbosity=0).run(suite)
    # A test whose parts failed is one failed test, however many of its parts did.
    failed = {re.sub(r" [\[(].*", "", test.id()) for test, _ in result.failures + result.errors}
    print_counts(result.passed, len(failed), len(result.skipped))
    return 1 if failed else 0


def print_counts(passed, failed, skipped):
    print(f"[  PASSED  ] {passed} tests")
    print(f"[  FAILED  ] {failed} tests")
    print(f"[  SKIPPED ] {skipped} tests", flush=True)


def classes(suite):
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from classes(part)
        else:
            yield part.id().rsplit(".", 1)[0] if not part.id().startswith("unittest.") else part.id().split(".")[-1]


def run_class(name):
    """Its output, ended by its counts; a class that can't end is one failed test."""
    try:
        return subprocess.run([sys.executable, str(HERE / "run.py"), name], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=CLASS_LIMIT_S).stdout
    except subprocess.TimeoutExpired as late:
        said = (late.stdout or b"").decode("utf-8", "replace")
        return f"{said}\nFAILED {name}: not within {CLASS_LIMIT_S} s\n"


def run_all():
    names = list(dict.fromkeys(classes(unittest.defaultTestLoader.discover(str(HERE)))))
    totals = [0, 0, 0]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for said in pool.map(run_class, names):
            print("\n".join(line for line in said.splitlines() if not line.startswith("[  ")), flush=True)
            counts = [re.search(rf"\[ {word}[ ]*\] (\d+) tests", said) for word in (" PASSED", " FAILED", " SKIPPED")]
            found = [int(count.group(1)) for count in counts] if all(counts) else [0, 1, 0]
            totals = [a + b for a, b in zip(totals, found)]
    print_counts(*totals)
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    sys.exit(run_here(sys.argv[1:]) if len(sys.argv) > 1 else run_all())
