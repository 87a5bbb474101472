# SPDX-License-Identifier: Apache-2.0
"""A network of one's own, to come and go: a namespace with a loopback interface."""

import os
import shutil
import subprocess
import sys

LATE_ADDRESS = "10.99.0.1"
INSIDE = "CHRONY_TEST_OWN_NETWORK"
DROPPED = "CHRONY_TEST_DROPPED"  # CAP_SYS_TIME was given up
ENTER = ["unshare", "--user", "--map-root-user", "--net"]


def is_own():
    return INSIDE in os.environ


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def bring_up_loopback():
    ip("link", "set", "lo", "up")


def bring_up_link():
    ip("link", "add", "late0", "type", "veth", "peer", "name", "late1")
    ip("link", "set", "late1", "up")
    ip("link", "set", "late0", "up")


def swallow(address):
    """Makes everything for an address leave and never arrive, as behind a switch still asleep."""
    bring_up_link()
    ip("address", "add", "10.99.0.2/24", "dev", "late0")
    ip("neighbour", "add", address, "lladdr", "02:00:00:00:00:01", "dev", "late0")


def add_address(address):
    """From now on the address is one of this machine's, and answers."""
    ip("address", "add", f"{address}/24", "dev", "late0")


def add_default_route():
    ip("route", "add", "default", "via", "10.99.0.3")


def why_not_here():
    """Why no namespace can be had on this machine, or nothing."""
    if not shutil.which("ip") or not shutil.which("unshare"):
        return "ip or unshare is missing"
    probe = subprocess.run([*ENTER, "ip", "link", "add", "late0", "type", "veth"], check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return None if probe.returncode == 0 else "no network namespace may be made here"


def run_inside(arguments):
    """Runs a Python program in a network of its own: its exit code and output."""
    # It has all capabilities again, inside, and gives CAP_SYS_TIME up once more.
    environment = {**os.environ, INSIDE: "1"}
    environment.pop(DROPPED, None)
    done = subprocess.run([*ENTER, sys.executable, *arguments], check=False, text=True,
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout
