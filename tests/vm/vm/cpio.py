# SPDX-License-Identifier: Apache-2.0
"""A cpio archive ("newc"), the form in which Linux takes an initial RAM file system."""

import stat
from pathlib import PurePosixPath


def archive(files):
    """Packs {path: (mode, bytes)}; a symbolic link's bytes are its target."""
    entries = {}
    for path, (mode, data) in sorted(files.items()):
        for parent in reversed(PurePosixPath(path).parents):
            if str(parent) != ".":
                entries.setdefault(str(parent), (stat.S_IFDIR | 0o755, b""))
        entries[path] = (mode, data)
    packed = b"".join(_entry(i, path, *entry) for i, (path, entry) in enumerate(entries.items(), 1))
    return packed + _entry(0, "TRAILER!!!", 0, b"")


def regular(data, mode=0o644):
    return stat.S_IFREG | mode, data.encode() if isinstance(data, str) else data


def link(target):
    return stat.S_IFLNK | 0o777, target.encode()


def _entry(inode, path, mode, data):
    name = path.encode() + b"\0"
    fields = [inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return _padded(header + name) + _padded(data)


def _padded(data):
    return data + b"\0" * (-len(data) % 4)
