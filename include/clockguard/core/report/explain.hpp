// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/report/codes.hpp"

namespace clockguard {

/// What is seen, what it means, and what to do here, in lines of `width` columns; commands and what
/// is indented in the code's own text stay whole.
std::string render_explanation(const Code& code, const CommandTarget& here, std::size_t width);

/// A line for each code, under the headings of their groups.
std::string render_codes(const std::vector<Code>& codes);

/// One code as a JSON object, with the remedies that work here.
std::string render_json(const Code& code, const CommandTarget& here);

/// All codes, without their texts: {"codes": [{"code", "severity", "group", "title"}]}.
std::string render_json(const std::vector<Code>& codes);

}  // namespace clockguard
