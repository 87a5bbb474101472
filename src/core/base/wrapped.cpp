// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/wrapped.hpp"

#include <algorithm>
#include <array>

namespace clockguard {
namespace {

/// Where a line may be broken first: not between a number and its unit.
std::size_t first_break(std::string_view text)
{
    constexpr std::array<std::string_view, 6> units{"us", "ms", "s", "min", "h", "d"};
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    if (end == 0 || end == text.size() || text[end] == '\n' || text[end - 1] < '0' ||
        text[end - 1] > '9')
        return end;
    const std::string_view next = text.substr(end + 1);
    const std::string_view word = next.substr(0, next.find_first_of(" \n,;.):"));
    return std::ranges::find(units, word) == units.end()
               ? end
               : end + 1 + std::min(next.find_first_of(" \n"), next.size());
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
