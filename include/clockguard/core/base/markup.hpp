// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace clockguard {

/// As HTML and XML take it between tags and in quoted attributes, printable (printable()).
std::string markup(std::string_view text);

}  // namespace clockguard
