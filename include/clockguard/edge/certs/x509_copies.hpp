// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// Whether a text of CA certificates has another copy (name and key are the same) of one in `from`.
bool holds_other_copies(const std::string& text, const std::string& from);

/// The text with such copies exchanged, each for one that is valid now if there are several. One
/// that is valid stays where none of those is.
[[nodiscard]] Result<std::string> exchange_copies(const std::string& text, const std::string& from,
                                                  std::chrono::sys_seconds now);

}  // namespace clockguard
