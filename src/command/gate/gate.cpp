// SPDX-License-Identifier: Apache-2.0
// The wait at the gate from its lock to its end: what it looks at, says and records on the way.
#include "clockguard/command/gate/gate.hpp"

#include <algorithm>
#include <cstdlib>
#include <unistd.h>
#include <utility>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/base/profile.hpp"
#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/command/clock/trust_now.hpp"
#include "clockguard/command/gate/gate_lines.hpp"
#include "clockguard/command/gate/gate_report.hpp"
#include "clockguard/command/gate/gate_wait.hpp"
#include "clockguard/command/gate/nudger.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/version.hpp"
#include "clockguard/core/gate/failed_gate.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/machine.hpp"
#include "clockguard/edge/base/systemd.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "clockguard/edge/gate/boot_records.hpp"
#include "clockguard/edge/gate/console.hpp"
#include "clockguard/edge/gate/gate_lock.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// systemd gives up a starting unit that has not asked for more time for this long: a gate that
/// hangs must not hold MicroK8s for ever.
constexpr Span start_limit = 30s;

void say(const Context& context, Severity severity, const std::string& line)
{
    const char* mark = severity >= Severity::Warning ? "<4>" : "<5>";
    print_out("{}{}\n", is_journal(STDOUT_FILENO) ? mark : "clockguard: ", on_one_line(line));
    if (context.in_unit)
        send_to_console(context.root, line);
}

ExitCode release_by_hand(const Context& context)
{
    const std::string name = distribution_name(context.root, context.config.certs.profile);
    const auto state = load_report(context.root, state_file);
    if (state && state->gate && is_open(state->gate->outcome)) {
        answer(context, "gate", fmt::format("{} is not held: {}", name, state->verdict.summary));
        return ExitCode::Healthy;
    }
    if (!is_gate_waiting(context.root)) {
        answer(context, "gate", "no gate is waiting: there is nothing to release");
        return ExitCode::Healthy;
    }
    const auto written = write_atomically(context.root, release_file, "");
    if (!written)
        return give_up(written.error());
    answer(context, "gate",
           fmt::format("Release of {} requested. Check with: clockguard status", name));
    return ExitCode::Healthy;
}

/// Reports the state of the wait to the journal, the console, systemd and the state file.
class GateReporter {
public:
    /// `records`: whether it writes files. A gate that was started by hand writes none.
    GateReporter(const Context& context, const GatePolicy& policy, bool records)
        : context_{context}, policy_{policy}, records_{records},
          lines_{policy, [&context](Severity severity, const std::string& line) {
                     say(context, severity, line);
                 }}
    {
        lines_.begin();
    }

    void look(const GateView& view)
    {
        if (uptime_now() - extended_ >= start_limit / 6) {
            notify_extend_timeout(start_limit);
            notify_status(gate_status(view, policy_));
            extended_ = uptime_now();
        }
        if (!lines_.look(view))
            return;
        notify_status(gate_status(view, policy_));
        if (records_)
            warn_if_failed(save_state(context_.root, report_gate(context_, view, policy_)));
    }

    /// The units after the gate read state.json, so it is there before they may start; the records
    /// for later boots can wait until MicroK8s has been let go.
    void end(const GateView& view)
    {
        const Report report = report_gate(context_, view, policy_);
        if (records_)
            warn_if_failed(save_state(context_.root, report));
        if (is_open(view.outcome))
            notify_ready(gate_status(view, policy_));
        lines_.end(view);
        if (context_.output.format == Format::Json)
            write_document(render_json(report));
        if (!records_)
            return;
        warn_if_failed(save_boot_record(context_.root, report));
        if (report.run.clock_trusted)
            warn_if_failed(save_last_good(context_.root, report));
    }

private:
    const Context& context_;
    GatePolicy policy_;
    bool records_;
    GateLines lines_;
    Uptime extended_{};
};

bool is_host_corrected(const Root& root)
{
    const auto early = load_this_boot(root, early_file);
    return early && early->gate && early->gate->outcome == GateOutcome::RtcCorrected;
}

/// The gate of a boot runs in its unit. A gate that is started by hand records nothing, except in
/// another tree (--root).
bool is_gate_of_this_boot(const Context& context)
{
    return !context.root.is_live() || context.in_unit;
}

/// A request by hand is for the gate that waits, and not for the next one.
void remove_requests(const Root& root)
{
    for (const char* file : {release_file, forget_file})
        static_cast<void>(remove_file(root, file));
}

Fd lock_for_wait(const Root& root, bool goes_on)
{
    auto lock = lock_gate(root);
    if (!lock)
        warn_if_failed(fail(lock.error()));
    if (!goes_on)
        remove_requests(root);
    return lock ? std::move(*lock) : Fd{};
}

/// systemd tells a process of ExecStopPost= nothing when the machine goes down.
std::function<WakeReasons(Span, Span)> until_shutdown(std::function<WakeReasons(Span, Span)> wait)
{
    return [wait = std::move(wait), asked = Uptime{}](Span longest, Span glance) mutable {
        WakeReasons woken = wait(std::min<Span>(longest, 1s), glance);
        if (uptime_now() - asked >= 1s) {
            woken.stop_requested |= is_system_stopping();
            asked = uptime_now();
        }
        return woken;
    };
}

ExitCode wait_at_the_gate(const Context& context, const GatePolicy& policy, bool goes_on)
{
    const bool records = is_gate_of_this_boot(context);
    const Fd lock = records ? lock_for_wait(context.root, goes_on) : Fd{};
    if (!records)
        say(context, Severity::Note,
            "started by hand: this gate holds nothing and records nothing");
    Sources sources = to_sources(context.config, context.root);
    Events events{watched_folders(context)};
    GateReporter reporter{context, policy, records};
    GateWorld world =
        live_world(sources, events, [&](const GateView& view) { reporter.look(view); });
    if (records)
        world.released = [&] { return is_requested(context.root, release_file); };
    world.observe = [observe_all = world.observe, &sources, &context] {
        if (is_requested(context.root, forget_file))
            sources.floor.last_trusted.reset();
        return observe_all();
    };
    if (goes_on)
        world.wait = until_shutdown(std::move(world.wait));
    Nudger nudger{live_nudger_world(sources.chrony)};
    if (sources.nudge_chrony)
        world.after_wait = [&](const WakeReasons& woken, const Observation& seen) {
            nudger.after_wait(woken, seen);
        };

    // clockguard-late.service reads a host clock that comes late, while this waits.
    world.host_corrected = [&] { return is_host_corrected(context.root); };
    const GateView view = wait_for_trust(policy, sources.policy, world);
    if (records)
        remove_requests(context.root);
    reporter.end(view);
    nudger.end();
    return exit_code_of(view.outcome);
}

std::string environment(const char* name)
{
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// Continues the wait of a gate that was killed, where that is needed; MicroK8s is held until this
/// ends.
ExitCode continue_wait(const Context& context, const GatePolicy& policy)
{
    const auto state = load_this_boot(context.root, state_file);
    const auto gate = state ? state->gate : std::nullopt;
    const std::string why = reason_to_go_on({.result = environment("SERVICE_RESULT"),
                                             .code = environment("EXIT_CODE"),
                                             .status = environment("EXIT_STATUS")},
                                            gate ? std::optional{gate->outcome} : std::nullopt);
    if (why.empty())
        return ExitCode::Healthy;
    say(context, Severity::Warning, why + "; waiting in its place");
    return wait_at_the_gate(context, rest_of(policy, gate ? gate->waited : Span{0}), true);
}

}  // namespace

ExitCode run_gate(const GateOptions& options, const Context& context)
{
    if (options.release)
        return release_by_hand(context);
    // Output that is not read must not delay the end of the wait.
    drop_what_does_not_fit();
    const bool in_json = context.output.format == Format::Json;
    if (in_json)
        leave_output_to_document();
    if (switched_off(context.root)) {
        const char* const off =
            "switched off on the kernel command line (clockguard=off): nothing is held";
        say(context, Severity::Note, off);
        notify_ready(gate_status(GateRecord{.outcome = GateOutcome::Disabled}, ""));
        if (in_json)
            answer(context, "gate", off);
        return ExitCode::Healthy;
    }
    const GateConfig& config = context.config.gate;
    const GatePolicy policy{.timeout = options.timeout.value_or(config.timeout),
                            .on_timeout = options.on_timeout.value_or(config.on_timeout),
                            .holds =
                                is_gate_of_this_boot(context)
                                    ? distribution_name(context.root, context.config.certs.profile)
                                    : ""};
    return options.after_failure ? continue_wait(context, policy)
                                 : wait_at_the_gate(context, policy, false);
}

}  // namespace clockguard
