// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// Runs a program and waits for its end: its exit code, or 128 and the number of the signal that
/// ended it. It is looked for in the system's own folders, never in PATH, and gets these as its
/// PATH; "clockguard" is this very program. It has our terminal, and ignores or holds no signal;
/// its standard output is `output`.
[[nodiscard]] Result<int> run_program(const std::vector<std::string>& words, int output);

}  // namespace clockguard
