// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "clockguard/command/rtc_outcome.hpp"
#include "clockguard/core/exact.hpp"
#include "clockguard/core/trust.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// Time to get from waking up to the ioctl; waking later than this, the half second is missed.
constexpr Span lead = 10ms;
constexpr Span late = 50ms;

/// Reading back waits for the next second to begin, which tells the offset to a fiftieth.
constexpr Span read_back_limit = 1200ms;
constexpr Span read_back_step = 20ms;

/// A written clock may be off by its own second and by an emulation that does not keep to the half
/// second; more than this, it was not written.
constexpr Span verify_limit = 2s;

/// Reading two clocks one after the other scatters by microseconds; slewing moves both alike.
constexpr Span step_limit = 5ms;

RtcOutcome ended(ExitCode code, std::string summary)
{
    return {.code = code, .summary = std::move(summary)};
}

RtcOutcome ended(ExitCode code, std::string summary, const RtcSeen& seen)
{
    return {.code = code, .summary = std::move(summary), .clock = to_clock(seen)};
}

std::string offset_text(const Offset& offset)
{
    return fmt::format("{} (+/-{})", to_exact_text(offset), to_text(offset.error));
}

std::string state_text(const RtcSeen& seen)
{
    if (!seen.reading)
        return to_text(seen.reading.error());
    return fmt::format("{}  {}", to_plain_text(Instant{seen.reading->shows}),
                       offset_text(ahead_of_system(*seen.reading)));
}

std::string name_of(const RtcSeen& seen)
{
    return seen.device.name.empty() ? seen.device.node
                                    : fmt::format("{} ({})", seen.device.node, seen.device.name);
}

/// Why there is nothing to do, or nothing. A clock that cannot be read is worth setting.
std::string reason_to_leave(const RtcSeen& seen, const RtcSetOptions& options,
                            const RtcConfig& config)
{
    if (!options.if_off)
        return {};
    if (config.correct == RtcCorrect::Never)
        return fmt::format("left {} alone: rtc.correct = \"never\"", name_of(seen));
    if (!seen.reading)
        return {};
    const Offset offset = ahead_of_system(*seen.reading);
    if (weigh(offset, config.max_offset) != Testimony::Agrees)
        return {};
    return fmt::format("left {} alone: {}, limit {}", name_of(seen), offset_text(offset),
                       to_text(config.max_offset));
}

ExitCode code_for(std::error_code code)
{
    const bool needs_root =
        code == std::errc::permission_denied || code == std::errc::operation_not_permitted;
    return needs_root ? ExitCode::NeedsRoot : ExitCode::Critical;
}

/// Writes at the right moment of a second. The system clock cannot be waited for, since a step
/// would move the moment: its reading is turned into time since boot, and that is waited for.
/// REALTIME - BOOTTIME is the same afterwards unless somebody stepped the clock, which ends it.
Result<void> write_in_phase(const RtcWorld& world, const RtcDevice& rtc, Instant booted)
{
    const Span phase = write_phase(rtc.name);
    constexpr int tries = 3;
    for (int attempt = 1;; ++attempt) {
        const Instant now = booted + world.uptime().time_since_epoch();
        const RtcWrite write = next_write(now, phase, lead);
        const Uptime moment{write.at - booted};
        world.wait_until(moment);
        if (abs(world.boot_instant() - booted) > step_limit)
            return fail("hardware clock not touched: the system clock was stepped meanwhile; run "
                        "this again");
        if (world.uptime() - moment <= late || attempt == tries)
            return world.set(rtc, write.value);
    }
}

struct ReadBack {
    RtcSeen seen{};
    Offset offset{};  // this clock minus the system clock
};

/// Watches for the next second to begin: at that moment the clock means what it shows, to within
/// the time between two looks.
ReadBack read_back(const RtcWorld& world, const RtcDevice& rtc)
{
    const Uptime began = world.uptime();
    RtcSeen seen = world.look(rtc);
    while (seen.reading && world.uptime() - began < read_back_limit) {
        world.wait_until(world.uptime() + read_back_step);
        RtcSeen next = world.look(rtc);
        if (next.reading && next.reading->shows != seen.reading->shows) {
            const Span gap = abs(next.reading->taken_at - seen.reading->taken_at);
            const Span ahead = Instant{next.reading->shows} - next.reading->taken_at;
            return {.seen = next, .offset = {.value = ahead + gap / 2, .error = gap / 2}};
        }
        seen = next;
    }
    const Offset coarse = seen.reading ? ahead_of_system(*seen.reading) : Offset{};
    return {.seen = seen, .offset = coarse};
}

RtcOutcome tell_written(const RtcSeen& before, const ReadBack& after, const TrustNow& trust)
{
    if (!after.seen.reading)
        return ended(ExitCode::Critical,
                     fmt::format("cannot verify hardware clock '{}': written, but {}",
                                 before.device.node, to_text(after.seen.reading.error())),
                     after.seen);
    ReportClock clock = to_clock(after.seen);
    clock.offset = after.offset;
    if (weigh(after.offset, verify_limit) == Testimony::Contradicts)
        return {.code = ExitCode::Critical,
                .summary = fmt::format("cannot set hardware clock '{}': written, but it reads back "
                                       "{} of the system clock, limit {}",
                                       before.device.node, offset_text(after.offset),
                                       to_text(verify_limit)),
                .clock = clock};
    const std::string shows = to_plain_text(Instant{after.seen.reading->shows});
    return {
        .summary =
            fmt::format("set {} from the system clock, trusted by {}", name_of(before), trust.by),
        .details = {{"before", state_text(before)},
                    {"after", fmt::format("{}  {}, read back", shows, offset_text(after.offset))}},
        .clock = clock};
}

RtcOutcome write_and_verify(const RtcWorld& world, const RtcSeen& before, const TrustNow& trust,
                            Instant booted)
{
    const auto written = write_in_phase(world, before.device, booted);
    if (!written && before.reading && !before.reading->held_by.empty())
        return ended(
            code_for(written.error().code),
            fmt::format("{} (held by {})", to_text(written.error()), before.reading->held_by),
            before);
    if (!written)
        return ended(code_for(written.error().code), to_text(written.error()), before);
    const ReadBack after = read_back(world, before.device);
    if (abs(world.boot_instant() - booted) > step_limit)
        return ended(ExitCode::Critical,
                     fmt::format("set {}, but the system clock was stepped meanwhile: run this "
                                 "again",
                                 name_of(before)));
    return tell_written(before, after, trust);
}

/// Trust as of when it was asked for: a step of the clock since then voids it.
struct Judged {
    Instant booted{};  // REALTIME - BOOTTIME, read before trust was asked for
    TrustNow trust{};
};

RtcOutcome set_trusted(const RtcWorld& world, const RtcSeen& before, const Judged& judged,
                       bool dry_run)
{
    if (abs(world.boot_instant() - judged.booted) > step_limit)
        return ended(ExitCode::Refused,
                     "hardware clock not touched: the system clock was stepped while it was judged",
                     before);
    if (!dry_run)
        return write_and_verify(world, before, judged.trust, judged.booted);
    return {.summary = fmt::format("would set {} from the system clock, trusted by {}",
                                   name_of(before), judged.trust.by),
            .details = {{"now", state_text(before)}},
            .clock = to_clock(before)};
}

RtcOutcome plan_and_set(const RtcWorld& world, const RtcDevice& rtc, const RtcSetOptions& options,
                        const RtcConfig& config)
{
    Judged judged{.booted = world.boot_instant()};
    judged.trust = world.trust();
    if (!judged.trust.trusted)
        return ended(ExitCode::Refused,
                     fmt::format("hardware clock not touched: the system clock is not trusted ({})",
                                 judged.trust.why));
    const RtcSeen before = world.look(rtc);
    const std::string reason = reason_to_leave(before, options, config);
    RtcOutcome outcome = reason.empty() ? set_trusted(world, before, judged, options.dry_run)
                                        : ended(ExitCode::Healthy, reason, before);
    outcome.trust = judged.trust;
    return outcome;
}

RtcOutcome set_first(const RtcWorld& world, const RtcSetOptions& options, const RtcConfig& config)
{
    if (options.from == RtcSource::Host)
        return ended(ExitCode::Undetermined, "cannot set a hardware clock from the host: no "
                                             "Hyper-V host clock can be read on this machine");
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
    return to_answer(set_first(world, options, context.config.rtc), "rtc.set", context);
}

}  // namespace clockguard
