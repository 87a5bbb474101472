# SPDX-License-Identifier: Apache-2.0
"""What any user may do to chronyd's command port: bind it too, and answer in chronyd's place."""

import math
import socket
import struct
import threading
import time

from tracking import TRACKING

# candm.h: header of a reply, then the data of TRACKING.
REPLY = struct.Struct("!BBBBHHHHHHIII I16sHH HH III 9I")


def from_float(value):
    """chrony's own: 7 bits of signed exponent, 25 bits of signed coefficient."""
    fraction, exponent = math.frexp(value)
    return ((exponent + 1) & 0x7F) << 25 | int(fraction * (1 << 24)) if value else 0


def perfect_tracking(sequence, ahead_s):
    """Synchronised at stratum 2, within a millisecond of a clock that is so far ahead."""
    seconds = int(time.time() + ahead_s)
    millisecond = from_float(0.001)
    return REPLY.pack(6, 2, 0, 0, TRACKING, 5, 0, 0, 0, 0, sequence, 0, 0,
                      0x0A630001, b"\x0a\x63\x00\x01".ljust(16, b"\0"), 1, 0, 2, 0,
                      seconds >> 32, seconds & 0xFFFFFFFF, 0,
                      0, 0, 0, 0, 0, 0, millisecond, millisecond, from_float(64))


class Impostor(threading.Thread):
    """Beside whoever has the port (SO_REUSEADDR): the last to bind it is asked."""

    def __init__(self, address, port, ahead_s):
        super().__init__(daemon=True)
        self._ahead_s = ahead_s
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((address, port))
        self._socket.settimeout(0.1)
        self._over = threading.Event()

    def run(self):
        while not self._over.is_set():
            try:
                question, who = self._socket.recvfrom(1024)
            except TimeoutError:
                continue
            sequence, = struct.unpack_from("!I", question, 8)
            self._socket.sendto(perfect_tracking(sequence, self._ahead_s), who)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self.join()
        self._socket.close()
