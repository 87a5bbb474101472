#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the compiler cannot check: each library in its one home, no Result thrown away, libraries
# that do not talk, no shell and no PATH look-up, a licence on every file.
cd "$(dirname "$0")/.." || exit 2
failed=0

refuse() { # refuse <rule> <where it was broken>
    [ -z "$2" ] || { echo "$1:" "$2"; failed=1; }
}

only_in() { # only_in <home> <header>
    refuse "<$2> outside $1" "$(grep -rlE "#include [<\"]$2" include src | grep -vxE "$1")"
}

only_in 'include/clockguard/core/base/result\.hpp' 'tl/'
only_in 'src/core/[a-z]+/[a-z0-9_]+_json\.cpp' 'nlohmann/'
only_in 'src/core/base/toml_reader\.cpp' 'toml\+\+'
only_in 'src/core/base/yaml\.cpp' 'yaml\.h'
only_in 'src/cli(_[a-z]+)?\.[ch]pp' 'CLI/'
only_in 'src/edge/certs/x509(_[a-z]+)?\.[ch]pp' 'openssl/'
only_in 'src/edge/base/libsystemd\.hpp' 'systemd/'
only_in 'src/edge/clock/udev\.cpp' 'libudev'
only_in 'no file' 'fmt/(args|chrono|color|compile|os|ostream|printf|ranges|std|xchar)'

refuse 'a Result that may be ignored' "$(grep -rnE '^ *(inline |static )*Result<[^=]*\(' include)"
refuse 'a library that talks' "$(grep -rnE 'fmt::print|std::(cout|cerr|clog)' src/core src/edge)"
refuse 'output past the one home' "$(grep -rnE 'fmt::print|std::(cout|cerr|clog|printf|puts|fputs|fwrite)' \
    include src)"
# Words are made once, where they are rendered: no code reads a sentence that other code wrote.
refuse 'a sentence that code reads' "$(grep -rnE \
    '(message|summary|reason|trusted_by|detail|cause|why|advice|words)(\.|->)(find|rfind|starts_with|ends_with|substr|contains|compare)\(' \
    include src)"
refuse 'a command that code knows by its words' "$(grep -rnE \
    '\.(find|rfind|starts_with|compare)\("(sudo|clockguard|systemctl|chronyc) ' include src)"
refuse 'a rendered text that code compares' "$(grep -rnE \
    '(reason_of|title_of|render_[a-z_]+)\([^()]*\) *[!=]=|[!=]= *(reason_of|title_of|render_[a-z_]+)\(' \
    include src)"
refuse 'a shell or a PATH look-up' \
    "$(grep -rnE '\b(system|popen|execlp|execvp|execvpe|posix_spawnp)\(' include src)"
refuse 'no licence line' "$(grep -rL --exclude-dir=data --exclude-dir=__pycache__ \
    --exclude-dir=guest --exclude-dir=snap --exclude='*.md' \
    'SPDX-License-Identifier: \(Apache-2.0\|GPL-2.0-only\)' include src tests)"
refuse 'more than 250 lines, and no word at the head of what holds them together' \
    "$(find include src -name '*.[ch]pp' -exec \
        awk 'FNR == 2 { told = /^\/\// } FNR == 251 && !told { print FILENAME }' {} +)"
exit $failed
