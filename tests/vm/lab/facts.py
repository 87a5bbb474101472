# SPDX-License-Identifier: Apache-2.0
"""What was seen in one boot, and the questions a scenario asks of it."""

import re
from dataclasses import dataclass

from lab import certificate

DAEMONS = ["apiserver-kicker", "apiserver-proxy", "cluster-agent", "containerd", "etcd", "flanneld", "k8s-dqlite",
           "kubelite"]


class Broken(Exception):
    """A promise that this boot did not keep."""


def require(kept, what):
    if not kept:
        raise Broken(what)


@dataclass
class Command:
    line: str
    code: int
    out: str
    err: str


class Facts:
    def __init__(self, document, console):
        self.document = document
        self.console = console
        self._seen = document["seen"]

    def command(self, name):
        where = f"commands/{name}"
        return Command(self._seen[f"{where}/command"], int(self._seen[f"{where}/code"]),
                       self._seen[f"{where}/out"].strip(), self._seen[f"{where}/err"].strip())

    def file(self, name):
        return self._seen.get(f"files/{name}")

    def units(self, when="end"):
        blocks = self._seen[f"units/{when}"].strip().split("\n\n")
        every = [dict(line.split("=", 1) for line in block.splitlines()) for block in blocks]
        return {unit["Id"]: unit for unit in every}

    def listing(self, when):
        """{path: [attributes, hash]} of MicroK8s' files."""
        files = {}
        for line in self._seen[f"listings/{when}"].splitlines():
            path, attribute = line.split("\t")
            files.setdefault(path, []).append(attribute)
        return files

    def certificate(self, name):
        return certificate.read(self.document["pem"][name])

    def bad_certificate(self, name):
        """A certificate as it was laid on the disk before the boot."""
        return certificate.read(self.document["outside"]["certificates"][name])

    def gate_opened(self):
        """The monotonic second in which systemd learned that the hold is over."""
        return int(self.units()["clockguard-gate.service"]["ActiveEnterTimestampMonotonic"]) / 1e6

    def now(self):
        return self.document["clocks"]["system"]

    def lines(self, pattern, unit=""):
        return [entry for entry in self.document["journal"]
                if re.search(pattern, entry["text"]) and unit in entry["unit"]]

    def first(self, pattern, unit=""):
        """The first journal entry that matches; its absence breaks the scenario."""
        found = self.lines(pattern, unit)
        require(found, f"the journal has no line '{pattern}'" + (f" of {unit}" if unit else ""))
        return found[0]

    def daemon_starts(self):
        """{daemon: monotonic second of its first start in this boot}."""
        starts = {}
        for name in DAEMONS:
            found = self.lines("^Start(ing|ed) ", f"snap.microk8s.daemon-{name}.service")
            if found:
                starts[name] = found[0]["monotonic"]
        return starts
