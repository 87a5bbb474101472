// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/report/check.hpp"

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/report/diagnose.hpp"
#include "clockguard/core/report/report_json.hpp"

namespace clockguard {

ExitCode run_check(const CheckOptions& options, const Context& context)
{
    const Evidence seen = gather_evidence(context);
    Report report = about(report_on(seen, context, "check"), options.what);
    report.verdict.exit_code =
        context.problems.empty()
            ? plugin_code(options.plugin, report.verdict.status, context.output.strict)
            : static_cast<int>(ExitCode::Configuration);
    if (context.output.format == Format::Json)
        print_out("{}", render_json(report));
    else if (!context.output.quiet)
        print_out("{}",
                  options.plugin == Plugin::Npd ? render_npd(report) : render_nagios(report, seen));
    return static_cast<ExitCode>(report.verdict.exit_code);
}

}  // namespace clockguard
