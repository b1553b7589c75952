"""Promise: the code has the shape that docs/design.md draws. Includes go one way, each foreign library has one door,
files stay short, no header promises a proof that isn't there, and nothing is put off in a comment.

This reads the sources themselves: nothing is run.
"""
import re
import unittest

from harness import PROJECT

# What each layer may include beside itself: the drawing in docs/design.md.
LAYERS = {
    "proto": set(),
    "statistics": set(),
    "storage": {"proto"},
    "figures": {"proto", "storage", "statistics"},
    "judging": {"proto", "storage", "figures", "statistics"},
    "alerting": {"proto", "storage", "figures"},
    "delivery": {"proto", "storage", "figures", "judging", "alerting"},
    "aggregator": {"proto", "storage", "figures", "judging", "alerting", "delivery"},
    "collector": {"proto"},
    "analyst": {"proto", "storage", "figures", "statistics", "judging", "alerting", "delivery"},
}

# Each foreign library's header, and the files that may see it.
DOORS = {
    "zmq.h": r"proto/link\.c",
    "csv.h": r"proto/csv_reader\.c",
    "jansson.h": r"proto/jsondoc\.c",
    "yaml.h": r"proto/yamldoc\.c",
    "xxhash.h": r"proto/digest\.c",
    "Rmath.h": r"statistics/distributions\.c",
    "sqlite3.h": r"storage/sqlite_.*",
    "curl/curl.h": r"delivery/post(\.c|_body\.h)",
    "openssl/evp.h": r"delivery/seal\.c",
    "openssl/hmac.h": r"delivery/seal\.c",
    "collect.pb-c.h": r"proto/wire_parts\.h",
    "announce.pb-c.h": r"proto/wire_announce\.c",
}

# What the system itself brings: the C library's and Linux's own headers.
SYSTEM = re.compile(r"(assert|ctype|dirent|errno|fcntl|float|ftw|getopt|inttypes|limits|math|poll|pwd|signal|stdarg|stdatomic|"
                    r"stdbool|stddef|stdint|stdio|stdlib|string|strings|time|unistd|sys/\w+|netinet/\w+|arpa/\w+|"
                    r"linux/\w+|pthread|spawn)\.h")

LINES_MAX = 420


def sources(*folders):
    """path as in the project -> text"""
    return {str(path.relative_to(PROJECT)): path.read_text("utf-8") for folder in folders
            for path in sorted((PROJECT / folder).iterdir()) if path.suffix in (".c", ".h", ".sql", ".proto", ".py", ".yaml")}


def included(text, marks):
    opening, closing = marks
    return re.findall(rf"^[ \t]*#[ \t]*include[ \t]*{opening}([^{closing}]+){closing}", text, re.M)


class Layers(unittest.TestCase):
    def setUp(self):
        self.sources = sources(*LAYERS)

    def test_every_layer_is_there_and_is_built(self):
        built = re.findall(r"^add_subdirectory\((\w+)\)", (PROJECT / "CMakeLists.txt").read_text(), re.M)
        self.assertEqual(set(built), {*LAYERS, "tests"})

    def test_includes_go_one_way(self):
        wrong = []
        for path, text in self.sources.items():
            layer = path.split("/")[0]
            for header in included(text, '""'):
                home = header.split("/")[0] if "/" in header else layer
                if header in DOORS:
                    continue
                if home != layer and home not in LAYERS[layer]:
                    wrong.append(f"{path} includes {header}: {layer} may include {', '.join(sorted(LAYERS[layer])) or 'nothing'}")
                elif not (PROJECT / (header if "/" in header else f"{layer}/{header}")).exists():
                    wrong.append(f"{path} includes {header}, which is not where it says")
        self.assertEqual(wrong, [])

    def test_parts_are_seen_by_their_own_layer_only(self):
        self.assertEqual([f"{path} includes {header}" for path, text in self.sources.items()
                          for header in included(text, '""') if header.endswith("_parts.h") and "/" in header], [])

    def test_each_foreign_library_has_one_door(self):
        wrong = []
        for path, text in self.sources.items():
            for header in included(text, "<>") + [h for h in included(text, '""') if h in DOORS]:
                door = DOORS.get(header)
                if door is None and not SYSTEM.fullmatch(header):
                    wrong.append(f"{path} includes {header}: a foreign header without a door in this test")
                elif door is not None and not re.fullmatch(door, path):
                    wrong.append(f"{path} includes {header}: only {door} may")
        self.assertEqual(wrong, [])

    def test_only_the_door_s_own_neighbours_see_through_it(self):
        """A header that shows a library's types is a door left open: only these may include it."""
        shown = {"sqlite_db.h": r"storage/sqlite_.*\.c", "wire_parts.h": r"proto/wire.*\.c"}
        self.assertEqual([f"{path} includes {header}" for path, text in self.sources.items()
                          for header in map(lambda h: h.split("/")[-1], included(text, '""'))
                          if header in shown and not re.fullmatch(shown[header], path)], [])

    def test_the_store_s_header_names_no_database(self):
        code = re.sub(r"/\*.*?\*/", "", self.sources["storage/store.h"], flags=re.S)
        self.assertNotRegex(code.lower(), r"sqlite|\bsql\b|rowid|postgres|\bselect\b|\binsert\b")

    def test_sql_is_spoken_in_storage_only(self):
        statement = re.compile(r'"\s*(SELECT|INSERT|UPDATE|DELETE|PRAGMA|CREATE|BEGIN|COMMIT)\b[^"]*"')
        self.assertEqual([path for path, text in self.sources.items()
                          if not path.startswith("storage/") and statement.search(text)], [])


class Files(unittest.TestCase):
    def setUp(self):
        self.sources = sources(*LAYERS)
        self.tests = sources("tests", "tests/integration")

    def test_no_source_is_longer_than_it_should_be(self):
        lengths = {path: text.count("\n") for path, text in self.sources.items() if path.endswith((".c", ".h"))}
        self.assertEqual({path: length for path, length in lengths.items() if length > LINES_MAX}, {},
                         f"longer than {LINES_MAX} lines")

    def test_every_test_that_a_header_names_exists(self):
        missing = []
        for path, text in self.sources.items():
            if not path.endswith(".h"):
                continue
            promise = re.search(r"Proved by(.*?)(\*/|\n \*\n)", text, re.S)
            for name in re.findall(r"(?:\w+/)*test_\w+\.(?:c|py)", promise.group(1)) if promise else ():
                folder = "tests/integration" if name.endswith(".py") else "tests"
                if not (PROJECT / (name if "/" in name else f"{folder}/{name}")).exists():
                    missing.append(f"{path}: {name}")
        self.assertEqual(missing, [], "headers that promise a proof which isn't there")

    def test_every_unit_test_is_built_and_run(self):
        listed = (PROJECT / "tests/CMakeLists.txt").read_text()
        statistics = re.search(r"foreach\(module(.*?)\)", listed, re.S).group(1).split()
        built = {*re.findall(r"tocsin_test\((test_\w+)", listed), *(f"test_statistics_{name}" for name in statistics)}
        there = {path.removeprefix("tests/").removesuffix(".c") for path in self.tests
                 if path.startswith("tests/test_") and path.endswith(".c")}
        self.assertEqual(there ^ {name for name in built if not name.endswith("_")}, set())

    def test_every_source_is_built(self):
        lists = {layer: (PROJECT / layer / "CMakeLists.txt").read_text() for layer in LAYERS}
        self.assertEqual([path for path in self.sources if path.endswith(".c") and
                          not re.search(rf"\b{re.escape(path.split('/')[1])}\b", lists[path.split("/")[0]])], [])

    def test_every_header_is_guarded_by_its_own_name(self):
        guards = {}
        for path, text in self.sources.items():
            if path.endswith(".h"):
                guard = re.search(r"^#ifndef (TOCSIN_\w+_H)\n#define \1$", text, re.M)
                self.assertIsNotNone(guard, path)
                guards.setdefault(guard.group(1), []).append(path)
        self.assertEqual({guard: paths for guard, paths in guards.items() if len(paths) > 1}, {})

    def test_nothing_is_put_off(self):
        words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
        self.assertEqual([f"{path}:{number}" for path, text in {**self.sources, **self.tests}.items()
                          for number, line in enumerate(text.splitlines(), 1) if words.search(line)], [])

    def test_every_test_opens_with_its_promise(self):
        self.assertEqual([path for path, text in self.tests.items() if path.split("/")[-1].startswith("test_") and
                          not text.startswith(("/* Promise: ", '"""Promise: '))], [])


if __name__ == "__main__":
    unittest.main()
