# SPDX-License-Identifier: Apache-2.0
"""Feeds chronyd's refclock SOCK, as a clock of the machine's host would be one."""

import socket
import struct
import threading
import time

SAMPLE = struct.Struct("@qqdiiii")  # refclock_sock.c of chrony: timeval, offset, pulse, leap, pad, magic
MAGIC = 0x534F434B


class HostClock(threading.Thread):
    """Says twice a second that the clock is ahead by `shown_error_s`, whatever it is."""

    def __init__(self, path, clock, shown_error_s):
        super().__init__(daemon=True)
        self._path = str(path)
        self._clock = clock
        self._shown_error_s = shown_error_s
        self._over = threading.Event()

    def run(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as feed:
            while not self._over.wait(0.5):
                shown_s = time.time() + self._clock.error_s(time.monotonic_ns())
                whole_s = int(shown_s)
                try:
                    feed.sendto(SAMPLE.pack(whole_s, int((shown_s - whole_s) * 1e6), -self._shown_error_s, 0, 0,
                                            0, MAGIC), self._path)
                except OSError:
                    pass  # chronyd is not there yet

    def stop(self):
        self._over.set()
        self.join()
