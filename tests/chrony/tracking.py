# SPDX-License-Identifier: Apache-2.0
"""Asks chronyd for its TRACKING report, and remembers when it began to say what."""

import os
import random
import socket
import struct
import threading
import time
from dataclasses import dataclass

REQUEST = struct.Struct("!BBBBHHIII84x")  # candm.h: header, padded to the length of the reply
TRACKING, ACTIVITY = 33, 44
REPLY_BYTES = 104
REFID_LOCAL = 0x7F7F0101


@dataclass(frozen=True)
class Tracking:
    refid: int
    family: int
    stratum: int
    leap: int
    updated_s: float
    correction_s: float
    skew_ppm: float
    root_delay_s: float
    root_dispersion_s: float

    @property
    def bound_s(self):
        return abs(self.correction_s) + self.root_dispersion_s + self.root_delay_s / 2

    @property
    def is_synchronised(self):
        """chronyd follows a source; how far the clock is from it is another question."""
        return self.leap < 3 and self.refid not in (0, REFID_LOCAL) and 1 <= self.stratum <= 9

    def is_trustworthy(self, max_error_s):
        return self.is_synchronised and self.bound_s <= max_error_s

    @property
    def changes(self):
        return (self.refid, self.stratum, self.leap, self.family)


def to_float(bits):
    """chrony's own: 7 bits of signed exponent, 25 bits of signed coefficient."""
    exponent, coefficient = bits >> 25, bits & 0x1FFFFFF
    exponent -= 0x80 if exponent & 0x40 else 0
    coefficient -= 0x2000000 if coefficient & 0x1000000 else 0
    return coefficient * 2.0 ** (exponent - 25)


def to_tracking(reply):
    refid, = struct.unpack_from("!I", reply, 28)
    family, _, stratum, leap, high_s, low_s, ns = struct.unpack_from("!HHHHIII", reply, 48)
    floats = [to_float(bits) for bits in struct.unpack_from("!8I", reply, 68)]
    updated_s = (high_s << 32) + low_s + ns / 1e9
    return Tracking(refid, family, stratum, leap, updated_s, floats[0], floats[5], floats[6], floats[7])


class Client:
    """address: a UDP port on loopback, or the path of chronyd's Unix socket."""

    def __init__(self, address):
        self._own_path = None
        if isinstance(address, int):
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._address = ("127.0.0.1", address)
        else:
            # chronyd answers a pathname only, and one beside its own socket is what it may reach.
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._own_path = f"{os.path.dirname(address)}/watch.{os.getpid()}.{id(self)}.sock"
            self._socket.bind(self._own_path)
            self._address = address
        self._socket.settimeout(0.25)

    def ask(self):
        """The report, or None if nobody answers."""
        reply = self._ask(TRACKING)
        return to_tracking(reply) if reply and len(reply) == REPLY_BYTES else None

    def count_offline(self):
        """How many sources chronyd does not ask, or will not once its burst is over; None if
        nobody answers."""
        reply = self._ask(ACTIVITY)
        if not reply:
            return None
        _, offline, _, burst_offline = struct.unpack_from("!4I", reply, 28)
        return offline + burst_offline

    def _ask(self, command):
        sequence = random.getrandbits(32)
        try:
            self._socket.connect(self._address)
            self._socket.send(REQUEST.pack(6, 1, 0, 0, command, 0, sequence, 0, 0))
            reply = self._socket.recv(1024)
        except OSError:
            return None
        answers = len(reply) >= 20 and struct.unpack_from("!I", reply, 16) == (sequence,)
        return reply if answers else None

    def close(self):
        self._socket.close()
        if self._own_path:
            os.unlink(self._own_path)


class Watch(threading.Thread):
    """Asks every few milliseconds, and keeps each answer with the moment it came (in ns)."""

    def __init__(self, address, every_s):
        super().__init__(daemon=True)
        self._address = address
        self._every_s = every_s
        self._over = threading.Event()
        self.answers = []
        self.round_trips_ns = []
        self.last_silence_ns = 0

    def run(self):
        client = None
        while not self._over.wait(self._every_s):
            if client is None:
                client = self._connect()
            asked = time.monotonic_ns()
            answer = client.ask() if client else None
            if answer is None:
                self.last_silence_ns = asked
            else:
                self.answers.append((time.monotonic_ns(), answer))
                self.round_trips_ns.append(self.answers[-1][0] - asked)
        if client:
            client.close()

    def _connect(self):
        try:
            return Client(self._address)
        except OSError:
            return None

    def stop(self):
        self._over.set()
        self.join()

    def first(self, condition):
        """(moment, answer) of the first answer of which the condition holds, or None."""
        return next((pair for pair in list(self.answers) if condition(pair[1])), None)

    def changes(self):
        """The first answer, and each that differs from the one before in what it follows."""
        seen, changes = None, []
        for at_ns, answer in list(self.answers):
            if answer.changes != seen:
                changes.append((at_ns, answer))
            seen = answer.changes
        return changes

    def updates_between(self, from_ns, to_ns):
        """How often chronyd took in a measurement. Its requests are two seconds apart at least; by less than
        half a second it moves the moment of the last one only because it moves the clock."""
        moments = [answer.updated_s for at_ns, answer in list(self.answers) if from_ns <= at_ns <= to_ns]
        return sum(abs(later - earlier) > 0.5 for earlier, later in zip(moments, moments[1:]))
