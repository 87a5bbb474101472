// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/page_html.hpp"

#include <fmt/format.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/base/markup.hpp"
#include "clockguard/core/report/fixes.hpp"
#include "clockguard/core/report/timeline_svg.hpp"

namespace clockguard {
namespace {

using Cells = std::vector<std::string>;

/// Nothing that a page of ours needs is elsewhere, and a text of others can load nothing either.
constexpr std::string_view head =
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<style>\n"
    ":root{color-scheme:light dark}body{font:15px/1.45 sans-serif;max-width:60em;margin:2em auto;"
    "padding:0 1em}\n"
    "h1 span{font-weight:bold}.critical{color:#b3261e}.warning{color:#8a5a00}.ok{color:#1b6e2d}"
    ".unknown,.skipped{color:#6b4fa0}\n"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:."
    "2em "
    ".8em .2em 0;border-bottom:1px solid #8884}\n"
    "code{font:13px monospace;overflow-wrap:anywhere}svg{max-width:100%;height:auto}\n"
    "@media(prefers-color-scheme:dark){.critical{color:#ff8a80}.warning{color:#ffb74d}"
    ".ok{color:#81c784}.unknown,.skipped{color:#b39ddb}}\n"
    "</style>\n";

std::string page(const Report& report, std::string_view title, std::string_view body)
{
    const std::string name = report.host.hostname.empty() ? "" : " - " + report.host.hostname;
    return fmt::format("<!doctype html>\n<html lang=\"en\">\n<title>{}{}</title>\n{}{}</html>\n",
                       markup(title), markup(name), head, body);
}

/// Its cells hold markup.
std::string row(std::string_view tag, const Cells& cells)
{
    std::string text = "<tr>";
    for (const std::string& cell : cells)
        text += fmt::format("<{0}>{1}</{0}>", tag, cell);
    return text + "</tr>\n";
}

std::string table(const Cells& titles, std::string_view rows)
{
    return fmt::format("<table>\n{}{}</table>\n", row("th", titles), rows);
}

std::string section(std::string_view title, std::string_view body)
{
    return body.empty() ? "" : fmt::format("<h2>{}</h2>\n{}", title, body);
}

std::string colored(Status status, std::string_view text)
{
    return fmt::format("<span class=\"{}\">{}</span>", to_text(status), markup(text));
}

std::string verdict(const Report& report)
{
    const ReportVerdict& said = report.verdict;
    return fmt::format("<h1>{} {}</h1>\n", colored(said.status, headline(said.status)),
                       markup(said.summary)) +
           (said.impact.empty() ? "" : fmt::format("<p>{}</p>\n", markup(said.impact)));
}

/// Whose report it is, and by which clock its dates are.
std::string origin(const Report& report)
{
    const ReportRun& run = report.run;
    Cells parts{markup(report.host.hostname),
                markup(report.host.os),
                markup(report.host.kernel),
                fmt::format("clockguard {}", markup(run.version)),
                to_text(run.time),
                run.clock_trusted ? fmt::format("clock verified by {}", markup(run.trusted_by))
                                  : "clock not verified"};
    std::erase(parts, "");
    return fmt::format("<p>{}</p>\n", fmt::join(parts, " &middot; "));
}

std::string when(const std::optional<Instant>& instant)
{
    return instant ? to_plain_text(*instant) : "";
}

std::string story(const Report& report)
{
    if (report.timeline.empty())
        return {};
    std::string rows;
    for (const StoryEvent& event : report.timeline)
        rows += row("td", {to_text(event.uptime), when(event.recorded), when(event.corrected),
                           markup(event.event)});
    return render_timeline_svg(report.timeline) +
           fmt::format("<details><summary>With the times</summary>\n{}</details>\n",
                       table({"Uptime", "The clock said", "Right time (UTC)", "Event"}, rows));
}

std::string findings(const Report& report)
{
    std::string rows;
    for (const ReportFinding& finding : report.findings)
        rows += row("td", {markup(finding.code), colored(finding.status, to_text(finding.status)),
                           markup(title_of(finding)) +
                               (finding.cause.empty() ? "" : "<br>" + markup(finding.cause)),
                           markup(finding.confidence)});
    return rows.empty() ? "" : table({"Code", "", "Finding", ""}, rows);
}

std::string fixes(const Report& report)
{
    std::string items;
    for (const ReportFix& fix : fixes_in_order(report))
        items += fmt::format("<li><code>{}</code>{}</li>\n", markup(fix.command),
                             fix.note.empty() ? "" : "<br>" + markup(fix.note));
    return items.empty() ? "" : fmt::format("<ol>\n{}</ol>\n", items);
}

std::string clocks(const Report& report)
{
    std::string rows;
    for (const ReportClock& clock : report.clocks)
        rows += row("td", {markup(clock.id), markup(clock.name), when(clock.time),
                           clock.offset ? to_hms_text(*clock.offset) : markup(clock.error),
                           markup(clock.reference)});
    return rows.empty() ? "" : table({"Clock", "", "Time (UTC)", "Offset", "Against"}, rows);
}

std::string certificates(const Report& report)
{
    std::string rows;
    for (const ReportCertificate& cert : report.certificates)
        rows += row("td", {markup(cert.name), markup(cert.state), when(cert.not_before),
                           when(cert.not_after), "<code>" + markup(cert.path) + "</code>"});
    return rows.empty() ? ""
                        : table({"Certificate", "State", "notBefore", "notAfter", "File"}, rows);
}

std::string checks(const Report& report)
{
    std::string rows;
    for (const ReportCheck& check : report.checks)
        rows += row(
            "td", {colored(check.status, to_text(check.status)), markup(check.id),
                   markup(check.status == Status::Skipped ? check.skipped_because : check.detail)});
    return rows.empty() ? "" : table({"", "Check", "What was seen"}, rows);
}

}  // namespace

std::string render_page(const Report& report, bool of_this_machine)
{
    return page(
        report, headline(report.verdict.status),
        verdict(report) + origin(report) + section("What happened", story(report)) +
            section("Findings", findings(report)) +
            section(of_this_machine ? "Fix, in this order" : "Fix on that machine, in this order",
                    fixes(report)) +
            section("Clocks", clocks(report)) + section("Certificates", certificates(report)) +
            section("Checks", checks(report)));
}

std::string render_timeline_page(const Report& report)
{
    return page(report, "Timeline",
                fmt::format("<h1>{}</h1>\n", markup(report.verdict.summary)) + origin(report) +
                    story(report));
}

}  // namespace clockguard
