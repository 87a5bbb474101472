# SPDX-License-Identifier: Apache-2.0
"""Boots a guest for a scenario and brings back the facts."""

import json
import re
import shutil
import time

from lab import collected, events
from lab.facts import Facts
from lab.machine import Machine
from lab.ntp import NtpServer

# How long a guest may say nothing; how long it takes in all is the machine's affair.
SILENT_LIMIT = 10 * 60
POLL = 0.1


class BootFailed(Exception):
    """The guest never came to the end of its steps."""


def run(scenario, image, package, directory, say):
    """Boots 'scenario' from 'image'; keeps everything in 'directory'; returns the facts."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    ntp = NtpServer(directory)
    machine = Machine(directory, image, scenario)
    try:
        overlay, removed = scenario.overlay(image.root, ntp.port, package)
        machine.power_on(overlay, removed)
        _follow(machine, scenario, ntp, say)
        return _facts(machine, _certificates(overlay))
    finally:
        machine.power_off()
        ntp.stop()


def _follow(machine, scenario, ntp, say):
    """Reads along until the facts are there; starts the NTP server when the scenario wants it."""
    heard = time.monotonic()
    if scenario.ntp_after == "":
        ntp.start()
    while not collected.is_whole(machine.facts):
        for line in machine.journal.new_lines():
            heard = time.monotonic()
            if scenario.ntp_after and re.search(scenario.ntp_after, line):
                ntp.start()
            if event := events.told(line):
                say(event)
        if not machine.is_on():
            raise BootFailed(f"the guest ended by itself\n{_last(machine)}")
        if time.monotonic() - heard > SILENT_LIMIT:
            raise BootFailed(f"nothing was heard of the guest for {SILENT_LIMIT} s\n{_last(machine)}")
        time.sleep(POLL)


def _certificates(overlay):
    return {path.split("/")[-1]: entry.data.decode() for path, entry in overlay.items() if path.endswith(".crt")}


def _facts(machine, certificates):
    document = collected.read(machine.facts)
    rtc = machine.qmp.rtc()
    # The runner's clock is the truth: the NTP server hands out this one.
    document["outside"] = {"rtc": rtc, "now": time.time(), "certificates": certificates}
    (machine.directory / "facts.json").write_text(json.dumps(document, indent=1))
    return Facts(document, machine.console.path.read_text(errors="replace"))


def _last(machine):
    return "\n".join(["--- console:", *machine.console.last_lines(15), "--- journal:", *machine.journal.last_lines(15)])
