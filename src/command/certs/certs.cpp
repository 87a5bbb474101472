// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs.hpp"

#include <functional>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/base/profile.hpp"
#include "clockguard/command/certs/kept_copies.hpp"
#include "clockguard/core/base/version.hpp"
#include "clockguard/core/base/wrapped.hpp"
#include "clockguard/core/report/certs_report.hpp"
#include "clockguard/core/report/report_json.hpp"

namespace clockguard {
namespace {

ReportCheck to_margin_check(const ClockMargin& margin)
{
    return {.id = "certs.margin",
            .title = "Clock-error margin",
            .detail =
                fmt::format("every certificate stays valid for clock errors {}", to_text(margin))};
}

void print_verdict(const Context& context, const Report& report, const std::string& text)
{
    if (context.output.format == Format::Json)
        print_out("{}", render_json(report));
    else if (!context.output.quiet)
        print_out("{}", text);
}

/// Which clock the dates were judged by, where it is not verified.
std::string clock_warning(const CertsVerdict& verdict, const ClockTrust& clock, std::size_t width)
{
    if (clock.trusted)
        return {};
    const std::string text =
        clock.ahead == Span{0}
            ? fmt::format("Warning: the clock is not verified, so these states may be wrong ({}).",
                          clock.why)
            : fmt::format("Warning: the clock is wrong, so dates were judged by the network's "
                          "time, {} ({}).",
                          to_text(verdict.now), clock.why);
    return wrapped(text, 0, width);
}

struct JudgedCerts {
    CertsVerdict verdict{};
    ClockTrust clock{};
};

JudgedCerts judge_now(const CertSurvey& survey, const CertPolicy& policy, const CertsWorld& world,
                      const Root& root)
{
    ClockTrust clock = world.clock();
    const Instant now = world.now() - clock.ahead;
    JudgedCerts judged{.verdict = judge_all(with_kept_copies(survey, now), now, policy),
                       .clock = std::move(clock)};
    auto csr_conf =
        survey.installed && world.csr_conf ? world.csr_conf(*survey.installed) : std::nullopt;
    if (csr_conf)
        add_outlook(judged.verdict, std::move(*csr_conf), survey.installed->node.role,
                    judged.clock.trusted);
    for (Finding& finding : judged.verdict.findings)
        finding = for_disk(std::move(finding), root.folder);
    return judged;
}

/// What `list` and `check` begin with; `answer` prints what was judged.
ExitCode judge_and_answer(const Context& context, const CertPolicy& policy, const CertsWorld& world,
                          const std::function<ExitCode(const JudgedCerts&)>& answer)
{
    const auto survey = survey_certificates(context);
    if (!survey)
        return give_up(survey.error(), ExitCode::Undetermined);
    if (survey->certs.empty() && context.output.format == Format::Text) {
        print_nothing_there(context, *survey);
        return ExitCode::Healthy;
    }
    return answer(judge_now(*survey, policy, world, context.root));
}

}  // namespace

CertPolicy to_policy(const CertsConfig& config)
{
    return {.expiring = config.expiring, .tolerance = config.tolerance};
}

Report begin_certs_report(Instant now, const ClockTrust& clock, const CertsWorld& world)
{
    return {.host = world.host(),
            .run = {.command = "certs",
                    .version = version,
                    .time = now,
                    .uptime = world.uptime().time_since_epoch(),
                    .clock_trusted = clock.trusted,
                    .trusted_by = clock.by}};
}

Report certs_report(const CertsVerdict& verdict, const ClockTrust& clock, const CertsWorld& world)
{
    Report report = begin_certs_report(verdict.now, clock, world);
    report.verdict = {.status = certs_status(verdict), .summary = certs_summary(verdict)};
    for (const JudgedCertificate& judged : verdict.certificates)
        report.certificates.push_back(to_report(judged, verdict.now));
    for (const Finding& finding : verdict.findings)
        if (finding.severity > Severity::Note)
            report.findings.push_back(to_report(finding, clock.trusted));
    report.checks.push_back({.id = "certs.validity",
                             .status = report.verdict.status,
                             .title = "Certificates",
                             .detail = report.verdict.summary});
    if (verdict.margin)
        report.checks.push_back(to_margin_check(*verdict.margin));
    if (auto check = next_start_check(verdict))
        report.checks.push_back(std::move(*check));
    return report;
}

ExitCode to_exit_code(Status status, const Output& output)
{
    switch (status) {
    case Status::Ok:
    case Status::Skipped:
        return ExitCode::Healthy;
    case Status::Warning:
        return output.strict ? ExitCode::Warnings : ExitCode::Healthy;
    case Status::Critical:
        return ExitCode::Critical;
    case Status::Unknown:
        return ExitCode::Undetermined;
    }
    return ExitCode::Internal;
}

void print_nothing_there(const Context& context, const CertSurvey& survey)
{
    if (context.output.quiet)
        return;
    if (survey.installed) {
        print_out("{} has made no certificates yet: nothing to check\n", survey.profile.title);
        return;
    }
    const std::string other = other_distribution(context.root, context.config.certs.profile);
    print_out("{} is not installed: '{}' does not exist\n{}{}", survey.profile.title,
              context.root.path(survey.profile.data), other, other.empty() ? "" : "\n");
}

ExitCode run_certs_list(const Context& context, const CertsWorld& world)
{
    return judge_and_answer(
        context, to_policy(context.config.certs), world, [&](const JudgedCerts& judged) {
            const auto& [verdict, clock] = judged;
            Report report = certs_report(verdict, clock, world);
            report.verdict.exit_code = static_cast<int>(ExitCode::Healthy);
            print_verdict(context, report,
                          render_certs_table(verdict, {.verbose = context.output.verbose,
                                                       .width = context.output.width}) +
                              clock_warning(verdict, clock, context.output.width));
            return ExitCode::Healthy;
        });
}

ExitCode run_certs_check(const Context& context, const CertsCheckOptions& options,
                         const CertsWorld& world)
{
    CertPolicy policy = to_policy(context.config.certs);
    if (!options.within.empty()) {
        const auto threshold = parse_threshold(options.within);
        if (!threshold)
            return give_up(threshold.error(), ExitCode::Usage);
        policy.expiring = *threshold;
    }
    return judge_and_answer(context, policy, world, [&](const JudgedCerts& judged) {
        const auto& [verdict, clock] = judged;
        Report report = certs_report(verdict, clock, world);
        const ExitCode code = to_exit_code(report.verdict.status, context.output);
        report.verdict.exit_code = static_cast<int>(code);
        print_verdict(context, report,
                      render_certs_check(verdict, context.output.width) +
                          clock_warning(verdict, clock, context.output.width));
        return code;
    });
}

}  // namespace clockguard
