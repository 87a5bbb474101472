// SPDX-License-Identifier: Apache-2.0
// The table of the command line, in the order of the help: of each command a struct in Options, and
// one add_ function that binds it. run_cli() at the end reads it. In one file, for every file that
// includes CLI11 takes seconds to compile.
#include "cli.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "cli_options.hpp"
#include "cli_usage.hpp"
#include "clockguard/command/base/completion.hpp"
#include "clockguard/command/base/global_options.hpp"
#include "clockguard/command/base/option_values.hpp"
#include "clockguard/command/base/print.hpp"
#include "clockguard/command/base/run_command.hpp"
#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/certs/certs_refresh.hpp"
#include "clockguard/command/certs/certs_undo.hpp"
#include "clockguard/command/certs/certs_world.hpp"
#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/command/gate/console.hpp"
#include "clockguard/command/gate/early.hpp"
#include "clockguard/command/gate/forget.hpp"
#include "clockguard/command/gate/gate.hpp"
#include "clockguard/command/gate/recheck.hpp"
#include "clockguard/command/gate/rehearse.hpp"
#include "clockguard/command/gate/status.hpp"
#include "clockguard/command/report/check.hpp"
#include "clockguard/command/report/diagnose.hpp"
#include "clockguard/command/report/explain.hpp"
#include "clockguard/command/report/fix.hpp"
#include "clockguard/command/report/metrics.hpp"
#include "clockguard/command/report/timeline.hpp"
#include "clockguard/command/rtc/rtc_commands.hpp"
#include "clockguard/core/base/version.hpp"

namespace clockguard {
namespace {

/// Where descriptions begin in the help, so that 56 characters fit into a line of a terminal.
constexpr std::size_t help_column = 24;

/// Where every option is written; lives as long as the parser.
struct Options {
    GlobalOptions global{};
    StatusOptions bare{.hint = true};  // of the program without a command
    StatusOptions status{};
    GateOptions gate{};
    RehearseOptions rehearse{};
    std::string shell{};
    RtcShowOptions rtc_show{};
    RtcCheckOptions rtc_check{};
    RtcSetOptions rtc_set{};
    RtcDriftOptions rtc_drift{};
    DiagnoseOptions diagnose{};
    ExplainOptions explain{};
    FixOptions fix{};
    TimelineOptions timeline{};
    CheckOptions check{};
    MetricsOptions metrics{};
    CertsCheckOptions certs_check{};
    CertsRefreshOptions certs_refresh{};
    CertsUndoOptions certs_undo{};
};

/// `run` with these options.
template <class Run, class Given>
auto with(Run run, const Given& options)
{
    return [run, &options](const Context& context) { return run(options, context); };
}

/// A command on certificates with these options.
template <class Run, class... Given>
auto with_certs(Run run, const Given&... options)
{
    return [run, &options...](const Context& context) {
        return run(context, options..., certs_world(context));
    };
}

CLI::Option* add_on_timeout(CLI::App& command, const char* description,
                            std::optional<OnTimeout>& into)
{
    return add_parsed(
        command, {"--on-timeout", "WHAT:{release,hold}", description}, into,
        one_of<OnTimeout>({{"release", OnTimeout::Release}, {"hold", OnTimeout::Hold}}));
}

void add_globals(CLI::App& app, GlobalOptions& options)
{
    add_choice(app, {"-o,--output", "FORMAT", "output format: text, json"}, options.output,
               {"text", "json"});
    app.add_flag("--json", options.json, "the same as -o json");
    app.add_flag("-q,--quiet", options.quiet, "print nothing; use the exit code");
    app.add_flag("-v,--verbose", options.verbose, "print more details");
    app.add_flag("--strict", options.strict, "exit 1 on warnings");
    add_choice(app, {"--color", "WHEN", "auto, always, never"}, options.color,
               {"auto", "always", "never"});
    app.add_flag("--ascii", options.ascii, "escape every character outside ASCII");
    add_word(app, {"--config", "FILE", "configuration [/etc/clockguard/clockguard.toml]"},
             options.config);
    add_word(app, {"--root", "DIR", "use another tree's /sys /dev /etc /var /run /proc"},
             options.root)
        ->check(CLI::Validator{root_objection, ""})
        ->take_last()  // a command that we print has one already
        ->capture_default_str();
}

void add_status(const ParentCommand& parent, StatusOptions& options)
{
    CLI::App& command = parent.add("status", "show the boot gate's state (asks no time source)",
                                   {with(run_status, options), OnConfigError::FailAfterAnswer});
    command.add_flag("--wait", options.wait, "wait until the gate ends");
    add_parsed(command, {"--require", "OUTCOME", "exit 2 unless the gate ended with this outcome"},
               options.required, parse_outcome);
    command.footer("Outcomes: synchronized, rtc_corrected, host_agrees, rtc_trusted, overridden,\n"
                   "timeout_released, timeout_held, disabled; until then waiting.\n"
                   "Exit: 2 a gate that holds past its limit, or another outcome than required;\n"
                   "3 no gate has run since boot.");
}

void add_gate(const ParentCommand& parent, GateOptions& options)
{
    CLI::App& command = parent.add("gate", "hold MicroK8s at boot; --release starts it now",
                                   {with(run_gate, options), OnConfigError::RefuseUnlessUnit});
    CLI::Option* const limit = add_parsed(
        command, {"--timeout", "SPAN", "give up waiting after this long (5min, 90s, infinity)"},
        options.timeout, parse_span);
    CLI::Option* const then = add_on_timeout(
        command, "at the limit: start MicroK8s anyway, or keep holding it", options.on_timeout);
    CLI::Option* const again = command.add_flag("--after-failure", options.after_failure,
                                                "replace a gate that was killed (run by systemd)");
    command
        .add_flag("--release", options.release, "start a held MicroK8s now (outcome: overridden)")
        ->excludes(limit, then, again);
}

void add_rehearse(const ParentCommand& parent, RehearseOptions& options)
{
    CLI::App& command = parent.add("rehearse", "simulate a boot with this policy (changes nothing)",
                                   {with(run_rehearse, options)});
    add_parsed(command,
               {"--rtc-offset", "SPAN", "how far the hardware clock is ahead; -2h: behind [30d]"},
               options.rtc_offset, parse_offset);
    add_parsed(command,
               {"--ntp-after", "SPAN", "when network time becomes available, or 'never' [10s]"},
               options.ntp_after, parse_moment);
    command.add_flag("--no-step", options.no_step, "chronyd may not step the clock (no makestep)");
    add_parsed(command, {"--timeout", "SPAN", "the gate's limit in this simulation"},
               options.timeout, parse_span);
    add_on_timeout(command, "what the gate does at the limit in this simulation",
                   options.on_timeout);
}

void add_diagnose(const ParentCommand& parent, DiagnoseOptions& options)
{
    CLI::App& command = parent.add("diagnose", "show what is wrong, why, and how to fix it",
                                   {with(run_diagnose, options), OnConfigError::FailAfterAnswer});
    add_parsed(command, {"--report", "FILE", "also write it to NAME.json, .html or .svg"},
               options.report, parse_report_file)
        ->check(CLI::Validator{no_value, ""});
    command.footer("It changes nothing. With --root DIR it examines another machine's disk.\n"
                   "Exit: 0 healthy or warnings, 1 warnings with --strict, 2 critical,\n"
                   "3 not determined.");
}

void add_fix(const ParentCommand& parent, FixOptions& options)
{
    const auto run = [&options](const Context& context) {
        return run_fix(options, context, fix_world(context));
    };
    CLI::App& command =
        parent.add("fix", "carry out what diagnose lists, one step after the other", {run});
    command.add_flag("--yes", options.yes, "ask nothing; leave out what you have to decide");
    command.footer(
        "Each command is shown and confirmed; then the diagnosis is made anew. Commands\n"
        "that need a shell, another machine or a verified clock are listed at the end.\n"
        "Exit: as diagnose does afterwards; 2 also if a command failed and its finding is\n"
        "still there, 4 if there is no terminal to ask on and no --yes, 77 needs root.");
}

void add_explain(const ParentCommand& parent, ExplainOptions& options)
{
    CLI::App& command =
        parent.add("explain", "explain a finding's code; without one, list all codes",
                   {with(run_explain, options), OnConfigError::Ignore});
    command.add_option("CODE", options.code, "for example CG103");
}

void add_timeline(const ParentCommand& parent, TimelineOptions& options)
{
    CLI::App& command = parent.add("timeline", "show what the clock said and what moved it",
                                   {with(run_timeline, options), OnConfigError::FailAfterAnswer});
    add_parsed(command, {"--boot", "N", "an earlier boot: -1 is the one before this"}, options.boot,
               parse_boot);
    const auto draw = [&](const char* name, TimelineOptions::Form form, const char* description) {
        return command.add_flag_callback(
            name, [&options, form] { options.form = form; }, description);
    };
    draw("--svg", TimelineOptions::Form::Svg, "print it as a drawing")
        ->excludes(
            draw("--html", TimelineOptions::Form::Html, "print it as a page with that drawing"));
    command.footer("Exit: 0 printed, 3 the journal could not be read, or not all of it.");
}

void add_check(const ParentCommand& parent, CheckOptions& options)
{
    CLI::App& command = parent.add("check", "answer a monitoring system in one line",
                                   {with(run_check, options), OnConfigError::FailAfterAnswer});
    add_parsed(command, {"--plugin", "WHOSE:{nagios,npd}", "the monitoring system: nagios, npd"},
               options.plugin, one_of<Plugin>({{"nagios", Plugin::Nagios}, {"npd", Plugin::Npd}}))
        ->required();
    add_parsed(command, {"--what", "WHAT", "check only these: clock,rtc,certs [all]"}, options.what,
               parse_subjects);
    command.footer("nagios: Nagios and Icinga; exit 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n"
                   "npd: node-problem-detector; exit 0 no problem, or warnings without --strict,\n"
                   "1 a problem, 2 not known.");
}

void add_metrics(const ParentCommand& parent, MetricsOptions& options)
{
    CLI::App& command = parent.add("metrics", "print metrics for Prometheus, or write them",
                                   {with(run_metrics, options), OnConfigError::FailAfterAnswer});
    add_word(command, {"--textfile", "DIR", "write DIR/clockguard.prom [metrics.textfile_dir]"},
             options.folder);
    command.footer("For the textfile collector of node_exporter. If neither names a folder, the\n"
                   "metrics are printed.\n"
                   "Exit: 0 done, whatever was found; 2 the file could not be written.");
}

void add_forget(const ParentCommand& parent)
{
    CLI::App& command =
        parent.add("forget", "remove the record of when the clock was last verified", {run_forget});
    command.footer("For a record that is wrong and contradicts a right clock. The next time the\n"
                   "clock is verified, a new record is written. Needs root.");
}

void add_rtc_show(const ParentCommand& parent, RtcShowOptions& options)
{
    CLI::App& command = parent.add("show", "show every hardware clock against the system clock",
                                   {with(run_rtc_show, options)});
    command.add_flag("--precise", options.precise,
                     "read at the tick: accurate to 1 ms, takes up to 1.2 s");
}

void add_rtc_check(const ParentCommand& parent, RtcCheckOptions& options)
{
    CLI::App& command = parent.add("check", "compare the hardware clock with the system clock",
                                   {with(run_rtc_check, options)});
    add_parsed(command, {"--max-offset", "SPAN", "the largest difference allowed [rtc.max_offset]"},
               options.max_offset, parse_span);
    command.footer("Exit: 0 they agree and the system clock is verified, 2 they differ,\n"
                   "3 not determined: no hardware clock, or the system clock is not verified.");
}

void add_rtc_set(const ParentCommand& parent, RtcSetOptions& options)
{
    CLI::App& command = parent.add("set", "set the hardware clock from a verified clock",
                                   {with(run_rtc_set, options), OnConfigError::RefuseUnlessUnit});
    add_parsed(command, {"--from", "CLOCK:{system,host}", "the clock to copy: system, host"},
               options.from,
               one_of<RtcSource>({{"system", RtcSource::System}, {"host", RtcSource::Host}}))
        ->required();
    command.add_flag("--dry-run", options.dry_run, "print what would be done, and change nothing");
    command.add_flag("--if-off", options.if_off,
                     "only beyond rtc.max_offset, and if rtc.correct allows it");
    command.add_flag("--trust-adjtime", options.trust_adjtime,
                     "use the zone of /etc/adjtime even if it seems wrong");
    add_parsed(command,
               {"--verify-for", "SPAN", "read it back once more after this long (2s to 30d)"},
               options.verify_for, parse_watch);
    command.footer("The clock is read back after it was set.\n"
                   "Exit: 0 done, or nothing to do; 2 failed; 3 no hardware clock; 4 refused: the\n"
                   "clock is not verified, or the hardware clock probably keeps local time;\n"
                   "77 needs root.");
}

void add_rtc_drift(const ParentCommand& parent, RtcDriftOptions& options)
{
    CLI::App& command = parent.add("drift", "measure how fast the hardware clock drifts",
                                   {with(run_rtc_drift, options)});
    add_parsed(command, {"--for", "SPAN", "length of the measurement [2min]"}, options.length,
               parse_watch);
    add_parsed(command, {"--interval", "SPAN", "time between two readings [5s]"}, options.interval,
               parse_watch);
    command.footer("Positive and 'fast': the hardware clock gains.\n"
                   "Exit: 0 measured; 3 not determined: the measurement was too short, or the\n"
                   "system clock is not verified.");
}

void add_rtc(const ParentCommand& parent, Options& options)
{
    CLI::App& command = parent.add("rtc", "read, compare and set the hardware clock (RTC)");
    command.require_subcommand(1);
    const ParentCommand rtc{command, parent.chosen};
    add_rtc_show(rtc, options.rtc_show);
    add_rtc_check(rtc, options.rtc_check);
    add_rtc_set(rtc, options.rtc_set);
    add_rtc_drift(rtc, options.rtc_drift);
}

void add_certs_refresh(const ParentCommand& parent, CertsRefreshOptions& options)
{
    CLI::App& command =
        parent.add("refresh", "re-issue certificates with correct dates",
                   {with_certs(run_certs_refresh, options), OnConfigError::RefuseUnlessUnit});
    CertSelection& select = options.select;
    add_word(command, {"--name", "NAME", "the certificate with this name, whatever its state"},
             select.names);
    command.add_flag("--not-yet-valid", select.not_yet_valid, "those dated in the future");
    command.add_flag("--expired", select.expired, "those that have expired");
    command.add_flag("--expiring", select.expiring, "those that expire soon");
    command.add_flag("--include-ca", select.include_ca,
                     "also CAs and certificates that have copies elsewhere");
    command.add_flag("--dry-run", options.dry_run, "print what would be done");
    command.add_flag("--yes", options.yes, "do not ask for confirmation");
    command.footer("Without an option: those that certs.refresh in clockguard.toml selects.\n"
                   "Exit: 0 done, or nothing to do; 2 failed; 3 some cannot be judged; 4 refused:\n"
                   "the clock is not verified, or some cannot be re-issued here; 77 needs root.");
}

void add_certs_undo(const ParentCommand& parent, CertsUndoOptions& options)
{
    CLI::App& command = parent.add("undo", "restore what the last refresh (or undo) replaced",
                                   {with_certs(run_certs_undo, options)});
    add_word(command, {"--to", "NAME", "the backup with this name (see --list)"}, options.to);
    command.add_flag("--list", options.list, "list the backups, and change nothing")
        ->excludes("--to");
    command.add_flag("--yes", options.yes, "do not ask for confirmation");
}

void add_certs_check(const ParentCommand& parent, CertsCheckOptions& options)
{
    CLI::App& command =
        parent.add("check", "check every certificate", {with_certs(run_certs_check, options)});
    add_word(command,
             {"--within", "SHARE|SPAN", "expiring means: 66% of the lifetime used, or 30d left"},
             options.within);
    command.footer("Exit: 0 all are valid, 2 one is broken, 3 not determined.");
}

void add_certs(const ParentCommand& parent, Options& options)
{
    CLI::App& command = parent.add("certs", "list, check, re-issue and restore certificates");
    command.require_subcommand(1);
    const ParentCommand certs{command, parent.chosen};
    certs.add("list", "list all certificates", {with_certs(run_certs_list)});
    add_certs_check(certs, options.certs_check);
    add_certs_refresh(certs, options.certs_refresh);
    add_certs_undo(certs, options.certs_undo);
}

void add_completion(const ParentCommand& parent, std::string& shell)
{
    const auto print_script = [&app = parent.app, &shell](const Context&) {
        print_out("{}", render_completion(shell, to_completion(app)));
        return ExitCode::Healthy;
    };
    parent
        .add("completion", "print the completion script of a shell",
             {print_script, OnConfigError::Ignore})
        .add_option("SHELL", shell, "bash, zsh, fish")
        ->check(CLI::IsMember({"bash", "zsh", "fish"}))
        ->required();
}

void add_commands(CLI::App& app, Options& options, Command& chosen)
{
    const ParentCommand start{app, chosen, "Start here"};
    add_diagnose(start, options.diagnose);
    add_fix(start, options.fix);
    add_status(start, options.status);
    add_explain(start, options.explain);
    add_rehearse(start, options.rehearse);
    add_timeline(start, options.timeline);
    add_certs({app, chosen, "Certificates"}, options);
    add_rtc({app, chosen, "Hardware clock"}, options);
    const ParentCommand monitoring{app, chosen, "Monitoring"};
    add_check(monitoring, options.check);
    add_metrics(monitoring, options.metrics);
    const ParentCommand units{app, chosen, "Run by systemd"};
    add_gate(units, options.gate);
    add_forget({app, chosen, "Records"});
    units.add("early", "record the hardware clock early at boot (run by systemd)",
              {run_early, OnConfigError::RefuseUnlessUnit});
    units.add("recheck", "check and repair clock and certificates (run by systemd)",
              {run_recheck, OnConfigError::RefuseUnlessUnit});
    units.add("console", "write the gate's lines to the console (run by systemd)",
              {run_console, OnConfigError::Ignore});
    add_completion({app, chosen, "Shell"}, options.shell);
}

/// As documents call it: "rtc" for `rtc show`.
std::string command_name(const CLI::App& app)
{
    const auto named = app.get_subcommands();
    return named.empty() ? app.get_name() : named.front()->get_name();
}

ExitCode run_chosen(const CLI::App& app, const Command& chosen, const Context& context)
{
    const ExitCode code = run_command(chosen, context);
    if (context.output.format == Format::Json && !has_answered())
        answer_error_in_json(context, command_name(app), code, first_complaint());
    return code;
}

}  // namespace

ExitCode run_cli(int count, const char* const* arguments, const char* const* environment)
{
    CLI::App app{"Holds MicroK8s at boot until the clock is verified, and repairs certificates\n"
                 "that a wrong clock dated.",
                 "clockguard"};
    Options options;
    Command chosen;
    app.get_formatter()->column_width(help_column);
    app.set_version_flag("--version", fmt::format("clockguard {}", version));
    app.fallthrough();
    app.require_subcommand(0, 1);
    add_globals(app, options.global);
    add_commands(app, options, chosen);
    app.footer("Something is wrong? sudo clockguard diagnose\n"
               "Exit codes: 0 healthy, 1 warnings with --strict, 2 critical or failed,\n"
               "3 not determined, 4 refused, 64 usage, 77 needs root, 78 configuration.\n"
               "More: man clockguard");

    try {
        app.parse(count, arguments);
        if (!chosen.run)
            refuse_words_after_dashes(count, arguments);
    } catch (const CLI::Success& asked) {
        return print_help(app, asked);
    } catch (const CLI::ParseError& error) {
        const ExitCode code = answer_usage_error(app, error);
        if (asks_for_json(count, arguments))
            answer_error_in_json({}, command_name(app), code, first_complaint());
        return code;
    }
    if (!chosen.run)
        chosen = {with(run_status, options.bare), OnConfigError::FailAfterAnswer};
    return run_chosen(app, chosen, begin_context(options.global, environment));
}

}  // namespace clockguard
