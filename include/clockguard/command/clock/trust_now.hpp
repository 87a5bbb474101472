// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/command/base/context.hpp"
#include "clockguard/core/clock/clock_moment.hpp"
#include "clockguard/core/clock/trust.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// Whether the system clock may be acted upon at this moment, and on whose word.
struct TrustNow {
    bool trusted = false;
    std::string by{};  // "chrony"; "chrony, at boot" where the gate's verdict still stands
    std::optional<WitnessKind> vouched{};  // the witness behind it, now or at boot
    std::string why{};                     // one sentence, either way
    Verdict verdict{};                     // of what was heard now
    bool chrony_answers = false;
    ClockMoment moment{};  // the verdict holds for as long as the clock goes on from here
};

/// How far ahead of the network's time the clock is, where it is known to be wrong by it; else
/// nothing: then the clock is what dates are judged by.
Span ahead_of_network(const Verdict& verdict);

/// Hears the witnesses now. Where they neither vouch nor refute, the gate's verdict of this boot
/// holds as long as the clock was neither stepped nor slewed and the machine did not stand still
/// since: a unit without network can rely on it. Where it stood still, chronyd is asked to measure,
/// which takes up to 15 s.
TrustNow trust_now(const Context& context);

/// The part of it that decides, for a verdict heard and a state recorded.
TrustNow weigh_record(Verdict heard, const Result<Report>& state, const std::string& boot_id,
                      const ClockMoment& moment);

/// The verdict's weightiest finding as a sentence: why the clock is or is not trusted.
std::string reason_of(const Verdict& verdict);

}  // namespace clockguard
