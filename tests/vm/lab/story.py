# SPDX-License-Identifier: Apache-2.0
"""A boot retold from its facts."""

import json

from lab import events


def tell(directory):
    """The lines of the story of the boot kept in 'directory'."""
    facts = json.loads((directory / "facts.json").read_text())
    journal = [events.told(f"[{entry['monotonic']}] {entry['from']}[1]: {entry['text']}") for entry in facts["journal"]]
    return [event for event in journal if event] + _answer(facts["seen"])


def _answer(seen):
    where = "commands/kubectl"
    if f"{where}/out" not in seen:
        return []
    said = (seen[f"{where}/out"] + seen[f"{where}/err"]).strip().splitlines()
    return [f"{'$':>8}    {seen[f'{where}/command']}", *[f"{'':8}    {line}" for line in said]]
