# SPDX-License-Identifier: Apache-2.0
"""What a guest handed over at the end of its steps; see guest/usr/lib/vm/collect."""

import io
import json
import tarfile

END = b"\nend of facts\n"


def is_whole(path):
    """Whether the guest has written all of it."""
    with open(path, "rb") as file:
        file.seek(0, io.SEEK_END)
        file.seek(max(0, file.tell() - len(END)))
        return file.read() == END


def read(path):
    """One document of everything that was seen."""
    with tarfile.open(path, "r|") as archive:
        texts = {member.name.removeprefix("./"): archive.extractfile(member).read().decode(errors="replace")
                 for member in archive if member.isfile()}
    return {
        "clocks": _clocks(*texts.pop("clocks").rstrip("\n").split(" ")),
        "journal": [_entry(json.loads(line)) for line in texts.pop("journal").splitlines()],
        "pem": {name.removeprefix("pem/"): texts.pop(name) for name in sorted(texts) if name.startswith("pem/")},
        "seen": dict(sorted(texts.items())),
    }


def _clocks(system, monotonic, rtc):
    return {"system": float(system), "monotonic": float(monotonic), "rtc": int(rtc) if rtc else None}


def _entry(raw):
    return {
        "monotonic": int(raw["__MONOTONIC_TIMESTAMP"]) / 1e6,
        "realtime": int(raw["__REALTIME_TIMESTAMP"]) / 1e6,
        "from": raw.get("SYSLOG_IDENTIFIER", ""),
        "unit": raw.get("UNIT") or raw.get("_SYSTEMD_UNIT", ""),
        "text": str(raw.get("MESSAGE", "")),
    }
