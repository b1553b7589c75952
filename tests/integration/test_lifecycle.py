"""Promise: an aggregator that is stopped, killed or out of room costs waiting and nothing else; what it can't work with it
refuses in words that say what to do; and the demonstration leaves neither a process nor a folder behind.

Kills at every step and at moments of chance: test_fault_points, test_crash.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import unittest

from harness import BIN, Aggregator, Case, Process, await_until

STAFFORD = "E07000197"
HEADER = "reference,recorded_at,offence,area\n"
MAY_NOT = "-dac_override,-dac_read_search"


def lines(first, last):
    return "".join(f"r{n},2025-03-{n % 28 + 1:02d},34B,{STAFFORD}\n" for n in range(first, last))


class Lives(Case):
    def stored(self):
        return self.query("SELECT count(*) FROM version")[0][0]

    def start_at(self, endpoint, data=None):
        aggregator = Aggregator(data or self.data, listen=endpoint)
        self.running.append(aggregator)
        return aggregator

    def assert_counted_once(self, count):
        self.assertEqual(self.export("--area", STAFFORD, "--by", "year", "--category", "robbery"),
                         {(STAFFORD, "robbery", "2025"): count})
        self.assertEqual(self.stored(), count)
        self.verify()


class Restarts(Lives):
    def go_on_over_a_restart(self, how, words):
        """A killed one says nothing: it is missed only after six heartbeats, or when the next one doesn't know the session."""
        aggregator = self.start()
        collector = self.go_on_collecting(aggregator.endpoint, "incidents", "-", stdin=subprocess.PIPE)
        collector.say(HEADER + lines(0, 3000))
        await_until(lambda: self.stored() > 0, "the first records")
        self.stop(aggregator, how)
        collector.say(lines(3000, 6000))
        if words is not None:
            collector.await_line(words)
        self.start_at(aggregator.endpoint)
        collector.say(lines(6000, 9000))
        said = collector.finish()
        self.assertEqual(said.returncode, 0, said.stderr)
        counts = self.summary(said)
        self.assertEqual((counts["replaced"], counts["rejected"]), (0, 0))
        self.assert_counted_once(9000)

    def test_a_collector_goes_on_when_the_aggregator_was_stopped_and_started(self):
        self.go_on_over_a_restart(signal.SIGTERM, "the aggregator is stopping")

    def test_a_collector_goes_on_when_the_aggregator_was_killed_and_started(self):
        self.go_on_over_a_restart(signal.SIGKILL, None)

    def test_a_file_is_carried_whole_over_several_kills(self):
        aggregator = self.start()
        path = self.write("many.csv", HEADER + lines(0, 24000))
        collector = self.go_on_collecting(aggregator.endpoint, "incidents", path)
        for stored in (1, 8000, 16000):
            await_until(lambda: self.stored() >= stored, f"{stored} records")
            self.stop(self.running[-1], signal.SIGKILL)
            self.start_at(aggregator.endpoint)
        self.assertEqual(collector.finish().returncode, 0)
        self.assert_counted_once(24000)

    def test_a_collector_may_be_there_first(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            endpoint = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        collector = self.go_on_collecting(endpoint, "incidents", self.write("a.csv", HEADER + lines(0, 10)))
        collector.await_line(f"no aggregator answers at {endpoint} yet; waiting for it")
        self.start_at(endpoint)
        self.assertEqual(self.summary(collector.finish())["accepted"], 10)
        self.assert_counted_once(10)

    def test_a_store_that_was_killed_can_be_read_with_none_running(self):
        aggregator = self.start()
        self.collect(aggregator, "incidents", self.write("a.csv", HEADER + lines(0, 500)))
        self.stop(aggregator, signal.SIGKILL)
        self.assert_counted_once(500)


class Refused(Lives):
    def refuse(self, *arguments, says, before=()):
        said = self.run_program(*before, BIN / "tocsin-aggregator", *arguments, check=1)
        self.assertEqual(said.stdout, "")
        self.assertRegex(said.stderr, says)
        self.assertEqual(said.stderr.count("\n"), 1, said.stderr)

    def test_a_second_aggregator_on_the_folder(self):
        aggregator = self.start()
        self.refuse("--data", self.data, "--listen", "tcp://127.0.0.1:*",
                    says=rf"^tocsin-aggregator: {self.data} is written by another process; stop that one first$")
        self.collect(aggregator, "incidents", self.write("a.csv", HEADER + lines(0, 10)))
        self.assertEqual((self.data / "endpoint").read_text(), aggregator.endpoint + "\n")
        self.stop(aggregator)
        self.start()
        self.assert_counted_once(10)

    def test_a_port_in_use(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            endpoint = f"tcp://127.0.0.1:{other.getsockname()[1]}"
            self.refuse("--data", self.data, "--listen", endpoint,
                        says=rf"^tocsin-aggregator: can't listen on {endpoint}: Address already in use$")
        self.start_at(endpoint)

    def test_an_endpoint_that_is_none(self):
        for endpoint in ("7010", "nonsense", "http://127.0.0.1:7010", "tcp://127.0.0.1"):
            with self.subTest(endpoint):
                said = self.run_program(BIN / "tocsin-aggregator", "--data", self.data, "--listen", endpoint)
                words = f"{endpoint}: an endpoint is written as tcp://127.0.0.1:7010\n"
                self.assertEqual((said.returncode, said.stdout, said.stderr), (1, "", f"tocsin-aggregator: can't listen on {words}"))
                said = self.run_program(BIN / "tocsin-collector", "incidents", self.write("a.csv", HEADER), "--to", endpoint,
                                        "--give-up", "5")
                self.assertEqual((said.returncode, said.stdout, said.stderr), (2, "", f"tocsin-collector: can't connect to {words}"))

    def test_a_folder_that_is_none(self):
        path = self.write("file", "")
        self.refuse("--data", path, says=f"can't make the folder {path}: File exists")
        self.refuse("--data", path / "below", says=f"can't make the folder {path}/below: Not a directory")

    @unittest.skipIf(shutil.which("setpriv") is None, "setpriv is not here: who is root can write everything")
    def test_a_folder_that_may_not_be_written(self):
        folder = self.folder / "closed"
        folder.mkdir(mode=0o555)
        drop = ("setpriv", "--bounding-set", MAY_NOT, "--inh-caps", MAY_NOT)
        self.refuse("--data", folder, before=drop, says=f"can't open {folder}/writer.lock: Permission denied")
        self.refuse("--data", folder / "below", before=drop, says=f"can't make the folder {folder}/below: Permission denied")
        self.stop(self.start())
        for path in self.data.iterdir():
            path.chmod(0o444)
        self.data.chmod(0o555)
        said = self.run_program(*drop, BIN / "tocsin-aggregator", "--data", self.data, check=1)
        self.assertIn(f"{self.data}", said.stderr)
        self.assertIn("Permission denied", said.stderr)

    def test_a_folder_without_reference_data_needs_some(self):
        (self.folder / "empty").mkdir()
        said = self.run_program(BIN / "tocsin-aggregator", "--data", self.data, "--reference", self.folder / "empty", check=1)
        self.assertIn("areas.csv", said.stderr)
        self.assertIn("mend them first", said.stderr)


def can_mount():
    """A small file system of our own needs root, and a kernel that lets it."""
    if os.geteuid() != 0:
        return False
    folder = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"tocsin-mount-{os.getpid()}"
    folder.mkdir()
    try:
        good = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True).returncode == 0
        if good:
            subprocess.run(["umount", folder], check=True)
        return good
    except FileNotFoundError:
        return False
    finally:
        folder.rmdir()


@unittest.skipUnless(can_mount(), "mounting a small tmpfs needs root")
class FullDisk(Lives):
    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        self.mount("size=2m")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=True)
        self.addCleanup(self.stop_all)  # before it
        self.data = self.disk / "data"

    def mount(self, options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.disk], check=True)

    def test_nothing_is_lost_and_it_goes_on_once_there_is_room(self):
        aggregator = self.start()
        path = self.write("many.csv", HEADER + lines(0, 60000))
        collector = self.go_on_collecting(aggregator.endpoint, "incidents", path)
        aggregator.await_line(r" commit-failed +.*full.*collectors are told to send again")
        collector.await_line("the store can't take more now: .*full.*; come again in a while")
        before = self.stored()
        self.assertLess(before, 60000)
        self.verify()  # it can be read meanwhile, and what is there is right
        self.mount("remount,size=200m")
        said = collector.finish()
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assert_counted_once(60000)
        self.stop(aggregator)
        self.assert_counted_once(60000)

    def test_one_that_is_killed_on_a_full_disk_starts_again_once_there_is_room(self):
        aggregator = self.start()
        path = self.write("many.csv", HEADER + lines(0, 60000))
        collector = self.go_on_collecting(aggregator.endpoint, "incidents", path)
        aggregator.await_line(r" commit-failed ")
        acknowledged = self.stored()
        self.stop(aggregator, signal.SIGKILL)
        self.mount("remount,size=200m")
        self.start_at(aggregator.endpoint)
        self.assertGreaterEqual(self.stored(), acknowledged)
        self.assertEqual(collector.finish().returncode, 0)
        self.assert_counted_once(60000)

    def test_a_start_on_a_full_disk_says_so(self):
        (self.disk / "ballast").write_bytes(bytes(2 * 1024 * 1024 - 64 * 1024))
        said = self.run_program(BIN / "tocsin-aggregator", "--data", self.data, "--listen", "tcp://127.0.0.1:*", check=1)
        self.assertRegex(said.stderr, "full|No space left")
        (self.disk / "ballast").unlink()
        self.stop(self.start())


class Demo(Lives):
    def setUp(self):
        super().setUp()
        self.places = self.folder / "places"
        self.places.mkdir()
        self.surroundings = {**os.environ, "TMPDIR": str(self.places)}
        self.addCleanup(lambda: [os.kill(process, signal.SIGKILL) for process in self.processes()])

    def processes(self):
        """Those that name our folder: number -> command line."""
        found = {}
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if str(self.places) in command:
                    found[int(folder.name)] = command
        return found

    def left_behind(self):
        return [str(path) for path in self.places.iterdir()] + list(self.processes().values())

    def run_demo(self, *arguments):
        demo = Process(BIN / "tocsin", "demo", *arguments, stdout=subprocess.PIPE, env=self.surroundings)
        self.addCleanup(lambda: demo.process.poll() is not None or demo.process.send_signal(signal.SIGTERM))
        return demo

    def await_words(self, demo, pattern):
        """Its stdout up to the line that matches."""
        said = ""
        for line in demo.process.stdout:
            said += line
            if re.search(pattern, line):
                return said
        raise AssertionError(f"the demonstration ended without {pattern}:\n{said}")

    def finish(self, demo, how=signal.SIGINT):
        status = demo.stop(how)
        demo.process.stdout.close()
        self.assertEqual(self.left_behind(), [])
        self.assert_sound("".join(demo.lines))
        return status

    def test_once_prints_the_report_and_leaves_nothing(self):
        said = subprocess.run([BIN / "tocsin", "demo", "--once"], env=self.surroundings, capture_output=True, text=True, timeout=120)
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        self.assertRegex(said.stdout, r"(?m)^sent \d+, accepted \d+, .* rejected 0 ")
        self.assertRegex(said.stdout, r"(?m)^  Drug offences +317 ")
        self.assertEqual(self.left_behind(), [])

    def test_it_stays_for_what_it_proposes_until_ctrl_c(self):
        demo = self.run_demo()
        said = self.await_words(demo, "Ctrl-C ends it and removes the folder")
        self.assertEqual(len(self.left_behind()), 2)
        proposed = re.findall(r"(?m)^  (tocsin .*|sqlite3 .*)$", said)
        self.assertGreater(len(proposed), 3)
        for line in proposed:
            with self.subTest(line):
                if "FOLDER" in line:
                    folder = self.write("in/a-street.csv", "Crime ID\n").parent
                    line = line.replace("FOLDER", str(folder)) + " || true"
                done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=60,
                                      env={**self.surroundings, "PATH": f"{BIN}:/usr/bin:/bin"})
                self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.finish(demo), 0)

    def test_a_polite_kill_at_any_time_leaves_nothing(self):
        for words in (r"^sent ", "^Counts ", "Ctrl-C ends it"):
            with self.subTest(words):
                demo = self.run_demo()
                self.await_words(demo, words)
                self.finish(demo, signal.SIGTERM)

    def test_what_the_aggregator_logs_is_shown_and_never_stops_it(self):
        demo = self.run_demo()
        said = self.await_words(demo, "Ctrl-C ends it")
        folder = re.search(r"--data (\S+)", said).group(1)
        for number in range(60):  # more than a pipe holds
            with socket.socket(socket.AF_UNIX) as control:
                control.settimeout(30)
                control.connect(f"{folder}/control.sock")
                control.sendall(json.dumps({"command": "status", "who": f"{number} " + "x" * 1800}).encode() + b"\n")
                self.assertIn(b'"ok": true', control.recv(4096))
        demo.await_line("command  name=status who=59 x")
        self.assertEqual(self.finish(demo), 0)

    def test_an_aggregator_that_ends_by_itself_ends_it(self):
        demo = self.run_demo()
        said = self.await_words(demo, "Ctrl-C ends it")
        folder = re.search(r"--data (\S+)", said).group(1)
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(f"{folder}/control.sock")
            control.sendall(b'{"command": "status", "who": "test"}\n')
            os.kill(json.loads(control.recv(4096))["pid"], signal.SIGKILL)
        self.assertEqual(demo.process.wait(timeout=60), 1)
        self.finish(demo)
        self.assertIn("tocsin demo: the aggregator has ended\n", demo.lines)

    def test_a_folder_of_one_s_own_is_kept(self):
        data = self.folder / "kept"
        said = self.run_program(BIN / "tocsin", "demo", "--once", "--data", data, check=0)
        self.assertEqual(said.stderr, "")
        self.verify(data=data)
        self.assertEqual(self.report(STAFFORD, data=data, as_of="2025-03-31")["drug-offences"]["count"], 317)


if __name__ == "__main__":
    unittest.main()
