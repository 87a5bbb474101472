# SPDX-License-Identifier: Apache-2.0
"""What a stock Debian does at boot that costs seconds under emulation and has no say in clocks or MicroK8s."""

import subprocess

UNITS = [
    # a getty hangs up the console that the runner reads
    "serial-getty@ttyS0.service", "getty@tty1.service", "autovt@.service", "getty-static.service",
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
RULES = UNITS, KEPT_MODULES


def apply(root):
    subprocess.run(["systemctl", "--quiet", f"--root={root}", "mask", *UNITS], check=True)
    masked = root / "etc/systemd/system-generators"
    masked.mkdir(exist_ok=True)
    for generator in (root / "lib/systemd/system-generators").iterdir():
        (masked / generator.name).symlink_to("/dev/null")
    _drop_modules(root)


def _drop_modules(root):
    [version] = (root / "lib/modules").iterdir()
    for module in version.rglob("*.ko*"):
        if not any(word in str(module) for word in KEPT_MODULES):
            module.unlink()
    subprocess.run(["chroot", root, "depmod", version.name], check=True)
