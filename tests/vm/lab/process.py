# SPDX-License-Identifier: Apache-2.0
"""Child processes that do not outlive the runner, however it ends."""

import ctypes
import signal
import subprocess

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def start(argv, log, pass_fds=()):
    """Starts 'argv' with its output in the file 'log'; the kernel kills it when the starting thread ends."""
    with open(log, "wb") as out:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, pass_fds=pass_fds,
                                preexec_fn=lambda: _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))


def stop(process):
    if process and process.poll() is None:
        process.kill()
        process.wait()
