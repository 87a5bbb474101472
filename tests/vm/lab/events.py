# SPDX-License-Identifier: Apache-2.0
"""The few lines of a boot that tell its story."""

import re

KNOWN = [
    (r"setting system clock to (\S+)", "kernel set the clock from the RTC: {}"),
    (r"microk8s\.daemon-apiserver-kicker\[\d+\]: cert change detected. Restarting the cluster-agent",
     "kicker issued server.crt and front-proxy-client.crt"),
    (r"chronyd\[\d+\]: System clock was stepped by (\S+) seconds", "chronyd stepped the clock by {} s"),
    (r"clockguard\[\d+\]: (.*)", "clockguard: {}"),
    (r"systemd\[1\]: Started snap\.microk8s\.daemon-(kubelite|apiserver-kicker)\.service", "{} started"),
    (r"systemd\[1\]: (Failed to start .*)", "systemd: {}"),
]


STAMP = re.compile(r"^\[ *([0-9.]+)\] ")


def name(line):
    """The event that 'line' is, or None."""
    for pattern, text in KNOWN:
        if found := re.search(pattern, line):
            return text.format(*found.groups())
    return None


def told(line):
    """The event that a line of `journalctl --output=short-monotonic` is, with the second it happened in, or None."""
    stamp, event = STAMP.match(line), name(line)
    return f"{float(stamp[1]):8.1f} s  {event}" if stamp and event else None
