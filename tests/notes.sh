#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each page of hyperv-notes has its four parts and a row in the index; no page that is named anywhere is missing.
cd "$(dirname "$0")/../hyperv-notes" || exit 2
failed=0

complain() { # complain <what>
    echo "$1"
    failed=1
}

for page in *.md; do
    [ "$page" = README.md ] && continue
    for part in '\*\*Claim\.\*\*' '\*\*(Measured|Read)\.\*\*' '\*\*What clockguard does' '\*\*To disprove\.\*\*'; do
        grep -qE "^$part" "$page" || complain "$page lacks $part"
    done
    grep -qF "| [${page%.md}]($page) |" README.md || complain "$page is not in the index"
done
for page in $(grep -hoE '\]\([a-z0-9-]+\.md\)' ./*.md | tr -d '()]' | sort -u); do
    [ -e "$page" ] || complain "a page names $page, which does not exist"
done
pages=$(grep -rhoE 'hyperv-notes/[A-Za-z0-9-]+\.md' ../src ../include ../man ../README.md ../tests | sort -u)
for page in $pages; do
    [ -e "../$page" ] || complain "$page is named, and does not exist"
done
exit $failed
