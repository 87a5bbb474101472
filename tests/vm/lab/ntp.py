# SPDX-License-Identifier: Apache-2.0
"""The guest's NTP server, on this machine's loopback: it serves this machine's clock, and follows a source."""

import socket
import sys
from pathlib import Path

from lab import process

TIMESERVER = Path(__file__).resolve().parents[2] / "chrony/timeserver.py"


class NtpServer:
    def __init__(self, directory):
        self.directory = directory
        self.port = _free_port()
        self._process = None

    def start(self):
        if not self._process:
            self._process = process.start([sys.executable, str(TIMESERVER), "127.0.0.1", str(self.port)],
                                          self.directory / "ntp.log")

    def stop(self):
        process.stop(self._process)


def _free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
