// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/report/timeline.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/clock/boot_history.hpp"
#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/command/report/diagnose.hpp"
#include "clockguard/core/report/page_html.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/core/report/timeline.hpp"
#include "clockguard/core/report/timeline_svg.hpp"
#include "clockguard/edge/gate/boot_records.hpp"

namespace clockguard {
namespace {

struct Timeline {
    Report report{};
    BootHistory history{};
    std::string uncorrected{};  // why the right times are not known
};

/// What a diagnosis tells of this boot, and nothing else of it.
Timeline of_this_boot(const Context& context)
{
    const Evidence seen = gather_evidence(context);
    Timeline told{.report = begin_report(context, "timeline",
                                         {.trusted = seen.clock_trusted, .by = seen.trusted_by}),
                  .history = seen.history,
                  .uncorrected = "the clock is not verified"};
    told.report.timeline = report_on(seen, context, "timeline").timeline;
    return told;
}

/// Boots are recorded as the kernel writes their ids, and journald writes those without dashes.
std::string without_dashes(std::string id)
{
    std::erase(id, '-');
    return id;
}

/// When a boot began by network time, as far as that was recorded in it.
std::optional<Instant> recorded_start(const Root& root, const std::string& boot_id)
{
    const auto boots = load_boot_records(root).newest_first;
    const auto boot = std::ranges::find_if(
        boots, [&](const BootRecord& record) { return without_dashes(record.boot_id) == boot_id; });
    if (boot == boots.end() || !boot->starts.network)
        return std::nullopt;
    return boot->starts.network->at;
}

/// Of a boot that has ended: an earlier one, or any on a disk.
Timeline of_past_boot(const Context& context, int boots_back)
{
    const BootHistory history = read_boot_history(context.root, boots_back);
    Timeline told{.report = begin_report(context, "timeline", {}),
                  .history = history,
                  .uncorrected = "no network time of that boot is on record"};
    told.report.host.boot_id = history.boot_id;
    told.report.timeline =
        to_timeline(history.events, recorded_start(context.root, history.boot_id));
    return told;
}

void print_text(const Timeline& told)
{
    const auto& events = told.report.timeline;
    const std::string late = late_begin(told.history);
    if (events.empty() && !told.history.error.empty())
        return;
    if (events.empty()) {
        print_out("The journal tells of no change of the clock in this boot{}.\n",
                  late.empty() ? "" : "; " + late);
        return;
    }
    print_out("{}", render_timeline(events));
    if (!late.empty())
        print_out("\nWhat came before is not known: {}.\n", late);
    if (!events.front().corrected)
        print_out("\nThe right times are not known: {}.\n", told.uncorrected);
}

void print_as(TimelineOptions::Form form, const Timeline& told)
{
    switch (form) {
    case TimelineOptions::Form::Text:
        return print_text(told);
    case TimelineOptions::Form::Svg:
        return print_out("{}",
                         render_timeline_svg(told.report.timeline, what_is_missing(told.history)));
    case TimelineOptions::Form::Html:
        return print_out("{}", render_timeline_page(told.report));
    }
}

std::string summary_of(const Timeline& told)
{
    if (!told.history.error.empty())
        return told.history.error;
    const std::string events = timeline_summary(told.report.timeline);
    const std::string late = late_begin(told.history);
    return late.empty() ? events : fmt::format("{}; {}", events, late);
}

}  // namespace

ExitCode run_timeline(const TimelineOptions& options, const Context& context)
{
    Timeline told = options.boot == 0 && context.root.is_live()
                        ? of_this_boot(context)
                        : of_past_boot(context, -options.boot);
    const ExitCode code = !context.problems.empty()     ? ExitCode::Configuration
                          : !told.history.error.empty() ? ExitCode::Undetermined
                                                        : ExitCode::Healthy;
    told.report.verdict = {.status = status_of(code),
                           .exit_code = static_cast<int>(code),
                           .summary = summary_of(told)};
    if (context.output.format == Format::Json)
        print_out("{}", render_json(told.report));
    else if (!context.output.quiet)
        print_as(options.form, told);
    return told.history.error.empty() ? code : give_up(Error{.what = told.history.error}, code);
}

}  // namespace clockguard
