# SPDX-License-Identifier: Apache-2.0
"""An NTP server on loopback: a real chronyd that serves this machine's clock and never touches it."""

import os
import socket

from vm import process

CONF = """port {port}
bindaddress 127.0.0.1
allow 127.0.0.1
local stratum 3
cmdport 0
bindcmdaddress /
pidfile {directory}/ntp.pid
"""


class NtpServer:
    def __init__(self, directory):
        self.directory = directory
        self.port = _free_port()
        self._process = None

    def start(self):
        if self._process:
            return
        conf = self.directory / "ntp.conf"
        conf.write_text(CONF.format(port=self.port, directory=self.directory))
        # -x: never adjust the clock.  A killed predecessor may have left its PID file.
        (self.directory / "ntp.pid").unlink(missing_ok=True)
        self._process = process.start(["chronyd", "-x", "-d", "-u", _user(), "-f", str(conf)],
                                      self.directory / "ntp.log")

    def stop(self):
        process.stop(self._process)


def _free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _user():
    return "root" if os.geteuid() == 0 else str(os.geteuid())
