# SPDX-License-Identifier: Apache-2.0
"""A cpio archive ("newc"), the form in which Linux takes an initial RAM file system."""

import stat
import time
from dataclasses import dataclass, field
from pathlib import PurePosixPath


@dataclass
class Entry:
    mode: int
    data: bytes = b""
    group: int = 0
    modified: float = field(default_factory=time.time)


def regular(data, mode=0o644, **more):
    return Entry(stat.S_IFREG | mode, data.encode() if isinstance(data, str) else data, **more)


def archive(files):
    """Packs {path: Entry}."""
    entries = {}
    for path, entry in sorted(files.items()):
        for parent in reversed(PurePosixPath(path).parents):
            if str(parent) != ".":
                entries.setdefault(str(parent), Entry(stat.S_IFDIR | 0o755))
        entries[path] = entry
    packed = b"".join(_member(i, path, entry) for i, (path, entry) in enumerate(entries.items(), 1))
    return packed + _member(0, "TRAILER!!!", Entry(0, modified=0))


def _member(inode, path, entry):
    name = path.encode() + b"\0"
    fields = [inode, entry.mode, 0, entry.group, 1, int(entry.modified), len(entry.data), 0, 0, 0, 0, len(name), 0]
    header = b"070701" + b"".join(b"%08X" % number for number in fields)
    return _padded(header + name) + _padded(entry.data)


def _padded(data):
    return data + b"\0" * (-len(data) % 4)
