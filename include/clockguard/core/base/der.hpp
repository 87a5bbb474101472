// SPDX-License-Identifier: Apache-2.0
// DER as Go reads it (golang.org/x/crypto/cryptobyte): OpenSSL also takes what only BER allows.
#pragma once

#include <optional>
#include <string_view>

namespace clockguard {

namespace der {
inline constexpr unsigned boolean = 0x01;
inline constexpr unsigned integer = 0x02;
inline constexpr unsigned bit_string = 0x03;
inline constexpr unsigned octet_string = 0x04;
inline constexpr unsigned object_identifier = 0x06;
inline constexpr unsigned sequence = 0x30;
inline constexpr unsigned set = 0x31;
}  // namespace der

struct DerValue {
    unsigned tag = 0;
    std::string_view content{};
};

/// Takes the first value off a text; nothing where it does not begin with one.
std::optional<DerValue> take_der(std::string_view& text);

/// The content of the first value, if it has this tag.
std::optional<std::string_view> take_der(std::string_view& text, unsigned tag);

/// Whether a text is values from end to end, and what contains others does so too.
bool is_der(std::string_view text);

/// Whether this is the content of an object identifier, each number in the fewest bytes.
bool is_identifier(std::string_view content);

/// And whether each number has 31 bits at most.
bool is_short_identifier(std::string_view content);

}  // namespace clockguard
