// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/clock/report_base.hpp"

#include "clockguard/command/base/print.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/version.hpp"
#include "clockguard/core/report/config_finding.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/machine.hpp"
#include "clockguard/edge/clock/kernel_clock.hpp"
#include "clockguard/edge/clock/records.hpp"

namespace clockguard {
namespace {

/// Reading the kernel's clock takes a twentieth of a second: not where the answer is known.
bool is_rtc_left_alone(const Context& context)
{
    if (context.config.rtc.correct != RtcCorrect::Never)
        return false;
    const auto kernel = read_kernel_clock();
    return kernel && kernel->unsynchronized;
}

}  // namespace

Report begin_report(const Context& context, const std::string& command, const TrustNow& trust)
{
    Report report{.host = read_host(context.root),
                  .run = {.command = command,
                          .version = version,
                          .time = wall_now(),
                          .uptime = uptime_now().time_since_epoch(),
                          .clock_trusted = trust.trusted,
                          .trusted_by = trust.by}};
    add_configuration(context.problems, report);
    return report;
}

Status status_of(ExitCode code)
{
    if (code == ExitCode::Healthy)
        return Status::Ok;
    return code == ExitCode::Critical ? Status::Critical : Status::Unknown;
}

void answer(const Context& context, const std::string& command, const std::string& summary)
{
    if (context.output.format == Format::Json) {
        Report report = begin_report(context, command, {});
        report.verdict = {.status = Status::Ok, .exit_code = 0, .summary = summary};
        write_document(render_json(report));
    } else if (!context.output.quiet) {
        print_out("{}\n", on_one_line(summary));
    }
}

void answer_error_in_json(const Context& context, const std::string& command, ExitCode code,
                          const std::string& why)
{
    Report report = begin_report(context, command, {});
    report.verdict = {
        .status = status_of(code), .exit_code = static_cast<int>(code), .summary = why};
    write_document(render_json(report));
}

CommandTarget read_command_target(const Context& context)
{
    return {.systems = read_system_ids(context.root), .profile = context.config.certs.profile};
}

BootStarts starts_of_boot(const Context& context, const Verdict& verdict, Instant booted)
{
    BootStarts starts;
    if (const auto early = load_this_boot(context.root, early_file))
        starts = early->starts;
    if (verdict.from_network)
        starts.network = start_by(*verdict.from_network, booted, "network time");
    starts.rtc_left_alone = is_rtc_left_alone(context);
    return starts;
}

}  // namespace clockguard
