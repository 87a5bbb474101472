// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/plugin_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

struct SubjectWord {
    Subject subject;
    std::string_view word;
    std::string_view check;  // the one without which nothing is known of it
};

constexpr std::array subjects_known{SubjectWord{Subject::Clock, "clock", "clock.trust"},
                                    SubjectWord{Subject::Rtc, "rtc", "rtc.offset"},
                                    SubjectWord{Subject::Certs, "certs", "certs.validity"}};

/// What is neither the hardware clock's nor the certificates' is about how the clock came right:
/// boot, gate, host.
Subject subject_of(std::string_view check)
{
    if (check.starts_with("rtc."))
        return Subject::Rtc;
    if (check.starts_with("certs.") || check.starts_with("microk8s."))
        return Subject::Certs;
    return Subject::Clock;
}

bool is_named(Subject subject, const std::vector<Subject>& subjects)
{
    return std::ranges::find(subjects, subject) != subjects.end();
}

bool is_about(std::string_view check, const std::vector<Subject>& subjects)
{
    return check == "configuration" || is_named(subject_of(check), subjects);
}

/// Those that decide about the subjects, as far as they are in the report.
std::vector<const ReportCheck*> deciding(const Report& report, const std::vector<Subject>& subjects)
{
    std::vector<const ReportCheck*> checks;
    for (const SubjectWord& known : subjects_known) {
        const auto check = std::ranges::find(report.checks, known.check, &ReportCheck::id);
        if (is_named(known.subject, subjects) && check != report.checks.end())
            checks.push_back(&*check);
    }
    return checks;
}

/// What cannot be judged outweighs a warning, as in a whole diagnosis; what was skipped was not to
/// be looked at, and is unknown only where there is nothing else.
Status status_of(const Report& report, const std::vector<const ReportCheck*>& checks)
{
    Status worst = Status::Ok;
    for (const ReportFinding& finding : report.findings)
        if (is_problem(finding.status))
            worst = std::max(worst, finding.status);
    const auto is = [](Status status) {
        return [status](const ReportCheck* check) { return check->status == status; };
    };
    if (worst != Status::Critical && std::ranges::any_of(checks, is(Status::Unknown)))
        return Status::Unknown;
    if (worst == Status::Ok && std::ranges::all_of(checks, is(Status::Skipped)))
        return Status::Unknown;
    return worst;
}

std::string said_by(const ReportCheck* check)
{
    return check->status == Status::Skipped ? fmt::format("not checked: {}", check->skipped_because)
                                            : check->detail;
}

/// What is wrong, worst first; else what the verdict says.
std::vector<std::string> sentences(const Report& report)
{
    std::vector<std::string> all;
    for (const Status status : {Status::Critical, Status::Warning})
        for (const ReportFinding& finding : report.findings)
            if (finding.status == status && report.verdict.status != Status::Unknown)
                all.push_back(fmt::format("{} {}", finding.code, title_of(finding)));
    if (all.empty())
        all.push_back(report.verdict.summary);
    return all;
}

/// As many of them as there is room for; of one that is too long, its beginning and its end.
std::string told_within(std::size_t most, std::vector<std::string> all)
{
    std::string text = on_one_line(joined(all, "; "));
    for (std::size_t more = 1; text.size() > most && all.size() > 1; ++more) {
        all.pop_back();
        text = fmt::format("{} (+{} more)", on_one_line(joined(all, "; ")), more);
    }
    constexpr std::size_t words_of_a_cut = 40;
    return shortened(text, most - words_of_a_cut);
}

/// "0.25" as "-0.25:0.25": the range in which all is well.
std::string range(Span limit)
{
    return fmt::format("{0}:{1}", -to_seconds(limit), to_seconds(limit));
}

std::string offset_data(const std::string& clock, Span offset, const std::string& limits)
{
    return fmt::format("{}_offset={:.3f}s;{}", clock, to_seconds(offset), limits);
}

std::optional<Span> first_end(const std::vector<ReportCertificate>& certificates)
{
    std::optional<Span> first;
    for (const ReportCertificate& certificate : certificates)
        if (certificate.expires_in)
            first = std::min(first.value_or(Span::max()), *certificate.expires_in);
    return first;
}

std::vector<std::string> performance(const Report& report, const Evidence& seen)
{
    std::vector<std::string> data;
    const std::string rtc_limits = fmt::format("{};{}", range(seen.rtc_limit), range(harmful));
    for (const ReportClock& clock : report.clocks)
        if (clock.id == "system" && seen.verdict.from_network)
            data.push_back(offset_data(clock.id, seen.verdict.from_network->value, ";"));
        else if (clock.offset)
            data.push_back(offset_data(clock.id, clock.offset->value, rtc_limits));
    if (const auto end = first_end(report.certificates))
        data.push_back(fmt::format("cert_expires_in={:.0f}s", to_seconds(*end)));
    return data;
}

/// Those for which there is room, each whole, with the bar before them.
std::string data_within(std::size_t most, const std::vector<std::string>& all)
{
    std::string text;
    for (const std::string& one : all) {
        const std::string next = (text.empty() ? " | " : " ") + one;
        if (text.size() + next.size() <= most)
            text += next;
    }
    return text;
}

}  // namespace

Result<std::vector<Subject>> parse_subjects(std::string_view words)
{
    std::vector<Subject> subjects;
    for (const std::string_view word : words_of(words, ",")) {
        const auto known = std::ranges::find(subjects_known, word, &SubjectWord::word);
        if (known == subjects_known.end())
            return fail(fmt::format("'{}' is not one of: clock, rtc, certs", word));
        subjects.push_back(known->subject);
    }
    if (subjects.empty())
        return fail("nothing is named");
    return subjects;
}

Report about(Report report, const std::vector<Subject>& subjects)
{
    if (subjects.empty())
        return report;
    std::erase_if(report.findings, [&](const ReportFinding& finding) {
        return std::ranges::none_of(
            finding.checks, [&](const std::string& check) { return is_about(check, subjects); });
    });
    std::erase_if(report.checks,
                  [&](const ReportCheck& check) { return !is_about(check.id, subjects); });
    std::erase_if(report.clocks, [&](const ReportClock& clock) {
        return !is_named(clock.device.empty() ? Subject::Clock : Subject::Rtc, subjects);
    });
    if (!is_named(Subject::Certs, subjects))
        report.certificates.clear();
    const auto checks = deciding(report, subjects);
    report.verdict = {.status = status_of(report, checks),
                      .summary = joined(checks, "; ", said_by)};
    return report;
}

std::string render_nagios(const Report& report, const Evidence& seen)
{
    // NRPE 2 carries no more, with the NUL at its end (MAX_PACKETBUFFER_LENGTH).
    constexpr std::size_t most = 1023;
    constexpr std::size_t least = 200;  // for what is not data
    const std::string tail = data_within(most - least, performance(report, seen)) + "\n";
    const std::string head = fmt::format("{} - ", headline(report.verdict.status));
    std::string text = told_within(most - head.size() - tail.size(), sentences(report));
    std::ranges::replace(text, '|', '/');  // it parts the text from the data
    return head + text + tail;
}

std::string render_npd(const Report& report)
{
    constexpr std::size_t most = 80;
    const auto all = sentences(report);
    const std::string more = all.size() > 1 ? fmt::format(" (+{} more)", all.size() - 1) : "";
    std::string text = in_ascii(on_one_line(all.front()));
    if (text.size() + more.size() > most)
        text = text.substr(0, most - more.size() - 3) + "...";
    return text + more + "\n";
}

int plugin_code(Plugin plugin, Status status, bool strict)
{
    if (plugin == Plugin::Nagios)
        return std::min(static_cast<int>(status), static_cast<int>(Status::Unknown));
    switch (status) {
    case Status::Ok:
        return 0;
    case Status::Warning:
        return strict ? 1 : 0;
    case Status::Critical:
        return 1;
    case Status::Unknown:
    case Status::Skipped:
        break;
    }
    return 2;
}

}  // namespace clockguard
