// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/chrony_conf.hpp"

#include <algorithm>
#include <array>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

constexpr std::string_view word_ends = " \t\r";
constexpr std::array<std::string_view, 2> directives{"SERVER", "POOL"};

std::string_view take_word(std::string_view& line)
{
    line.remove_prefix(std::min(line.find_first_not_of(word_ends), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(word_ends));
    line.remove_prefix(word.size());
    return word;
}

/// chronyd takes directives in any case, and options as they are. A comment begins a line.
bool is_nts_source(std::string_view line)
{
    const std::string directive = in_capitals(std::string{take_word(line)});
    if (std::ranges::find(directives, directive) == directives.end())
        return false;
    take_word(line);
    for (std::string_view word = take_word(line); !word.empty(); word = take_word(line))
        if (word == "nts")
            return true;
    return false;
}

}  // namespace

bool asks_with_nts(std::string_view conf)
{
    return std::ranges::any_of(lines_of(conf), is_nts_source);
}

}  // namespace clockguard
