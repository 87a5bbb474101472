// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace clockguard {

/// The text with `?` for every byte of a comment that is no ASCII: what people may write there need
/// not be understood.
std::string without_foreign_comments(std::string_view toml);

/// The first line, counted from 1, with a byte outside ASCII, or 0.
unsigned line_with_foreign_letter(std::string_view text);

}  // namespace clockguard
