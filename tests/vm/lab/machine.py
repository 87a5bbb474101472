# SPDX-License-Identifier: Apache-2.0
"""One virtual machine, from power on to power off. It runs by emulation (TCG) alone; no KVM is needed."""

import math
import time

from lab import initrd, process
from lab.console import Console
from lab.qmp import Qmp

# Mitigations guard an emulated processor against nobody, and cost a tenth of the boot. An emulated TSC that was
# calibrated while the host was busy runs seconds a minute wrong; the HPET does not. The kernel says on the console what is
# wrong; the rest is in the journal, for a serial port takes it byte by byte.
KERNEL_ARGUMENTS = ("root=/dev/vda rw console=ttyS0 mitigations=off tsc=unstable net.ifnames=0 panic=-1 "
                    "loglevel=4 systemd.show_status=1")

# As little as serves: emulated, AVX, XSAVE and memory protection keys cost a tenth of a boot. Cryptography and random
# numbers have the instructions that spare the guest a loop of others.
CPU = "qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+aes,+pclmulqdq,+rdrand"


class Machine:
    def __init__(self, directory, image, settings):
        self.directory = directory
        self.image = image
        self.settings = settings
        self.console = Console(directory / "console.log")
        self.journal = Console(directory / "journal.log")
        self.facts = directory / "facts.port"
        self.qmp = Qmp()
        self._process = None

    def power_on(self, files, removed):
        """Starts the guest with 'files' laid over its root and 'removed' gone; its hardware clock is off as set."""
        ram_disk = self.directory / "initrd"
        ram_disk.write_bytes(self.image.initrd.read_bytes() + initrd.overlay(files, removed))
        monitor = self.qmp.peer.fileno()
        # QEMU takes whole seconds, and its clock stands still until it is told to go on: at that very second.
        go_on = math.ceil(time.time() + 1)
        argv = self._argv(ram_disk, monitor, go_on + self.settings.rtc_offset)
        self._process = process.start(argv, self.directory / "qemu.log", pass_fds=[monitor])
        self.qmp.open()
        time.sleep(max(0, go_on - time.time()))
        self.qmp.ask("cont")

    def power_off(self):
        process.stop(self._process)

    def is_on(self):
        return self._process.poll() is None

    def _argv(self, ram_disk, monitor, rtc):
        setting = self.settings
        base = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(rtc))
        return [
            "qemu-system-x86_64", "-accel", "tcg", "-machine", "pc", "-cpu", CPU, "-m", "512", "-smp", "1",
            "-nodefaults", "-display", "none", "-no-reboot", "-rtc", f"base={base},clock=vm", "-S",
            "-kernel", str(self.image.kernel), "-initrd", str(ram_disk),
            "-append", f"{KERNEL_ARGUMENTS} {setting.kernel_arguments}".strip(),
            "-drive", f"file={self.image.disk},format=raw,if=none,id=root,snapshot=on",
            "-device", "virtio-blk-pci,drive=root",
            "-netdev", f"user,id=net,ipv6=off,dhcpstart={setting.address}",
            "-device", "virtio-net-pci,netdev=net,romfile=",
            *(["-smbios", f"type=3,asset={setting.asset_tag}"] if setting.asset_tag else []),
            "-serial", f"file:{self.console.path}", "-device", "virtio-serial-pci",
            *self._port("journal", self.journal.path), *self._port("facts", self.facts),
            "-chardev", f"socket,id=qmp,fd={monitor}", "-mon", "chardev=qmp,mode=control",
        ]

    @staticmethod
    def _port(name, path):
        """What the guest writes to /dev/virtio-ports/NAME, a block at a time: a serial port takes it byte by byte."""
        return ["-chardev", f"file,id={name},path={path}", "-device", f"virtserialport,chardev={name},name={name}"]
