// SPDX-License-Identifier: Apache-2.0
// All of CLI11, so that its four seconds of compile time are paid once. Each subcommand has an
// options struct in Options and one add_ function that binds it.
#include "cli.hpp"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "clockguard/command/certs.hpp"
#include "clockguard/command/completion.hpp"
#include "clockguard/command/context.hpp"
#include "clockguard/command/diagnose.hpp"
#include "clockguard/command/early.hpp"
#include "clockguard/command/explain.hpp"
#include "clockguard/command/gate.hpp"
#include "clockguard/command/recheck.hpp"
#include "clockguard/command/rehearse.hpp"
#include "clockguard/command/rtc.hpp"
#include "clockguard/command/status.hpp"
#include "clockguard/core/suggest.hpp"

namespace clockguard {
namespace {

using Run = std::function<ExitCode(const Context&)>;

struct GlobalOptions {
    std::string output = "text";
    std::string color = "auto";
    std::string config{};
    std::string root = "/";
    bool json = false;
    bool quiet = false;
    bool verbose = false;
    bool ascii = false;
    bool strict = false;
};

struct RtcOptions {
    RtcShowOptions show{};
    RtcCheckOptions check{};
    RtcSetOptions set{};
    RtcDriftOptions drift{};
};

struct CertsOptions {
    CertsCheckOptions check{};
    CertsRefreshOptions refresh{};
    CertsUndoOptions undo{};
};

/// Where every option is written; lives as long as the parser.
struct Options {
    GlobalOptions global{};
    StatusOptions status{};
    GateOptions gate{};
    RehearseOptions rehearse{};
    std::string shell{};
    RtcOptions rtc{};
    DiagnoseOptions diagnose{};
    ExplainOptions explain{};
    CertsOptions certs{};
};

void add_globals(CLI::App& app, GlobalOptions& options)
{
    app.add_option("-o,--output", options.output, "how to write: text, json")
        ->check(CLI::IsMember({"text", "json"}))
        ->type_name("FORMAT")
        ->capture_default_str();
    app.add_flag("--json", options.json, "the same as -o json");
    app.add_flag("-q,--quiet", options.quiet, "say nothing that the exit code says");
    app.add_flag("-v,--verbose", options.verbose, "say more");
    app.add_flag("--strict", options.strict, "exit 1 on warnings");
    app.add_option("--color", options.color, "auto, always, never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->type_name("WHEN")
        ->capture_default_str();
    app.add_flag("--ascii", options.ascii, "no character outside ASCII");
    app.add_option("--config", options.config, "configuration [/etc/clockguard/clockguard.toml]")
        ->type_name("FILE");
    app.add_option("--root", options.root, "look at another tree's /sys /dev /etc /var /run /proc")
        ->type_name("DIR")
        ->capture_default_str();
}

/// Takes a value that the core can read; what it cannot is a usage error with the core's reason.
template <class Value>
CLI::Option* add_parsed(CLI::App& app, const std::string& name, std::optional<Value>& into,
                        Result<Value> (*parse)(std::string_view))
{
    return app.add_option_function<std::string>(
        name, [name, &into, parse](const std::string& text) {
            const auto value = parse(text);
            if (!value)
                throw CLI::ValidationError(name, value.error().what);
            into = *value;
        });
}

Result<OnTimeout> parse_on_timeout(std::string_view text)
{
    if (text == "release" || text == "hold")
        return text == "hold" ? OnTimeout::Hold : OnTimeout::Release;
    return fail(fmt::format("'{}' is none of: release, hold", text));
}

void add_status(CLI::App& app, StatusOptions& options, Run& run)
{
    CLI::App* command =
        app.add_subcommand("status", "say how the gate of this boot stands or ended; asks nobody");
    command->add_flag("--wait", options.wait, "wait until the gate has ended");
    add_parsed<GateOutcome>(*command, "--require", options.required, parse_outcome)
        ->description("exit 2 unless it ended with this outcome")
        ->type_name("OUTCOME");
    command->footer("Outcomes: synchronized, rtc_corrected, host_agrees, rtc_trusted, "
                    "timeout_released,\ntimeout_held, overridden, disabled; waiting while it "
                    "waits.");
    command->callback(
        [&] { run = [&options](const Context& context) { return run_status(options, context); }; });
}

void add_gate(CLI::App& app, GateOptions& options, Run& run)
{
    CLI::App* command =
        app.add_subcommand("gate", "wait until the clock is trustworthy; the boot unit runs this");
    add_parsed<Span>(*command, "--timeout", options.timeout, parse_span)
        ->description("wait at most so long: 5min, 90s, infinity")
        ->type_name("SPAN");
    add_parsed<OnTimeout>(*command, "--on-timeout", options.on_timeout, parse_on_timeout)
        ->description("then release MicroK8s or hold it: release, hold")
        ->type_name("WHAT:{release,hold}");
    command->add_flag("--release", options.release,
                      "let a held MicroK8s go now (outcome: overridden)");
    command->callback(
        [&] { run = [&options](const Context& context) { return run_gate(options, context); }; });
}

/// "-30d": behind.
Result<Span> parse_offset(std::string_view text)
{
    const bool behind = text.starts_with('-');
    auto span = parse_span(behind ? text.substr(1) : text);
    if (span && *span == forever)
        return fail("an offset has to be a length of time");
    return span && behind ? Result<Span>{-*span} : span;
}

Result<Span> parse_moment(std::string_view text)
{
    return parse_span(text == "never" ? "infinity" : text);
}

void add_recheck(CLI::App& app, Run& run)
{
    CLI::App* command = app.add_subcommand(
        "recheck", "judge clock and certificates again at run time, and repair; a unit runs this");
    command->callback([&] { run = run_recheck; });
}

void add_rehearse(CLI::App& app, RehearseOptions& options, Run& run)
{
    CLI::App* command = app.add_subcommand(
        "rehearse", "play a boot under the effective policy, in virtual time; touches nothing");
    add_parsed<Span>(*command, "--rtc-offset", options.rtc_offset, parse_offset)
        ->description("the RTC is ahead by so much; -2h: behind [30d]")
        ->type_name("SPAN");
    add_parsed<Span>(*command, "--ntp-after", options.ntp_after, parse_moment)
        ->description("network time can be had so long after boot; never [10s]")
        ->type_name("SPAN");
    command->add_flag("--no-step", options.no_step, "chronyd may not step the clock (no makestep)");
    add_parsed<Span>(*command, "--timeout", options.timeout, parse_span)
        ->description("the gate's limit, for this rehearsal")
        ->type_name("SPAN");
    add_parsed<OnTimeout>(*command, "--on-timeout", options.on_timeout, parse_on_timeout)
        ->description("release or hold, for this rehearsal")
        ->type_name("WHAT:{release,hold}");
    command->callback([&] {
        run = [&options](const Context& context) { return run_rehearse(options, context); };
    });
}

/// "WHEN:{auto,always,never}", as CLI11 writes it, into the word and the choices.
void read_type(const std::string& type, std::string& word, std::vector<std::string>& choices)
{
    const auto open = type.find(":{");
    word = type.substr(0, open);
    if (open == std::string::npos)
        return;
    for (const std::string& choice : CLI::detail::split(type.substr(open + 2), ','))
        choices.push_back(choice.substr(0, choice.find('}')));
}

CompletionOption to_completion(const CLI::Option& option)
{
    CompletionOption seen{.description = option.get_description()};
    for (const std::string& name : option.get_snames())
        seen.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames())
        seen.names.push_back("--" + name);
    if (option.get_expected_max() > 0)
        read_type(option.get_type_name(), seen.value, seen.choices);
    return seen;
}

CompletionCommand to_completion(const CLI::App& app)
{
    CompletionCommand seen{.name = app.get_name(), .description = app.get_description()};
    for (const CLI::Option* option : app.get_options())
        if (const CompletionOption entry = to_completion(*option); !entry.names.empty())
            seen.options.push_back(entry);
        else
            seen.choices.insert(seen.choices.end(), entry.choices.begin(), entry.choices.end());
    for (const CLI::App* command : app.get_subcommands({}))
        seen.commands.push_back(to_completion(*command));
    return seen;
}

void add_completion(CLI::App& app, std::string& shell, Run& run)
{
    CLI::App* command = app.add_subcommand("completion", "print the completions of a shell");
    command->add_option("SHELL", shell, "bash, zsh, fish")
        ->check(CLI::IsMember({"bash", "zsh", "fish"}))
        ->required();
    command->callback([&] {
        run = [&](const Context&) {
            fmt::print("{}", render_completion(shell, to_completion(app)));
            return ExitCode::Healthy;
        };
    });
}

Result<std::string> parse_report_file(std::string_view text)
{
    if (!text.ends_with(".json"))
        return fail(fmt::format("'{}' does not end in .json", text));
    return std::string{text};
}

void add_diagnose(CLI::App& app, DiagnoseOptions& options, Run& run)
{
    CLI::App* command =
        app.add_subcommand("diagnose", "say what is wrong, why, and what to type; changes nothing");
    command
        ->add_option_function<std::string>("--report",
                                           [&options](const std::string& text) {
                                               const auto file = parse_report_file(text);
                                               if (!file)
                                                   throw CLI::ValidationError("--report",
                                                                              file.error().what);
                                               options.report = *file;
                                           })
        ->description("write the report to a file as well: NAME.json")
        ->type_name("FILE");
    command->footer(
        "Exit: 0 healthy, or warnings; 1 warnings with --strict; 2 critical; 3 it could "
        "not be\ndetermined. With --root DIR it reads the disk of another machine.");
    command->callback([&] {
        run = [&options](const Context& context) { return run_diagnose(options, context); };
    });
}

void add_explain(CLI::App& app, ExplainOptions& options, Run& run)
{
    CLI::App* command =
        app.add_subcommand("explain", "the long text of a finding's code; without one, all codes");
    command->add_option("CODE", options.code, "for instance CG103");
    command->callback([&] {
        run = [&options](const Context& context) { return run_explain(options, context); };
    });
}

void add_early(CLI::App& app, Run& run)
{
    app.add_subcommand("early", "look at the hardware clock before anybody else; the boot unit "
                                "runs this")
        ->callback([&] { run = run_early; });
}

Result<RtcSource> parse_rtc_source(std::string_view text)
{
    if (text == "system" || text == "host")
        return text == "host" ? RtcSource::Host : RtcSource::System;
    return fail(fmt::format("'{}' is none of: system, host", text));
}

void add_rtc_show(CLI::App& rtc, RtcShowOptions& options, Run& run)
{
    CLI::App* command =
        rtc.add_subcommand("show", "show every hardware clock against the system clock");
    command->add_flag("--precise", options.precise,
                      "wait for its next second to begin, 1.2 s at most: to a millisecond or so");
    command->callback([&] {
        run = [&options](const Context& context) { return run_rtc_show(options, context); };
    });
}

void add_rtc_check(CLI::App& rtc, RtcCheckOptions& options, Run& run)
{
    CLI::App* command =
        rtc.add_subcommand("check", "compare the hardware clock with the system clock");
    add_parsed<Span>(*command, "--max-offset", options.max_offset, parse_span)
        ->description("how far they may differ [rtc.max_offset]")
        ->type_name("SPAN");
    command->footer("Exit: 0 they agree and the system clock is trusted, 2 they differ, 3 it could "
                    "not be\ndetermined: no hardware clock, or nobody vouches for the system "
                    "clock.");
    command->callback([&] {
        run = [&options](const Context& context) { return run_rtc_check(options, context); };
    });
}

/// A length of time that ends, and is no less than that of one reading.
void add_length(CLI::App& app, const std::string& name, Span& into, const std::string& description)
{
    app.add_option_function<std::string>(
           name,
           [name, &into](const std::string& text) {
               const auto span = parse_span(text);
               if (!span)
                   throw CLI::ValidationError(name, span.error().what);
               if (*span < std::chrono::seconds{2} || *span > std::chrono::days{30})
                   throw CLI::ValidationError(name, "has to be from 2s to 30d");
               into = *span;
           })
        ->description(description)
        ->type_name("SPAN");
}

void add_rtc_set(CLI::App& rtc, RtcSetOptions& options, Run& run)
{
    CLI::App* command = rtc.add_subcommand(
        "set", "set the hardware clock, if the clock it is set from is trusted; read it back");
    command
        ->add_option_function<std::string>("--from",
                                           [&options](const std::string& text) {
                                               const auto source = parse_rtc_source(text);
                                               if (!source)
                                                   throw CLI::ValidationError("--from",
                                                                              source.error().what);
                                               options.from = *source;
                                           })
        ->description("which clock is right: system, host")
        ->type_name("CLOCK:{system,host}")
        ->required();
    command->add_flag("--dry-run", options.dry_run, "say what would be done, and do nothing");
    command->add_flag("--if-off", options.if_off,
                      "only when off by more than rtc.max_offset, and where rtc.correct allows it");
    command->add_flag("--trust-adjtime", options.trust_adjtime,
                      "write the zone of /etc/adjtime even where the clock seems to keep another");
    add_length(*command, "--verify-for", options.verify_for,
               "and read it back again after so long");
    command->footer(
        "Exit: 0 done, or nothing to do; 2 it failed; 3 there is no hardware clock; 4 "
        "refused:\nthe clock is not trusted, or the hardware clock probably keeps local "
        "time; 77 needs root.");
    command->callback([&] {
        run = [&options](const Context& context) { return run_rtc_set(options, context); };
    });
}

void add_rtc_drift(CLI::App& rtc, RtcDriftOptions& options, Run& run)
{
    CLI::App* command = rtc.add_subcommand(
        "drift", "measure how fast the hardware clock runs away from the system clock");
    add_length(*command, "--for", options.length, "measure so long [2min]");
    add_length(*command, "--interval", options.interval, "from one reading to the next [5s]");
    command->footer("Positive and 'fast': the hardware clock gains. Exit: 0 measured, 3 not yet "
                    "determinable:\ntoo short for the error, or nobody vouches for the system "
                    "clock.");
    command->callback([&] {
        run = [&options](const Context& context) { return run_rtc_drift(options, context); };
    });
}

void add_rtc(CLI::App& app, RtcOptions& options, Run& run)
{
    CLI::App* command = app.add_subcommand("rtc", "read, compare and set the hardware clock (RTC)");
    command->require_subcommand(1);
    add_rtc_show(*command, options.show, run);
    add_rtc_check(*command, options.check, run);
    add_rtc_set(*command, options.set, run);
    add_rtc_drift(*command, options.drift, run);
}

void add_certs_refresh(CLI::App& certs, CertsRefreshOptions& options, Run& run)
{
    CLI::App* command = certs.add_subcommand(
        "refresh", "re-issue certificates with right dates; only while the clock is trusted");
    CertSelection& select = options.select;
    command->add_option("--name", select.names, "this certificate, whatever its state")
        ->type_name("NAME");
    command->add_flag("--not-yet-valid", select.not_yet_valid, "those dated in the future");
    command->add_flag("--expired", select.expired, "those that have expired");
    command->add_flag("--expiring", select.expiring, "those that soon will");
    command->add_flag("--include-ca", select.include_ca,
                      "also CAs and others that kubeconfigs or the database hold copies of");
    command->add_flag("--dry-run", options.dry_run, "say what would be done");
    command->add_flag("--yes", options.yes, "do not ask");
    command->footer("Without a choice: those that certs.refresh in clockguard.toml names.");
    command->callback([&] {
        run = [&options](const Context& context) {
            return run_certs_refresh(context, options, certs_world(context));
        };
    });
}

void add_certs_undo(CLI::App& certs, CertsUndoOptions& options, Run& run)
{
    CLI::App* command =
        certs.add_subcommand("undo", "put back what the last refresh (or undo) replaced");
    command->add_option("--to", options.to, "this backup of /var/lib/clockguard/backups")
        ->type_name("NAME");
    command->add_flag("--list", options.list, "show the backups, and change nothing")
        ->excludes("--to");
    command->add_flag("--yes", options.yes, "do not ask, which is done on a terminal only");
    command->callback([&] {
        run = [&options](const Context& context) {
            return run_certs_undo(context, options, certs_world(context));
        };
    });
}

void add_certs_check(CLI::App& certs, CertsCheckOptions& options, Run& run)
{
    CLI::App* command =
        certs.add_subcommand("check", "judge every certificate: exit 0 sound, 2 broken, 3 unknown");
    command->add_option("--within", options.within, "expiring means: 66% of its life, 30d")
        ->type_name("SHARE|SPAN");
    command->callback([&] {
        run = [&options](const Context& context) {
            return run_certs_check(context, options, certs_world(context));
        };
    });
}

void add_certs(CLI::App& app, CertsOptions& options, Run& run)
{
    CLI::App* certs =
        app.add_subcommand("certs", "list, check and re-issue MicroK8s' certificates");
    certs->require_subcommand(1);
    certs->add_subcommand("list", "a table of all certificates")->callback([&] {
        run = [](const Context& context) { return run_certs_list(context, certs_world(context)); };
    });
    add_certs_check(*certs, options.check, run);
    add_certs_refresh(*certs, options.refresh, run);
    add_certs_undo(*certs, options.undo, run);
}

/// no-color.org: any value but an empty one.
bool wants_color(const std::string& when)
{
    const char* no_color = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    if (when != "auto")
        return when == "always";
    return (no_color == nullptr || *no_color == '\0') && terminal != nullptr &&
           std::string_view{terminal} != "dumb" && ::isatty(STDOUT_FILENO) == 1;
}

Output to_output(const GlobalOptions& options)
{
    return {.format = options.json || options.output == "json" ? Format::Json : Format::Text,
            .quiet = options.quiet,
            .verbose = options.verbose,
            .color = wants_color(options.color),
            .ascii = options.ascii,
            .strict = options.strict};
}

/// "/" stays "/"; "/mnt/" becomes "/mnt".
Root to_root(std::string folder)
{
    while (folder.size() > 1 && folder.back() == '/')
        folder.pop_back();
    return {.folder = folder.empty() ? "/" : folder};
}

/// Every word that could have been meant at this place.
std::vector<std::string> known_words(const CLI::App& app)
{
    std::vector<std::string> words;
    for (const CLI::App* command : app.get_subcommands({}))
        words.push_back(command->get_name());
    for (const CLI::App* level = &app; level != nullptr; level = level->get_parent())
        for (const CLI::Option* option : level->get_options()) {
            for (const std::string& name : option->get_lnames())
                words.push_back("--" + name);
            for (const std::string& name : option->get_snames())
                words.push_back("-" + name);
        }
    return words;
}

const CLI::App& innermost(const CLI::App& app)
{
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : innermost(*chosen.front());
}

ExitCode usage_error(const CLI::App& app, const CLI::ParseError& error)
{
    const CLI::App& command = innermost(app);
    const auto left = app.remaining(true);
    const bool unknown_word = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
                              dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
    if (unknown_word && !left.empty())
        complain(fmt::format("cannot understand '{}'{}", left.front(),
                             did_you_mean(left.front(), known_words(command))));
    else
        complain(error.what());
    std::string path = command.get_name();
    for (const CLI::App* above = command.get_parent(); above != nullptr;
         above = above->get_parent())
        path.insert(0, above->get_name() + " ");
    fmt::print(stderr, "See '{} --help'.\n", path);
    return ExitCode::Usage;
}

ExitCode run_in_context(const Options& options, const Run& run, const char* const* environment)
{
    const Root root = to_root(options.global.root);
    const auto config = load_config(root, options.global.config, environment);
    if (!config)
        return give_up(config.error(), ExitCode::Configuration);
    return run({.root = root, .config = *config, .output = to_output(options.global)});
}

}  // namespace

ExitCode run_cli(int count, const char* const* arguments, const char* const* environment)
{
    CLI::App app{"Holds MicroK8s at boot until the clock is right, and repairs what a wrong clock "
                 "signed.",
                 "clockguard"};
    Options options;
    Run run;
    app.set_version_flag("--version", "clockguard " CLOCKGUARD_VERSION);
    app.fallthrough();
    app.require_subcommand(0, 1);
    add_globals(app, options.global);
    add_status(app, options.status, run);
    add_gate(app, options.gate, run);
    add_certs(app, options.certs, run);
    add_recheck(app, run);
    add_rehearse(app, options.rehearse, run);
    add_completion(app, options.shell, run);
    add_diagnose(app, options.diagnose, run);
    add_early(app, run);
    add_explain(app, options.explain, run);
    add_rtc(app, options.rtc, run);

    try {
        app.parse(count, arguments);
    } catch (const CLI::Success& asked) {
        return static_cast<ExitCode>(app.exit(asked));
    } catch (const CLI::ParseError& error) {
        return usage_error(app, error);
    }
    if (!run)
        run = [](const Context& context) { return run_status({.hint = true}, context); };
    return run_in_context(options, run, environment);
}

}  // namespace clockguard
