// SPDX-License-Identifier: Apache-2.0
// A diagnosis as text, from the headline to the counts, in the order of the page.
#include "clockguard/core/report/diagnosis_text.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/wrapped.hpp"
#include "clockguard/core/report/fixes.hpp"
#include "clockguard/core/report/repair.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// Where the host's name begins, and how certain a finding is; a terminal has 80 columns.
constexpr std::size_t right_column = 71;
constexpr std::size_t line_width = 79;
constexpr std::size_t columns = 80;

struct Row {
    std::string_view check;
    std::string_view label;
};

/// What a healthy machine is summed up by.
constexpr std::array rows{Row{"clock.trust", "clock"},       Row{"rtc.offset", "rtc"},
                          Row{"hyperv.timesync", "hyper-v"}, Row{"boot.clock_step", "boot"},
                          Row{"gate.outcome", "gate"},       Row{"certs.validity", "certs"}};

/// ECMA-48 SGR.
std::string_view color_of(Status status)
{
    switch (status) {
    case Status::Ok:
        return "32";
    case Status::Warning:
        return "33";
    case Status::Critical:
        return "31";
    case Status::Unknown:
    case Status::Skipped:
        break;
    }
    return "35";
}

struct WordPlace {
    std::size_t column;  // where it begins, or two blanks behind the text
    std::size_t indent;  // on a line of its own, where it has no room
    std::size_t width;   // of a line
};

/// A word behind the last line of a text.
std::string with_word_at(std::string text, std::string_view word, const WordPlace& place)
{
    text.pop_back();
    const std::size_t used = text.size() - (text.rfind('\n') + 1);
    const std::size_t column = std::max(place.column, used + 2);
    const bool has_room = column + word.size() <= place.width;
    return fmt::format(
        "{}{}{}\n", text,
        has_room ? std::string(column - used, ' ') : "\n" + std::string(place.indent, ' '), word);
}

std::string first_line_of(const Report& report)
{
    const std::size_t indent = headline(report.verdict.status).size() + 2;
    std::string text = headline_of(report);
    const std::string name = on_one_line(report.host.hostname);
    if (name.empty())
        return text;
    const std::size_t last = line_width - std::min(line_width, name.size());
    return with_word_at(text, name, {std::min(right_column, last), indent, line_width});
}

/// The headline in its colour. What others chose has no colours any more.
std::string with_color(std::string_view text, Status status)
{
    const std::size_t length = headline(status).size();
    return fmt::format("\033[1;{}m{}\033[0m{}", color_of(status), text.substr(0, length),
                       text.substr(length));
}

std::string impact(const Report& report)
{
    if (report.verdict.impact.empty())
        return {};
    const std::size_t indent = headline(report.verdict.status).size() + 2;
    return std::string(indent, ' ') + wrapped(report.verdict.impact, indent, line_width);
}

const ReportCheck* find_check(const Report& report, std::string_view id)
{
    const auto found = std::ranges::find(report.checks, id, &ReportCheck::id);
    return found == report.checks.end() ? nullptr : &*found;
}

/// One entry for each side of the machine that no finding tells of. What was skipped is told only
/// where something is wrong.
std::string overview(const Report& report, bool with_skipped)
{
    std::string text;
    for (const Row& row : rows) {
        const ReportCheck* const check = find_check(report, row.check);
        const bool skipped = check != nullptr && check->status == Status::Skipped;
        if (check == nullptr || (skipped && !with_skipped) || is_problem(check->status))
            continue;
        const std::string told =
            skipped ? fmt::format("not checked: {}", check->skipped_because) : check->detail;
        text += fmt::format("  {:<8} {}", row.label, wrapped(on_one_line(told), 11, line_width));
    }
    return text;
}

std::string after_boot(Span uptime)
{
    return uptime < 1000s
               ? fmt::format("+{} s", std::chrono::round<std::chrono::seconds>(uptime) / 1s)
               : fmt::format("+{}", to_text(uptime));
}

/// Right times of today need no date.
bool is_of_today(const Report& report)
{
    const auto& began = report.timeline.front().corrected;
    return began && std::chrono::floor<std::chrono::days>(*began) ==
                        std::chrono::floor<std::chrono::days>(report.run.time);
}

std::string time_of(const StoryEvent& event, bool corrected, bool with_date)
{
    const auto& when = corrected ? event.corrected : event.recorded;
    return when ? to_plain_text(*when).substr(with_date ? 0 : 11)
                : std::string(with_date ? 19 : 8, '-');
}

/// `column`: where the events begin.
std::string as_of_now(const Report& report, std::size_t column)
{
    const ReportCheck* const clock = find_check(report, "clock.trust");
    const ReportCheck* const rtc = find_check(report, "rtc.offset");
    if (clock == nullptr || clock->status == Status::Skipped)
        return {};
    std::string now = report.run.clock_trusted
                          ? fmt::format("clock right ({})", report.run.trusted_by)
                          : "clock not verified";
    if (rtc != nullptr && rtc->status != Status::Ok && rtc->status != Status::Skipped)
        now += fmt::format("; {}", rtc->detail);
    return fmt::format("  {:<{}}", "now", column - 2) + wrapped(now, column, line_width);
}

std::string story(const Report& report)
{
    if (report.timeline.empty())
        return {};
    const bool corrected = report.timeline.front().corrected.has_value();
    std::string text = corrected ? "\nWhat happened (corrected UTC)\n"
                                 : "\nWhat happened (UTC, by the clock of that moment)\n";
    const bool with_date = !is_of_today(report);
    std::size_t width = 7;
    for (const StoryEvent& event : report.timeline)
        width = std::max(width, after_boot(event.uptime).size());
    std::size_t column = 0;
    for (const StoryEvent& event : report.timeline) {
        const std::string when = fmt::format("  {}  {:>{}}  ", time_of(event, corrected, with_date),
                                             after_boot(event.uptime), width);
        column = when.size();
        text += when + wrapped(event.event, column, line_width);
    }
    return text + as_of_now(report, column);
}

std::string title_line(const ReportFinding& finding)
{
    constexpr std::size_t indent = 18;
    return with_word_at(fmt::format("  {} {:<8}  {}", finding.code, to_text(finding.status),
                                    wrapped(on_one_line(title_of(finding)), indent, columns)),
                        fmt::format("[{}]", finding.confidence), {right_column, indent, columns});
}

std::string findings(const Report& report)
{
    std::string text;
    for (const ReportFinding& finding : report.findings) {
        text += title_line(finding);
        if (!finding.cause.empty())
            text += std::string(8, ' ') + wrapped(finding.cause, 8, line_width);
    }
    return text.empty() ? "" : "\nFindings\n" + text;
}

bool fits_beside(const ReportFix& fix)
{
    return fix.command.size() + fix.note.size() + 8 <= columns;
}

/// The note stands beside the command where there is room, and else below it.
std::string fix_line(std::size_t number, const ReportFix& fix, std::size_t width)
{
    std::string line = fmt::format("  {}  {}", number, fix.command);
    if (fix.note.empty())
        return line + "\n";
    const std::string beside =
        fmt::format("  {}  {:<{}}   {}", number, fix.command, width, fix.note);
    return beside.size() <= columns
               ? beside + "\n"
               : fmt::format("{}\n       {}", line, wrapped(fix.note, 7, line_width));
}

/// Where no command repairs anything, what to do takes more than a line.
std::string explanations(const Report& report)
{
    std::vector<std::string_view> codes;
    for (const ReportFinding& finding : report.findings)
        if (std::ranges::find(codes, finding.code) == codes.end())
            codes.push_back(finding.code);
    std::string text;
    for (const std::string_view code : codes)
        text += fmt::format("  clockguard explain {}\n", code);
    return text.empty() ? "" : "\nWhat to do\n" + text;
}

/// What is on this machine can be carried out by one command.
std::string heading_of_fixes(const Report& report, bool of_this_machine)
{
    if (!of_this_machine)
        return "Fix on that machine, in this order";
    return next_fix(report, true) ? "Fix, in this order (or: sudo clockguard fix)"
                                  : "Fix, in this order";
}

std::string fixes(const Report& report, bool of_this_machine)
{
    const std::vector<ReportFix> all = fixes_in_order(report);
    std::size_t width = 0;
    for (const ReportFix& fix : all)
        if (fits_beside(fix))
            width = std::max(width, fix.command.size());
    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i)
        text += fix_line(i + 1, all[i], width);
    return text.empty() ? explanations(report)
                        : fmt::format("\n{}\n{}", heading_of_fixes(report, of_this_machine), text);
}

std::string every_check(const Report& report)
{
    constexpr std::size_t id_column = 12;
    constexpr std::size_t column = 38;
    std::string text = "\nChecks\n";
    for (const ReportCheck& check : report.checks) {
        const std::string& told =
            check.status == Status::Skipped ? check.skipped_because : check.detail;
        text += fmt::format("  {:<{}}{:<{}}{}", to_text(check.status), id_column - 2, check.id,
                            column - id_column, wrapped(on_one_line(told), column, line_width));
    }
    return text;
}

std::string counts(const Report& report, bool verbose)
{
    std::string text = counted(report.checks.size(), "check");
    std::string_view separator = ": ";
    for (const Status status :
         {Status::Ok, Status::Warning, Status::Critical, Status::Unknown, Status::Skipped}) {
        const auto count = std::ranges::count(report.checks, status, &ReportCheck::status);
        if (count == 0)
            continue;
        text += fmt::format("{}{} {}", separator, count, to_text(status));
        separator = ", ";
    }
    return text + (verbose ? "\n" : " (-v shows them)\n");
}

}  // namespace

std::string render_diagnosis(const Report& report, const DiagnosisStyle& style)
{
    const bool healthy = report.verdict.status == Status::Ok;
    std::string text = first_line_of(report) + impact(report);
    if (!healthy || style.verbose)
        text += story(report);
    if (healthy || report.timeline.empty())
        text.append(1, '\n').append(overview(report, !healthy));
    text += findings(report);
    if (style.verbose)
        text += every_check(report);
    text += fixes(report, style.of_this_machine);
    text += (healthy ? "" : "\n") + counts(report, style.verbose);
    return style.color ? with_color(printable(text), report.verdict.status) : printable(text);
}

}  // namespace clockguard
