"""A stretch of network between collectors and the aggregator that misbehaves as it is told: it delays, stops, swallows one
direction, or cuts connections, in the middle of a frame too.
"""
import collections
import random
import selectors
import socket
import struct
import threading
import time

UP, DOWN = "up", "down"  # from the collector to the aggregator, and back
CHUNK = 16 * 1024


class Side:
    """One direction of one connection: what was read from a socket and must be written to the other."""

    def __init__(self, direction, source, sink):
        self.direction, self.source, self.sink = direction, source, sink
        self.waiting = collections.deque()  # (when it is due, octets)
        self.swallows = False
        self.ended = False


class Connection:
    def __init__(self, client, server, limit):
        self.sockets = client, server
        self.sides = Side(UP, client, server), Side(DOWN, server, client)
        self.left = limit  # octets until it is cut; None: it isn't


class Proxy(threading.Thread):
    """Runs until it is closed. What it does, it does in its own thread, by order.

    delay_s       how long octets are on their way
    cut_after     called for each new connection: how many octets it lives, both ways together; None: for ever
    """

    def __init__(self, endpoint):
        super().__init__(daemon=True)
        host, port = endpoint.removeprefix("tcp://").split(":")
        self.target = host, int(port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        self.endpoint = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.delay_s = 0
        self.cut_after = lambda: None
        self.octets = {UP: 0, DOWN: 0}  # that came through
        self.connected = 0              # connections so far
        self._all = []
        self._closed = False
        self._stopped_until = 0
        self._unread = set()
        self._orders = collections.deque()
        self._triggers = []
        self._bell, self._ring = socket.socketpair()
        self.start()

    # --- what a test may ask for ----------------------------------------------------------------------

    def order(self, what, *arguments):
        """One of those below, now."""
        self._orders.append((what, arguments))
        self._ring.send(b"!")

    def order_at(self, direction, octets, what, *arguments):
        """As soon as so many octets have come through that way, to the octet."""
        self._triggers.append((direction, octets, what, arguments))

    def partition(self, seconds=float("inf")):
        """Nothing gets through, and nobody is told, until it heals."""
        self._stopped_until = time.monotonic() + seconds

    def heal(self):
        self._stopped_until = 0
        self._unread.clear()

    def stop_reading(self, direction):
        """What is sent that way stays where it is, until the sender's buffers are full."""
        self._unread.add(direction)

    def swallow(self, direction):
        """The connections that are open are half dead from now on."""
        for each in self._all:
            for side in each.sides:
                if side.direction == direction:
                    side.swallows = True
                    side.waiting.clear()

    def cut(self):
        """All connections that are open."""
        for each in list(self._all):
            self._drop(each)

    def close(self):
        self.order(lambda: setattr(self, "_closed", True))
        self.join()

    # --- its own thread -------------------------------------------------------------------------------

    def run(self):
        while not self._closed:
            self._round()
        self.cut()
        for each in (self.listener, self._bell, self._ring):
            each.close()

    def _round(self):
        """A selector made anew each time: who is waited for changes with every order."""
        now = time.monotonic()
        stopped = now < self._stopped_until
        with selectors.DefaultSelector() as selector:
            selector.register(self._bell, selectors.EVENT_READ, self._obey)
            if not stopped:
                selector.register(self.listener, selectors.EVENT_READ, self._accept)
                self._watch_all(selector, now)
            for key, events in selector.select(self._patience(now, stopped)):
                key.data() if key.fileobj in (self._bell, self.listener) else self._serve(key.data, events)

    def _watch_all(self, selector, now):
        wanted = {}
        for each in self._all:
            for side in each.sides:
                if not side.ended and side.direction not in self._unread and len(side.waiting) < 64:
                    wanted.setdefault(side.source, [each, 0])[1] |= selectors.EVENT_READ
                if side.waiting and side.waiting[0][0] <= now:
                    wanted.setdefault(side.sink, [each, 0])[1] |= selectors.EVENT_WRITE
        for each, (connection, events) in wanted.items():
            selector.register(each, events, (connection, each))

    def _patience(self, now, stopped):
        if stopped:
            return None if self._stopped_until == float("inf") else self._stopped_until - now
        due = [side.waiting[0][0] - now for each in self._all for side in each.sides if side.waiting]
        return max(0, min(due)) if due else None

    def _obey(self):
        self._bell.recv(CHUNK)
        while self._orders:
            what, arguments = self._orders.popleft()
            what(*arguments)

    def _trigger(self, direction):
        for each in [each for each in self._triggers if each[0] == direction and each[1] <= self.octets[direction]]:
            self._triggers.remove(each)
            each[2](*each[3])

    def _allowed(self, connection, direction):
        """How many octets may go before something is to happen."""
        limits = [each[1] - self.octets[direction] for each in self._triggers if each[0] == direction]
        if connection.left is not None:
            limits.append(connection.left)
        return min(limits, default=CHUNK)

    def _accept(self):
        client, _ = self.listener.accept()
        try:
            server = socket.create_connection(self.target)
        except OSError:
            client.close()
            return
        for each in (client, server):
            each.setblocking(False)
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connected += 1
        self._all.append(Connection(client, server, self.cut_after()))

    def _serve(self, who, events):
        connection, ready = who
        for side in connection.sides:
            if connection in self._all and events & selectors.EVENT_READ and side.source is ready:
                self._read(connection, side)
            if connection in self._all and events & selectors.EVENT_WRITE and side.sink is ready:
                self._write(connection, side)

    def _read(self, connection, side):
        try:
            octets = side.source.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        if not octets:
            side.ended = True
            self._end(connection)
        elif not side.swallows:
            side.waiting.append((time.monotonic() + self.delay_s, octets))

    def _write(self, connection, side):
        due, octets = side.waiting.popleft()
        now = octets[:self._allowed(connection, side.direction)]
        try:
            sent = side.sink.send(now)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._drop(connection)
            return
        if sent < len(octets):
            side.waiting.appendleft((due, octets[sent:]))
        self.octets[side.direction] += sent
        if connection.left is not None:
            connection.left -= sent
        self._trigger(side.direction)
        if connection in self._all:
            self._end(connection)

    def _end(self, connection):
        """When one side has ended and all of it was passed on, or its time has come, both have."""
        if connection.left == 0 or any(side.ended and not side.waiting for side in connection.sides):
            self._drop(connection)

    def _drop(self, connection):
        for each in connection.sockets:
            # as a cut does it: without a farewell
            each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            each.close()
        self._all.remove(connection)


def by_chance(seed, least, most):
    """Limits for `cut_after`."""
    chance = random.Random(seed)
    return lambda: chance.randrange(least, most)
