#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/rooms.py, includes.py and house_rules.sh are red for each breach that is planted in a copy of the tree.
cd "$(dirname "$0")/.." || exit 2
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
failed=0

lay() {
    rm -rf "${copy:?}"/*
    cp -r include src tests "$copy"
}

red() { # red <what was planted> <check>: it ends with 1; one that cannot run ends with another code
    "$copy/tests/$2" >/dev/null 2>&1
    [ $? -eq 1 ] || { echo "$2 does not see: $1"; failed=1; }
}

lay
for check in rooms.py includes.py; do
    "$copy/tests/$check" >/dev/null || { echo "$check: the tree itself is in breach"; failed=1; }
done

echo '#include "clockguard/core/gate/gate.hpp"' >>"$copy/include/clockguard/core/base/pem.hpp"
red 'a room that uses one above it' rooms.py

lay
cp "$copy/src/core/base/pem.cpp" "$copy/src/core/certs/pem.cpp"
red 'one name in two rooms' rooms.py

lay
echo '// alone' >"$copy/src/core/base/alone.cpp"
red 'a source without header and test' rooms.py

lay
rm "$copy/tests/cli/forget_test.cpp"
red 'a command that no test types' rooms.py

lay
rm "$copy/tests/core/base/pem_test.cpp"
touch "$copy/tests/cli/pem_test.cpp"
red 'a source of another floor that only a typed test has the name of' rooms.py

lay
mv "$copy/src/core/base/pem.cpp" "$copy/src/core/pem.cpp"
red 'a file in no room' rooms.py

lay
echo 'bool f(const Finding& x) { return x.message.starts_with("skipped"); }' >>"$copy/src/core/base/pem.cpp"
red 'a sentence that code reads' house_rules.sh

lay
echo 'no-test: core/base/pem it has one' >>"$copy/tests/rooms.txt"
red 'an excuse for what is not so' rooms.py

lay
sed -i '/#include <vector>/d' "$copy/src/edge/base/beneath.cpp"
red 'a file that counts on what is precompiled' includes.py
lay
sed -i '/gate_lock.hpp"/d' "$copy/src/command/gate/gate.cpp"
red 'a file that counts on what the one before it includes' includes.py
exit "$failed"
