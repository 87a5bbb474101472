// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace clockguard {

/// The first line, counted from 1, with a character outside ASCII where TOML 1.0 allows none:
/// outside strings and comments. 0 where there is no such line.
unsigned line_with_foreign_letter(std::string_view toml);

}  // namespace clockguard
