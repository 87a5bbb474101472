// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/gate_lines.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ratio>

#include <fmt/core.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr std::array marks{Span{10s}, Span{30s}, Span{60s}, Span{120s}};

/// Smaller steps are not reported.
constexpr Span smallest_step = 500ms;

Finding told_by(const Verdict& verdict)
{
    const Finding* const telling = telling_finding(verdict);
    return telling == nullptr ? Finding{} : *telling;
}

GateRecord to_record(const GateView& view, const GatePolicy& policy)
{
    return {.outcome = view.outcome,
            .waited = view.waited,
            .limit = policy.timeout,
            .on_timeout = policy.on_timeout,
            .reason = reason_of(view.verdict)};
}

/// Tenths of a second are enough for people.
std::string rounded_text(Span waited)
{
    return to_text(std::chrono::duration_cast<Span>(
        std::chrono::round<std::chrono::duration<std::int64_t, std::deci>>(waited)));
}

std::string waited_text(Span waited, Span limit)
{
    if (waited > limit)
        return fmt::format("waited {}, limit {}", rounded_text(waited), to_text(limit));
    if (limit == forever)
        return fmt::format("waited {}", rounded_text(waited));
    return fmt::format("waited {} of {}", rounded_text(waited), to_text(limit));
}

Span mark_after(Span waited)
{
    const auto next = std::ranges::upper_bound(marks, waited);
    return next == marks.end() ? forever : *next;
}

/// "holding MicroK8s"; a gate that was started by hand holds nothing.
std::string what_it_does(const std::string& held)
{
    return held.empty() ? "waiting" : "holding " + held;
}

/// A gate that holds nothing does nothing at its limit but end.
std::string limit_of(const std::string& held, Span limit, OnTimeout then)
{
    return held.empty() && limit != forever ? fmt::format("limit {}", to_text(limit))
                                            : limit_text(limit, then);
}

std::string verified_line(const GateView& view, const GatePolicy& policy)
{
    return fmt::format("VERIFIED by {} after {}{}", view.verdict.trusted_by,
                       rounded_text(view.waited),
                       policy.holds.empty() ? "" : "; starting " + policy.holds);
}

}  // namespace

std::string limit_text(Span limit, OnTimeout then)
{
    if (limit == forever)
        return "no limit";
    return fmt::format("limit {}, then {}", to_text(limit), to_text(then));
}

std::string to_step_text(Span moved)
{
    return fmt::format("{} {}", to_text(abs(moved)), moved < Span{0} ? "back" : "forward");
}

std::string gate_status(const GateView& view, const GatePolicy& policy)
{
    return gate_status(to_record(view, policy), policy.holds);
}

std::string gate_status(const GateRecord& gate, const std::string& held)
{
    const std::string waited = rounded_text(gate.waited);
    switch (gate.outcome) {
    case GateOutcome::Waiting:
        return fmt::format("{} for {} ({}): {}", what_it_does(held), waited,
                           limit_of(held, gate.limit, gate.on_timeout), gate.reason);
    case GateOutcome::TimeoutHeld:
        if (held.empty())
            return fmt::format("not verified after {}: {}", waited, gate.reason);
        return fmt::format("{} is being held, {} past the limit: {}. Start it anyway: "
                           "sudo clockguard gate --release",
                           held, rounded_text(gate.waited - gate.limit), gate.reason);
    case GateOutcome::TimeoutReleased:
        return fmt::format("{} after {}: {}", held.empty() ? "not verified" : "released unverified",
                           waited, gate.reason);
    case GateOutcome::Overridden:
        return fmt::format("released by hand after {}: {}", waited, gate.reason);
    case GateOutcome::Disabled:
        return "switched off on the kernel command line";
    case GateOutcome::Synchronized:
    case GateOutcome::RtcCorrected:
    case GateOutcome::HostAgrees:
    case GateOutcome::RtcTrusted:
        break;
    }
    return fmt::format("{} after {}: {}", to_text(gate.outcome), waited, gate.reason);
}

GateLines::GateLines(GatePolicy policy, Say say)
    : policy_{std::move(policy)}, say_{std::move(say)}, next_mark_{marks.front()}
{
}

void GateLines::note(const std::string& line)
{
    say_(Severity::Note, line);
}

void GateLines::warn(const std::string& line)
{
    say_(Severity::Warning, line);
}

void GateLines::begin()
{
    note(fmt::format("{} until the clock is verified ({})", what_it_does(policy_.holds),
                     limit_of(policy_.holds, policy_.timeout, policy_.on_timeout)));
}

void GateLines::note_step(const GateView& view)
{
    const Span step = view.clock_moved - reported_moved_;
    if (abs(step) < smallest_step)
        return;
    note(fmt::format("the system clock was set {}", to_step_text(step)));
    reported_moved_ = view.clock_moved;
}

/// "1 of 4 sources answer" after "0 of 4" is none, and an offset changes at every look.
bool GateLines::is_news(const Verdict& verdict) const
{
    return !last_told_ || !say_the_same(told_by(verdict), *last_told_);
}

bool GateLines::look(const GateView& view)
{
    const std::string reason = reason_of(view.verdict);
    const bool news = is_news(view.verdict);
    const bool mark = view.waited >= next_mark_;
    const bool held = view.outcome == GateOutcome::TimeoutHeld && !reported_held_;
    note_step(view);
    if (held) {
        warn(fmt::format("NOT VERIFIED after {}: {}", rounded_text(view.waited), reason));
        if (!policy_.holds.empty())
            warn(fmt::format("{} is being held (on_timeout = hold). Start it anyway: sudo "
                             "clockguard gate --release",
                             policy_.holds));
        reported_held_ = true;
    } else if (news || mark) {
        note(fmt::format("{} ({})", reason, waited_text(view.waited, policy_.timeout)));
    }
    last_told_ = told_by(view.verdict);
    next_mark_ = mark_after(view.waited);
    return news || mark || held;
}

void GateLines::warn_of_overruled_record(const Verdict& verdict)
{
    for (const Finding& finding : verdict.findings)
        if (verdict.record_overruled && finding.code == "CG306")
            warn(fmt::format("{} {}: {}", finding.code, finding.subject, finding.message));
}

void GateLines::end(const GateView& view)
{
    note_step(view);
    warn_of_overruled_record(view.verdict);
    if (view.outcome == GateOutcome::TimeoutReleased) {
        warn(fmt::format("NOT VERIFIED after {}: {}", rounded_text(view.waited),
                         reason_of(view.verdict)));
        if (!policy_.holds.empty())
            warn(fmt::format(
                "starting {} anyway (on_timeout = release). Certificates will not be touched. "
                "See: clockguard diagnose",
                policy_.holds));
    } else if (view.outcome == GateOutcome::Overridden) {
        warn(fmt::format("RELEASED BY HAND after {}: {}; starting {}", rounded_text(view.waited),
                         reason_of(view.verdict), policy_.holds));
    } else if (view.verdict.trust == Trust::Trusted) {
        note(verified_line(view, policy_));
    } else {
        warn(fmt::format("stopped after {} while {}: {}", rounded_text(view.waited),
                         what_it_does(policy_.holds), reason_of(view.verdict)));
    }
}

}  // namespace clockguard
