# SPDX-License-Identifier: Apache-2.0
"""A node's certificates, made with openssl as MicroK8s makes them."""

import shutil
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
SNAP = TOP / "tests/vm/standin/snap"
FUNCTIONS = SNAP / "actions/common/utils.sh"
LEAVES = ("server", "front-proxy-client")

INSTALL = """
mkdir -p "$SNAP_DATA/certs" "$SNAP_DATA/credentials" "$SNAP_DATA/var/kubernetes/backend"
cp "$SNAP/certs/csr.conf.template" "$SNAP_DATA/certs"
produce_certs
create_user_certificates node
create_kubeconfigs node
init_cluster node
"""


class Node:
    """A MicroK8s below a root, and the gate's word that the clock is right."""

    def __init__(self, tools, folder):
        self.root = folder / "root"
        self.data = self.root / "var/snap/microk8s/8511"
        subprocess.run([tools.faults_tree, folder / "trusting"], check=True)
        for part in ("run", "proc"):
            shutil.copytree(folder / "trusting" / part, self.root / part)
        self.data.mkdir(parents=True)
        (self.data.parent / "current").symlink_to("8511")
        subprocess.run(self.shell(INSTALL), check=True, capture_output=True)
        (self.data / "certs-backup").mkdir()

    def shell(self, script):
        settings = f'SNAP="{SNAP}" SNAP_DATA="{self.data}"\n. "{FUNCTIONS}"\n'
        return ["/bin/bash", "-c", settings + script]

    def forget(self):
        """No limit of three an hour, and the same number of backups for everybody."""
        shutil.rmtree(self.root / "var/lib/clockguard", ignore_errors=True)

    def leaves(self):
        return [(self.data / f"certs/{name}.crt").read_bytes() for name in LEAVES]
