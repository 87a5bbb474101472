# SPDX-License-Identifier: Apache-2.0
"""`clockguard gate` as systemd would run it: notify socket, state file, output, exit code."""

import json
import os
import socket
import subprocess
import threading
import time
from pathlib import Path

from daemons import Failure, Process, wait_until


class NotifySocket(threading.Thread):
    """What a service tells systemd, with the moment (in ns) each message came."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path = str(path)
        self.messages = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)

    def run(self):
        while message := self._socket.recv(65536):
            self.messages.append((time.monotonic_ns(), message.decode(errors="replace")))

    def close(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", self.path)
        self.join()
        self._socket.close()

    def moment_of(self, line):
        """When a message with that line came, or None."""
        return next((at for at, text in list(self.messages) if line in text.split("\n")), None)

    def statuses(self):
        return [line[len("STATUS="):] for _, text in list(self.messages)
                for line in text.split("\n") if line.startswith("STATUS=")]


class Gate:
    """A waiting gate. It opens when it tells systemd READY=1, or when it ends."""

    def __init__(self, program, root, environment, output):
        self._command = [str(program), "--root", str(root)]
        self._state_file = root / "run/clockguard/state.json"
        self.notify = NotifySocket(output.with_suffix(".notify"))
        self.notify.start()
        self._environment = {**environment, "NOTIFY_SOCKET": self.notify.path}
        self.process = Process([*self._command, "gate"], output, self._environment)
        self.ended_ns = None
        self._reaper = threading.Thread(target=self._reap, daemon=True)
        self._reaper.start()

    def _reap(self):
        self.exit_code = self.process.wait(None)
        self.ended_ns = time.monotonic_ns()

    def wait(self, patience_s=30):
        """Its exit code."""
        self._reaper.join(patience_s)
        if self.ended_ns is None:
            raise Failure(f"the gate still waits after {patience_s} s")
        return self.exit_code

    @property
    def opened_ns(self):
        ready = self.notify.moment_of("READY=1")
        return min(at for at in (ready, self.ended_ns) if at) if ready or self.ended_ns else None

    @property
    def is_holding(self):
        return self.ended_ns is None and self.notify.moment_of("READY=1") is None

    def state(self):
        """The state file, or nothing while there is none."""
        try:
            return json.loads(self._state_file.read_text())
        except FileNotFoundError:
            return {}

    def outcome(self):
        return self.state().get("gate", {}).get("outcome")

    def wait_for_outcome(self, outcome):
        self._wait_until(lambda: self.outcome() == outcome, f"the outcome {outcome} in its state file")

    def wait_for_status(self):
        self._wait_until(self.notify.statuses, "a first STATUS= of the gate")

    def _wait_until(self, condition, what):
        wait_until(lambda: condition() or self.ended_ns, what)
        if not condition():
            raise Failure(f"the gate ended before {what}:\n{self.process.text()}")

    def release(self):
        """`clockguard gate --release`, by another process; its exit code."""
        return self.run("gate", "--release").returncode

    def run(self, *command):
        """Another command of the same program, on the same machine."""
        return subprocess.run([*self._command, *command], env=self._environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)

    def stop(self):
        self.process.stop()
        self._reaper.join()
        self.notify.close()


def gate_settings(port, directory, settings):
    """The environment that tells a gate how to behave; later settings win."""
    # A second is what the scenarios are about; three, the default, hides a slew.
    known = {"CLOCKGUARD_TRUST_MAX_ERROR": "1s"}
    if port:
        known["CLOCKGUARD_CHRONY_PORT"] = str(port)
    return {**known, "HOME": str(directory), **settings}


def make_root(directory):
    """As much of a machine as the gate reads: this one's processes, an installed chronyd, no more."""
    root = directory / "root"
    for folder in ("run/chrony", "run/clockguard", "var/lib/clockguard", "etc/clockguard", "dev",
                   "sys/class", "usr/sbin"):
        (root / folder).mkdir(parents=True)
    # No link leads out of the root: what the gate reads in /proc is laid there.
    for fact in ("boot_id", "hostname", "osrelease"):
        told = Path("/proc/sys/kernel") / ("random/boot_id" if fact == "boot_id" else fact)
        shown = root / told.relative_to("/")
        shown.parent.mkdir(parents=True, exist_ok=True)
        shown.write_text(told.read_text())
    (root / "usr/sbin/chronyd").touch()
    os.chmod(root / "run/chrony", 0o700)
    return root
