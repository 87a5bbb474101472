// SPDX-License-Identifier: Apache-2.0
// A recheck from its wait to its record, in the order of what it does.
#include "clockguard/command/gate/recheck.hpp"

#include <algorithm>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/command/clock/trust_now.hpp"
#include "clockguard/command/gate/gate_report.hpp"
#include "clockguard/command/gate/gate_wait.hpp"
#include "clockguard/command/gate/recheck_repairs.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/gate/recheck.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/machine.hpp"
#include "clockguard/edge/clock/clock_moment.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "clockguard/edge/gate/boot_records.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr const char* kubelite = "snap.microk8s.daemon-kubelite.service";
constexpr const char* cluster_agent = "snap.microk8s.daemon-cluster-agent.service";
constexpr const char* k8s_dqlite = "snap.microk8s.daemon-k8s-dqlite.service";

void say(const std::string& line)
{
    print_out("{}\n", on_one_line(line));
}

struct Restarts {
    ExitCode code = ExitCode::Healthy;
    std::vector<std::string> units{};
};

Finding not_restarted(const std::string& unit, const std::string& why)
{
    return {.code = "CG410",
            .severity = Severity::Failure,
            .subject = unit,
            .message = fmt::format("was not restarted, although it holds a wrong time in "
                                   "memory: {}",
                                   why)};
}

/// Why this unit stays as it is, which runs since then, or nothing.
std::string try_restart(const std::string& unit, const ClockPair& since, RestartPolicy policy,
                        const RecheckWorld& world)
{
    if (policy == RestartPolicy::Never)
        return "certs.restart = \"never\"";
    std::string why = world.record_restart(instance_name(unit, since));
    if (!why.empty())
        return why;
    const auto restarted = world.restart(unit);
    return restarted ? "" : to_text(restarted.error());
}

Restarts restart_all(const std::vector<std::string>& units, RestartPolicy policy,
                     const RecheckWorld& world)
{
    Restarts restarts;
    for (const std::string& unit : units) {
        // Whoever stopped it meanwhile, MicroK8s' kicker for one, starts it with the right time.
        const auto since = world.running_since(unit);
        if (!since)
            continue;
        const std::string why = try_restart(unit, *since, policy, world);
        if (!why.empty()) {
            complain_of(not_restarted(unit, why));
            restarts.code = ExitCode::Critical;
            continue;
        }
        say(fmt::format("restarting {}: it holds a wrong time in memory", unit));
        restarts.units.push_back(unit);
    }
    return restarts;
}

/// Critical, else the highest: a failure comes before a refusal.
ExitCode worst(std::initializer_list<ExitCode> codes)
{
    if (std::ranges::find(codes, ExitCode::Critical) != codes.end())
        return ExitCode::Critical;
    return std::max(codes);
}

/// k8s-dqlite reads it once, at its start (k8s-dqlite, server.go), and dials itself with it.
std::string cluster_certificate(const RecheckWorld& world)
{
    return world.cluster_certificate ? world.cluster_certificate() : "";
}

/// Of the instance that runs: one that ends while it is asked, which takes seconds, is another's.
bool agent_holds_old(const RecheckWorld& world)
{
    const auto since = world.running_since(cluster_agent);
    if (!since || !world.agent_serves_old())
        return false;
    const auto now = world.running_since(cluster_agent);
    return now && now->monotonic == since->monotonic;
}

/// How far the clock is below the highest that kubelite has seen. It is recorded, since a step
/// ahead and back between two rechecks would not show.
Span note_excursion(const RecheckWorld& world)
{
    const auto since = world.running_since(kubelite);
    if (!since || !world.note_excursion)
        return {};
    return world.note_excursion(instance_name(kubelite, *since), world.now());
}

ExitCode repair(RestartPolicy policy, const RecheckWorld& world)
{
    const std::string cluster = cluster_certificate(world);
    const ExitCode refreshed = world.refresh_certificates();
    const bool agent_is_old = agent_holds_old(world);  // before all that takes no time
    const RunningMicrok8s seen{.kubelite_since = world.running_since(kubelite),
                               .cluster_agent_serves_old = agent_is_old,
                               .excursion = note_excursion(world),
                               .dqlite_holds_old = cluster != cluster_certificate(world) &&
                                                   world.running_since(k8s_dqlite)};
    const Restarts restarts = restart_all(units_to_restart(seen, world.now()), policy, world);
    const ExitCode proved = world.prove(restarts.units);
    return worst({refreshed, restarts.code, proved, world.correct_rtc()});
}

std::optional<GateOutcome> outcome_of(const Result<Report>& state)
{
    return state && state->gate ? std::optional{state->gate->outcome} : std::nullopt;
}

/// The record of this boot, brought up to this moment.
Report to_record(const Context& context, const GateView& view, const Result<Report>& state)
{
    const GatePolicy policy{.timeout = context.config.gate.timeout,
                            .on_timeout = context.config.gate.on_timeout};
    Report report = report_gate(context, view, policy);
    report.run.command = "recheck";
    // The first value of a boot is kept: it moves when the guest is paused later.
    if (state && state->starts.network)
        report.starts.network = state->starts.network;
    if (state && state->gate) {
        const GateRecord now = *report.gate;
        report.gate = state->gate;
        report.gate->boot_instant = now.boot_instant;
        report.gate->raw_instant = now.raw_instant;
        report.gate->rtc_ahead = now.rtc_ahead;
        report.gate->outcome = upgraded(state->gate->outcome, view.verdict);
    }
    report.gate->reason = reason_of(view.verdict);
    report.verdict.summary =
        fmt::format("{}: {}", to_text(report.gate->outcome), report.gate->reason);
    return report;
}

void save_records(const Context& context, const Report& report)
{
    warn_if_failed(save_state(context.root, report));
    warn_if_failed(save_boot_record(context.root, report));
    warn_if_failed(save_last_good(context.root, report));
}

/// Signals are caught for no longer than the wait: what repairs must end at SIGTERM by itself.
GateView wait_here(const Context& context, const Sources& sources, const GatePolicy& policy)
{
    const ChronyMemory memory = measure_after_pause(context);
    Events events{watched_folders(context)};
    return wait_for_trust(policy, sources.policy,
                          live_world(
                              sources, events, [](const GateView&) {}, memory));
}

struct Rechecked {
    ExitCode code = ExitCode::Healthy;
    std::optional<Report> record{};  // where the clock was trusted
};

Rechecked recheck_machine(const Context& context)
{
    const Sources sources = to_sources(context.config, context.root);
    const Repairs repairs = repairs_of(context);
    Rechecked done;
    done.code =
        recheck(context.config.certs.restart,
                {.state = [&] { return load_this_boot(context.root, state_file); },
                 .wait_for_trust =
                     [&](const GatePolicy& policy) { return wait_here(context, sources, policy); },
                 .refresh_certificates = repairs.certificates,
                 .correct_rtc = repairs.rtc,
                 .running_since = running_since,
                 .now = read_clock_pair,
                 .note_excursion =
                     [&](const std::string& instance, const ClockPair& now) {
                         return note_excursion(context.root, instance, now);
                     },
                 .cluster_certificate = [&] { return cluster_certificate(context); },
                 .agent_serves_old = [&] { return agent_serves_old(context); },
                 .record_restart =
                     [&](const std::string& instance) { return record_restart(context, instance); },
                 .restart = restart_unit,
                 .record =
                     [&](const GateView& view, const Result<Report>& state) {
                         done.record = to_record(context, view, state);
                         save_records(context, *done.record);
                     },
                 .prove =
                     [&](const std::vector<std::string>& restarted) {
                         return prove_repaired(context, restarted);
                     }});
    return done;
}

/// The record as the answer of the whole run.
Report concluded(Report report, ExitCode code)
{
    report.verdict.status = status_of(code);
    report.verdict.exit_code = static_cast<int>(code);
    if (code != ExitCode::Healthy && !first_complaint().empty())
        report.verdict.summary = first_complaint();
    return report;
}

}  // namespace

ExitCode recheck(const RestartPolicy& policy, const RecheckWorld& world)
{
    const auto state = world.state();
    note_excursion(world);  // before the wait: this moment may be the one ahead
    const GateView view = world.wait_for_trust(
        {.timeout = recheck_timeout(outcome_of(state)), .on_timeout = OnTimeout::Release});
    if (view.verdict.trust != Trust::Trusted) {
        complain(fmt::format("nothing was changed: the clock is not verified: {}",
                             reason_of(view.verdict)));
        return ExitCode::Refused;
    }
    // The verdict is recorded before anything is done that relies on it.
    world.record(view, state);
    return repair(policy, world);
}

ExitCode run_recheck(const Context& context)
{
    if (context.root.is_live() && ::geteuid() != 0)
        return give_up({.what = "cannot recheck: needs root (sudo)"}, ExitCode::NeedsRoot);
    if (context.output.format != Format::Json)
        return recheck_machine(context).code;
    leave_output_to_document();
    Context in_lines = context;  // the commands that it runs print no document
    in_lines.output.format = Format::Text;
    const Rechecked done = recheck_machine(in_lines);
    if (done.record)
        write_document(render_json(concluded(*done.record, done.code)));
    return done.code;
}

}  // namespace clockguard
