# SPDX-License-Identifier: Apache-2.0
"""What a stock Debian does at boot that costs seconds under emulation and has no say in clocks or MicroK8s."""

import subprocess

UNITS = [
    # a getty hangs up the console that the runner reads
    "serial-getty@ttyS0.service", "getty@tty1.service", "autovt@.service", "getty-static.service",
    "systemd-logind.service", "systemd-user-sessions.service",
    "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer", "e2scrub_reap.service",
    "fstrim.timer", "systemd-tmpfiles-clean.timer",
    "systemd-update-utmp.service", "systemd-update-utmp-runlevel.service", "systemd-binfmt.service",
    "systemd-pcrphase.service", "systemd-pcrphase-sysinit.service", "systemd-random-seed.service",
    "systemd-sysusers.service", "systemd-network-generator.service", "systemd-modules-load.service",
    "systemd-journal-catalog-update.service", "systemd-update-done.service", "ldconfig.service",
    "systemd-networkd-persistent-storage.service", "systemd-udev-load-credentials.service",
    "proc-sys-fs-binfmt_misc.automount", "dev-hugepages.mount", "dev-mqueue.mount", "sys-kernel-debug.mount",
    "sys-kernel-tracing.mount", "sys-kernel-config.mount", "sys-fs-fuse-connections.mount",
    *[f"modprobe@{name}.service" for name in ["configfs", "dm_mod", "drm", "efi_pstore", "fuse", "loop"]],
]
KEPT_MODULES = ["/virtio", "failover", "/hv/", "/ptp/", "/pps/", "/updates/"]
# Names of devices, modules for them, what systemd waits for; all else is for disks, keyboards and seats.
KEPT_RULES = ["50-udev-default.rules", "80-drivers.rules", "80-net-setup-link.rules", "85-hwclock.rules",
              "99-systemd.rules"]
RULES = UNITS, KEPT_MODULES, KEPT_RULES


def apply(root):
    subprocess.run(["systemctl", "--quiet", f"--root={root}", "mask", *UNITS], check=True)
    masked = root / "etc/systemd/system-generators"
    masked.mkdir(exist_ok=True)
    for generator in (root / "lib/systemd/system-generators").iterdir():
        (masked / generator.name).symlink_to("/dev/null")
    for rules in (root / "usr/lib/udev/rules.d").iterdir():
        if rules.name not in KEPT_RULES:
            (root / "etc/udev/rules.d" / rules.name).symlink_to("/dev/null")
    _drop_modules(root)


def _drop_modules(root):
    [version] = (root / "lib/modules").iterdir()
    for module in version.rglob("*.ko*"):
        if not any(word in str(module) for word in KEPT_MODULES):
            module.unlink()
    subprocess.run(["chroot", root, "depmod", version.name], check=True)
