// SPDX-License-Identifier: Apache-2.0
// What half the tree includes, for CLOCKGUARD_PRECOMPILE. No file may count on it: what ships is
// built without.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
