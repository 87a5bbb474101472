// SPDX-License-Identifier: Apache-2.0
// What is done with text in more than one place.
#pragma once

#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace clockguard {

inline constexpr std::string_view blanks = " \t\r\n";

constexpr bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Of ASCII, whatever the locale.
constexpr bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Without any of `what` at both ends.
std::string_view trimmed(std::string_view text, std::string_view what = blanks);

/// Without the quotes around it, single or double; as it is where they are no pair.
std::string_view without_quotes(std::string_view text);

/// Takes the first line from the front, and returns it without its newline.
std::string_view take_line(std::string_view& text);

/// Up to the first newline.
std::string_view first_line(std::string_view text);

/// Every line without its newline; a text that ends with one has no empty line behind it.
std::vector<std::string_view> lines_of(std::string_view text);

/// The value of a key of os-release(5), without its quotes; the last counts. Empty: there is none.
std::string_view os_release_value(std::string_view text, std::string_view key);

/// A number with nothing beside it; a whole one in another base than ten, if one is given.
template <class Number, class... Base>
std::optional<Number> parse_number(std::string_view text, Base... base)
{
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number, base...);
    return error == std::errc{} && stopped == end ? std::optional{number} : std::nullopt;
}

/// What stands between any of these; nothing empty.
std::vector<std::string_view> words_of(std::string_view text, std::string_view between = blanks);

/// "a; b; c"; of each part, what it is to be called.
template <class Parts = std::vector<std::string>, class Name = std::identity>
std::string joined(const Parts& parts, std::string_view between, Name name = {})
{
    std::string text;
    bool is_first = true;
    for (const auto& part : parts) {
        if (!std::exchange(is_first, false))
            text += between;
        text += std::invoke(name, part);
    }
    return text;
}

/// "1 boot", "3 boots".
std::string counted(std::size_t count, std::string_view noun);

/// A text that is much longer than `most` bytes without its middle: "aaa (99000 bytes left out)
/// zzz".
std::string shortened(std::string_view text, std::size_t most);

/// Whether all of it is ASCII.
bool is_ascii(std::string_view text);

/// In capitals, ASCII only.
std::string in_capitals(std::string text);

/// Whether two words differ in nothing but capitals, ASCII only.
bool is_same_word(std::string_view one, std::string_view other);

/// The text without anything that commands a terminal or shows it in another order than it is read
/// in: such a character becomes "\\u001b", as JSON writes it, and a byte that is no UTF-8 "\\x9b".
std::string printable(std::string_view text);

/// The same, of what is to be one line: neither newline nor tab is left, whatever names of others
/// are in it.
std::string on_one_line(std::string_view text);

/// As a POSIX shell reads one word: in single quotes where anything in it means more than itself.
std::string shell_word(std::string_view text);

/// Of a printable text, every character outside ASCII as JSON escapes it: "caf\\u00e9".
std::string in_ascii(std::string_view text);

}  // namespace clockguard
