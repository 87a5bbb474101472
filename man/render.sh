#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# render.sh <folder>: makes the manual pages from their sources, always with the same date. The rendered
# pages are kept beside the sources, so that building needs no scdoc.
folder=$(realpath "${1:?folder}")
cd "$(dirname "$0")" || exit 2
for source in *.scd; do
    SOURCE_DATE_EPOCH=1793491200 scdoc <"$source" >"$folder/${source%.scd}" || exit 1
done
