// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/base/exit_code.hpp"

namespace clockguard {

/// Reads the command line and runs the command it names.
ExitCode run_cli(int count, const char* const* arguments, const char* const* environment);

}  // namespace clockguard
