# SPDX-License-Identifier: Apache-2.0
"""Boots of a real Debian guest under QEMU, and what they must show."""
