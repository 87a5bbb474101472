// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/status.hpp"

#include <fmt/format.h>

#include "clockguard/command/gate_lines.hpp"
#include "clockguard/command/profile.hpp"
#include "clockguard/core/report.hpp"
#include "clockguard/edge/events.hpp"
#include "clockguard/edge/records.hpp"

namespace clockguard {
namespace {

Result<Report> load_gate(const Root& root)
{
    auto report = load_this_boot(root, state_file);
    if (report && !report->gate)
        return fail(
            fmt::format("cannot read '{}': it tells nothing of the gate", root.path(state_file)));
    return report;
}

/// Sleeps by events, and looks every second all the same: a folder may come into being unwatched.
Result<Report> wait_for_end(const Root& root)
{
    Events events{{root.path("/run/clockguard")}};
    for (;;) {
        auto report = load_gate(root);
        if (report && is_open(report->gate->outcome))
            return report;
        if (events.wait(std::chrono::seconds{1}).told_to_stop)
            return report;
    }
}

void print_text(const Report& report, const StatusOptions& options, const std::string& held)
{
    const GateRecord& gate = *report.gate;
    fmt::print("{}  {}\n", headline(report.verdict.status), report.verdict.summary);
    fmt::print("  outcome  {}\n", to_text(gate.outcome));
    fmt::print("  gate     held {} for {}, limit {}, then {}\n", held, to_text(gate.waited),
               to_text(gate.limit), to_text(gate.on_timeout));
    const Span moved = gate.boot_instant - gate.began_boot_instant;
    if (abs(moved) >= std::chrono::seconds{1})
        fmt::print("  clock    stepped {} during the wait\n", to_step_text(moved));
    fmt::print("  as of    {}, {} after boot\n", to_text(report.run.time),
               to_text(report.run.uptime));
    if (options.hint)
        fmt::print("More: clockguard diagnose, clockguard --help\n");
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

Error nothing_recorded(const Error& error)
{
    if (error.code == std::errc::no_such_file_or_directory)
        return {.what = "no state recorded: the gate has not run since boot (clockguard diagnose "
                        "looks at this machine all the same)"};
    return error;
}

}  // namespace

ExitCode run_status(const StatusOptions& options, const Context& context)
{
    const auto report = options.wait ? wait_for_end(context.root) : load_gate(context.root);
    if (!report)
        return give_up(nothing_recorded(report.error()), ExitCode::Undetermined);
    if (context.output.format == Format::Json)
        fmt::print("{}", render_json(*report));
    else if (!context.output.quiet)
        print_text(*report, options, distribution_name(context.root, context.config.certs.profile));
    return exit_code(*report, options, context.output.strict);
}

}  // namespace clockguard
