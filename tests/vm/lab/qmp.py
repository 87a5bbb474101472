# SPDX-License-Identifier: Apache-2.0
"""QEMU's machine protocol: the view of the hardware clock from outside the guest."""

import calendar
import json
import socket


class Qmp:
    def __init__(self):
        # A pair needs no path, and so no limit on a path's length and nothing to clean up.
        self._socket, self.peer = socket.socketpair()
        self._socket.settimeout(30)
        self._stream = self._socket.makefile("rw")

    def open(self):
        """To be called once QEMU has the peer."""
        self.peer.close()
        self._stream.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self._stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._stream.flush()
        while True:
            answer = json.loads(self._stream.readline())
            if "error" in answer:
                raise RuntimeError(f"cannot ask QEMU '{command}': {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def rtc(self):
        """The hardware clock, in seconds since 1970."""
        tm = self.ask("qom-get", path="/machine", property="rtc-time")
        return calendar.timegm((tm["tm_year"] + 1900, tm["tm_mon"] + 1, tm["tm_mday"],
                                tm["tm_hour"], tm["tm_min"], tm["tm_sec"]))
