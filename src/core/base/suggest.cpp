// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/suggest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

/// Levenshtein distance: insertions, deletions and replacements from one word to the other.
std::size_t distance(std::string_view from, std::string_view to)
{
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

}  // namespace

std::string suggest(std::string_view written, std::span<const std::string> known)
{
    const std::string_view letters = trimmed(written, "-");
    std::string best;
    // Half of the letters are right at least.
    std::size_t too_far = std::min(letters.size() / 3 + 2, letters.size() / 2 + 1);
    for (const std::string& word : known) {
        const std::size_t away = distance(letters, trimmed(word, "-"));
        if (away >= too_far || word == written)
            continue;
        too_far = away;
        best = word;
    }
    return best;
}

std::string did_you_mean(std::string_view written, std::span<const std::string> known)
{
    const std::string word = suggest(written, known);
    return word.empty() ? "" : fmt::format(" (did you mean '{}'?)", word);
}

}  // namespace clockguard
