// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/clock/trust_now.hpp"

#include <utility>

#include <fmt/core.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/machine.hpp"
#include "clockguard/edge/clock/chrony.hpp"
#include "clockguard/edge/clock/clock_moment.hpp"
#include "clockguard/edge/clock/records.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// A burst takes chronyd some eight seconds; then it has measured anew.
constexpr Span measurement_timeout = 15s;
constexpr Span between_looks = 250ms;

ClockMoment moment_of(const Report& state)
{
    return {.uptime = state.run.uptime,
            .boot_instant = state.gate->boot_instant,
            .raw_instant = state.gate->raw_instant,
            .rtc_ahead = state.gate->rtc_ahead};
}

/// Whether the record is of a trusted moment of this boot.
std::string unusable(const Result<Report>& state, const std::string& boot_id)
{
    if (!state && state.error().code == std::errc::no_such_file_or_directory)
        return "no gate has run since boot";
    if (!state)
        return to_text(state.error());
    if (state->host.boot_id != boot_id || boot_id.empty())
        return "the recorded verdict is of another boot";
    if (!state->run.clock_trusted || !state->gate)
        return "the clock was not verified when last checked";
    return {};
}

/// Why the record says nothing of this moment, or nothing.
std::string objection(const Result<Report>& state, const std::string& boot_id,
                      const ClockMoment& now)
{
    std::string why = unusable(state, boot_id);
    if (!why.empty())
        return why;
    const ClockMoment then = moment_of(*state);
    if (const std::string moved = how_it_moved(then, now); !moved.empty())
        return fmt::format("{} since it was verified", moved);
    if (const auto still = stood_still(then, now))
        return still_text(*still);
    return {};
}

}  // namespace

Span ahead_of_network(const Verdict& verdict)
{
    return verdict.trust == Trust::Wrong && verdict.from_network ? verdict.from_network->value
                                                                 : Span{0};
}

std::optional<Standstill> stood_still_since(const Result<Report>& state, const std::string& boot_id,
                                            const ClockMoment& now)
{
    const auto still =
        unusable(state, boot_id).empty() ? stood_still(moment_of(*state), now) : std::nullopt;
    return still ? std::optional{Standstill{.length = *still}} : std::nullopt;
}

TrustNow weigh_record(Verdict heard, const Result<Report>& state, const std::string& boot_id,
                      const ClockMoment& moment)
{
    TrustNow now{.why = reason_of(heard)};
    if (heard.trust == Trust::Trusted) {
        now.trusted = true;
        now.by = heard.trusted_by;
        now.vouched = heard.vouched;
    } else if (heard.trust == Trust::Unknown) {
        const std::string against = objection(state, boot_id, moment);
        now.trusted = against.empty();
        now.by = now.trusted ? state->run.trusted_by + ", at boot" : "";
        now.vouched = now.trusted ? witness_kind(state->run.trusted_by) : std::nullopt;
        now.why = now.trusted ? fmt::format("verified at {} by {}, not stepped since",
                                            to_text(state->run.time), state->run.trusted_by)
                              : fmt::format("{}; {}", now.why, against);
    }
    now.verdict = std::move(heard);
    return now;
}

ChronyMemory measure_after_pause(const Context& context)
{
    const Sources sources = to_sources(context.config, context.root);
    ChronyMemory memory{.stood_still = stood_still_since(load_report(context.root, state_file),
                                                         read_host(context.root).boot_id,
                                                         read_clock_moment(context.root))};
    if (!memory.stood_still || !sources.nudge_chrony || !observe(sources, memory).wants_measurement)
        return memory;
    static_cast<void>(burst_chrony(sources.chrony, uptime_now() + 1s));
    const Uptime until = uptime_now() + measurement_timeout;
    while (observe(sources, memory).wants_measurement && uptime_now() < until)
        sleep_for(between_looks);
    return memory;
}

TrustNow trust_now(const Context& context, const ChronyMemory& memory)
{
    return trust_now(context, to_sources(context.config, context.root), memory);
}

TrustNow trust_now(const Context& context, const Sources& sources, ChronyMemory memory)
{
    const auto state = load_report(context.root, state_file);
    const std::string boot_id = read_host(context.root).boot_id;
    const ClockMoment moment = read_clock_moment(context.root);
    if (!memory.stood_still)
        memory.stood_still = stood_still_since(state, boot_id, moment);
    Observation seen = observe(sources, memory);
    TrustNow now = weigh_record(judge(seen, sources.policy), state, boot_id, moment);
    now.seen = std::move(seen);
    now.moment = moment;
    return now;
}

}  // namespace clockguard
