#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# packaging/version.cmake tells the tag and the commits since, in a repository that is made here; and that each is later than
# the one before, as dpkg compares them.
cd "$(dirname "$0")/../.." || exit 2
for program in git cmake dpkg; do
    command -v $program >/dev/null || { echo "$program is missing"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir "$tree"
failed=0
last=0

git_here() {
    git -C "$tree" -c user.name=test -c user.email=test -c commit.gpgsign=false -c tag.gpgsign=false "$@" >/dev/null
}

cat >"$work/ask.cmake" <<END
set(PROJECT_VERSION 0.1.0)
set(PROJECT_SOURCE_DIR $tree)
include($PWD/packaging/version.cmake)
message("\${clockguard_version}")
END

tells() { # tells <version>: which is later than the last
    told=$(cmake -P "$work/ask.cmake" 2>&1)
    [ "$told" = "$1" ] || { echo "it tells '$told', not '$1'"; failed=1; }
    dpkg --compare-versions "$last" lt "$1" || { echo "$1 is not later than $last"; failed=1; }
    last=$1
}

tells 0.1.0
git_here init --quiet
git_here commit --allow-empty -m one
tells 0.1.0+1
git_here commit --allow-empty -m two
tells 0.1.0+2
git_here tag -a -m release v0.2.0
tells 0.2.0
git_here commit --allow-empty -m three
tells 0.2.0+1

# Neither a folder of another's repository, nor a clone that is cut off, has a count of its own.
mkdir "$tree/inside"
sed -i "s|$tree)|$tree/inside)|" "$work/ask.cmake"
last=0
tells 0.1.0
git clone --quiet --depth 1 "file://$tree" "$work/cut"
sed -i "s|$tree/inside|$work/cut|" "$work/ask.cmake"
last=0
tells 0.1.0
exit "$failed"
