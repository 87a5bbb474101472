// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/rtc/rtc_outcome.hpp"

#include <fmt/core.h>

#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/core/base/table.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/report/report_json.hpp"

namespace clockguard {
namespace {

/// On lines of their own for people, each below the other; on one line for programs.
std::string lines(const std::vector<RtcDetail>& details)
{
    std::vector<TableRow> rows;
    rows.reserve(details.size());
    for (const RtcDetail& detail : details)
        rows.push_back({detail.when, detail.state});
    std::string all;
    for (const std::string& line : table_lines(rows))
        all += "\n  " + line;
    return all;
}

std::string one_line(const std::vector<RtcDetail>& details)
{
    return joined(details, "; ", [](const RtcDetail& detail) {
        return fmt::format("{}: {}", detail.when, detail.state);
    });
}

std::string to_document(const RtcOutcome& outcome, const std::string& check, const Context& context)
{
    const Status status = status_of(outcome.code);
    Report report = begin_report(context, "rtc", outcome.trust);
    report.verdict = {status, static_cast<int>(outcome.code), outcome.summary};
    report.checks.push_back({.id = check,
                             .status = status,
                             .title = outcome.clock ? outcome.clock->id : "rtc",
                             .detail = one_line(outcome.details)});
    if (outcome.finding)
        report.findings.push_back(*outcome.finding);
    if (outcome.clock)
        report.clocks.push_back(*outcome.clock);
    return render_json(report);
}

}  // namespace

Answer to_answer(const RtcOutcome& outcome, const std::string& check, const Context& context)
{
    Answer answer{.code = outcome.code};
    const std::string text = outcome.summary + lines(outcome.details);
    if (outcome.code != ExitCode::Healthy)
        answer.err = text;
    else
        answer.out = text + "\n";
    if (context.output.format == Format::Json)
        answer.out = to_document(outcome, check, context);
    return answer;
}

}  // namespace clockguard
