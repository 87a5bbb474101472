# SPDX-License-Identifier: Apache-2.0
"""A scenario: how a guest is booted, what is done in it, and what must be seen."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lab import cpio, tree
from lab.image import ADDRESS, BOOKWORM

DAY = 86400
ABSENT, INSTALLED, AT_HAND = "absent", "installed", "at hand"
PACKAGE = "/opt/clockguard.deb"
"""Where the guest finds the package when it is only at hand."""

LIB = "#!/bin/bash\n. /usr/lib/vm/lib.sh\n"


LIVE, PHANTOM, STALE = range(3)


@dataclass
class HostClock:
    """What the PTP clock named "hyperv" shows; see ptp_hyperv/hyperv_clock.c."""
    mode: int = LIVE
    offset: int = 0
    late: bool = False
    """It comes when a step of the scenario loads it."""

    def modprobe_conf(self, rtc_ahead):
        """hv_utils refuses to load here: whoever asks for it gets our clock, at the moment it would come."""
        alias = "" if self.late else "alias hv_utils hyperv_clock\n"
        return (f"{alias}"
                f"options hyperv_clock mode={self.mode} offset={self.offset} rtc_ahead={int(rtc_ahead)}\n")


@dataclass
class Scenario:
    name: str
    promise: str
    steps: str
    """Shell, run in the guest beside the boot; see guest/usr/lib/vm/lib.sh for its words."""
    check: Callable
    """Takes the facts; raises Broken, or returns what was shown."""
    suite: str = BOOKWORM
    """The guest's release of Debian."""
    clockguard: str = INSTALLED
    rtc_offset: float = 0
    address: str = ADDRESS
    ntp_after: str | None = ""
    """The journal line after which the NTP server answers; "" for at once, None for never."""
    kernel_arguments: str = ""
    config: str = ""
    """Replaces /etc/clockguard/clockguard.toml when it is not empty."""
    chrony_without: str = ""
    """A directive to take out of Debian's chrony.conf."""
    microk8s: str = ""
    """What happened to MicroK8s before this boot: shell, with the words of its own utils.sh."""
    microk8s_ahead: int = 0
    """The seconds by which the clock was ahead then."""
    removed: tuple = ()
    """Files of the guest that are not there in this boot."""
    laid: dict = field(default_factory=dict)
    """Further files of the guest: path and text."""
    host_clock: HostClock | None = None
    asset_tag: str = ""
    """The chassis' asset tag in the firmware's tables."""
    mostly_waits: bool = False
    """It keeps no other from its turn."""

    def overlay(self, root, ntp_port, package):
        """The files of this scenario, to be laid over the guest's 'root', and the paths of those to remove from it."""
        source = f"server 10.0.2.2 port {ntp_port} iburst minpoll 1 maxpoll 4\n"
        files = {
            "/etc/chrony/sources.d/vm.sources": cpio.regular(source),
            "/usr/lib/vm/steps": cpio.regular(LIB + self.steps, 0o755),
        }
        files |= {path: cpio.regular(text) for path, text in self.laid.items()}
        if self.clockguard == AT_HAND:
            files[PACKAGE] = cpio.regular(package.read_bytes())
        if self.config:
            files["/etc/clockguard/clockguard.toml"] = cpio.regular(self.config)
        if self.chrony_without:
            lines = (root / "etc/chrony/chrony.conf").read_text().splitlines(keepends=True)
            kept = "".join(line for line in lines if line.strip() != self.chrony_without)
            files["/etc/chrony/chrony.conf"] = cpio.regular(kept)
        if self.host_clock:
            files["/etc/modprobe.d/hyperv.conf"] = cpio.regular(self.host_clock.modprobe_conf(self.rtc_offset))
        if not self.microk8s:
            return files, self.removed
        laid, removed = tree.change(root, self.microk8s, self.microk8s_ahead)
        return files | laid, [*self.removed, *removed]
