# SPDX-License-Identifier: Apache-2.0
"""One experiment: a machine with a wrong clock, in a directory of its own, cleaned up at its end."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from daemons import (Process, chronyd, client_config, free_port, is_serving, start_server,
                     wait_until)
from gate import Gate, gate_settings, make_root
from hostclock import HostClock
from simclock import SimClock
from tracking import Watch

STEPPING = ("rtcsync", "makestep 1 3")


class Lab:
    def __init__(self, tools, wrong_by_s, server_address="127.0.0.1", server_options=""):
        self.tools = tools
        self.server_options = server_options
        self.server_address = server_address
        # A short path: a Unix socket's name has room for 107 characters. In memory, like /run: on a
        # busy disk the state file's fsync() alone takes half a second.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.directory = Path(tempfile.mkdtemp(prefix="cg.", dir=memory))
        self.clock = SimClock(tools.simclock, self.directory / "clock", wrong_by_s)
        self.root = make_root(self.directory)
        self.server_port, self.command_port = free_port(), free_port()
        self.command_socket = self.root / "run/chrony/chronyd.sock"
        self.watch = None
        self._running = []
        self._more_servers = []
        self._gates = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.watch:
            self.watch.stop()
        for process in reversed(self._running):
            process.stop()
        if not self.tools.keep:
            shutil.rmtree(self.directory)

    def _keep(self, process):
        self._running.append(process)
        return process

    def start_server(self, answers_at_once=True, **says):
        """The server of the machine under test; says: timeserver.py's options."""
        return self._start_server(self.server_address, self.server_port, answers_at_once, says)

    def add_server(self, answers_at_once=True, **says):
        """One more, on an address of its own: chronyd asks no address twice."""
        address, port = f"127.0.0.{2 + len(self._more_servers)}", free_port()
        self._more_servers.append((address, port, self.server_options))
        return self._start_server(address, port, answers_at_once, says)

    def add_silent_server(self):
        """One that never answers."""
        self._more_servers.append((f"127.0.0.{2 + len(self._more_servers)}", free_port(), self.server_options))

    def _start_server(self, address, port, answers_at_once, says):
        server = self._keep(start_server(self.directory, address, port, **says))
        if answers_at_once:
            wait_until(lambda: is_serving(address, port), "a time server")
        return server

    def start_watch(self, address=None, every_s=0.005):
        self.watch = Watch(address or self.command_port, every_s)
        self.watch.start()

    def start_chronyd(self, *directives, command_port=None, command_socket=None, options=()):
        """chronyd under test, on the wrong clock. Given no directives, it may step, as on Debian."""
        port = self.command_port if command_port is None else command_port
        servers = [(self.server_address, self.server_port, self.server_options), *self._more_servers]
        config = client_config(self.directory, servers, port, command_socket or self.command_socket,
                               directives or STEPPING)
        if not self.watch:
            self.start_watch()
        process = self._keep(Process(chronyd(config, *options), self.directory / "chronyd.txt",
                                     self.clock.environment("chronyd")))
        process.show_in(self.root, "chronyd")
        return process

    def start_gate(self, ask_udp=True, **settings):
        """settings: CLOCKGUARD_<SECTION>_<KEY>, without the prefix and in lower case."""
        named = {f"CLOCKGUARD_{key.upper()}": value for key, value in settings.items()}
        environment = {**self.clock.environment("gate"),
                       **gate_settings(self.command_port if ask_udp else None, self.directory, named)}
        self._gates += 1
        return self._keep(Gate(self.tools.clockguard, self.root, environment,
                               self.directory / f"gate{self._gates}.txt"))

    def start_host_clock(self, path, shown_error_s=0.0):
        """A clock of this machine's host, for chronyd's refclock SOCK: it says that the simulated clock is
        ahead by so much."""
        feeder = HostClock(path, self.clock, shown_error_s)
        self._running.append(feeder)
        feeder.start()

    def set_clock(self, by_s):
        """Somebody sets the clock: `date`, or a hypervisor that resumes the machine."""
        program = f"import time; time.clock_settime(0, time.clock_gettime(0) + {by_s})"
        subprocess.run([sys.executable, "-c", program], check=True,
                       env=self.clock.environment("somebody"))
