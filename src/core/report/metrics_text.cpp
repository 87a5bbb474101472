// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/metrics_text.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

struct Sample {
    double value = 0;
    Labels labels{};
};

/// A label's value may hold any name: a backslash, a quote or the end of a line would end it.
std::string in_quotes(std::string_view value)
{
    std::string text = "\"";
    for (const char c : in_ascii(on_one_line(value))) {
        if (c == '\\' || c == '"')
            text += '\\';
        text += c;
    }
    return text + '"';
}

std::string in_braces(const Labels& labels)
{
    if (labels.empty())
        return {};
    return fmt::format("{{{}}}", joined(labels, ",", [](const auto& label) {
                           return fmt::format("{}={}", label.first, in_quotes(label.second));
                       }));
}

/// A series that is there twice spoils the whole file.
std::string gauge(std::string_view name, std::string_view help, const std::vector<Sample>& samples)
{
    if (samples.empty())
        return {};
    std::string text =
        fmt::format("# HELP clockguard_{0} {1}\n# TYPE clockguard_{0} gauge\n", name, help);
    std::set<std::string> told;
    for (const Sample& sample : samples)
        if (const auto [labels, is_new] = told.insert(in_braces(sample.labels)); is_new)
            text += fmt::format("clockguard_{}{} {}\n", name, *labels, sample.value);
    return text;
}

/// One series for each word up to the last; the one that holds is 1.
template <class Enum>
std::vector<Sample> states(Enum last, std::string_view label, const std::string& now,
                           const Labels& beside = {})
{
    std::vector<Sample> all;
    for (int value = 0; value <= static_cast<int>(last); ++value) {
        const std::string word = to_text(static_cast<Enum>(value));
        all.push_back({word == now ? 1.0 : 0.0, beside});
        all.back().labels.emplace_back(label, word);
    }
    return all;
}

double epoch_seconds(Instant instant)
{
    return to_seconds(instant.time_since_epoch());
}

std::string of_this_run(const Report& report)
{
    return gauge("build_info", "The version that wrote this.",
                 {{1, {{"version", report.run.version}}}}) +
           gauge("last_run_timestamp_seconds", "The system clock when this was written.",
                 {{epoch_seconds(report.run.time)}}) +
           gauge("last_run_uptime_seconds", "CLOCK_BOOTTIME when this was written.",
                 {{to_seconds(report.run.uptime)}}) +
           gauge("status", "The verdict of clockguard diagnose.",
                 states(Status::Unknown, "state", to_text(report.verdict.status)));
}

/// What the sources of now and the records of this boot come to.
Trust trust_of(const Evidence& seen)
{
    if (seen.clock_trusted)
        return Trust::Trusted;
    return seen.verdict.trust == Trust::Wrong ? Trust::Wrong : Trust::Unknown;
}

std::string of_the_verdict(const Evidence& seen)
{
    std::vector<Sample> verified;
    if (seen.floor.last_trusted)
        verified.push_back({epoch_seconds(seen.floor.last_trusted->at)});
    return gauge("clock_trust", "What the time sources say of the system clock.",
                 states(Trust::Wrong, "state", to_text(trust_of(seen)))) +
           gauge("last_verified_timestamp_seconds", "When the clock was verified last, on record.",
                 verified);
}

std::string of_the_clocks(const Evidence& seen, const Report& report)
{
    std::vector<Sample> offsets;
    std::vector<Sample> errors;
    std::vector<Sample> readable;
    const auto add = [&](const std::string& clock, const std::string& reference, Offset offset) {
        const Labels labels{{"clock", clock}, {"reference", reference}};
        offsets.push_back({to_seconds(offset.value), labels});
        errors.push_back({to_seconds(offset.error), labels});
    };
    if (seen.verdict.from_network)
        add("system", "network", *seen.verdict.from_network);
    for (const ReportClock& clock : report.clocks) {
        if (clock.offset)
            add(clock.id, clock.reference, *clock.offset);
        if (!clock.device.empty())
            readable.push_back({clock.readable ? 1.0 : 0.0, {{"clock", clock.id}}});
    }
    return gauge("clock_offset_seconds", "How far a clock is ahead of its reference.", offsets) +
           gauge("clock_offset_error_seconds", "The error bound of that offset.", errors) +
           gauge("rtc_readable", "Whether a hardware clock could be read.", readable);
}

std::string of_the_gate(const std::optional<GateRecord>& gate)
{
    std::vector<Sample> waits;
    if (gate)
        waits.push_back({to_seconds(gate->waited)});
    return gauge("gate_outcome", "How the gate of this boot ended; all 0 where none has run.",
                 states(GateOutcome::Disabled, "outcome", gate ? to_text(gate->outcome) : "")) +
           gauge("gate_wait_seconds", "How long the gate of this boot held.", waits);
}

std::string of_the_certificates(const std::vector<ReportCertificate>& certificates)
{
    std::vector<Sample> begin;
    std::vector<Sample> end;
    std::vector<Sample> state;
    for (const ReportCertificate& certificate : certificates) {
        const Labels labels{{"name", certificate.name}, {"path", certificate.path}};
        if (certificate.not_before)
            begin.push_back({epoch_seconds(*certificate.not_before), labels});
        if (certificate.not_after)
            end.push_back({epoch_seconds(*certificate.not_after), labels});
        const auto each = states(CertState::Missing, "state", certificate.state, labels);
        state.insert(state.end(), each.begin(), each.end());
    }
    return gauge("cert_not_before_timestamp_seconds", "When a certificate begins.", begin) +
           gauge("cert_not_after_timestamp_seconds", "When a certificate ends.", end) +
           gauge("cert_state", "What clockguard certs check says of a certificate.", state);
}

/// As plugins of Nagios count: 0 ok, 1 warning, 2 critical, 3 unknown.
double number_of(Status status)
{
    return static_cast<double>(status);
}

std::string of_the_findings(const Report& report)
{
    std::vector<Sample> codes;
    for (const std::string& code : code_names()) {
        const auto found = std::ranges::find(report.findings, code, &ReportFinding::code);
        const Status status = found == report.findings.end() ? Status::Ok : found->status;
        codes.push_back({number_of(status), {{"code", code}}});
    }
    std::vector<Sample> checks;
    for (const ReportCheck& check : report.checks)
        checks.push_back({number_of(check.status), {{"check", check.id}}});
    return gauge("finding_status",
                 "0 not found, 1 warning, 2 critical, 3 unknown; see clockguard explain CODE.",
                 codes) +
           gauge("check_status", "0 ok, 1 warning, 2 critical, 3 unknown, 4 skipped.", checks);
}

}  // namespace

std::string render_metrics(const Evidence& seen, const Report& report)
{
    return of_this_run(report) + of_the_verdict(seen) + of_the_clocks(seen, report) +
           of_the_gate(seen.gate) + of_the_certificates(report.certificates) +
           of_the_findings(report);
}

}  // namespace clockguard
