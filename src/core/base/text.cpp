// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace clockguard {
namespace {

bool is_control(char letter)
{
    const auto code = static_cast<unsigned char>(letter);
    return (code < 0x20 && letter != '\n' && letter != '\t') || code == 0x7f;
}

/// U+0080 to U+009F in UTF-8.
bool is_c1(std::string_view text)
{
    return text.size() > 1 && static_cast<unsigned char>(text[0]) == 0xc2 &&
           static_cast<unsigned char>(text[1]) >= 0x80 &&
           static_cast<unsigned char>(text[1]) <= 0x9f;
}

/// Of "\033[1;31m" or "\033[0m", with which our reports begin and end what is bold; else 0.
std::size_t length_of_style(std::string_view text)
{
    constexpr std::string_view reset = "\033[0m";
    constexpr std::string_view bold = "\033[1;3";
    if (text.starts_with(reset))
        return reset.size();
    const bool is_bold = text.starts_with(bold) && text.size() >= bold.size() + 2 &&
                         text[bold.size()] >= '0' && text[bold.size()] <= '7' &&
                         text[bold.size() + 1] == 'm';
    return is_bold ? bold.size() + 2 : 0;
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

std::string joined(const std::vector<std::string>& parts, std::string_view between)
{
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i != 0)
            text += between;
        text += parts[i];
    }
    return text;
}

std::string in_capitals(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text;
}

std::string printable(std::string_view text, bool styled)
{
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        const std::size_t style = styled ? length_of_style(text) : 0;
        const std::size_t length = std::max<std::size_t>(style, is_c1(text) ? 2 : 1);
        if (style > 0 || (length == 1 && !is_control(text.front())))
            shown += text.substr(0, length);
        else
            shown += fmt::format("\\u{:04x}", static_cast<unsigned char>(text[length - 1]));
        text.remove_prefix(length);
    }
    return shown;
}

}  // namespace clockguard
