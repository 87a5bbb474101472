# SPDX-License-Identifier: Apache-2.0
"""A scenario: how a guest is booted, what is done in it, and what must be seen."""

from collections.abc import Callable
from dataclasses import dataclass, field

from vm import cpio
from vm.image import ADDRESS

DAY = 86400
LIB = "#!/bin/bash\n. /usr/lib/vm/lib.sh\n"


@dataclass
class Scenario:
    name: str
    promise: str
    steps: str
    """Shell, run in the guest beside the boot; see guest/usr/lib/vm/lib.sh for its words."""
    check: Callable
    """Takes the facts; raises Broken, or returns what was shown."""
    guarded: bool = True
    rtc_offset: float = 0
    address: str = ADDRESS
    ntp_after: str | None = ""
    """The journal line after which the NTP server answers; "" for at once, None for never."""
    kernel_arguments: str = ""
    files: dict = field(default_factory=dict)

    def overlay(self, ntp_port):
        source = f"server 10.0.2.2 port {ntp_port} iburst minpoll 1 maxpoll 4\n"
        return {
            "/etc/chrony/sources.d/vm.sources": cpio.regular(source),
            "/usr/lib/vm/steps": cpio.regular(LIB + self.steps, 0o755),
            **self.files,
        }
