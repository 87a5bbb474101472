// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/result.hpp"
#include "clockguard/core/time.hpp"

namespace clockguard {

inline constexpr std::size_t output_kept = 64U << 10U;  // of a program's output, in bytes

/// A program that ended by itself.
struct Finished {
    int exit_code = 0;
    std::string output{};  // stdout and stderr as they came, the last `output_kept` bytes
};

/// Runs a program and waits for its end, `limit` at the most: then it is killed with its process
/// group. No shell and no search path: argv[0] is an absolute path. It gets nothing from us but
/// a fixed environment, and /dev/null to read. An error when it cannot be started, was ended by a
/// signal, or was not done in time.
[[nodiscard]] Result<Finished> run(std::vector<std::string> argv, Span limit);

}  // namespace clockguard
