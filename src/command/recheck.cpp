// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/recheck.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "clockguard/command/certs.hpp"
#include "clockguard/command/certs_survey.hpp"
#include "clockguard/command/rtc.hpp"
#include "clockguard/command/trust_now.hpp"
#include "clockguard/core/recheck.hpp"
#include "clockguard/edge/clocks.hpp"
#include "clockguard/edge/files.hpp"
#include "clockguard/edge/records.hpp"
#include "clockguard/edge/x509.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr const char* kubelite = "snap.microk8s.daemon-kubelite.service";
constexpr const char* cluster_agent = "snap.microk8s.daemon-cluster-agent.service";
constexpr const char* server_certificate = "/var/snap/microk8s/current/certs/server.crt";

void say(const std::string& line)
{
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

/// By steps since the verdict on record: zero where there is none.
Span moved_since(const Result<Report>& state, Instant boot)
{
    return state && state->gate ? boot - state->gate->boot_instant : Span{};
}

ExitCode restart_all(const std::vector<std::string>& units, const RecheckWorld& world)
{
    ExitCode code = ExitCode::Healthy;
    for (const std::string& unit : units) {
        const auto restarted = world.restart(unit);
        if (restarted)
            say(fmt::format("restarting {}: what it holds in memory is of the wrong time", unit));
        else
            code = give_up(restarted.error(), ExitCode::Critical);
    }
    return code;
}

/// What failed is told before what was refused, whatever their numbers.
ExitCode worst(std::initializer_list<ExitCode> codes)
{
    if (std::ranges::find(codes, ExitCode::Critical) != codes.end())
        return ExitCode::Critical;
    return std::max(codes);
}

ExitCode repair(const RestartPolicy& policy, Span moved, const RecheckWorld& world)
{
    const std::string before = world.server_certificate();
    const ExitCode refreshed = world.refresh_certificates();
    const RunningMicrok8s seen{.clock_moved = moved,
                               .kubelite_active = world.is_active(kubelite),
                               .cluster_agent_active = world.is_active(cluster_agent),
                               .server_certificate_replaced = world.server_certificate() != before};
    const std::vector<std::string> units = units_to_restart(seen, policy);
    const ExitCode restarted = restart_all(units, world);
    // An API server that starts again reads its file; one that goes on has to be seen doing so.
    const bool goes_on = seen.kubelite_active && std::ranges::find(units, kubelite) == units.end();
    const bool to_prove = goes_on && seen.server_certificate_replaced;
    const ExitCode proved = to_prove ? world.prove_served() : ExitCode::Healthy;
    return worst({refreshed, restarted, proved, world.correct_rtc()});
}

/// The record of this boot, brought up to this moment.
Report to_record(const Context& context, const GateView& view, const Result<Report>& state)
{
    const GatePolicy policy{.timeout = context.config.gate.timeout,
                            .on_timeout = context.config.gate.on_timeout};
    Report report = to_report(context, view, policy);
    report.run.command = "recheck";
    // Its first word of a boot: it moves where the guest stands still later.
    if (state && state->starts.network)
        report.starts.network = state->starts.network;
    if (state && state->gate) {
        const Instant boot = report.gate->boot_instant;
        report.gate = state->gate;
        report.gate->boot_instant = boot;
        report.gate->outcome = upgraded(state->gate->outcome, view.verdict);
    }
    report.gate->reason = reason_of(view.verdict);
    report.verdict.summary =
        fmt::format("{}: {}", to_text(report.gate->outcome), report.gate->reason);
    return report;
}

void save_records(const Context& context, const Report& report)
{
    survive(save_state(context.root, report));
    survive(save_boot_record(context.root, report));
    survive(save_last_good(context.root, report));
}

struct Repairs {
    std::function<ExitCode()> certificates{};
    std::function<ExitCode()> rtc{};
};

ExitCode run_for(const char* unit, Span longest = 3min)
{
    const auto done = run_unit(unit, longest);
    return done ? ExitCode::Healthy : give_up(done.error(), ExitCode::Critical);
}

/// As a unit, we leave each repair to the unit that has the rights for it and no others; they rely
/// on the verdict on record. By hand, there may be no systemd to ask.
Repairs repairs_of(const Context& context)
{
    const bool by_command = context.config.certs.method == RefreshMethod::Microk8s;
    if (std::getenv("INVOCATION_ID") != nullptr && context.root.is_live())
        return {.certificates =
                    [by_command] {
                        return by_command ? run_for("clockguard_microk8s.service", 20min)
                                          : run_for("clockguard-certs.service");
                    },
                .rtc = [] { return run_for("clockguard-rtc.service"); }};
    return {
        .certificates =
            [&context] { return run_certs_refresh(context, {.yes = true}, certs_world(context)); },
        .rtc = [&context] { return run_rtc_set({.if_off = true}, context); }};
}

std::string file_serial(const Context& context)
{
    const auto survey = survey_certificates(context.root);
    const SurveyedCert* server = survey ? survey->find("server") : nullptr;
    return server == nullptr ? "" : server->certificate.facts.serial;
}

/// The API server notices a new file within a second or so; ten are for a busy machine.
ExitCode prove_served(const Context& context)
{
    constexpr int api_server_port = 16443;
    const std::string wanted = file_serial(context);
    const Uptime until = uptime_now() + 10s;
    Events events{{}};
    for (;;) {
        const auto served = query_served_serial(api_server_port, 2s);
        if (served && *served == wanted) {
            say("the API server serves the new certificate");
            return ExitCode::Healthy;
        }
        if (uptime_now() >= until)
            return give_up({.what = served ? "the API server still serves another certificate than "
                                             "its file (CG208)"
                                           : to_text(served.error())},
                           ExitCode::Critical);
        events.wait(500ms);
    }
}

}  // namespace

ExitCode recheck(const RestartPolicy& policy, const RecheckWorld& world)
{
    const auto state = world.state();
    const GateView view = world.wait_for_trust(
        {.timeout = recheck_patience(state), .on_timeout = OnTimeout::Release});
    if (view.verdict.trust != Trust::Trusted) {
        say(fmt::format("nothing is touched, for the clock is not trusted: {}",
                        reason_of(view.verdict)));
        return ExitCode::Refused;
    }
    const Span moved = moved_since(state, world.boot_instant());
    // On record before anything is done: what is done relies on the verdict.
    world.record(view, state);
    return repair(policy, moved, world);
}

ExitCode run_recheck(const Context& context)
{
    const Sources sources = to_sources(context.config, context.root);
    Events events{watched_folders(context)};
    const GateWorld gate = live_world(sources, events, [](const GateView&) {});
    const Repairs repairs = repairs_of(context);
    return recheck(
        context.config.certs.restart,
        {.state = [&] { return load_this_boot(context.root, state_file); },
         .wait_for_trust =
             [&](const GatePolicy& policy) { return wait_for_trust(policy, sources.policy, gate); },
         .boot_instant = boot_instant,
         .refresh_certificates = repairs.certificates,
         .correct_rtc = repairs.rtc,
         .server_certificate =
             [&] { return read_file(context.root.path(server_certificate)).value_or(""); },
         .is_active =
             [](const std::string& unit) {
                 const auto known = query_unit(unit);
                 return known && known->active == "active";
             },
         .restart = restart_unit,
         .record =
             [&](const GateView& view, const Result<Report>& state) {
                 save_records(context, to_record(context, view, state));
             },
         .prove_served = [&] { return prove_served(context); }});
}

}  // namespace clockguard
