// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/report/diagnose.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/command/base/print.hpp"
#include "clockguard/command/base/profile.hpp"
#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/command/certs/kept_copies.hpp"
#include "clockguard/command/clock/boot_history.hpp"
#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/command/rtc/rtc_commands.hpp"
#include "clockguard/core/base/path.hpp"
#include "clockguard/core/report/chrony_conf.hpp"
#include "clockguard/core/report/diagnosis_text.hpp"
#include "clockguard/core/report/page_html.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/core/report/timeline_svg.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/certs/csr_conf.hpp"
#include "clockguard/edge/certs/leftovers.hpp"
#include "clockguard/edge/clock/hyperv.hpp"
#include "clockguard/edge/clock/observe.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "clockguard/edge/clock/time_keepers.hpp"
#include "clockguard/edge/gate/boot_records.hpp"
#include "clockguard/edge/gate/gate_lock.hpp"
#include "clockguard/edge/report/chrony_conf.hpp"
#include "clockguard/edge/report/own_units.hpp"

namespace clockguard {
namespace {

bool is_held(const Root& root, const std::string& unit)
{
    for (const std::string_view folder : {"/usr/lib", "/lib", "/etc"})
        if (file_exists(root,
                        fmt::format("{}/systemd/system/{}.d/50-clockguard.conf", folder, unit)))
            return true;
    return false;
}

/// One is enough: a node runs k3s or k3s-agent.
bool is_hold_installed(const Root& root, const std::vector<std::string>& units)
{
    return std::ranges::any_of(units, [&](const std::string& unit) { return is_held(root, unit); });
}

void look_at_distribution(const Context& context, Evidence& seen)
{
    const auto profile = load_profile(context.root, context.config.certs.profile);
    if (!profile)
        return;
    seen.distribution = profile->title;
    seen.hold = profile->hold;
    seen.hold_installed = is_hold_installed(context.root, seen.hold);
    seen.disabled_units = list_disabled_units(context.root);
}

/// What the witnesses were heard to say is what is reported of them.
void look_at_clock(const Context& context, Evidence& seen)
{
    Sources sources = to_sources(context.config, context.root);
    sources.ask_hosts = true;
    const TrustNow trust = trust_now(context, sources);
    seen.clock_trusted = trust.trusted;
    seen.trusted_by = trust.by;
    seen.vouched = trust.vouched;
    // Why no verdict is on record matters to those who would act on one.
    seen.trust_reason = trust.trusted ? trust.why : reason_of(trust.verdict);
    seen.verdict = trust.verdict;
    seen.keepers = trust.seen.keepers ? *trust.seen.keepers : read_time_keepers(context.root);
    seen.chrony_conf = parse_chrony_conf(read_chrony_conf(context.root));
    seen.chrony_answers = trust.seen.chrony_answers;
    seen.hosts = trust.seen.hosts;
    seen.early = trust.seen.early;
    seen.floor = sources.floor;
    if (trust.seen.kernel)
        seen.kernel_unsynchronized = trust.seen.kernel->unsynchronized;
}

/// Where no gate has run, the early look's record is what there is of this boot.
void look_at_boots(const Context& context, Evidence& seen)
{
    seen.boots = load_boot_records(context.root);
    seen.ratchets = read_ratchets(context.root);
    auto state = load_this_boot(context.root, state_file);
    if (state)
        seen.gate = state->gate;
    else
        state = load_this_boot(context.root, early_file);
    seen.gate_waits = is_gate_waiting(context.root);
    if (state)
        seen.starts = state->starts;
}

void look_at_rtcs(const Context& context, Evidence& seen)
{
    const RtcWorld world = live_rtc_world(context);
    const auto rtcs = world.list();
    if (!rtcs)
        seen.rtcs_error = to_text(rtcs.error());
    for (const RtcDevice& rtc : rtcs.value_or(std::vector<RtcDevice>{}))
        seen.rtcs.push_back(world.look(rtc));
    seen.rtc_limit = context.config.rtc.max_offset;
}

CertsVerdict judge_survey(const CertSurvey& survey, Instant now, const Context& context)
{
    return judge_all(with_kept_copies(survey, now), now, to_policy(context.config.certs));
}

std::string not_installed(const Context& context, const CertProfile& profile)
{
    const std::string other = other_distribution(context.root, context.config.certs.profile);
    return fmt::format("{} is not installed{}{}", profile.title, other.empty() ? "" : "; ", other);
}

void look_at_certificates(const Context& context, Evidence& seen)
{
    const auto survey = survey_certificates(context);
    if (!survey) {
        seen.certs_error = to_text(survey.error());
        seen.is_installed = true;
        return;
    }
    seen.is_installed = survey->installed.has_value();
    if (!survey->installed)
        seen.certs_skipped = not_installed(context, survey->profile);
    else if (survey->certs.empty())
        seen.certs_skipped = survey->profile.title + " has never been started";
    else
        seen.certs = judge_survey(*survey, seen.now - ahead_of_network(seen.verdict), context);
    auto csr_conf = seen.certs ? read_csr_conf(*survey->installed) : std::nullopt;
    if (csr_conf)
        add_outlook(*seen.certs, std::move(*csr_conf), survey->installed->node.role,
                    seen.clock_trusted);
}

std::string render_as(std::string_view file, const Report& report, const Evidence& seen,
                      bool of_this_machine)
{
    if (file.ends_with(".html"))
        return render_page(report, of_this_machine);
    return file.ends_with(".svg")
               ? render_timeline_svg(report.timeline, what_is_missing(seen.history))
               : render_json(report);
}

/// A folder that is not there is not made: a diagnosis changes nothing but this file.
Result<void> write_report(const std::string& file, const std::string& text)
{
    if (!file_exists(folder_of(file)))
        return fail(fmt::format("cannot write '{}': there is no such folder", file));
    return write_atomically(file, text);
}

}  // namespace

Evidence gather_evidence(const Context& context)
{
    Evidence seen{.live = context.root.is_live() || context.config.chrony.port.has_value()};
    look_at_clock(context, seen);
    look_at_rtcs(context, seen);
    seen.history = read_boot_history(context.root);
    seen.hyperv = read_hyperv_facts(context.root);
    seen.hyperv.ic_version = ic_version(seen.history.events);
    look_at_boots(context, seen);
    look_at_distribution(context, seen);
    seen.now = wall_now();
    seen.booted = boot_instant();
    seen.uptime = uptime_now().time_since_epoch();
    look_at_certificates(context, seen);
    seen.leftovers = read_leftovers(context.root);
    seen.here = read_command_target(context);
    return seen;
}

Report report_on(const Evidence& seen, const Context& context, const std::string& command)
{
    Report report =
        begin_report(context, command, {.trusted = seen.clock_trusted, .by = seen.trusted_by});
    diagnose(seen, report);
    return report;
}

ExitCode diagnosis_code(const Report& report, const Output& output)
{
    const auto code = static_cast<ExitCode>(report.verdict.exit_code);
    const bool warned = report.verdict.status == Status::Warning;
    return warned && output.strict && code == ExitCode::Healthy ? ExitCode::Warnings : code;
}

ExitCode run_diagnose(const DiagnoseOptions& options, const Context& context)
{
    const Evidence seen = gather_evidence(context);
    Report report = report_on(seen, context, "diagnose");
    report.verdict.exit_code = static_cast<int>(diagnosis_code(report, context.output));
    Result<void> written{};
    if (!options.report.empty())
        written = write_report(options.report,
                               render_as(options.report, report, seen, context.root.is_live()));
    if (!written)
        report.verdict.exit_code = static_cast<int>(ExitCode::Critical);
    if (context.output.format == Format::Json)
        print_out("{}", render_json(report));
    else if (!context.output.quiet)
        write_colored(render_diagnosis(report, {.verbose = context.output.verbose,
                                                .color = context.output.color,
                                                .of_this_machine = context.root.is_live()}));
    const auto code = static_cast<ExitCode>(report.verdict.exit_code);
    return written ? code : give_up(written.error(), code);
}

}  // namespace clockguard
