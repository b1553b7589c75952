"""A collector in Python, written from proto/PROTOCOL.md and collect.proto alone: it takes the protocol at its word, and
can break it on purpose.
"""
import importlib
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

import zmq

from harness import PATIENCE_S, PROJECT


def _messages():
    """What protoc makes of the contract."""
    with tempfile.TemporaryDirectory(prefix="tocsin-test-") as folder:
        subprocess.run(["protoc", f"--python_out={folder}", f"--proto_path={PROJECT / 'proto'}", "collect.proto"], check=True)
        sys.path.insert(0, folder)
        try:
            return importlib.import_module("collect_pb2")
        finally:
            sys.path.remove(folder)


pb = _messages()
context = zmq.Context()
context.set(zmq.MAX_SOCKETS, 4096)
RECORDED_DAY = 20178  # 2025-03-31


class Peer:
    """One connection. `say` sends; `hear` waits for an answer of this session; `greet` opens a stream."""

    def __init__(self, endpoint, source="peer", stream="by hand"):
        self.source, self.stream = source, stream
        self.instance = random.getrandbits(63) | 1
        self.session = random.getrandbits(63) | 1
        self.sequence = 0
        self.socket = context.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(endpoint)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def say(self, **kind):
        self.socket.send(pb.Envelope(version=1, session=self.session, **kind).SerializeToString())

    def hear(self, patience_s=PATIENCE_S):
        """The next envelope of this session that isn't a heartbeat; None when none came."""
        deadline = time.monotonic() + patience_s
        while self.socket.poll(max(0, int(1000 * (deadline - time.monotonic())))):
            envelope = pb.Envelope.FromString(self.socket.recv())
            if envelope.session == self.session and envelope.WhichOneof("kind") != "heartbeat":
                return envelope
        return None

    def hello(self, stream_number=1, **more):
        self.say(hello=pb.Hello(source=self.source, stream=self.stream, stream_number=stream_number, instance=self.instance,
                                **more))

    def greet(self, patience_s=PATIENCE_S):
        """Welcome, or whatever came instead."""
        self.hello()
        answer = self.hear(patience_s)
        return answer and (answer.welcome if answer.HasField("welcome") else answer)

    def records(self, incidents, origin="peer", offset=None, sequence=None, stream_number=1, **more):
        """Sends them under the next sequence."""
        self.sequence = sequence or self.sequence + 1
        position = None if offset is None else pb.Position(offset=offset, digest=b"-")
        self.say(records=pb.Records(stream_number=stream_number, sequence=self.sequence, origin=origin, incidents=incidents,
                                    position=position, **more))

    def bye(self):
        self.say(bye=pb.Bye(text="done"))


def incident(reference, **more):
    return pb.Incident(**{"reference": reference, "recorded_day": RECORDED_DAY, "offence": "34B", "area": "E07000197", **more})


class Witness(threading.Thread):
    """Sends batch after batch while everything around it dies, and remembers what was acknowledged. A batch is a list of
    incidents; its number is its position.

    What it must never see is noted in `wrong`.
    """

    CREDIT = 4
    SILENCE_S = 3

    def __init__(self, endpoint, make_batch, origin="witness"):
        super().__init__(daemon=True)
        self.endpoint, self.make_batch, self.origin = endpoint, make_batch, origin
        self.batches = []       # all that were made
        self.acknowledged = 0   # how many of them are
        self.enough = threading.Event()
        self.instance = random.getrandbits(63) | 1
        self.wrong = []

    def run(self):
        try:
            while not self.is_done():
                with Peer(self.endpoint, "witness", "of the crash") as peer:
                    peer.instance = self.instance
                    self.attend(peer)
        except Exception as failed:  # told by the test, which would wait for ever
            self.wrong.append(repr(failed))

    def is_done(self):
        return self.wrong or (self.enough.is_set() and self.acknowledged == len(self.batches))

    def attend(self, peer):
        """One session, until it breaks or everything is acknowledged."""
        welcome = peer.greet(self.SILENCE_S)
        if not isinstance(welcome, pb.Welcome):
            return
        begun = sent = welcome.position.offset
        if begun < self.acknowledged:
            self.wrong.append(f"{self.acknowledged} batches were acknowledged, and the position held is {begun}")
        self.acknowledged = max(self.acknowledged, begun)
        while not self.is_done():
            while sent < self.acknowledged + self.CREDIT and (sent < len(self.batches) or not self.enough.is_set()):
                if sent == len(self.batches):
                    self.batches.append(self.make_batch())
                peer.records(self.batches[sent], self.origin, offset=sent + 1)
                sent += 1
            answer = peer.hear(self.SILENCE_S)
            if answer is None or not answer.HasField("ack"):
                return
            self.acknowledged = begun + answer.ack.through
        peer.bye()
