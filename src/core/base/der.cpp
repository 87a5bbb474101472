// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/der.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace clockguard {
namespace {

constexpr unsigned constructed = 0x20;
constexpr unsigned class_bits = 0xC0;
constexpr unsigned more = 0x80;  // of a number: bytes follow

unsigned take_byte(std::string_view& text)
{
    const auto byte = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    return byte;
}

/// In the fewest bytes, of which no more than four tell a long one.
std::optional<std::size_t> take_length(std::string_view& text)
{
    constexpr unsigned is_long = 0x80;
    constexpr unsigned most_bytes = 4;
    if (text.empty())
        return std::nullopt;
    const unsigned first = take_byte(text);
    if (first < is_long)
        return first;
    const unsigned bytes = first - is_long;
    if (bytes == 0 || bytes > most_bytes || bytes > text.size() || text.front() == 0)
        return std::nullopt;
    std::size_t length = 0;
    for (unsigned i = 0; i < bytes; ++i)
        length = length << 8U | take_byte(text);
    return length < is_long ? std::nullopt : std::optional{length};
}

/// Of the types that everything has, two contain others; a string is in one piece.
bool may_contain(unsigned tag)
{
    return (tag & class_bits) != 0 || tag == der::sequence || tag == der::set;
}

bool is_sound(const DerValue& value)
{
    if (value.tag == der::boolean)
        return value.content == std::string_view{"\0", 1} || value.content == "\xFF";
    return (value.tag & constructed) == 0 || may_contain(value.tag);
}

}  // namespace

std::optional<DerValue> take_der(std::string_view& text)
{
    constexpr unsigned longer_tag = 0x1F;
    if (text.empty())
        return std::nullopt;
    std::string_view rest = text;
    const unsigned tag = take_byte(rest);
    const auto length = take_length(rest);
    if ((tag & longer_tag) == longer_tag || !length || *length > rest.size())
        return std::nullopt;
    text = rest.substr(*length);
    return DerValue{.tag = tag, .content = rest.substr(0, *length)};
}

std::optional<std::string_view> take_der(std::string_view& text, unsigned tag)
{
    std::string_view rest = text;
    const auto value = take_der(rest);
    if (!value || value->tag != tag)
        return std::nullopt;
    text = rest;
    return value->content;
}

bool is_der(std::string_view text)
{
    // Where the values end that the next one is in, the innermost last: no stack limits them.
    std::vector<std::string_view> behind;
    while (!text.empty() || !behind.empty()) {
        if (text.empty()) {
            text = behind.back();
            behind.pop_back();
            continue;
        }
        const auto value = take_der(text);
        if (!value || !is_sound(*value))
            return false;
        if ((value->tag & constructed) != 0) {
            behind.push_back(text);
            text = value->content;
        }
    }
    return true;
}

bool is_identifier(std::string_view content)
{
    bool is_inside = false;
    for (const char c : content) {
        const auto byte = static_cast<unsigned char>(c);
        if (!is_inside && byte == more)
            return false;
        is_inside = (byte & more) != 0;
    }
    return !content.empty() && !is_inside;
}

bool is_short_identifier(std::string_view content)
{
    constexpr std::uint64_t longest = 0x7FFFFFFF;
    std::uint64_t number = 0;
    for (const char c : content) {
        const auto byte = static_cast<unsigned char>(c);
        number = number << 7U | (byte & (more - 1));
        if (number > longest)
            return false;
        number = (byte & more) != 0 ? number : 0;
    }
    return is_identifier(content);
}

}  // namespace clockguard
