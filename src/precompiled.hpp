// SPDX-License-Identifier: Apache-2.0
// What half the tree includes, for CLOCKGUARD_PRECOMPILE. No file may count on it: most builds go
// without, and tests/includes.py sees to it.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <fmt/core.h>
