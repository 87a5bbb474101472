// SPDX-License-Identifier: Apache-2.0
// What a scalar of YAML 1.1 is: without quotes its text tells.
#pragma once

#include <optional>
#include <string_view>

#include "clockguard/core/base/yaml.hpp"

namespace clockguard {

/// Whether a scalar is nothing.
bool is_null(const YamlNode& node);

/// Yes or no, in any of the words that YAML 1.1 has for it; nothing for other scalars.
std::optional<bool> truth_of(const YamlNode& node);

/// Whether the text of a scalar is of the type that it is said to be: "tag:yaml.org,2002:int", or
/// that of a number with a fraction, of yes and no, of nothing.
bool is_of_type(const YamlNode& node, std::string_view tag);

/// Whether a scalar is a text: neither nothing nor yes or no, nor a number.
bool is_text(const YamlNode& node);

}  // namespace clockguard
