// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/status.hpp"

#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/command/base/global_options.hpp"
#include "clockguard/command/base/print.hpp"
#include "clockguard/command/base/profile.hpp"
#include "clockguard/command/gate/gate_lines.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/version.hpp"
#include "clockguard/core/base/wrapped.hpp"
#include "clockguard/core/report/config_finding.hpp"
#include "clockguard/core/report/report.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/machine.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "clockguard/edge/gate/events.hpp"
#include "clockguard/edge/gate/gate_lock.hpp"

namespace clockguard {
namespace {

/// The gate of a boot that switches it off does not run, and leaves no record.
Report report_switched_off(const Root& root)
{
    const GateRecord gate{.outcome = GateOutcome::Disabled};
    return {.host = read_host(root),
            .run = {.command = "status",
                    .version = version,
                    .time = wall_now(),
                    .uptime = uptime_now().time_since_epoch()},
            .verdict = {.status = Status::Warning, .summary = gate_status(gate, "")},
            .gate = gate};
}

Result<Report> load_gate(const Root& root)
{
    if (switched_off(root))
        return report_switched_off(root);
    auto report = load_this_boot(root, state_file);
    if (report && !report->gate)
        return fail(
            fmt::format("cannot read '{}': it has no record of the gate", root.path(state_file)));
    return report;
}

/// A gate that is killed is restarted at once, up to three times (clockguard-gate.service).
constexpr Span restart_delay = std::chrono::seconds{5};

/// Waits for events, and looks every second, since a folder that is created is not watched yet. A
/// gate that has not started is waited for; a gate that has ended is not.
Result<Report> wait_for_end(const Root& root)
{
    Events events{{{.path = root.path("/run/clockguard")}}};
    Uptime seen = uptime_now();
    for (;;) {
        auto report = load_gate(root);
        if (report && is_open(report->gate->outcome))
            return report;
        if (!report || is_gate_waiting(root))
            seen = uptime_now();
        if (uptime_now() - seen > restart_delay)
            return fail("no gate waits any more: it was ended before the clock was verified");
        if (events.wait(std::chrono::seconds{1}).stop_requested)
            return fail("told to stop before the gate has ended");
    }
}

void print_text(const Report& report, const StatusOptions& options, const std::string& held)
{
    const GateRecord& gate = *report.gate;
    const std::size_t width = line_width(STDOUT_FILENO);
    print_out("{}", headline_of(report, width));
    print_out("  outcome  {}\n", to_text(gate.outcome));
    if (gate.outcome != GateOutcome::Disabled)
        print_out("  gate     held {} for {}, {}\n", held, to_text(gate.waited),
                  limit_text(gate.limit, gate.on_timeout));
    const Span moved = gate.boot_instant - gate.began_boot_instant;
    if (abs(moved) >= std::chrono::seconds{1})
        print_out("  clock    stepped {} during the wait\n", to_step_text(moved));
    print_out("  as of    {}, {} after boot\n", to_text(report.run.time),
              to_text(report.run.uptime));
    for (const ReportFinding& finding : report.findings)
        print_out("  {}    {}", finding.code,
                  wrapped(fmt::format("{}: {}", title_of(finding), on_one_line(finding.cause)), 11,
                          width));
    if (options.hint)
        print_out("More: clockguard diagnose, clockguard --help\n");
}

ExitCode exit_code(const Report& report, const StatusOptions& options, bool strict)
{
    if (options.required)
        return report.gate->outcome == *options.required ? ExitCode::Healthy : ExitCode::Critical;
    if (report.verdict.status == Status::Critical)
        return ExitCode::Critical;
    if (report.verdict.status == Status::Warning && strict)
        return ExitCode::Warnings;
    return ExitCode::Healthy;
}

/// /run of another machine's disk is empty, whatever ran there.
Error nothing_recorded(const Error& error, const Root& root)
{
    if (error.code == std::errc::no_such_file_or_directory && !root.is_live())
        return {.what = fmt::format("no gate is on record in '{}': a machine's /run is not on its "
                                    "disk",
                                    root.folder)};
    if (error.code == std::errc::no_such_file_or_directory)
        return {.what = "no gate has run since boot (MicroK8s not installed, not started, or not "
                        "held). Run: sudo clockguard diagnose"};
    return error;
}

/// The record is as old as the gate's last line; the length of the wait is that of now.
void bring_up_to_date(Report& report, const Context& context, const std::string& held)
{
    if (is_open(report.gate->outcome))
        return;
    if (!is_gate_waiting(context.root)) {
        report.verdict.status = Status::Warning;
        report.verdict.summary =
            fmt::format("no gate holds {} any more; the last one was ended after {}: {}", held,
                        to_text(report.gate->waited), report.gate->reason);
        return;
    }
    const Span now = uptime_now().time_since_epoch();
    report.gate->waited += now - report.run.uptime;
    report.run.uptime = now;
    report.run.time = wall_now();
    report.verdict.summary = gate_status(*report.gate, held);
}

}  // namespace

ExitCode run_status(const StatusOptions& options, const Context& context)
{
    auto report = options.wait ? wait_for_end(context.root) : load_gate(context.root);
    if (!report)
        return give_up(nothing_recorded(report.error(), context.root), ExitCode::Undetermined);
    const std::string held = distribution_name(context.root, context.config.certs.profile);
    bring_up_to_date(*report, context, held);
    add_configuration(context.problems, *report);
    const ExitCode code = context.problems.empty()
                              ? exit_code(*report, options, context.output.strict)
                              : ExitCode::Configuration;
    report->verdict.exit_code = static_cast<int>(code);
    if (context.output.format == Format::Json)
        print_out("{}", render_json(*report));
    else if (!context.output.quiet)
        print_text(*report, options, held);
    return code;
}

}  // namespace clockguard
