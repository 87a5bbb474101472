// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/recheck_repairs.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/certs/certs_refresh.hpp"
#include "clockguard/command/certs/certs_world.hpp"
#include "clockguard/command/certs/served.hpp"
#include "clockguard/command/rtc/rtc_commands.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/certs/refresh_log_json.hpp"
#include "clockguard/core/gate/recheck.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/guarded.hpp"
#include "clockguard/edge/base/machine.hpp"
#include "clockguard/edge/base/systemd.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/certs/leftovers.hpp"
#include "clockguard/edge/certs/x509.hpp"
#include "clockguard/edge/certs/x509_served.hpp"
#include "clockguard/edge/clock/records.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr const char* restarts_file = "/var/lib/clockguard/restarts.json";

/// The instance of kubelite, and the highest difference between wall and monotonic clock seen while
/// it ran, in microseconds.
constexpr const char* excursion_file = "/run/clockguard/excursion";

ExitCode run_for(const char* unit)
{
    const auto done = run_unit(unit, 3min);
    return done ? ExitCode::Healthy : give_up(done.error(), ExitCode::Critical);
}

ServedWorld served_world()
{
    return {.serial = [](const TlsEndpoint& at) { return query_served_serial(at, 2s); },
            .wait = sleep_for};
}

struct JudgedSurvey {
    CertSurvey survey{};
    CertsVerdict verdict{};
};

Result<JudgedSurvey> judge_certificates(const Context& context)
{
    auto survey = survey_certificates(context);
    if (!survey)
        return fail(survey.error());
    CertsVerdict verdict =
        judge_all(survey->certificates(), wall_now(), to_policy(context.config.certs));
    return JudgedSurvey{.survey = std::move(*survey), .verdict = std::move(verdict)};
}

/// MicroK8s issues certificates of its own a few seconds after its start and writes each in place:
/// a certificate that may be half-written is read again.
Result<JudgedSurvey> judge_settled(const Context& context)
{
    auto judged = judge_certificates(context);
    for (int looks = 1; looks < 15 && context.root.is_live() && judged &&
                        may_be_in_writing(judged->verdict.findings);
         ++looks) {
        sleep_for(2s);
        judged = judge_certificates(context);
    }
    return judged;
}

ExitCode prove_valid(const CertsVerdict& verdict)
{
    ExitCode code = ExitCode::Healthy;
    for (const Finding& finding : verdict.findings) {
        if (finding.severity != Severity::Failure)
            continue;
        complain_of(finding);
        code = ExitCode::Critical;
    }
    return code;
}

/// A restart takes time: kubelite needs up to half a minute to stop.
ExitCode prove_served(const TlsServer& server, const CertSurvey& survey, bool is_starting)
{
    const Certificate& cert = served_by(server, survey)->certificate;
    const TlsEndpoint endpoint = endpoint_of(server, survey);
    const ServedAnswer answer = watch_served({.endpoint = endpoint,
                                              .serial = cert.facts.serial,
                                              .timeout = is_starting ? 90s : server.timeout,
                                              .is_starting = is_starting},
                                             served_world());
    if (answer.served != Served::Other) {
        print_out("{}: {}\n", server.name, to_text(answer));
        return ExitCode::Healthy;
    }
    complain_of(not_served(server, endpoint, cert.place.name));
    return ExitCode::Critical;
}

/// What a restart does not repair is printed with what to type, and changes no exit code. kubelite
/// is restarted where it ran while the clock was ahead, and then it has started pods as well.
void print_leftovers(const Root& root, bool kubelite_was_ahead)
{
    const Leftovers left = read_leftovers(root);
    std::vector<Finding> findings = judge_leftovers(left, wall_now());
    if (auto sandboxes = kubelite_was_ahead ? sandbox_finding(left.minor) : std::nullopt;
        sandboxes && std::ranges::find(findings, sandboxes->code, &Finding::code) == findings.end())
        findings.push_back(std::move(*sandboxes));
    for (const Finding& finding : findings)
        print_out("{} {} {}\n  {}\n", finding.code, on_one_line(finding.subject),
                  on_one_line(finding.message), to_text(finding.advice));
}

}  // namespace

void complain_of(const Finding& finding)
{
    complain(fmt::format("{} {}: {}", finding.code, finding.subject, finding.message));
}

Repairs repairs_of(const Context& context)
{
    if (context.in_unit && context.root.is_live())
        return {.certificates = [] { return run_for("clockguard-certs.service"); },
                .rtc = [] { return run_for("clockguard-rtc.service"); }};
    return {
        .certificates =
            [&context] { return run_certs_refresh(context, {.yes = true}, certs_world(context)); },
        .rtc = [&context] { return run_rtc_set({.if_off = true}, context); }};
}

std::optional<ClockPair> running_since(const std::string& unit)
{
    const auto known = query_unit(unit);
    return known && known->active == "active" ? known->active_since : std::nullopt;
}

bool agent_serves_old(const Context& context)
{
    const auto survey = survey_certificates(context);
    const auto& agent = tls_servers.back();
    const SurveyedCert* cert = survey ? served_by(agent, *survey) : nullptr;
    return cert != nullptr && watch_served({.endpoint = endpoint_of(agent, *survey),
                                            .serial = cert->certificate.facts.serial},
                                           served_world())
                                      .served == Served::Other;
}

Span note_excursion(const Root& root, const std::string& instance, const ClockPair& now)
{
    const Span ahead = now.wall.time_since_epoch() - now.monotonic;
    Span highest = ahead;
    const std::string known = read_record(root, excursion_file).value_or("");
    const auto space = known.rfind(' ');
    if (space != std::string::npos && known.substr(0, space) == instance)
        highest = std::max(highest,
                           Span{parse_number<std::int64_t>(known.substr(space + 1)).value_or(0)});
    const std::string text = fmt::format("{} {}", instance, highest.count());
    if (text != known)
        warn_if_failed(write_atomically(root, excursion_file, text));
    return highest - ahead;
}

std::string cluster_certificate(const Context& context)
{
    const auto survey = survey_certificates(context);
    const SurveyedCert* cert = survey ? survey->find("cluster") : nullptr;
    return cert == nullptr ? "" : cert->text;
}

std::string record_restart(const Context& context, const std::string& instance)
{
    const RefreshRecord wanted{.boot_id = read_host(context.root).boot_id,
                               .uptime = uptime_now().time_since_epoch(),
                               .time = wall_now(),
                               .names = {instance}};
    const auto [log, complaint] = load_log(context.root, restarts_file);
    if (!complaint.empty())
        complain(complaint);
    std::string why = restart_objection(log, wanted);
    if (!why.empty())
        return why;
    const auto saved =
        write_atomically(context.root, restarts_file, render_json(with_record(log, wanted)));
    return saved ? "" : to_text(saved.error());
}

ExitCode prove_repaired(const Context& context, const std::vector<std::string>& restarted)
{
    const auto judged = judge_settled(context);
    if (!judged)
        return give_up(judged.error(), ExitCode::Critical);
    ExitCode code = prove_valid(judged->verdict);
    const auto was_restarted = [&](const std::string& unit) {
        return std::ranges::find(restarted, unit) != restarted.end();
    };
    print_leftovers(context.root, was_restarted(tls_servers.front().unit()));
    if (!context.root.is_live())
        return code;
    for (const TlsServer& server : tls_servers) {
        if (served_by(server, judged->survey) == nullptr)
            continue;
        code = std::max(code, prove_served(server, judged->survey, was_restarted(server.unit())));
    }
    return code;
}

}  // namespace clockguard
