// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace clockguard {

/// The known word that was probably meant, or nothing: at most a third of it mistyped.
std::string suggest(std::string_view written, std::span<const std::string> known);

/// " (did you mean 'timeout'?)", or nothing.
std::string did_you_mean(std::string_view written, std::span<const std::string> known);

}  // namespace clockguard
