// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/host_correction.hpp"

#include <ctime>
#include <utility>

#include <fmt/core.h>

#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "clockguard/edge/clock/system_clock.hpp"
#include "clockguard/edge/clock/time_sync.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// One sample every five seconds, the first right after the module is loaded (hyperv-notes).
constexpr Span answer_timeout = 6s;
constexpr Span between_looks = 200ms;

bool may_still_answer(TimeSync state)
{
    return state == TimeSync::Opening || state == TimeSync::PtpWithoutSample;
}

TimeSyncView wait_for_host(const HostClockWorld& world)
{
    const Uptime until = world.uptime() + answer_timeout;
    for (;;) {
        TimeSyncView view = world.look();
        if (!may_still_answer(view.state) || world.uptime() >= until)
            return view;
        world.wait(between_looks);
    }
}

bool testifies(Testimony testimony, const TimeSyncView& view, const ClockPolicy& policy)
{
    return view.state == TimeSync::Live && view.offset && may_vouch(view, policy) &&
           weigh(*view.offset, policy.limit) == testimony;
}

}  // namespace

HostCorrection correct_from_host(const HostClockWorld& world, const ClockPolicy& policy,
                                 bool may_step)
{
    // A clock that may not vouch, or a step that may not be made, is not waited for.
    if (!(policy.host_may_vouch || policy.other_hosts_may_vouch) || !may_step)
        return {.before = world.look()};
    HostCorrection correction{.before = wait_for_host(world)};
    if (!testifies(Testimony::Contradicts, correction.before, policy))
        return correction;
    correction.left_alone = world.reason_not_to_step();
    if (!correction.left_alone.empty())
        return correction;
    const auto stepped = world.step(-correction.before.offset->value);
    if (!stepped) {
        correction.trouble = to_text(stepped.error());
        return correction;
    }
    correction.after = world.look();
    if (!testifies(Testimony::Agrees, *correction.after, policy))
        correction.trouble =
            fmt::format("the system clock was stepped by {}, but reads back "
                        "wrong: {}",
                        to_text(-correction.before.offset->value), correction.after->why);
    return correction;
}

HostClockWorld live_host_clock(const Root& root, const ClockPolicy& policy, Instant floor,
                               std::function<std::string()> reason_not_to_step)
{
    return {
        .look =
            [=] { return combine_host_clocks(judge_hosts(look_at_hosts(root), floor), policy); },
        .uptime = uptime_now,
        .wait = sleep_for,
        .step = step_system_clock,
        .reason_not_to_step = std::move(reason_not_to_step)};
}

std::optional<GateRecord> to_gate_record(const HostCorrection& correction,
                                         const ClockPolicy& policy, Instant boot_instant)
{
    const TimeSyncView& last = correction.after ? *correction.after : correction.before;
    if (!testifies(Testimony::Agrees, last, policy))
        return std::nullopt;
    const Span stepped = correction.corrected() ? correction.before.offset->value : Span{};
    return GateRecord{.outcome = correction.corrected() ? GateOutcome::RtcCorrected
                                                        : GateOutcome::HostAgrees,
                      .reason = fmt::format("{}: {}", title_of(last), correction.before.why),
                      .boot_instant = boot_instant,
                      .began_boot_instant = boot_instant + stepped};
}

}  // namespace clockguard
