# SPDX-License-Identifier: Apache-2.0
"""The guests' disk images, in layers: Debian, a kernel module, the stand-in for MicroK8s, clockguard's package.

Each layer is kept under a hash of its inputs and made again only when one changes. Releases do not wait for each other.
"""

import fcntl
import hashlib
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from lab import diet, initrd, module, sources

HERE = Path(__file__).parent
GUEST = HERE.parent / "guest"
STANDIN = HERE.parent / "standin"

BOOKWORM, TRIXIE = SUITES = ["bookworm", "trixie"]
HOST_CLOCK = BOOKWORM
"""The guests of this release alone have the kernel module that plays a Hyper-V host's clock."""
PACKAGES = ["linux-image-cloud-amd64", "systemd-sysv", "udev", "dbus", "kmod", "busybox-static", "iproute2", "hostname",
            "chrony", "tzdata", "openssl", "kubernetes-client", "libsystemd0", "libudev1", "libyaml-0-2"]
FOR_THE_HOSTS_CLOCK = ["python3"]  # guest/usr/lib/vm/matrix
NOT_WANTED = ["doc", "man", "info", "locale", "i18n", "bash-completion"]
ENABLED = ["systemd-networkd.service", "vm-journal.service", "vm-before.service",
           "vm-steps.service"]
HOST_NAME = "node"
ADDRESS = "10.0.2.15"
CERTIFICATE_AGE = "-100d"
DISK_SIZE = "1G"


@dataclass
class Image:
    kernel: Path
    initrd: Path
    disk: Path
    root: Path
    """The tree the disk was made of, for those who want to look something up in it."""


def plain(cache, suite, say):
    """A guest of Debian's release `suite` with MicroK8s and without clockguard."""
    return _image(_microk8s(cache, suite, say))


def guarded(cache, suite, package, say):
    """The same guest with clockguard installed from its package."""
    below = _microk8s(cache, suite, say)

    def fill(new):
        _copy(below, new)
        _install_package(new / "root", package)
        _make_disk(new)
    return _image(_layer(cache, f"{suite}-guarded", _hash(below.name, package.read_bytes()), fill, say))


def _microk8s(cache, suite, say):
    below = _debian(cache, suite, say)
    module_layer = _module(cache, below, say) if suite == HOST_CLOCK else None
    # The month is an input: certificates issued "100 days ago" must not grow old in the cache.
    key = _hash((module_layer or below).name, time.strftime("%Y-%m"), _tree(GUEST), _tree(STANDIN), initrd.INIT,
                diet.RULES, ENABLED)

    def fill(new):
        _copy(below, new)
        if module_layer:
            module.install(module_layer / module.NAME, new / "root")
        _install_guest(new / "root")
        _run(["faketime", "-f", CERTIFICATE_AGE, STANDIN / "install", new / "root", HOST_NAME, ADDRESS])
        _make_disk(new)
    return _layer(cache, f"{suite}-microk8s", key, fill, say)


def _module(cache, below, say):
    def fill(new):
        module.build(below / "headers", new, _run)
    return _layer(cache, f"{HOST_CLOCK}-module", _hash(below.name, _tree(module.SOURCE)), fill, say)


def _debian(cache, suite, say):
    packages = PACKAGES + (FOR_THE_HOSTS_CLOCK if suite == HOST_CLOCK else [])

    def fill(new):
        (new / "headers").mkdir()
        hooks = [module.download_hook(new / "headers")] if suite == HOST_CLOCK else []
        # The kernel's package would make an initial RAM disk, which takes its time: the guest boots with another.
        _run(["env", "INITRD=No", "mmdebstrap", "--variant=apt", "--format=directory",
              f"--include={','.join(packages)}", f"--aptopt={sources.options(new)}",
              *[f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in NOT_WANTED],
              *[f"--customize-hook={hook}" for hook in hooks],
              suite, new / "root", *sources.files(suite, new)])
    return _layer(cache, f"{suite}-debian", _hash(packages, NOT_WANTED, module.DOWNLOAD), fill, say)


def _install_guest(root):
    shutil.copytree(GUEST, root, dirs_exist_ok=True, symlinks=True)
    (root / "etc/hostname").write_text(f"{HOST_NAME}\n")
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {HOST_NAME}\n")
    chrony = root / "etc/chrony/chrony.conf"
    without_pool = [line for line in chrony.read_text().splitlines() if not line.startswith("pool ")]
    chrony.write_text("\n".join(without_pool) + "\n")
    diet.apply(root)
    _run(["systemctl", f"--root={root}", "enable", *ENABLED])


def _install_package(root, package):
    shutil.copy(package, root / "root")
    _run(["chroot", root, "apt-get", "install", "--yes", f"/root/{package.name}"])


def _make_disk(layer):
    root = layer / "root"
    [kernel] = (root / "boot").glob("vmlinuz-*")
    shutil.copy(kernel, layer / "vmlinuz")
    (layer / "initrd").write_bytes(initrd.build(root))
    _run(["mkfs.ext4", "-q", "-d", root, layer / "disk", DISK_SIZE])


def _image(layer):
    return Image(layer / "vmlinuz", layer / "initrd", layer / "disk", layer / "root")


def _layer(cache, kind, key, fill, say):
    """The directory of a layer, filled now if it is not there yet; older ones of its kind are dropped."""
    cache.mkdir(parents=True, exist_ok=True)
    layer = cache / f"{kind}-{key}"
    with open(cache / f"lock-{kind}", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if layer.exists():
            return layer
        started = time.monotonic()
        for old in cache.glob(f"{kind}*"):
            shutil.rmtree(old)
        new = cache / f"{kind}.new"
        new.mkdir()
        fill(new)
        new.rename(layer)
        say(f"image: {kind} layer made in {time.monotonic() - started:.0f} s")
    return layer


def _copy(below, new):
    _run(["cp", "--archive", "--reflink=auto", below / "root", new / "root"])


def _hash(*inputs):
    return hashlib.sha256(repr(inputs).encode()).hexdigest()[:16]


def _tree(directory):
    return [(str(path.relative_to(directory)), path.stat().st_mode, path.read_bytes())
            for path in sorted(directory.rglob("*")) if path.is_file() and not path.is_symlink()]


def _run(argv):
    argv = [str(word) for word in argv]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"cannot make the image: '{argv[0]}' ended with {done.returncode}:\n"
                           f"{done.stdout[-2000:]}{done.stderr[-4000:]}")
