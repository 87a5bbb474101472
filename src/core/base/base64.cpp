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
constexpr std::uint32_t no_group = ~0U;

/// What each character stands for. Looked up, since every certificate goes through it.
constexpr std::array<std::uint8_t, 256> digits = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return values;
}();

/// The 24 bits of four digits; more than 24 where one of them is none.
std::uint32_t read_group(const char* text)
{
    const std::uint32_t first = digits[static_cast<std::uint8_t>(text[0])];
    const std::uint32_t second = digits[static_cast<std::uint8_t>(text[1])];
    const std::uint32_t third = digits[static_cast<std::uint8_t>(text[2])];
    const std::uint32_t fourth = digits[static_cast<std::uint8_t>(text[3])];
    const bool is_sound = (first | second | third | fourth) < alphabet.size();
    return is_sound ? first << 18U | second << 12U | third << 6U | fourth : no_group;
}

std::size_t count_padding(std::string_view text)
{
    if (text.ends_with("=="))
        return 2;
    return text.ends_with('=') ? 1 : 0;
}

}  // namespace

std::optional<std::string> decode_base64(std::string text)
{
    if (text.size() % 4 != 0)
        return std::nullopt;
    const std::size_t padding = count_padding(text);
    std::fill_n(text.rbegin(), padding, alphabet.front());
    std::string bytes(text.size() / 4 * 3, '\0');
    auto next = bytes.begin();
    for (std::size_t at = 0; at < text.size(); at += 4) {
        const std::uint32_t bits = read_group(&text[at]);
        if (bits == no_group)
            return std::nullopt;
        *next++ = static_cast<char>(bits >> 16U);
        *next++ = static_cast<char>(bits >> 8U);
        *next++ = static_cast<char>(bits);
    }
    bytes.resize(bytes.size() - padding);
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
