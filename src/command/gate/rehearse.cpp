// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/rehearse.hpp"

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/base/profile.hpp"
#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/command/gate/gate_lines.hpp"
#include "clockguard/command/gate/gate_report.hpp"
#include "clockguard/command/gate/gate_wait.hpp"
#include "clockguard/core/base/wrapped.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/clock/observe.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// The gate starts with the first services of multi-user.target.
constexpr Span gate_starts = 3s;

/// Under `hold` a gate may wait for ever; the rehearsal looks an hour past the limit.
constexpr Span watched_past_limit = 1h;

/// MicroK8s' kicker looks at its address list five seconds after it starts, and every five seconds.
constexpr Span kicker_issues = gate_starts + 5s;

std::string ahead_or_behind(Span offset)
{
    return fmt::format("{} {}", to_text(abs(offset)), offset < Span{0} ? "behind" : "ahead");
}

/// A machine that is nothing but the rehearsed boot and a time that passes when it is slept away.
class SimulatedMachine {
public:
    SimulatedMachine(const RehearsedBoot& boot, const ClockPolicy& clock, const GatePolicy& gate)
        : boot_{boot}, clock_{clock}, gate_{gate}, lines_{gate, [this](Severity,
                                                                       const std::string& line) {
                                                              note(line);
                                                          }}
    {
        events_.push_back({.event = fmt::format("the kernel sets the clock from the RTC: {}",
                                                ahead_or_behind(boot.rtc_offset))});
    }

    GateView run()
    {
        lines_.begin();
        GateView end = wait_for_trust(gate_, clock_, world());
        if (is_open(end.outcome))
            lines_.end(end);
        else
            note(fmt::format("still holding {}; the rehearsal ends here", gate_.holds));
        return end;
    }

    const std::vector<StoryEvent>& events() const { return events_; }

private:
    void note(const std::string& line)
    {
        events_.push_back({.uptime = now_.time_since_epoch(), .event = line});
    }

    GateWorld world()
    {
        return {.observe = [this] { return rehearse(boot_, now_, clock_); },
                .uptime = [this] { return now_; },
                .boot_instant = [this] { return Instant{clock_error(boot_, now_)}; },
                .wait = [this](Span longest, Span) { return sleep(longest); },
                .report = [this](const GateView& view) { lines_.look(view); }};
    }

    WakeReasons sleep(Span longest)
    {
        const Span until_update = first_update(boot_) - now_.time_since_epoch();
        const bool update = boot_.rtc_offset != 0s && until_update > 0s && until_update <= longest;
        now_ += update ? until_update : longest;
        const bool over =
            gate_.timeout != forever &&
            now_.time_since_epoch() > gate_starts + gate_.timeout + watched_past_limit;
        return {.clock_stepped = update, .stop_requested = over || now_ > Uptime{24h}};
    }

    RehearsedBoot boot_;
    ClockPolicy clock_;
    GatePolicy gate_;
    Uptime now_{gate_starts};
    std::vector<StoryEvent> events_{};
    GateLines lines_;
};

std::string consequence(const GateView& end, const RehearsedBoot& boot, const std::string& held)
{
    const Span error = clock_error(boot, Uptime{gate_starts + end.waited});
    if (!is_open(end.outcome))
        return fmt::format("{} is held until the clock is verified or released by hand.", held);
    if (abs(error) < 1s)
        return fmt::format(
            "{} starts with the right clock and issues certificates with correct dates.", held);
    return fmt::format(
        "{} starts with a clock that is {}; its certificates are repaired as soon as "
        "the clock is verified.",
        held, ahead_or_behind(error));
}

std::string unguarded(const RehearsedBoot& boot, const std::string& held)
{
    const Span error = clock_error(boot, Uptime{kicker_issues});
    if (abs(error) < 1s)
        return fmt::format("The clock is right before {} issues its first certificate.", held);
    const std::string dated =
        fmt::format("{} issues certificates with a clock that is {}", held, ahead_or_behind(error));
    if (error < 0s)
        return dated + ".";
    return fmt::format("{}.\nOnce the clock is corrected, kubectl fails for {}.", dated,
                       to_text(error));
}

std::string setting(const RehearsedBoot& boot, const GatePolicy& gate)
{
    const std::string ntp = boot.ntp_after == forever
                                ? "no network time"
                                : fmt::format("network time after {}", to_text(boot.ntp_after));
    return fmt::format("Simulated boot: RTC {}, {}{}.\nGate: {}.", ahead_or_behind(boot.rtc_offset),
                       ntp, boot.chrony_may_step ? "" : ", chronyd may not step",
                       limit_text(gate.timeout, gate.on_timeout));
}

void print_text(const Report& report, const std::string& consequence, std::size_t width)
{
    for (const StoryEvent& event : report.timeline)
        print_out("{:>10}  {}", fmt::format("+{:.1f} s", to_seconds(event.uptime)),
                  wrapped(event.event, 12, width));
    print_out("Outcome: {}\n  {}", to_text(report.gate->outcome), wrapped(consequence, 2, width));
}

}  // namespace

ExitCode run_rehearse(const RehearseOptions& options, const Context& context)
{
    const GateConfig& config = context.config.gate;
    const RehearsedBoot boot{.rtc_offset = options.rtc_offset.value_or(std::chrono::days{30}),
                             .ntp_after = options.ntp_after.value_or(10s),
                             .chrony_may_step = !options.no_step};
    const GatePolicy gate{.timeout = options.timeout.value_or(config.timeout),
                          .on_timeout = options.on_timeout.value_or(config.on_timeout),
                          .holds = distribution_name(context.root, context.config.certs.profile)};
    SimulatedMachine machine{boot, to_sources(context.config, context.root).policy, gate};
    const GateView end = machine.run();

    const Uptime ended{gate_starts + end.waited};
    Report report = to_report(
        begin_report(context, "rehearse", {}), end, gate,
        {.uptime = ended.time_since_epoch(), .boot_instant = Instant{clock_error(boot, ended)}});
    const std::string then = consequence(end, boot, gate.holds);
    report.verdict.summary = fmt::format("{}. {}", to_text(end.outcome), then);
    report.timeline = machine.events();
    if (context.output.format == Format::Json) {
        print_out("{}", render_json(report));
        return ExitCode::Healthy;
    }
    if (context.output.quiet)
        return ExitCode::Healthy;
    print_out("{}\n", setting(boot, gate));
    const std::size_t width = context.output.width;
    print_text(report, then, width);
    print_out("Without clockguard:\n  {}", wrapped(unguarded(boot, gate.holds), 2, width));
    return ExitCode::Healthy;
}

}  // namespace clockguard
