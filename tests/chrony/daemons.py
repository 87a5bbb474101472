# SPDX-License-Identifier: Apache-2.0
"""The two chronyds: a time server that shows the true time, and the one under test."""

import getpass
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

CHRONYD = os.environ.get("CHRONY_TEST_CHRONYD", "/usr/sbin/chronyd")
PATIENCE_S = 30


class Failure(Exception):
    """A scenario did not go as it should; the text says what was seen."""


def wait_until(condition, what, patience_s=PATIENCE_S):
    """Returns the condition's first true value; looks often, for every event here leaves a trace."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.002)
    raise Failure(f"waited {patience_s} s in vain: {what}")


def free_port():
    """A UDP port on loopback that nobody uses, so that any number of runs can go side by side."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fill_queue(path):
    """Sends to a datagram socket until it takes no more."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        sender.connect(str(path))
        try:
            while True:
                sender.send(b"x")
        except BlockingIOError:
            pass


class Process:
    """A program, its output in a file, and its end."""

    def __init__(self, arguments, output, environment=None):
        self.output = Path(output)
        self.started_ns = time.monotonic_ns()
        self._shown = None
        with open(self.output, "ab") as out:
            self._process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=out,
                                             stderr=subprocess.STDOUT, env=environment)

    def show_in(self, root, name):
        """The process as a gate below that root sees it, for as long as it lives."""
        self._shown = Path(root) / "proc" / str(self._process.pid) / "comm"
        self._shown.parent.mkdir(parents=True)
        self._shown.write_text(f"{name}\n")

    def _hide(self):
        if self._shown:
            self._shown.unlink(missing_ok=True)

    @property
    def pid(self):
        return self._process.pid

    def text(self):
        return self.output.read_text(errors="replace")

    def is_running(self):
        return self._process.poll() is None

    def terminate(self):
        self._process.terminate()

    def pause(self):
        """It is there, and does nothing more."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._hide()

    def wait(self, patience_s=PATIENCE_S):
        code = self._process.wait(patience_s)
        self._hide()
        return code

    def stop(self):
        if self.is_running():
            self._process.terminate()
        try:
            self.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()


def chronyd(config_path, *options):
    rootless = ["-U"] if os.geteuid() else []
    return [CHRONYD, "-d", "-u", getpass.getuser(), *rootless, *options, "-f", str(config_path)]


def write_config(path, lines):
    path.write_text("\n".join(lines) + "\n")
    return path


def is_serving(address, port):
    """Whether an NTP client would be told the time: a synchronised answer to an NTPv4 request."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        client.settimeout(0.1)
        try:
            client.connect((address, port))
            client.send(bytes([0x23]) + bytes(47))
            answer = client.recv(512)
        except OSError:
            return False
    return len(answer) >= 48 and answer[0] >> 6 != 3 and answer[1] != 0


TIMESERVER = Path(__file__).with_name("timeserver.py")


def start_server(directory, address, port, **says):
    """A time server that shows the machine's time, not the simulated one; says: timeserver.py's options."""
    options = [f"--{name.replace('_', '-')}={value}" for name, value in says.items()]
    return Process([sys.executable, TIMESERVER, address, str(port), *options],
                   directory / f"server{port}.txt")


def client_config(directory, servers, command_port, command_socket, directives):
    """servers: address, port and options of each; directives: what a scenario is about, such as rtcsync, makestep."""
    return write_config(directory / "client.conf", [
        *(f"server {address} port {port} iburst {options}" for address, port, options in servers),
        "port 0", f"cmdport {command_port}",
        "bindcmdaddress 127.0.0.1", f"bindcmdaddress {command_socket}",
        f"pidfile {directory}/root/run/chrony/chronyd.pid", f"driftfile {directory}/drift", *directives])
