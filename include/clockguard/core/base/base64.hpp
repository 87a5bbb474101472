// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace clockguard {

/// RFC 4648 section 4, padded; anything else, whitespace too, yields nothing.
std::optional<std::string> decode_base64(std::string text);

std::string encode_base64(std::string_view bytes);

}  // namespace clockguard
