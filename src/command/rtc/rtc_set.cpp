// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/rtc/rtc_set.hpp"

#include <fmt/core.h>

#include "clockguard/core/clock/clock_moment.hpp"
#include "clockguard/core/clock/trust.hpp"
#include "command/rtc/rtc_set_plan.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// Time to get from waking up to the ioctl; waking later than this, the half second is missed.
constexpr Span lead = 10ms;
constexpr Span late = 50ms;

/// A written clock may be off by its own second and by an emulation that does not keep to the half
/// second; more than this, it was not written.
constexpr Span verify_limit = 2s;

RtcOutcome ended(ExitCode code, std::string summary)
{
    return {.code = code, .summary = std::move(summary)};
}

RtcOutcome ended(ExitCode code, std::string summary, const RtcSeen& seen)
{
    return {.code = code, .summary = std::move(summary), .clock = to_clock(seen)};
}

ExitCode code_for(std::error_code code)
{
    const bool needs_root =
        code == std::errc::permission_denied || code == std::errc::operation_not_permitted;
    return needs_root ? ExitCode::NeedsRoot : ExitCode::Critical;
}

/// Writes at the right moment of a second. The clock that is copied cannot be waited for, since a
/// step would move the moment: its reading is turned into time since boot, and that is waited for.
/// REALTIME - BOOTTIME is the same afterwards unless somebody stepped the clock, which ends it.
Result<void> write_in_phase(const RtcWorld& world, const RtcDevice& rtc, const SetPlan& plan)
{
    const Instant booted = plan.booted - plan.source.system_ahead.value;
    const Span phase = write_phase(rtc.name);
    constexpr int tries = 10;
    for (int attempt = 1; attempt <= tries; ++attempt) {
        const Instant now = booted + world.uptime().time_since_epoch();
        const RtcWrite write = next_write(now, phase, lead);
        const Uptime moment{write.at - booted};
        world.wait_until(moment);
        if (is_stepped(plan.booted, world.boot_instant()))
            return fail("hardware clock not touched: the system clock was stepped meanwhile; run "
                        "this again");
        if (world.uptime() - moment <= late)
            return world.set(rtc, write.value);
    }
    return fail(fmt::format("hardware clock not touched: woke up more than {} late {} times in a "
                            "row; run this again when this machine is less busy",
                            to_text(late), tries));
}

bool is_wrong(const RtcSeen& after, const TimeSource& source)
{
    return weigh(ahead_of(source, *after.reading), verify_limit) == Testimony::Contradicts;
}

/// Flags that setting the clock did not clear: the battery may have to be changed.
void add_reported(const RtcSeen& after, RtcOutcome& outcome)
{
    for (const std::string& words : rtc_trouble_words(after.trouble.value_or(0)))
        outcome.details.push_back({"reports", words});
}

RtcOutcome judge_written(const RtcSeen& before, const RtcSeen& after, const TimeSource& source)
{
    if (!after.reading)
        return ended(ExitCode::Critical,
                     fmt::format("cannot verify hardware clock '{}': written, but {}",
                                 before.device.node, to_text(after.reading.error())),
                     after);
    if (is_wrong(after, source))
        return ended(ExitCode::Critical,
                     fmt::format("cannot set hardware clock '{}': written, but it reads back {} of "
                                 "{}, limit {}",
                                 before.device.node, offset_text(ahead_of(source, *after.reading)),
                                 source.title, to_text(verify_limit)),
                     after);
    RtcOutcome outcome{
        .summary =
            fmt::format("set {} from {}, {}", title_of(before), source.title, source.warrant),
        .details = {{"before", state_text(before, source)},
                    {"after", fmt::format("{}, read back", state_text(after, source))}},
        .clock = to_clock(after)};
    add_reported(after, outcome);
    return outcome;
}

/// Adds what the clock showed some time after it had read back right.
void judge_later(const RtcSeen& later, Span passed, const TimeSource& source, RtcOutcome& outcome)
{
    outcome.details.push_back({"later", fmt::format("{}, read back {} after the write",
                                                    state_text(later, source), to_text(passed))});
    outcome.clock = to_clock(later);
    if (later.reading && !is_wrong(later, source))
        return;
    outcome.code = ExitCode::Critical;
    outcome.summary =
        fmt::format("hardware clock '{}' did not keep what was written", later.device.node);
    outcome.finding = ReportFinding{.code = "CG109",
                                    .status = Status::Critical,
                                    .cause = outcome.details.back().state,
                                    .confidence = "certain",
                                    .checks = {"rtc.set"}};
    outcome.details.push_back({"why", "clockguard explain CG109"});
}

/// The kernel writes this clock too, without a log line (sync_hw_clock in kernel/time/ntp.c), and a
/// host may: a clock that read back right can be wrong later.
void look_again(const RtcWorld& world, const RtcDevice& rtc, const SetPlan& plan,
                RtcOutcome& outcome)
{
    const Instant booted = world.boot_instant();
    const Uptime written = world.uptime();
    world.wait_until(written + plan.options.verify_for);
    const RtcSeen later = world.look_at_tick(rtc);
    if (!is_stepped(booted, world.boot_instant()))
        return judge_later(later, world.uptime() - written, plan.source, outcome);
    outcome.details.push_back({"later", "not compared: the system clock was stepped meanwhile"});
}

RtcOutcome write_and_verify(const RtcWorld& world, const RtcSeen& before, const SetPlan& plan)
{
    const auto written = write_in_phase(world, before.device, plan);
    if (!written && before.reading && !before.reading->held_by.empty())
        return ended(
            code_for(written.error().code),
            fmt::format("{} (held by {})", to_text(written.error()), before.reading->held_by),
            before);
    if (!written)
        return ended(code_for(written.error().code), to_text(written.error()), before);
    const RtcSeen after = world.look_at_tick(before.device);
    if (is_stepped(plan.booted, world.boot_instant()))
        return ended(ExitCode::Critical,
                     fmt::format("set {}, but the system clock was stepped meanwhile: run this "
                                 "again",
                                 title_of(before)));
    RtcOutcome outcome = judge_written(before, after, plan.source);
    if (outcome.code == ExitCode::Healthy && plan.options.verify_for > Span{0})
        look_again(world, before.device, plan, outcome);
    return outcome;
}

RtcOutcome set_trusted(const RtcWorld& world, const RtcSeen& before, const SetPlan& plan)
{
    // A step of the clock since trust was asked for voids it.
    if (is_stepped(plan.booted, world.boot_instant()))
        return ended(ExitCode::Refused,
                     "hardware clock not touched: the system clock was stepped while it was judged",
                     before);
    if (!plan.options.dry_run)
        return write_and_verify(world, before, plan);
    return {.summary = fmt::format("would set {} from {}, {}", title_of(before), plan.source.title,
                                   plan.source.warrant),
            .details = {{"now", state_text(before, plan.source)}},
            .clock = to_clock(before)};
}

RtcOutcome carry_out(const RtcWorld& world, const RtcDevice& rtc, const SetPlan& plan)
{
    const RtcSeen before = world.look(rtc);
    const std::string idle = reason_to_leave(before, plan);
    if (!idle.empty())
        return ended(ExitCode::Healthy, idle, before);
    const std::string refused = reason_to_refuse(before, plan);
    if (!refused.empty())
        return ended(ExitCode::Refused, refused, before);
    return set_trusted(world, before, plan);
}

RtcOutcome plan_and_set(const RtcWorld& world, const RtcDevice& rtc, const RtcSetOptions& options,
                        const Config& config)
{
    if (!options.dry_run)
        world.have_measured();
    SetPlan plan{.options = options, .config = config.rtc, .booted = world.boot_instant()};
    const TrustNow trust = world.trust();
    TimeSourceChoice choice = choose_source(options.from, world, trust, config.trust.max_error);
    RtcOutcome outcome = std::move(choice.refusal);
    if (choice.source) {
        plan.source = std::move(*choice.source);
        outcome = carry_out(world, rtc, plan);
    }
    outcome.trust = trust;
    return outcome;
}

RtcOutcome set_first(const RtcWorld& world, const RtcSetOptions& options, const Config& config)
{
    const auto rtcs = world.list();
    if (!rtcs)
        return ended(ExitCode::Undetermined, to_text(rtcs.error()));
    if (rtcs->empty())
        return ended(options.if_off ? ExitCode::Healthy : ExitCode::Undetermined, no_rtc().message);
    return plan_and_set(world, rtcs->front(), options, config);
}

}  // namespace

Answer set_rtcs(const RtcWorld& world, const RtcSetOptions& options, const Context& context)
{
    return to_answer(set_first(world, options, context.config), "rtc.set", context);
}

}  // namespace clockguard
