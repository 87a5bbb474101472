// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace clockguard {

/// Lines of at most `width`, broken at blanks, but not between a number and its unit; the first
/// stands where the caller is, at `indent`, and the others are indented so far.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

}  // namespace clockguard
