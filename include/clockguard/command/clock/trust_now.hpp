// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/command/base/context.hpp"
#include "clockguard/core/clock/clock_moment.hpp"
#include "clockguard/core/clock/trust.hpp"
#include "clockguard/core/report/report.hpp"
#include "clockguard/edge/clock/observe.hpp"

namespace clockguard {

/// Whether the system clock is trusted at this moment, and which witness verified it.
struct TrustNow {
    bool trusted = false;
    std::string by{};  // "chrony"; "chrony, at boot" where the gate's verdict still stands
    std::optional<WitnessKind> vouched{};  // the witness behind it, now or at boot
    std::string why{};                     // one sentence, either way
    Verdict verdict{};                     // of what was heard now
    Observation seen{};                    // what was heard
    ClockMoment moment{};  // the verdict holds for as long as the clock goes on from here
};

/// How far the clock is ahead of network time, where it is known to be wrong; else 0.
Span ahead_of_network(const Verdict& verdict);

/// Observes and judges now. Where no witness vouches or refutes, the gate's verdict of this boot
/// holds, unless the clock was stepped or slewed or the machine was paused since: a unit without
/// network can rely on it. After a pause, chronyd is believed by what it measures after the first
/// look of `memory`.
TrustNow trust_now(const Context& context, const ChronyMemory& memory = {});
TrustNow trust_now(const Context& context, const Sources& sources, ChronyMemory memory = {});

/// How long the machine stood still since the recorded verdict of this boot. What chronyd has
/// measured before counts no more.
std::optional<Standstill> stood_still_since(const Result<Report>& state, const std::string& boot_id,
                                            const ClockMoment& now);

/// For what is going to act: where the machine stood still since the clock was verified and chronyd
/// has not measured since, chronyd is asked to (gate.nudge_chrony), and waited for until it has, or
/// 15 s are over. What is known then is for the looks that follow.
ChronyMemory measure_after_pause(const Context& context);

/// The same from a verdict of now and the recorded state.
TrustNow weigh_record(Verdict heard, const Result<Report>& state, const std::string& boot_id,
                      const ClockMoment& moment);

}  // namespace clockguard
