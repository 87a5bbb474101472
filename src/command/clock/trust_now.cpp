// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/clock/trust_now.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/machine.hpp"
#include "clockguard/edge/clock/observe.hpp"
#include "clockguard/edge/clock/records.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// A step that matters to certificates; what two readings of two clocks scatter is far below.
constexpr Span step_limit = 1s;

/// Why the record says nothing of this moment, or nothing.
std::string objection(const Result<Report>& state, const std::string& boot_id, Instant boot)
{
    if (!state)
        return to_text(state.error());
    if (state->host.boot_id != boot_id || boot_id.empty())
        return "the recorded verdict is of another boot";
    if (!state->run.clock_trusted || !state->gate)
        return "the clock was not trusted when last judged";
    const Span stepped = boot - state->gate->boot_instant;
    if (abs(stepped) > step_limit)
        return fmt::format("the clock was stepped by {} since it was trusted", to_text(stepped));
    return {};
}

}  // namespace

std::string reason_of(const Verdict& verdict)
{
    // Findings come worst first; a witness that was skipped explains nothing.
    const auto telling = std::ranges::find_if(verdict.findings, [&](const Finding& finding) {
        if (verdict.trust == Trust::Trusted)
            return finding.witness == verdict.vouched && finding.reason == Reason::Agrees;
        return finding.reason != Reason::Skipped;
    });
    if (telling == verdict.findings.end())
        return "no time source was checked";
    return fmt::format("{}: {}", telling->subject, telling->message);
}

Span ahead_of_network(const Verdict& verdict)
{
    return verdict.trust == Trust::Wrong && verdict.from_network ? verdict.from_network->value
                                                                 : Span{0};
}

TrustNow weigh_record(Verdict heard, const Result<Report>& state, const std::string& boot_id,
                      Instant boot_instant)
{
    TrustNow now{.why = reason_of(heard)};
    if (heard.trust == Trust::Trusted) {
        now.trusted = true;
        now.by = heard.trusted_by;
        now.vouched = heard.vouched;
    } else if (heard.trust == Trust::Unknown) {
        const std::string against = objection(state, boot_id, boot_instant);
        now.trusted = against.empty();
        now.by = now.trusted ? state->run.trusted_by + ", at boot" : "";
        now.vouched = now.trusted ? witness_kind(state->run.trusted_by) : std::nullopt;
        now.why = now.trusted ? fmt::format("trusted at {} by {}, not stepped since",
                                            to_text(state->run.time), state->run.trusted_by)
                              : fmt::format("{}; {}", now.why, against);
    }
    now.verdict = std::move(heard);
    return now;
}

TrustNow trust_now(const Context& context)
{
    const Sources sources = to_sources(context.config, context.root);
    const Observation seen = observe(sources);
    TrustNow now = weigh_record(judge(seen, sources.policy), load_report(context.root, state_file),
                                read_host(context.root).boot_id, boot_instant());
    now.chrony_answers = seen.chrony_answers;
    return now;
}

}  // namespace clockguard
