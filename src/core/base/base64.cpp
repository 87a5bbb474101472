// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/base64.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace clockguard {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t no_digit = 0xff;

/// What each character stands for. Looked up, since every certificate goes through it.
constexpr std::array<std::uint8_t, 256> digits = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return values;
}();

std::size_t count_padding(std::string_view text)
{
    if (text.ends_with("=="))
        return 2;
    return text.ends_with('=') ? 1 : 0;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text)
{
    if (text.size() % 4 != 0)
        return std::nullopt;
    text.remove_suffix(count_padding(text));
    std::string bytes(text.size() * 3 / 4, '\0');
    auto next = bytes.begin();
    std::uint32_t bits = 0;
    for (unsigned kept = 0; const char c : text) {
        const std::uint8_t value = digits[static_cast<std::uint8_t>(c)];
        if (value == no_digit)
            return std::nullopt;
        bits = bits << 6U | value;
        kept += 6;
        if (kept >= 8) {
            kept -= 8;
            *next++ = static_cast<char>(bits >> kept & 0xffU);
        }
    }
    return bytes;
}

std::string encode_base64(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8U | (i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= bytes.size() ? alphabet[bits >> (18U - 6U * i) & 63U] : '=';
    }
    return text;
}

}  // namespace clockguard
