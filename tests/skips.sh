#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# skips.sh <tests.xml> [test that may be skipped]...
# Counts the skipped and disabled tests and fails when one of them was not expected.
results=$1
shift
[ -r "$results" ] || { echo "cannot read '$results'"; exit 2; }
skipped=$(sed -n 's/.*<testcase name="\([^"]*\)".* status="\(notrun\|disabled\)".*/\1/p' \
    "$results")
unexpected=$(echo "$skipped" | grep -vxF "$(printf '%s\n' "$@")")
echo "skipped: $(echo "$skipped" | grep -c .), unexpected: $(echo "$unexpected" | grep -c .)"
test -z "$unexpected" || { echo "$unexpected"; exit 1; }
