// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/wrapped.hpp"

#include <algorithm>
#include <array>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

/// So many words that stand together, or what there is up to a line's end.
std::size_t end_of_words(std::string_view text, int words)
{
    std::size_t end = 0;
    for (int word = 0; word < words; ++word)
        if (word == 0 || (end < text.size() && text[end] == ' '))
            end = std::min(text.find_first_of(" \n", end + (word == 0 ? 0 : 1)), text.size());
    return end;
}

bool is_unit(std::string_view word)
{
    constexpr std::array<std::string_view, 6> units{"us", "ms", "s", "min", "h", "d"};
    return std::ranges::find(units, word.substr(0, word.find_first_of(",;.):"))) != units.end();
}

/// Where a line may be broken first: not between a number and its unit, nor between sudo and what
/// it is to run.
std::size_t first_break(std::string_view text)
{
    const std::size_t end = end_of_words(text, 1);
    const std::string_view word = text.substr(0, end);
    if (word == "sudo" || word == "\"sudo")
        return end_of_words(text, 3);
    const std::size_t next = end_of_words(text, 2);
    const bool is_number = end > 0 && is_digit(word.back());
    return is_number && next > end && is_unit(text.substr(end + 1, next - end - 1)) ? next : end;
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width)
{
    std::string lines;
    std::size_t column = indent;
    while (!text.empty()) {
        const std::size_t end = first_break(text);
        const bool starts_line = column == indent;
        if (!starts_line && column + 1 + end > width) {
            lines.append(1, '\n').append(indent, ' ');
            column = indent;
        } else if (!starts_line) {
            lines += ' ';
            ++column;
        }
        lines += text.substr(0, end);
        column += end;
        const bool broken = end < text.size() && text[end] == '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
        if (broken) {
            lines.append(1, '\n').append(indent, ' ');
            column = indent;
        }
    }
    return lines + "\n";
}

}  // namespace clockguard
