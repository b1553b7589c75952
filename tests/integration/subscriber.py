"""A subscriber in Python, written from proto/PROTOCOL.md and announce.proto alone. It keeps its number in a file, as one that
outlives its process would, and can be disconnected, restarted and slowed.
"""
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import zmq

from harness import PATIENCE_S, PROJECT

ANSWER_WITHIN_S = 3


def _messages():
    """What protoc makes of the contract."""
    with tempfile.TemporaryDirectory(prefix="tocsin-test-") as folder:
        subprocess.run(["protoc", f"--python_out={folder}", f"--proto_path={PROJECT / 'proto'}", "announce.proto"], check=True)
        sys.path.insert(0, folder)
        try:
            return importlib.import_module("announce_pb2")
        finally:
            sys.path.remove(folder)


pb = _messages()
context = zmq.Context()


class Subscriber:
    """`dealt` holds (lineage, event) of all that it has dealt with since it was made."""

    def __init__(self, path, topics=("",), filter=None, most_waiting=1000):
        self.path = pathlib.Path(path)
        self.topics, self.filter, self.most_waiting = topics, filter or pb.Filter(), most_waiting
        self.dealt = []
        self.questions = 0
        self.refused = []
        self.newest = None  # of the last beat of this connection
        self.asked_s = None
        self.sockets = ()
        kept = json.loads(self.path.read_text()) if self.path.exists() else {"known": 0, "lineage": ""}
        self.known, self.lineage = kept["known"], kept["lineage"]

    def connect(self, announce, replay):
        self.newest = self.asked_s = None
        self.news, self.asking = context.socket(zmq.SUB), context.socket(zmq.DEALER)
        self.sockets = (self.news, self.asking)
        self.poller = zmq.Poller()
        for each in self.sockets:
            each.setsockopt(zmq.LINGER, 0)
            each.setsockopt(zmq.RECONNECT_IVL, 200)
            each.setsockopt(zmq.RECONNECT_IVL_MAX, 5000)
            self.poller.register(each, zmq.POLLIN)
        self.news.setsockopt(zmq.RCVHWM, self.most_waiting)
        self.news.setsockopt(zmq.RCVBUF, 1024 * self.most_waiting)
        for topic in {*self.topics, "beat"}:
            self.news.subscribe(topic)
        self.news.connect(announce)
        self.asking.connect(replay)
        return self

    def disconnect(self):
        for each in self.sockets:
            each.close()
        self.sockets = ()

    def keep(self):
        self.path.write_text(json.dumps({"known": self.known, "lineage": self.lineage}))

    def ask(self):
        if self.asked_s is not None and time.monotonic() - self.asked_s < ANSWER_WITHIN_S:
            return
        self.asked_s = time.monotonic()
        self.questions += 1
        self.asking.send(pb.Announcement(version=1, replay=pb.Replay(after=self.known, filter=self.filter)).SerializeToString())

    def deal_with(self, event):
        self.dealt.append((self.lineage, event))
        self.known = event.number
        self.keep()

    def hear(self, said):
        if said.version != 1:
            return
        if said.lineage and said.lineage != self.lineage:
            self.known = min(self.known, said.since) if self.lineage else self.known
            self.lineage = said.lineage
            self.keep()
        kind = said.WhichOneof("kind")
        if kind == "event":
            if said.event.number == self.known + 1:
                self.deal_with(said.event)
            elif said.event.number > self.known:
                self.ask()
        elif kind == "beat":
            self.newest = said.beat.newest
            if self.newest > self.known:
                self.ask()
        elif kind == "replayed":
            self.asked_s = None
            if said.replayed.after > self.known:
                return
            for event in said.replayed.events:
                if event.number > self.known:
                    self.deal_with(event)
            if said.replayed.through > self.known:
                self.known = said.replayed.through
                self.keep()
            if said.replayed.newest > self.known:
                self.ask()
        elif kind == "refuse":
            self.asked_s = None
            self.refused.append(said.refuse.words)

    def pump(self, until, what, patience_s=PATIENCE_S):
        """Hears what comes until the condition holds."""
        deadline = time.monotonic() + patience_s
        while not until():
            left_ms = (deadline - time.monotonic()) * 1000
            if left_ms <= 0:
                raise AssertionError(f"not within {patience_s} s: {what}; known {self.known}, newest {self.newest}")
            for each, _ in self.poller.poll(left_ms):
                self.hear(pb.Announcement.FromString(each.recv_multipart()[-1]))
                if until():
                    return

    def catch_up(self, number):
        """Until everything up to that number is dealt with."""
        self.pump(lambda: self.known >= number, f"everything up to {number}")

    def numbers(self):
        return [event.number for _, event in self.dealt]
