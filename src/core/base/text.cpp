// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include <fmt/core.h>

namespace clockguard {
namespace {

/// The letter at the beginning of a text in UTF-8; `code` is nothing for a byte that begins none.
struct Letter {
    std::size_t length = 1;
    std::optional<std::uint32_t> code{};
};

/// Of the letter that this byte begins; 0: it begins none (RFC 3629, 3 and 4).
std::size_t length_of_letter(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/// Whether a number may be written in so many bytes: in no more than it needs, no half of a pair
/// of UTF-16, and not above the last.
bool is_letter(std::uint32_t code, std::size_t length)
{
    constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    return code >= least.at(length) && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

Letter next_letter(std::string_view text)
{
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = length_of_letter(first);
    if (length == 0 || length > text.size())
        return {};
    std::uint32_t code = length == 1 ? first : first & (0x7fU >> length);
    for (const char byte : text.substr(1, length - 1)) {
        if ((static_cast<unsigned char>(byte) & 0xc0U) != 0x80U)
            return {};
        code = code << 6U | (static_cast<unsigned char>(byte) & 0x3fU);
    }
    return is_letter(code, length) ? Letter{.length = length, .code = code} : Letter{};
}

/// C0 but for newline and tab, DEL and C1, which command a terminal; and the marks of Unicode that
/// end a line or turn the direction of what follows, so that it reads as something else.
bool is_command(std::uint32_t code)
{
    return (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7f && code <= 0x9f) ||
           code == 0x061c || code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

/// As JSON writes it: a letter above the first 65536 is a pair of UTF-16.
std::string escaped(std::uint32_t code)
{
    if (code < 0x10000)
        return fmt::format("\\u{:04x}", code);
    const std::uint32_t rest = code - 0x10000;
    return fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10U), 0xdc00 + (rest & 0x3ffU));
}

std::string with_escapes(std::string_view text, std::string_view as_well)
{
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        const Letter letter = next_letter(text);
        if (!letter.code)
            shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
        else if (is_command(*letter.code) || as_well.find(text.front()) != std::string_view::npos)
            shown += escaped(*letter.code);
        else
            shown += text.substr(0, letter.length);
        text.remove_prefix(letter.length);
    }
    return shown;
}

char capital_of(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::string_view trimmed(std::string_view text, std::string_view what)
{
    const auto first = text.find_first_not_of(what);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(what) - first + 1);
}

std::string_view without_quotes(std::string_view text)
{
    const bool quoted = text.size() >= 2 && text.front() == text.back() &&
                        (text.front() == '"' || text.front() == '\'');
    return quoted ? text.substr(1, text.size() - 2) : text;
}

std::string_view take_line(std::string_view& text)
{
    const std::string_view line = first_line(text);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

std::string_view first_line(std::string_view text)
{
    return text.substr(0, text.find('\n'));
}

std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty())
        lines.push_back(take_line(text));
    return lines;
}

std::string_view os_release_value(std::string_view text, std::string_view key)
{
    std::string_view value;
    for (const std::string_view line : lines_of(text))
        if (line.starts_with(key) && line.substr(key.size()).starts_with('='))
            value = without_quotes(trimmed(line.substr(key.size() + 1)));
    return value;
}

std::vector<std::string_view> words_of(std::string_view text, std::string_view between)
{
    std::vector<std::string_view> words;
    for (auto begin = text.find_first_not_of(between); begin != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(between, begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(between, end);
    }
    return words;
}

std::string counted(std::size_t count, std::string_view noun)
{
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string shortened(std::string_view text, std::size_t most)
{
    constexpr std::size_t words_between = 40;
    if (text.size() <= most + words_between)
        return std::string{text};
    const auto is_within_letter = [&](std::size_t at) {
        return (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U;
    };
    std::size_t begin = most / 2;
    std::size_t end = text.size() - most / 2;
    while (begin > 0 && is_within_letter(begin))
        --begin;
    while (end < text.size() && is_within_letter(end))
        ++end;
    return fmt::format("{} ({} bytes left out) {}", text.substr(0, begin), end - begin,
                       text.substr(end));
}

bool is_ascii(std::string_view text)
{
    return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

std::string in_capitals(std::string text)
{
    std::ranges::transform(text, text.begin(), capital_of);
    return text;
}

bool is_same_word(std::string_view one, std::string_view other)
{
    return std::ranges::equal(one, other, {}, capital_of, capital_of);
}

std::string printable(std::string_view text)
{
    return with_escapes(text, "");
}

std::string in_ascii(std::string_view text)
{
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        const Letter letter = next_letter(text);
        if (letter.code && *letter.code > 0x7f)
            shown += escaped(*letter.code);
        else
            shown += text.front();
        text.remove_prefix(letter.length);
    }
    return shown;
}

std::string shell_word(std::string_view text)
{
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
    if (!text.empty() && text.find_first_not_of(plain) == text.npos)
        return std::string{text};
    std::string word = "'";
    for (const char c : text)
        word += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return word + "'";
}

std::string on_one_line(std::string_view text)
{
    return with_escapes(text, "\n\t");
}

}  // namespace clockguard
