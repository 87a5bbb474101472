// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/report/metrics.hpp"

#include <system_error>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/report/diagnose.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/report/metrics_text.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

/// A folder of node_exporter's textfile collector; none is named by "".
struct Collected {
    Root root{};
    std::string folder{};

    std::string file() const { return folder + "/clockguard.prom"; }
};

/// A folder that was named by hand is this machine's.
Collected collected(const MetricsOptions& options, const Context& context)
{
    if (!options.folder.empty())
        return {.folder = options.folder};
    return {.root = context.root, .folder = context.config.metrics.textfile_dir};
}

/// A folder that is not there is not made: nothing would collect from it.
Result<void> write_textfile(const Collected& to, const std::string& text)
{
    if (to.folder.empty())
        return {};
    const auto there = last_modified(to.root, to.folder);
    if (!there && there.error().code == std::errc::no_such_file_or_directory)
        return fail(fmt::format("cannot write '{}': there is no such folder", to.file()));
    if (!there)
        return fail(fmt::format("cannot write '{}'", to.file()), there.error().code);
    return write_atomically(to.root, to.file(), text);
}

}  // namespace

ExitCode run_metrics(const MetricsOptions& options, const Context& context)
{
    const Collected to = collected(options, context);
    const Evidence seen = gather_evidence(context);
    Report report = report_on(seen, context, "metrics");
    const std::string text = render_metrics(seen, report);
    const auto written = write_textfile(to, text);
    const ExitCode code = !written                   ? give_up(written.error())
                          : context.problems.empty() ? ExitCode::Healthy
                                                     : ExitCode::Configuration;
    report.verdict.exit_code = static_cast<int>(code);
    if (context.output.format == Format::Json)
        print_out("{}", render_json(report));
    else if (!context.output.quiet && written)
        print_out("{}",
                  to.folder.empty() ? text : fmt::format("wrote '{}'\n", on_one_line(to.file())));
    return code;
}

}  // namespace clockguard
