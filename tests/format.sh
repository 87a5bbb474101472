#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Version 14 and no other: another one formats differently.
command -v clang-format-14 >/dev/null || { echo 'clang-format-14 is missing'; exit 77; }
cd "$(dirname "$0")/.." || exit 2
find include src tests -name '*.[ch]pp' -exec clang-format-14 --dry-run -Werror {} +
