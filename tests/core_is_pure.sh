#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The core reads no clock, file, environment or device, prints nothing, and knows no layer above it.
cd "$(dirname "$0")/.." || exit 2
forbidden='#include <(sys/|linux/|openssl/|systemd/|libudev|unistd|fcntl|time\.h|ctime|cerrno)'
forbidden="$forbidden|#include <(cstdio|filesystem|fstream|iostream|thread)"
forbidden="$forbidden|#include \"clockguard/(edge|command)/"
forbidden="$forbidden|_clock::now|random_device|getenv|errno|fmt::print|std::(cout|cerr|clog)"

grep -rnE "$forbidden" src/core include/clockguard/core
test $? -eq 1 # 0: something was found; 2: there was nothing to look at
