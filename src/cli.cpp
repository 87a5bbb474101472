// SPDX-License-Identifier: Apache-2.0
// All of CLI11, so that its four seconds of compile time are paid once. Each subcommand has an
// options struct in Options and one add_ function that binds it.
#include "cli.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "clockguard/command/base/completion.hpp"
#include "clockguard/command/base/context.hpp"
#include "clockguard/command/base/print.hpp"
#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/certs/certs_refresh.hpp"
#include "clockguard/command/certs/certs_undo.hpp"
#include "clockguard/command/certs/certs_world.hpp"
#include "clockguard/command/clock/report_base.hpp"
#include "clockguard/command/gate/early.hpp"
#include "clockguard/command/gate/forget.hpp"
#include "clockguard/command/gate/gate.hpp"
#include "clockguard/command/gate/recheck.hpp"
#include "clockguard/command/gate/rehearse.hpp"
#include "clockguard/command/gate/status.hpp"
#include "clockguard/command/report/diagnose.hpp"
#include "clockguard/command/report/explain.hpp"
#include "clockguard/command/rtc/rtc_commands.hpp"
#include "clockguard/core/base/suggest.hpp"
#include "clockguard/core/base/version.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/systemd.hpp"

namespace clockguard {
namespace {

using Run = std::function<ExitCode(const Context&)>;

/// Where descriptions begin in the help, so that 56 characters fit into a line of a terminal.
constexpr std::size_t help_column = 24;

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

/// What stands in the place of a value, where that is none: the variable of a script that is not
/// set, or the next option. A file whose name begins with '-' is "./-x".
CLI::Validator is_value()
{
    return {[](const std::string& text) {
                if (text.empty())
                    return std::string{"a value is needed, not an empty one"};
                return text.front() == '-' ? fmt::format("a value is needed, not '{}'", text)
                                           : std::string{};
            },
            ""};
}

void add_globals(CLI::App& app, GlobalOptions& options)
{
    app.add_option("-o,--output", options.output, "output format: text, json")
        ->check(CLI::IsMember({"text", "json"}))
        ->type_name("FORMAT")
        ->capture_default_str();
    app.add_flag("--json", options.json, "the same as -o json");
    app.add_flag("-q,--quiet", options.quiet, "print nothing; use the exit code");
    app.add_flag("-v,--verbose", options.verbose, "print more details");
    app.add_flag("--strict", options.strict, "exit 1 on warnings");
    app.add_option("--color", options.color, "auto, always, never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->type_name("WHEN")
        ->capture_default_str();
    app.add_flag("--ascii", options.ascii, "escape every character outside ASCII");
    app.add_option("--config", options.config, "configuration [/etc/clockguard/clockguard.toml]")
        ->check(is_value())
        ->type_name("FILE");
    app.add_option("--root", options.root, "use another tree's /sys /dev /etc /var /run /proc")
        ->check(is_value())
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
    return fail(fmt::format("'{}' is not one of: release, hold", text));
}

void add_status(CLI::App& app, StatusOptions& options, Run& run)
{
    CLI::App* command = app.add_subcommand("status", "show the boot gate's state (reads one file)");
    command->add_flag("--wait", options.wait, "wait until the gate ends");
    add_parsed<GateOutcome>(*command, "--require", options.required, parse_outcome)
        ->description("exit 2 unless the gate ended with this outcome")
        ->type_name("OUTCOME");
    command->footer("Outcomes: synchronized, rtc_corrected, host_agrees, rtc_trusted, overridden,\n"
                    "timeout_released, timeout_held, disabled; until then waiting.\n"
                    "Exit: 2 a gate that holds past its limit, or another outcome than required;\n"
                    "3 no gate has run since boot.");
    command->callback(
        [&] { run = [&options](const Context& context) { return run_status(options, context); }; });
}

void add_gate(CLI::App& app, GateOptions& options, Run& run)
{
    CLI::App* command =
        app.add_subcommand("gate", "wait until the clock is verified (run by systemd)");
    add_parsed<Span>(*command, "--timeout", options.timeout, parse_span)
        ->description("give up waiting after this long (5min, 90s, infinity)")
        ->type_name("SPAN");
    add_parsed<OnTimeout>(*command, "--on-timeout", options.on_timeout, parse_on_timeout)
        ->description("at the limit: start MicroK8s anyway, or keep holding it")
        ->type_name("WHAT:{release,hold}");
    command->add_flag("--after-failure", options.after_failure,
                      "replace a gate that was killed (run by systemd)");
    command->add_flag("--release", options.release,
                      "start a held MicroK8s now (outcome: overridden)");
    command->callback(
        [&] { run = [&options](const Context& context) { return run_gate(options, context); }; });
}

/// "-30d": behind.
Result<Span> parse_offset(std::string_view text)
{
    const bool behind = text.starts_with('-');
    auto span = parse_span(behind ? text.substr(1) : text);
    if (span && *span == forever)
        return fail("an offset must be a length of time");
    return span && behind ? Result<Span>{-*span} : span;
}

Result<Span> parse_moment(std::string_view text)
{
    return parse_span(text == "never" ? "infinity" : text);
}

void add_recheck(CLI::App& app, Run& run)
{
    CLI::App* command =
        app.add_subcommand("recheck", "check and repair clock and certificates (run by systemd)");
    command->callback([&] { run = run_recheck; });
}

void add_rehearse(CLI::App& app, RehearseOptions& options, Run& run)
{
    CLI::App* command =
        app.add_subcommand("rehearse", "simulate a boot with this policy (changes nothing)");
    add_parsed<Span>(*command, "--rtc-offset", options.rtc_offset, parse_offset)
        ->description("how far the hardware clock is ahead; -2h: behind [30d]")
        ->type_name("SPAN");
    add_parsed<Span>(*command, "--ntp-after", options.ntp_after, parse_moment)
        ->description("when network time becomes available, or 'never' [10s]")
        ->type_name("SPAN");
    command->add_flag("--no-step", options.no_step, "chronyd may not step the clock (no makestep)");
    add_parsed<Span>(*command, "--timeout", options.timeout, parse_span)
        ->description("the gate's limit in this simulation")
        ->type_name("SPAN");
    add_parsed<OnTimeout>(*command, "--on-timeout", options.on_timeout, parse_on_timeout)
        ->description("what the gate does at the limit in this simulation")
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
    CLI::App* command = app.add_subcommand("completion", "print the completion script of a shell");
    command->add_option("SHELL", shell, "bash, zsh, fish")
        ->check(CLI::IsMember({"bash", "zsh", "fish"}))
        ->required();
    command->callback([&] {
        run = [&](const Context&) {
            print_out("{}", render_completion(shell, to_completion(app)));
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
        app.add_subcommand("diagnose", "show what is wrong, why, and how to fix it");
    command
        ->add_option_function<std::string>("--report",
                                           [&options](const std::string& text) {
                                               const auto file = parse_report_file(text);
                                               if (!file)
                                                   throw CLI::ValidationError("--report",
                                                                              file.error().what);
                                               options.report = *file;
                                           })
        ->description("also write the report to this file (NAME.json)")
        ->type_name("FILE");
    command->footer("It changes nothing. With --root DIR it examines another machine's disk.\n"
                    "Exit: 0 healthy or warnings, 1 warnings with --strict, 2 critical,\n"
                    "3 not determined.");
    command->callback([&] {
        run = [&options](const Context& context) { return run_diagnose(options, context); };
    });
}

void add_explain(CLI::App& app, ExplainOptions& options, Run& run)
{
    CLI::App* command =
        app.add_subcommand("explain", "explain a finding's code; without one, list all codes");
    command->add_option("CODE", options.code, "for example CG103");
    command->callback([&] {
        run = [&options](const Context& context) { return run_explain(options, context); };
    });
}

void add_forget(CLI::App& app, Run& run)
{
    CLI::App* command =
        app.add_subcommand("forget", "remove the record of when the clock was last verified");
    command->footer("For a record that is wrong and contradicts a right clock. The next time the\n"
                    "clock is verified, a new record is written. Needs root.");
    command->callback([&] { run = run_forget; });
}

void add_early(CLI::App& app, Run& run)
{
    app.add_subcommand("early", "record the hardware clock early at boot (run by systemd)")
        ->callback([&] { run = run_early; });
}

Result<RtcSource> parse_rtc_source(std::string_view text)
{
    if (text == "system" || text == "host")
        return text == "host" ? RtcSource::Host : RtcSource::System;
    return fail(fmt::format("'{}' is not one of: system, host", text));
}

void add_rtc_show(CLI::App& rtc, RtcShowOptions& options, Run& run)
{
    CLI::App* command =
        rtc.add_subcommand("show", "show every hardware clock against the system clock");
    command->add_flag("--precise", options.precise,
                      "read at the tick: accurate to 1 ms, takes up to 1.2 s");
    command->callback([&] {
        run = [&options](const Context& context) { return run_rtc_show(options, context); };
    });
}

void add_rtc_check(CLI::App& rtc, RtcCheckOptions& options, Run& run)
{
    CLI::App* command =
        rtc.add_subcommand("check", "compare the hardware clock with the system clock");
    add_parsed<Span>(*command, "--max-offset", options.max_offset, parse_span)
        ->description("the largest difference allowed [rtc.max_offset]")
        ->type_name("SPAN");
    command->footer("Exit: 0 they agree and the system clock is verified, 2 they differ,\n"
                    "3 not determined: no hardware clock, or the system clock is not verified.");
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
                   throw CLI::ValidationError(name, "must be between 2s and 30d");
               into = *span;
           })
        ->description(description)
        ->type_name("SPAN");
}

void add_rtc_set(CLI::App& rtc, RtcSetOptions& options, Run& run)
{
    CLI::App* command = rtc.add_subcommand("set", "set the hardware clock from a verified clock");
    command
        ->add_option_function<std::string>("--from",
                                           [&options](const std::string& text) {
                                               const auto source = parse_rtc_source(text);
                                               if (!source)
                                                   throw CLI::ValidationError("--from",
                                                                              source.error().what);
                                               options.from = *source;
                                           })
        ->description("the clock to copy: system, host")
        ->type_name("CLOCK:{system,host}")
        ->required();
    command->add_flag("--dry-run", options.dry_run, "print what would be done, and change nothing");
    command->add_flag("--if-off", options.if_off,
                      "only beyond rtc.max_offset, and if rtc.correct allows it");
    command->add_flag("--trust-adjtime", options.trust_adjtime,
                      "use the zone of /etc/adjtime even if it seems wrong");
    add_length(*command, "--verify-for", options.verify_for,
               "read it back once more after this long (2s to 30d)");
    command->footer(
        "The clock is read back after it was set.\n"
        "Exit: 0 done, or nothing to do; 2 failed; 3 no hardware clock; 4 refused: the\n"
        "clock is not verified, or the hardware clock probably keeps local time;\n"
        "77 needs root.");
    command->callback([&] {
        run = [&options](const Context& context) { return run_rtc_set(options, context); };
    });
}

void add_rtc_drift(CLI::App& rtc, RtcDriftOptions& options, Run& run)
{
    CLI::App* command = rtc.add_subcommand("drift", "measure how fast the hardware clock drifts");
    add_length(*command, "--for", options.length, "length of the measurement [2min]");
    add_length(*command, "--interval", options.interval, "time between two readings [5s]");
    command->footer("Positive and 'fast': the hardware clock gains.\n"
                    "Exit: 0 measured; 3 not determined: the measurement was too short, or the\n"
                    "system clock is not verified.");
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
    CLI::App* command = certs.add_subcommand("refresh", "re-issue certificates with correct dates");
    CertSelection& select = options.select;
    command
        ->add_option("--name", select.names, "the certificate with this name, whatever its state")
        ->check(is_value())
        ->type_name("NAME");
    command->add_flag("--not-yet-valid", select.not_yet_valid, "those dated in the future");
    command->add_flag("--expired", select.expired, "those that have expired");
    command->add_flag("--expiring", select.expiring, "those that expire soon");
    command->add_flag("--include-ca", select.include_ca,
                      "also CAs and certificates that have copies elsewhere");
    command->add_flag("--dry-run", options.dry_run, "print what would be done");
    command->add_flag("--yes", options.yes, "do not ask for confirmation");
    command->footer(
        "Without an option: those that certs.refresh in clockguard.toml selects.\n"
        "Exit: 0 done, or nothing to do; 2 failed; 3 some cannot be judged; 4 refused:\n"
        "the clock is not verified, or some cannot be re-issued here; 77 needs root.");
    command->callback([&] {
        run = [&options](const Context& context) {
            return run_certs_refresh(context, options, certs_world(context));
        };
    });
}

void add_certs_undo(CLI::App& certs, CertsUndoOptions& options, Run& run)
{
    CLI::App* command =
        certs.add_subcommand("undo", "restore what the last refresh (or undo) replaced");
    command->add_option("--to", options.to, "the backup with this name (see --list)")
        ->check(is_value())
        ->type_name("NAME");
    command->add_flag("--list", options.list, "list the backups, and change nothing")
        ->excludes("--to");
    command->add_flag("--yes", options.yes, "do not ask for confirmation");
    command->callback([&] {
        run = [&options](const Context& context) {
            return run_certs_undo(context, options, certs_world(context));
        };
    });
}

void add_certs_check(CLI::App& certs, CertsCheckOptions& options, Run& run)
{
    CLI::App* command = certs.add_subcommand("check", "check every certificate");
    command
        ->add_option("--within", options.within,
                     "expiring means: 66% of the lifetime used, or 30d left")
        ->type_name("SHARE|SPAN");
    command->footer("Exit: 0 all are valid, 2 one is broken, 3 not determined.");
    command->callback([&] {
        run = [&options](const Context& context) {
            return run_certs_check(context, options, certs_world(context));
        };
    });
}

void add_certs(CLI::App& app, CertsOptions& options, Run& run)
{
    CLI::App* certs = app.add_subcommand("certs", "list, check, re-issue and restore certificates");
    certs->require_subcommand(1);
    certs->add_subcommand("list", "list all certificates")->callback([&] {
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

/// COLUMNS, as shells set it; as narrow as can be read, and no wider than eyes follow.
std::size_t prose_width()
{
    constexpr long least = 40;
    constexpr long most = 100;
    constexpr long usual = 80;
    const char* const columns = std::getenv("COLUMNS");
    const long asked = columns == nullptr ? usual : std::strtol(columns, nullptr, 10);
    return static_cast<std::size_t>(asked <= 0 ? usual : std::clamp(asked, least, most));
}

Output to_output(const GlobalOptions& options)
{
    return {.format = options.json || options.output == "json" ? Format::Json : Format::Text,
            .quiet = options.quiet,
            .verbose = options.verbose,
            .color = wants_color(options.color),
            .width = prose_width(),
            .strict = options.strict};
}

/// "/mnt/" becomes "/mnt"; "/" by another name is this machine all the same, and no disk.
Root to_root(std::string folder)
{
    std::error_code unknown;
    if (std::filesystem::equivalent(folder, "/", unknown))
        return {};
    while (folder.size() > 1 && folder.back() == '/')
        folder.pop_back();
    return {.folder = folder};
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

/// Under -o json an answer is one document, an error's too.
void answer_in_json(const Context& context, ExitCode code, const std::string& why)
{
    Report report = begin_report(context, "clockguard", {});
    report.verdict = {
        .status = status_of(code), .exit_code = static_cast<int>(code), .summary = why};
    write_document(render_json(report));
}

/// Where the command line could not be understood, whether it asked for JSON all the same.
bool asks_for_json(int count, const char* const* arguments)
{
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        const std::string_view next = i + 1 < count ? arguments[i + 1] : "";
        if (word == "--json" || word == "-ojson" || word == "--output=json" ||
            ((word == "-o" || word == "--output") && next == "json"))
            return true;
    }
    return false;
}

/// CLI11 takes a command behind "--" for none, and reads on as if it were not there.
void refuse_what_was_passed_over(int count, const char* const* arguments)
{
    const char* const* const end = arguments + count;
    const char* const* const mark = std::find(arguments, end, std::string_view{"--"});
    if (end - mark > 1)
        throw CLI::ValidationError{"cannot understand what stands behind '--'"};
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
    else if (left.empty() && command.get_require_subcommand_min() > 0)
        complain(fmt::format("'{}' needs a command", command.get_name()));
    else
        complain(error.what());
    std::string path = command.get_name();
    for (const CLI::App* above = command.get_parent(); above != nullptr;
         above = above->get_parent())
        path.insert(0, above->get_name() + " ");
    print_error("See '{} --help'.\n", path);
    return ExitCode::Usage;
}

/// What becomes of a configuration that cannot be used in full.
enum class Slip {
    Refused,     // typed commands end with it
    Told,        // so do those that explain this machine, after their answer
    PassedOver,  // what systemd runs at boot goes on: a gate that does not run holds nothing
    Unread,      // what is the same on every machine does not depend on it
};

/// "certs refresh", as it was typed.
std::string name_of_command(const CLI::App& app)
{
    std::string name;
    for (const CLI::App* level = &app; !level->get_subcommands().empty();) {
        level = level->get_subcommands().front();
        name += (name.empty() ? "" : " ") + level->get_name();
    }
    return name;
}

/// A file that was named by hand is meant, and nothing else.
Slip slip_for(const std::string& command, bool in_unit, bool named_file)
{
    constexpr std::array units{"early", "gate", "certs refresh", "rtc set", "recheck"};
    if (in_unit && std::ranges::find(units, command) != units.end())
        return Slip::PassedOver;
    if (!named_file && (command == "explain" || command == "completion"))
        return Slip::Unread;
    const bool explains = command.empty() || command == "status" || command == "diagnose";
    return explains && !named_file ? Slip::Told : Slip::Refused;
}

ExitCode answer_slip(const Run& run, const Context& context, Slip slip)
{
    if (slip == Slip::PassedOver) {
        for (const Error& problem : context.problems)
            complain(fmt::format("{}, going on with the default", to_text(problem)));
        return run(context);
    }
    if (slip == Slip::Unread)
        return run(context);
    for (const Error& problem : context.problems)
        complain(to_text(problem));
    if (slip == Slip::Told)
        static_cast<void>(run(context));
    return ExitCode::Configuration;
}

ExitCode run_in_context(const Options& options, const Run& run, const std::string& command,
                        const char* const* environment)
{
    Context context{.root = to_root(options.global.root),
                    .output = to_output(options.global),
                    .in_unit = is_unit_process()};
    if (context.in_unit)
        drop_what_does_not_fit();
    if (options.global.ascii)
        write_only_ascii();
    Configuration found = load_config(context.root, options.global.config, environment);
    context.config = std::move(found.config);
    context.problems = std::move(found.problems);
    const Slip slip = slip_for(command, context.in_unit, !options.global.config.empty());
    const ExitCode code = context.problems.empty() ? run(context) : answer_slip(run, context, slip);
    if (context.output.format == Format::Json && !has_answered())
        answer_in_json(context, code, first_complaint());
    return code;
}

/// What CLI11 says of itself: --help, --version.
ExitCode say_what_was_asked(const CLI::App& app, const CLI::Success& asked)
{
    std::ostringstream said;
    const int code = app.exit(asked, said, said);
    print_out("{}", said.str());
    return static_cast<ExitCode>(code);
}

/// The help lists the commands under these headings, in the order in which they were added.
void group_commands(CLI::App& app)
{
    const auto under = [&app](const std::string& heading,
                              std::initializer_list<const char*> names) {
        for (const char* const name : names)
            app.get_subcommand(name)->group(heading);
    };
    under("Start here", {"diagnose", "status", "explain", "rehearse"});
    under("Certificates", {"certs"});
    under("Hardware clock", {"rtc"});
    under("Run by systemd", {"gate", "early", "recheck"});
    under("Records", {"forget"});
    under("Shell", {"completion"});
}

void add_commands(CLI::App& app, Options& options, Run& run)
{
    add_diagnose(app, options.diagnose, run);
    add_status(app, options.status, run);
    add_explain(app, options.explain, run);
    add_rehearse(app, options.rehearse, run);
    add_certs(app, options.certs, run);
    add_rtc(app, options.rtc, run);
    add_gate(app, options.gate, run);
    add_forget(app, run);
    add_early(app, run);
    add_recheck(app, run);
    add_completion(app, options.shell, run);
    group_commands(app);
}

}  // namespace

ExitCode run_cli(int count, const char* const* arguments, const char* const* environment)
{
    CLI::App app{"Holds MicroK8s at boot until the clock is verified, and repairs certificates\n"
                 "that a wrong clock dated.",
                 "clockguard"};
    Options options;
    Run run;
    app.get_formatter()->column_width(help_column);
    app.set_version_flag("--version", fmt::format("clockguard {}", version));
    app.fallthrough();
    app.require_subcommand(0, 1);
    add_globals(app, options.global);
    add_commands(app, options, run);
    app.footer("Something is wrong? sudo clockguard diagnose\n"
               "Exit codes: 0 healthy, 1 warnings with --strict, 2 critical or failed,\n"
               "3 not determined, 4 refused, 64 usage, 77 needs root, 78 configuration.\n"
               "More: man clockguard");

    try {
        app.parse(count, arguments);
        if (!run)
            refuse_what_was_passed_over(count, arguments);
    } catch (const CLI::Success& asked) {
        return say_what_was_asked(app, asked);
    } catch (const CLI::ParseError& error) {
        const ExitCode code = usage_error(app, error);
        if (asks_for_json(count, arguments))
            answer_in_json({}, code, first_complaint());
        return code;
    }
    if (!run)
        run = [](const Context& context) { return run_status({.hint = true}, context); };
    return run_in_context(options, run, name_of_command(app), environment);
}

}  // namespace clockguard
