#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What monitoring/ names exists: every metric, every word of a state, every command. What the program prints is
Prometheus' text format, by promtool's judgement where there is one.
Usage: monitoring.py CLOCKGUARD"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
FOLDER = TREE / "monitoring"
SERIES = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (\S+)')
complaints = []


def run(clockguard, *words):
    """On a disk that has nothing."""
    with tempfile.TemporaryDirectory() as root:
        return subprocess.run([clockguard, "--root", root, *words], capture_output=True, text=True, check=False)


def printed(clockguard):
    """The names of the metrics, and of all that there are by the source: an empty disk has no certificates."""
    text = run(clockguard, "metrics").stdout
    names = set()
    for line in text.splitlines():
        if line.startswith("#"):
            names.add(line.split()[2])
        elif not (series := SERIES.fullmatch(line)) or series[1] not in names:
            complaints.append(f"clockguard metrics: no series of the text format, or one without HELP: {line}")
        else:
            float(series[3])
    source = (TREE / "src/core/report/metrics_text.cpp").read_text()
    known = {f"clockguard_{name}" for name in re.findall(r'gauge\("(\w+)"', source)}
    for name in sorted(names - known):
        complaints.append(f"clockguard metrics: {name} is not in the source")
    return text, known


def check_rules(text, known):
    try:
        import yaml
    except ImportError:
        print("python3-yaml is missing")
        sys.exit(77)
    rules = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"][0]["rules"]
    words = set(re.findall(r'(?:state|outcome|code)="(\w+)"', text))
    states = {"valid", "not_yet_valid", "expiring"}  # of certificates, which an empty disk has not
    for rule in rules:
        where = f"alerts.yml, {rule['alert']}"
        named = set(re.findall(r"clockguard_\w+", rule["expr"]))
        for name in sorted(named - known) or ([] if named else ["no metric"]):
            complaints.append(f"{where}: the program does not print {name}")
        for value in re.findall(r'(?:state|outcome|code)(?:=|!=|=~|!~)"([^"]+)"', rule["expr"]):
            for word in sorted(set(value.split("|")) - words - states):
                complaints.append(f"{where}: no metric says {word}")
        if rule["labels"]["severity"] not in ("warning", "critical"):
            complaints.append(f"{where}: an unknown severity")
        if not re.search(r"clockguard (certs|rtc|diagnose|status|metrics)|systemctl", " ".join(rule["annotations"].values())):
            complaints.append(f"{where}: no command to run")


def check_commands(clockguard):
    """Those in the annotations are commands of the program."""
    commands = re.findall(r"sudo clockguard ((?:certs|rtc) \w+|\w+)((?: --[\w-]+)*)", (FOLDER / "alerts.yml").read_text())
    for command, options in commands:
        text = run(clockguard, *command.split(), "--help").stdout
        for word in options.split():
            if word not in text:
                complaints.append(f"alerts.yml: clockguard {command} has no {word}")
        if not text:
            complaints.append(f"alerts.yml: there is no command clockguard {command}")


def check_detector(clockguard):
    config = json.loads((FOLDER / "node-problem-detector.json").read_text())
    most = config["pluginConfig"]["max_output_length"]
    conditions = {condition["type"] for condition in config["conditions"]}
    for rule in config["rules"]:
        ran = run(clockguard, *rule["args"])
        if rule["path"] != "/usr/bin/clockguard" or rule["condition"] not in conditions:
            complaints.append(f"node-problem-detector.json: {rule['reason']} names another program or condition")
        if ran.returncode not in (0, 1, 2) or len(ran.stdout.strip()) > most or not ran.stdout:
            complaints.append(f"node-problem-detector.json: {rule['args']} exits {ran.returncode}: {ran.stdout}{ran.stderr}")


def check_timer(clockguard):
    """The service's command writes a file that the collector reads."""
    service = (FOLDER / "prometheus-node-exporter-clockguard.service").read_text()
    words = re.search(r"^ExecStart=/usr/bin/clockguard (.*)$", service, re.MULTILINE)[1].split()
    with tempfile.TemporaryDirectory() as folder:
        ran = run(clockguard, *words[:-1], folder)
        if ran.returncode or ran.stdout or [path.name for path in Path(folder).iterdir()] != ["clockguard.prom"]:
            complaints.append(f"the service exits {ran.returncode}: {ran.stdout}{ran.stderr}")


def check_by_promtool(text):
    promtool = shutil.which("promtool")
    if not promtool:
        return
    for words, given in ((["check", "metrics"], text), (["check", "rules", FOLDER / "alerts.yml"], None)):
        ran = subprocess.run([promtool, *words], input=given, capture_output=True, text=True, check=False)
        if ran.returncode:
            complaints.append(f"promtool {words[1]}: {ran.stdout}{ran.stderr}")


clockguard = sys.argv[1]
text, known = printed(clockguard)
check_rules(text, known)
check_commands(clockguard)
check_detector(clockguard)
check_timer(clockguard)
check_by_promtool(text)
print("\n".join(complaints))
sys.exit(1 if complaints else 0)
