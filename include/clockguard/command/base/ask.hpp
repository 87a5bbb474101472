// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace clockguard {

/// Asks on a terminal only: a unit or a pipe would wait for ever. Nothing where there is none. Yes
/// is "y" or "yes"; all else, and the end of the input, is no.
std::optional<bool> ask_on_terminal(const std::string& question);

}  // namespace clockguard
