#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every code that the program can print has its file in config/codes, no file is left over, and the
# manual lists each with its title.
cd "$(dirname "$0")/.." || exit 2
files=$(find config/codes -name 'CG*.toml' -printf '%f\n' | sed 's/\.toml$//' | sort -u)
emitted=$(grep -rhoE '"CG[0-9]{3}"' src include | tr -d '"' | sort -u)
if [ -z "$files" ] || [ -z "$emitted" ]; then echo 'nothing to compare'; exit 2; fi
failed=0
if [ "$files" != "$emitted" ]; then
    echo "emitted but without a file: $(echo "$emitted" | grep -vxF "$files" | tr '\n' ' ')"
    echo "with a file but never emitted: $(echo "$files" | grep -vxF "$emitted" | tr '\n' ' ')"
    failed=1
fi
wanted=$(for code in $files; do
    printf '%s: %s\n' "$code" "$(sed -n 's/^title = "\(.*\)"$/\1/p' "config/codes/$code.toml")"
done)
listed=$(sed -n '/^# FINDINGS/,/^# WHY/p' man/clockguard.8.scd | sed -nE '/^. +\*CG[0-9]{3}\*$/{N;s/^. +\*(CG[0-9]+)\*\n: +/\1: /p}')
[ "$wanted" = "$listed" ] || {
    echo "man/clockguard.8.scd lists other titles (<) than config/codes (>):"
    printf '%s\n' "$listed" >"${TMPDIR:-/tmp}/codes.$$"
    printf '%s\n' "$wanted" | diff "${TMPDIR:-/tmp}/codes.$$" - | grep '^[<>]'
    rm -f "${TMPDIR:-/tmp}/codes.$$"
    failed=1
}
exit $failed
