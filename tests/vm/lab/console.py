# SPDX-License-Identifier: Apache-2.0
"""A port of the guest, which QEMU writes to a file and the runner reads line by line."""


class Console:
    def __init__(self, path):
        self.path = path
        path.write_bytes(b"")
        self._file = open(path, "rb")
        self._rest = b""

    def new_lines(self):
        """The lines completed since the last call."""
        *lines, self._rest = (self._rest + self._file.read()).split(b"\n")
        return [line.decode(errors="replace").rstrip("\r") for line in lines]

    def last_lines(self, count):
        return self.path.read_text(errors="replace").splitlines()[-count:]
