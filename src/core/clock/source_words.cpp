// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/source_words.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

std::string_view words_for(SourceFault fault)
{
    switch (fault) {
    case SourceFault::Unreachable:
        return "unreachable";
    case SourceFault::NoSelect:
        return "marked noselect";
    case SourceFault::NotSynchronised:
        return "not synchronised itself";
    case SourceFault::OtherStratum:
        return "of a stratum that is not allowed (minstratum, maxstratum)";
    case SourceFault::TooDistant:
        return "too distant (maxdistance)";
    case SourceFault::TooJittery:
        return "too jittery (maxjitter)";
    case SourceFault::WaitsForMore:
        return "waiting for more sources (minsources)";
    case SourceFault::OldSamples:
        return "with old samples only";
    case SourceFault::Orphan:
        return "an orphan with a larger address";
    case SourceFault::Untrusted:
        return "not agreeing with a trusted source";
    case SourceFault::Falseticker:
        return "a falseticker";
    case SourceFault::NoSource:
    case SourceFault::Unresolved:
    case SourceFault::Offline:
        break;
    }
    return {};
}

struct SelectionLetter {
    char letter;
    SourceFault fault;
};

/// chronyc(1), selectdata. What a source that answers is waiting for, or why it is not used; the
/// letters of sources that are used are left out.
constexpr std::array selection_letters{
    SelectionLetter{'N', SourceFault::NoSelect},
    SelectionLetter{'s', SourceFault::NotSynchronised},
    SelectionLetter{'r', SourceFault::OtherStratum},
    SelectionLetter{'d', SourceFault::TooDistant},
    SelectionLetter{'D', SourceFault::TooDistant},
    SelectionLetter{'~', SourceFault::TooJittery},
    SelectionLetter{'w', SourceFault::WaitsForMore},
    SelectionLetter{'W', SourceFault::WaitsForMore},
    SelectionLetter{'S', SourceFault::OldSamples},
    SelectionLetter{'O', SourceFault::Orphan},
    SelectionLetter{'T', SourceFault::Untrusted},
    SelectionLetter{'x', SourceFault::Falseticker},
};

/// Before selection there must be samples: of a source that never answered there are none.
std::optional<SourceFault> fault_of(const ChronySource& source)
{
    if (source.reach == 0)
        return SourceFault::Unreachable;
    const auto* const found =
        std::ranges::find(selection_letters, source.selection, &SelectionLetter::letter);
    if (found != selection_letters.end())
        return found->fault;
    if (source.state == SourceState::Falseticker)
        return SourceFault::Falseticker;
    return source.state == SourceState::Jittery ? std::optional{SourceFault::TooJittery}
                                                : std::nullopt;
}

struct Counted {
    SourceFault fault;
    int sources = 0;
};

/// That none of them answers needs no list.
std::vector<Counted> count_faults(const ChronySources& sources)
{
    std::vector<Counted> counted;
    for (const ChronySource& source : sources.all) {
        const auto fault = sources.reached > 0 ? fault_of(source) : std::nullopt;
        if (!fault)
            continue;
        const auto known = std::ranges::find(counted, *fault, &Counted::fault);
        if (known == counted.end())
            counted.push_back({.fault = *fault, .sources = 1});
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
    for (const auto& [fault, count] : count_faults(sources))
        reasons.push_back(fmt::format("{} {}", count, words_for(fault)));
    if (!reasons.empty())
        text += fmt::format(" ({})", joined(reasons, ", "));
    if (sources.unresolved > 0)
        text += sources.unresolved == 1
                    ? ", 1 name does not resolve"
                    : fmt::format(", {} names do not resolve", sources.unresolved);
    if (sources.offline > 0)
        text += fmt::format(", {} offline", sources.offline);
    return text;
}

std::set<SourceFault> faults_of(const ChronySources& sources)
{
    std::set<SourceFault> faults;
    for (const Counted& each : count_faults(sources))
        faults.insert(each.fault);
    if (sources.known == 0)
        faults.insert(SourceFault::NoSource);
    if (sources.unresolved > 0)
        faults.insert(SourceFault::Unresolved);
    if (sources.offline > 0)
        faults.insert(SourceFault::Offline);
    return faults;
}

}  // namespace clockguard
