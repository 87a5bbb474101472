// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/gate.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/core.h>

#include "clockguard/core/base/suggest.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using enum GateOutcome;

/// A wait that has taken as long goes on for longer.
constexpr Span seldom_after = 5min;

struct Word {
    GateOutcome outcome;
    std::string_view text;
};

constexpr std::array words{
    Word{Waiting, "waiting"},
    Word{Synchronized, "synchronized"},
    Word{RtcCorrected, "rtc_corrected"},
    Word{HostAgrees, "host_agrees"},
    Word{RtcTrusted, "rtc_trusted"},
    Word{TimeoutReleased, "timeout_released"},
    Word{TimeoutHeld, "timeout_held"},
    Word{Overridden, "overridden"},
    Word{Disabled, "disabled"},
};

bool no_source_answers(const Observation& seen)
{
    const auto& sources = seen.chrony_sources;
    return sources && sources->reached == 0 && sources->asked == sources->known;
}

}  // namespace

GateMove next_move(Trust trust, bool override_asked, Span waited, const GatePolicy& policy)
{
    if (trust == Trust::Trusted)
        return GateMove::Open;
    if (override_asked)
        return GateMove::Override;
    if (waited < policy.timeout)
        return GateMove::Wait;
    return policy.on_timeout == OnTimeout::Hold ? GateMove::Hold : GateMove::Release;
}

Span poll_interval(Span waited)
{
    return waited < seldom_after ? Span{250ms} : Span{1s};
}

Span glance_interval(Span waited, const Observation& seen)
{
    if (waited >= seldom_after || no_source_answers(seen))
        return poll_interval(waited);
    return waited < 1min ? 5ms : 10ms;
}

std::optional<Span> until_within(const Offset& earlier, const Offset& later, Span apart, Span limit)
{
    const Span before = abs(earlier.value) + earlier.error;
    const Span now = abs(later.value) + later.error;
    if (apart <= Span{0} || now >= before || now <= limit)
        return std::nullopt;
    const double seconds = to_seconds(now - limit) / to_seconds(before - now) * to_seconds(apart);
    constexpr double longest = 3600;
    return Span{static_cast<Span::rep>(std::min(seconds, longest) * 1e6)};
}

GateOutcome opened_by(const Verdict& verdict, bool host_corrected)
{
    if (verdict.vouched == WitnessKind::Rtc)
        return RtcTrusted;
    if (verdict.vouched != WitnessKind::HostClock)
        return Synchronized;
    return host_corrected ? RtcCorrected : HostAgrees;
}

std::string to_text(GateOutcome outcome)
{
    const auto found = std::ranges::find(words, outcome, &Word::outcome);
    return found == words.end() ? "" : std::string{found->text};
}

Result<GateOutcome> parse_outcome(std::string_view word)
{
    const auto found = std::ranges::find(words, word, &Word::text);
    if (found != words.end())
        return found->outcome;
    std::vector<std::string> known;
    known.reserve(words.size());
    for (const Word& each : words)
        known.emplace_back(each.text);
    return fail(fmt::format("unknown outcome '{}'{}", word, did_you_mean(word, known)));
}

bool is_open(GateOutcome outcome)
{
    return outcome != Waiting && outcome != TimeoutHeld;
}

}  // namespace clockguard
