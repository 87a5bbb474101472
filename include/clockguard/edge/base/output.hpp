// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// Gives standard input, output and error a descriptor each where one was closed, so that no file
/// opened later takes its number and gets what is meant for it. Writing there fails as before.
void hold_standard_descriptors();

/// Writes all of a text, and waits for its reader where it has to.
[[nodiscard]] Result<void, std::error_code> write_all_of(int descriptor, std::string_view text);

/// Writes what fits now and drops the rest: waits for no reader of a pipe, no terminal that was
/// stopped, and no journal that stands still. A descriptor's own flags, which other programs may
/// share, stay as they are.
void write_what_fits(int descriptor, std::string_view text);

}  // namespace clockguard
