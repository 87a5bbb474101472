// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/source_words.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

struct SelectionWord {
    char letter;
    std::string_view text;
};

/// chronyc(1), selectdata. What a source that answers is waiting for, or why it is not used; the
/// letters of sources that are used are left out.
constexpr std::array selection_words{
    SelectionWord{'N', "marked noselect"},
    SelectionWord{'s', "not synchronised itself"},
    SelectionWord{'d', "too distant (maxdistance)"},
    SelectionWord{'D', "too distant (maxdistance)"},
    SelectionWord{'~', "too jittery (maxjitter)"},
    SelectionWord{'w', "waiting for more sources (minsources)"},
    SelectionWord{'W', "waiting for more sources (minsources)"},
    SelectionWord{'S', "with old samples only"},
    SelectionWord{'O', "an orphan with a larger address"},
    SelectionWord{'T', "not agreeing with a trusted source"},
    SelectionWord{'x', "a falseticker"},
};

/// Before selection there must be samples: of a source that never answered there are none.
std::string_view reason_of(const ChronySource& source)
{
    if (source.reach == 0)
        return "unreachable";
    const auto* const found =
        std::ranges::find(selection_words, source.selection, &SelectionWord::letter);
    if (found != selection_words.end())
        return found->text;
    if (source.state == SourceState::Falseticker)
        return "a falseticker";
    return source.state == SourceState::Jittery ? "too jittery (maxjitter)" : "";
}

struct Counted {
    std::string_view reason;
    int sources = 0;
};

std::vector<Counted> count_reasons(const ChronySources& sources)
{
    std::vector<Counted> counted;
    for (const ChronySource& source : sources.all) {
        const std::string_view reason = reason_of(source);
        if (reason.empty())
            continue;
        const auto known = std::ranges::find(counted, reason, &Counted::reason);
        if (known == counted.end())
            counted.push_back({.reason = reason, .sources = 1});
        else
            ++known->sources;
    }
    return counted;
}

std::string counts(const ChronySources& sources)
{
    if (sources.known == 0)
        return "it has no source";
    if (sources.asked < sources.known)
        return fmt::format("{} of the first {} of {} sources answer", sources.reached,
                           sources.asked, sources.known);
    return fmt::format("{} of {} sources answer", sources.reached, sources.known);
}

}  // namespace

std::string to_text(const ChronySources& sources)
{
    std::string text = counts(sources);
    std::vector<std::string> reasons;
    // That none of them answers needs no list.
    if (sources.reached > 0)
        for (const Counted& each : count_reasons(sources))
            reasons.push_back(fmt::format("{} {}", each.sources, each.reason));
    if (!reasons.empty())
        text += fmt::format(" ({})", joined(reasons, ", "));
    if (sources.unresolved > 0)
        text += fmt::format(", {} names do not resolve", sources.unresolved);
    if (sources.offline > 0)
        text += fmt::format(", {} offline", sources.offline);
    return text;
}

}  // namespace clockguard
