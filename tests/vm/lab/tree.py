# SPDX-License-Identifier: Apache-2.0
"""MicroK8s' files as an earlier boot left them, made by MicroK8s' own words under that boot's clock."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from lab import cpio, image

DATA = Path("var/snap/microk8s/8511")
WORDS = '. "$SNAP/actions/common/utils.sh"; certs=$SNAP_DATA/certs lock=$SNAP_DATA/var/lock\n'

LEAVES = ["server.crt", "front-proxy-client.crt"]
ISSUE_LEAVES = "gen_server_cert; gen_proxy_client_cert"
FRONT_PROXY_CA = "front-proxy-ca.crt"
ISSUE_FRONT_PROXY = f'rm "$certs/{FRONT_PROXY_CA}"; gen_ca front-proxy-ca "/CN=front-proxy-ca"; {ISSUE_LEAVES}'


CONTAINERD = "/var/snap/microk8s/common/run/containerd"
LEFT_STATE = f"{CONTAINERD}/state/sandbox"


def left_by_a_boot(ahead):
    """What containerd of a boot that was `ahead` seconds ahead left: its state, and the date of its start."""
    return {f"{CONTAINERD}/last-start-date": f"{int(time.time()) + ahead}\n", LEFT_STATE: "of the last boot\n"}


def change(root, script, ahead):
    """What 'script' does to MicroK8s in the guest's 'root', 'ahead' seconds from now: {path: entry}, [removed path]."""
    group = (root / DATA / "certs").stat().st_gid
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory) / "data"
        shutil.copytree(root / DATA, data)
        subprocess.run(["faketime", "-f", f"{ahead:+d}s", "bash", "-euc", WORDS + script], check=True,
                       capture_output=True,
                       env={**os.environ, "SNAP": str(image.STANDIN / "snap"), "SNAP_DATA": str(data)})
        before, after = _files(root / DATA), _files(data)
    laid = {f"/{DATA / name}": cpio.regular(text, 0o660, group=group, modified=time.time() + ahead)
            for name, text in after.items() if before.get(name) != text}
    return laid, [f"/{DATA / name}" for name in before.keys() - after.keys()]


def _files(directory):
    return {path.relative_to(directory): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
