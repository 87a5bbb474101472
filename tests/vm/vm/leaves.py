# SPDX-License-Identifier: Apache-2.0
"""The two leaf certificates as an earlier boot with a wrong clock left them."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from vm import cpio, image

NAMES = ["server.crt", "front-proxy-client.crt"]
SERIALS = ["ca.srl", "front-proxy-ca.srl"]
CERTS = Path("var/snap/microk8s/8511/certs")
ISSUE = '. "$SNAP/actions/common/utils.sh"; gen_server_cert; gen_proxy_client_cert'


def from_ahead(root, seconds):
    """The leaves of the guest in 'root', issued again by its own CAs 'seconds' from now: {path: entry}."""
    group = (root / CERTS).stat().st_gid
    with tempfile.TemporaryDirectory() as directory:
        certs = Path(directory) / "certs"
        shutil.copytree(root / CERTS, certs)
        subprocess.run(["faketime", "-f", f"{seconds:+d}s", "bash", "-c", ISSUE], check=True, capture_output=True,
                       env={**os.environ, "SNAP": str(image.STANDIN / "snap"), "SNAP_DATA": directory})
        return {f"/{CERTS / name}": cpio.regular((certs / name).read_bytes(), 0o660, group=group,
                                                modified=time.time() + seconds) for name in NAMES + SERIALS}
