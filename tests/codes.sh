#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every code that the program can print has its long text, and no text is left over.
cd "$(dirname "$0")/.." || exit 2
explained=$(grep -ohE '"CG[0-9]{3}"' src/core/explain.cpp | tr -d '"' | sort -u)
emitted=$(grep -rhoE --exclude=explain.cpp '"CG[0-9]{3}"' src include | tr -d '"' | sort -u)
if [ -z "$explained" ] || [ -z "$emitted" ]; then echo 'nothing to compare'; exit 2; fi
[ "$explained" = "$emitted" ] && exit 0
echo "emitted but not explained: $(echo "$emitted" | grep -vxF "$explained" | tr '\n' ' ')"
echo "explained but never emitted: $(echo "$explained" | grep -vxF "$emitted" | tr '\n' ' ')"
exit 1
