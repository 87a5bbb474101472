# SPDX-License-Identifier: Apache-2.0
"""The guest's initial RAM disk: busybox, the modules for the disk, and a way to lay files over the root."""

import lzma

from lab import cpio

MODULES = ["virtio_pci", "virtio_blk"]

INIT = """#!/bin/busybox sh
/bin/busybox mount -t devtmpfs none /dev
while read -r module; do /bin/busybox insmod "$module"; done </modules/order
until [ -b /dev/vda ]; do /bin/busybox sleep 0.1; done
/bin/busybox mount -t ext4 /dev/vda /root
# File by file: the modes of directories that are there already stay as they are.
cd /overlay && /bin/busybox find . -type f ! -name .keep | while read -r file; do
    /bin/busybox mkdir -p "/root/${file%/*}"
    /bin/busybox cp -a "$file" "/root/$file"
done
cd /
while read -r file; do /bin/busybox rm "/root$file"; done </removed
/bin/busybox umount /dev
exec /bin/busybox switch_root /root /sbin/init
"""


def build(root):
    """The initial RAM disk for the Debian tree 'root'."""
    [version] = (root / "lib/modules").iterdir()
    order = _in_load_order(version, MODULES)
    files = {f"modules/{path.name}": cpio.regular(_module(path)) for path in order}
    files["modules/order"] = cpio.regular("".join(f"/modules/{path.name}\n" for path in order))
    files["bin/busybox"] = cpio.regular((root / "bin/busybox").read_bytes(), 0o755)
    files["init"] = cpio.regular(INIT, 0o755)
    for directory in ["dev", "root", "overlay"]:
        files[f"{directory}/.keep"] = cpio.regular("")
    return cpio.archive(files)


def overlay(files, removed):
    """An archive to append to the initial RAM disk: its files are copied over the guest's root, others go."""
    laid = {f"overlay/{path.lstrip('/')}": entry for path, entry in files.items()}
    return cpio.archive(laid | {"removed": cpio.regular("".join(f"{path}\n" for path in removed))})


def _module(path):
    """Debian 13 has its modules compressed, which busybox leaves to the kernel, and that to modprobe."""
    return lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()


def _in_load_order(version, names):
    needs = {}
    for line in (version / "modules.dep").read_text().splitlines():
        path, _, wanted = line.partition(":")
        needs[path.split("/")[-1].split(".")[0]] = (path, wanted.split())
    order = []
    # One that is no module is a part of the kernel: in Debian 13 virtio_pci is.
    for path, wanted in (needs[name] for name in names if name in needs):
        order += [version / p for p in [*reversed(wanted), path] if version / p not in order]
    return order
