// SPDX-License-Identifier: Apache-2.0
// Certificates as a report and as text: the tables of `certs list` and the lines of `certs check`.
#include "clockguard/core/report/certs_report.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include <fmt/core.h>

#include "clockguard/core/base/table.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/wrapped.hpp"
#include "clockguard/core/report/fixes.hpp"

namespace clockguard {
namespace {

using namespace std::chrono;
using enum CertState;

struct Word {
    CertState state;
    std::string_view text;
};

/// In falling order of weight.
constexpr std::array faults{Word{NotYetValid, "not yet valid"},
                            Word{Expired, "expired"},
                            Word{KeyMismatch, "not matching their key"},
                            Word{ChainBroken, "not signed by their CA"},
                            Word{Unreadable, "unreadable"},
                            Word{Missing, "missing"},
                            Word{Expiring, "expiring"}};

auto count(const CertsVerdict& verdict, CertState state)
{
    return std::ranges::count(verdict.certificates, state, &JudgedCertificate::state);
}

bool is_unjudged(const JudgedCertificate& judged)
{
    return judged.certificate.is_denied || judged.certificate.is_unclear;
}

std::string table_state(CertState state)
{
    std::string text = to_text(state);
    std::ranges::replace(text, '_', ' ');
    if (state == Valid || state == Expiring || state == Skipped)
        return text;
    return in_capitals(text);
}

/// What `clockguard certs refresh` wants to hear for this one.
std::string refresh_word(const CertPlace& place)
{
    switch (place.repair) {
    case CertRepair::None:
        return place.renew.empty() ? "--" : to_text(place.renew);
    case CertRepair::Reissue:
    case CertRepair::Redate:
        return fmt::format("--name {}", place.name);
    case CertRepair::RedateShared:
        return fmt::format("--name {} --include-ca", place.name);
    }
    return "--";
}

/// A wrong clock shows in the hour at which a certificate begins; its end is a day.
TableRow row_of(const JudgedCertificate& judged, Instant now)
{
    const Certificate& certificate = judged.certificate;
    const bool read = !certificate.facts.sha256.empty();
    const auto cell = [&](const std::string& text) { return read ? text : std::string{"--"}; };
    return {certificate.place.name, table_state(judged.state),
            cell(to_minutes(certificate.facts.not_before)),
            cell(to_minutes(certificate.facts.not_after).substr(0, 10)),
            cell(to_rough_text(certificate.facts.not_after - now))};
}

const TableRow table_head{"NAME", "STATE", "NOT BEFORE", "NOT AFTER", "LEFT"};
// No narrower than MicroK8s' needs, whatever its states are.
const std::vector<TableColumn> table_columns{{24}, {13}, {16}, {10}, {8}};

/// The worst that is wrong with a certificate, or nothing.
const Finding* fault_of(const JudgedCertificate& judged, const CertsVerdict& verdict)
{
    const auto found = std::ranges::find_if(verdict.findings, [&](const Finding& finding) {
        return finding.severity >= Severity::Warning &&
               finding.subject == judged.certificate.place.name;
    });
    return found == verdict.findings.end() ? nullptr : &*found;
}

struct TableLine {
    const JudgedCertificate* judged;
    const Finding* fault;
};

/// The skipped ones last.
std::vector<TableLine> worst_first(const CertsVerdict& verdict, bool with_skipped)
{
    std::vector<TableLine> all;
    for (const JudgedCertificate& judged : verdict.certificates)
        if (with_skipped || judged.state != Skipped)
            all.push_back({&judged, fault_of(judged, verdict)});
    std::ranges::stable_sort(all, std::ranges::greater{}, [](const TableLine& line) {
        return line.judged->state == Skipped ? -1
               : line.fault != nullptr       ? static_cast<int>(line.fault->severity)
                                             : 0;
    });
    return all;
}

/// A command stays on one line, to be copied.
std::string advice_lines(const Advice& advice, std::size_t indent, std::size_t width)
{
    if (advice.empty())
        return {};
    const std::string text = to_text(advice);
    return std::string(indent, ' ') +
           (advice.command.empty() ? wrapped(text, indent, width) : text + "\n");
}

/// What is to be done about a fault; and what it is, where the state does not tell.
std::string note_of(const TableLine& line, std::size_t width)
{
    constexpr std::size_t indent = 4;
    if (line.fault == nullptr)
        return {};
    std::string text;
    if (is_usable(line.judged->state) && line.judged->state != Expiring)
        text += std::string(indent, ' ') + wrapped(on_one_line(line.fault->message), indent, width);
    return text + advice_lines(line.fault->advice, indent, width);
}

bool are_within(const std::vector<std::string>& lines, std::size_t width)
{
    return std::ranges::all_of(lines,
                               [&](const std::string& line) { return line.size() <= width; });
}

/// Without the time that is left where it has no room.
std::vector<std::string> fitting_lines(const std::vector<TableLine>& certs, Instant now,
                                       std::size_t width)
{
    std::vector<TableRow> rows{table_head};
    for (const TableLine& line : certs)
        rows.push_back(row_of(*line.judged, now));
    auto lines = table_lines(rows, table_columns);
    if (are_within(lines, width))
        return lines;
    for (TableRow& row : rows)
        row.pop_back();
    return table_lines(rows);
}

/// One note for neighbours that share it.
std::string short_table(const std::vector<TableLine>& certs, Instant now, std::size_t width)
{
    const auto lines = fitting_lines(certs, now, width);
    std::string text = lines.front() + "\n";
    std::string note;
    for (std::size_t i = 0; i < certs.size(); ++i) {
        std::string own = note_of(certs[i], width);
        text += (own == note ? "" : note) + lines[i + 1] + "\n";
        note = std::move(own);
    }
    return text + note;
}

/// With what renews each, or why it was skipped.
std::string long_table(const std::vector<TableLine>& certs, Instant now)
{
    std::vector<TableRow> rows{table_head};
    rows.back().emplace_back("REFRESH WITH");
    for (const TableLine& line : certs) {
        const Certificate& certificate = line.judged->certificate;
        rows.push_back(row_of(*line.judged, now));
        rows.back().push_back(line.judged->state == Skipped ? certificate.skipped
                                                            : refresh_word(certificate.place));
    }
    return render_table(rows, table_columns);
}

/// "All 16 certificates stay valid for clock errors from -61 d to +214 d."; empty without a margin.
std::string margin_line(const CertsVerdict& verdict)
{
    if (!verdict.margin)
        return {};
    const auto all = std::ssize(verdict.certificates) - count(verdict, Skipped);
    return fmt::format("All {} certificates stay valid for clock errors {}.\n", all,
                       to_text(*verdict.margin));
}

/// Within its dates, and something is said of it that keeps it from working.
bool is_useless(const JudgedCertificate& judged, const CertsVerdict& verdict)
{
    const Finding* fault = fault_of(judged, verdict);
    return is_usable(judged.state) && fault != nullptr && fault->severity == Severity::Failure;
}

std::string dates_summary(const CertsVerdict& verdict, std::ptrdiff_t total)
{
    const auto useless =
        std::ranges::count_if(verdict.certificates, [&](const JudgedCertificate& judged) {
            return is_useless(judged, verdict);
        });
    if (useless == 0)
        return fmt::format("{} certificates are valid", total);
    return fmt::format("{} of {} certificates {}, but {} not work", useless, total,
                       useless == 1 ? "is within its dates" : "are within their dates",
                       useless == 1 ? "does" : "do");
}

const Finding* find_outlook(const CertsVerdict& verdict)
{
    const auto found = std::ranges::find(verdict.findings, "CG206", &Finding::code);
    return found == verdict.findings.end() ? nullptr : &*found;
}

}  // namespace

std::string certs_summary(const CertsVerdict& verdict)
{
    const auto total = std::ssize(verdict.certificates) - count(verdict, Skipped);
    std::string text;
    for (const auto& [state, word] : faults) {
        const auto found = count(verdict, state);
        if (found != 0 && text.empty())
            text = fmt::format("{} of {} certificates {} {}", found, total,
                               found == 1 ? "is" : "are", word);
        else if (found != 0)
            text += fmt::format(", {} {}", found, word);
    }
    return text.empty() ? dates_summary(verdict, total) : text;
}

Status certs_status(const CertsVerdict& verdict)
{
    Status status = Status::Ok;
    for (const Finding& finding : verdict.findings)
        status = std::max(status, to_status(finding.severity));
    if (status != Status::Critical && std::ranges::any_of(verdict.certificates, is_unjudged))
        return Status::Unknown;
    return status;
}

ReportCertificate to_report(const JudgedCertificate& judged, Instant now)
{
    const auto& [certificate, state] = judged;
    ReportCertificate report{.name = certificate.place.name,
                             .path = certificate.place.path,
                             .kind = to_text(certificate.place.kind),
                             .state = to_text(state),
                             .refreshable =
                                 certificate.place.repair != CertRepair::None && state != Skipped,
                             .error = certificate.error,
                             .skipped_because = certificate.skipped};
    if (certificate.facts.sha256.empty())
        return report;
    report.subject = certificate.facts.subject;
    report.issuer = certificate.facts.issuer;
    report.serial = certificate.facts.serial;
    report.sha256 = certificate.facts.sha256;
    report.not_before = certificate.facts.not_before;
    report.not_after = certificate.facts.not_after;
    report.valid_in = certificate.facts.not_before - now;
    report.expires_in = certificate.facts.not_after - now;
    return report;
}

ReportFinding to_report(const Finding& finding, bool clock_trusted)
{
    return {.code = finding.code,
            .status = to_status(finding.severity),
            .detail = finding.subject,
            .cause = finding.message,
            .checks = {"certs.validity"},
            .fixes = fixes_of(finding.advice, clock_trusted)};
}

std::optional<ReportCheck> next_start_check(const CertsVerdict& verdict)
{
    const Finding* outlook = find_outlook(verdict);
    if (outlook == nullptr)
        return std::nullopt;
    return ReportCheck{.id = "certs.next_start",
                       .status = to_status(outlook->severity),
                       .title = "MicroK8s' next start",
                       .detail = fmt::format("{}: {}", outlook->subject, outlook->message)};
}

std::string to_rough_text(Span left)
{
    const std::string_view sign = left < Span{0} ? "-" : "";
    const Span size = abs(left);
    if (size >= years{2})
        return fmt::format("{}{} y {} mo", sign, size / years{1}, size % years{1} / months{1});
    if (size >= days{2})
        return fmt::format("{}{} d", sign, size / days{1});
    return fmt::format("{}{} h {} min", sign, size / 1h, size % 1h / 1min);
}

std::string to_text(const ClockMargin& margin)
{
    return fmt::format("from {} to +{}",
                       margin.behind == Span{0} ? "-0 d" : to_rough_text(margin.behind),
                       to_rough_text(margin.ahead));
}

std::string render_certs_table(const CertsVerdict& verdict, const CertsTableStyle& style)
{
    const auto certs = worst_first(verdict, style.verbose);
    std::string text = style.verbose ? long_table(certs, verdict.now)
                                     : short_table(certs, verdict.now, style.width);
    const auto skipped = count(verdict, Skipped);
    if (skipped != 0 && !style.verbose)
        text += fmt::format("{} skipped (-v shows why)\n", skipped);
    text += margin_line(verdict);
    if (const Finding* outlook = find_outlook(verdict))
        text += wrapped(fmt::format("{} {}: {}", outlook->code, outlook->subject,
                                    on_one_line(outlook->message)),
                        0, style.width);
    return text;
}

std::string render_certs_check(const CertsVerdict& verdict, std::size_t width)
{
    constexpr std::size_t indent = 18;
    std::string text =
        fmt::format("{}  {}\n", headline(certs_status(verdict)), certs_summary(verdict));
    for (const Finding& finding : verdict.findings) {
        const std::string words =
            fmt::format("{}: {}", on_one_line(finding.subject), on_one_line(finding.message));
        text += fmt::format("  {} {:<8}  {}", finding.code, to_text(finding.severity),
                            wrapped(words, indent, width));
        text += advice_lines(finding.advice, indent, width);
    }
    const std::string margin = margin_line(verdict);
    return margin.empty() ? text : text + "  " + margin;
}

}  // namespace clockguard
