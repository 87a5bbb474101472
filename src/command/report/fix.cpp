// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/report/fix.hpp"

#include <unistd.h>
#include <utility>

#include <fmt/core.h>

#include "clockguard/command/base/ask.hpp"
#include "clockguard/command/base/print.hpp"
#include "clockguard/command/report/diagnose.hpp"
#include "clockguard/core/report/repair.hpp"
#include "clockguard/core/report/report_json.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/end_signals.hpp"
#include "clockguard/edge/base/process.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr Span between_looks = 1s;

bool in_text(const Context& context)
{
    return context.output.format == Format::Text && !context.output.quiet;
}

void tell(const Context& context, const std::string& text)
{
    if (in_text(context))
        print_out("{}", text);
}

ExitCode refuse(std::string_view why)
{
    return give_up({.what = fmt::format("cannot fix: {}", why)}, ExitCode::Refused);
}

/// chronyd that was restarted needs some seconds, and what comes next needs a verified clock.
Span patience(const Report& before, const Report& after)
{
    return before.run.clock_trusted && !after.run.clock_trusted ? 60s : 10s;
}

bool has_worked(const Report& before, const Report& after, const std::string& command)
{
    return codes_left(before, after, command).empty() &&
           after.run.clock_trusted >= before.run.clock_trusted;
}

/// A remedy may take some time to show.
Report look_after(const Report& before, const std::string& command, const FixWorld& world)
{
    const Uptime begun = world.uptime();
    Report after = world.diagnose();
    while (!has_worked(before, after, command) &&
           world.uptime() - begun < patience(before, after)) {
        world.wait(between_looks);
        after = world.diagnose();
    }
    return after;
}

/// Our own commands ask too, and were confirmed here.
std::vector<std::string> confirmed(std::vector<std::string> words)
{
    if (words.size() > 2 && words[0] == "clockguard" && words[1] == "certs" &&
        (words[2] == "refresh" || words[2] == "undo"))
        words.emplace_back("--yes");
    return words;
}

/// Why it failed; empty: it did not. Of several programs the first that failed tells. Between two
/// of them we are not ended: what was stopped is started again.
std::string run_all(const std::string& command, const FixWorld& world)
{
    const HeldEndSignals held;
    std::string failure;
    bool succeeded = true;
    for (const Program& program : programs_of(command).value_or(std::vector<Program>{})) {
        if (program.after_success && !succeeded)
            continue;
        const auto code = world.run(confirmed(program.words));
        succeeded = code && *code == 0;
        if (!succeeded && failure.empty())
            failure = code ? fmt::format("'{}' ended with {}", program.words.front(), *code)
                           : to_text(code.error());
    }
    return failure;
}

/// Whether the findings are gone is what counts, whatever the programs say of themselves.
RepairOutcome outcome_of(bool gone, bool failed)
{
    if (gone)
        return RepairOutcome::Fixed;
    return failed ? RepairOutcome::Failed : RepairOutcome::StillReported;
}

/// Takes one remedy, and adds what came of it to the report of how things are then.
Report carry_out(const ReportFix& fix, const Report& before, const Context& context,
                 const FixWorld& world)
{
    ReportRepair repair{.command = fix.command, .why = run_all(fix.command, world)};
    const bool failed = !repair.why.empty();
    Report after = failed ? world.diagnose() : look_after(before, fix.command, world);
    repair.outcome = outcome_of(codes_left(before, after, fix.command).empty(), failed);
    tell(context, result_line(repair, before, after));
    after.repairs = before.repairs;
    after.repairs->push_back(std::move(repair));
    return after;
}

Report decline(const ReportFix& fix, Report report, const Context& context)
{
    ReportRepair repair{.command = fix.command};
    tell(context, result_line(repair, report, report));
    report.repairs->push_back(std::move(repair));
    return report;
}

ExitCode conclude(Report report, const Context& context)
{
    const ExitCode code =
        has_failed(report) ? ExitCode::Critical : diagnosis_code(report, context.output);
    report.verdict.exit_code = static_cast<int>(code);
    if (context.output.format == Format::Json)
        write_document(render_json(report));
    else
        tell(context, render_end(report));
    return code;
}

/// What a program prints goes where ours goes, but not into a document or where nothing is wanted.
int output_for_programs(const Context& context)
{
    return in_text(context) ? STDOUT_FILENO : STDERR_FILENO;
}

}  // namespace

FixWorld fix_world(const Context& context)
{
    return {.diagnose = [&context] { return report_on(gather_evidence(context), context, "fix"); },
            .ask = ask_on_terminal,
            .run =
                [&context](const std::vector<std::string>& words) {
                    return run_program(words, output_for_programs(context));
                },
            .is_root = [] { return ::geteuid() == 0; },
            .uptime = uptime_now,
            .wait = sleep_for};
}

ExitCode run_fix(const FixOptions& options, const Context& context, const FixWorld& world)
{
    if (!context.root.is_live())
        return refuse("it works on the machine that it runs on. For another one: clockguard "
                      "diagnose --root DIR");
    if (context.config_named)
        return refuse("the commands that it runs have the configuration of this machine. Re-run "
                      "without --config");
    if (!world.is_root())
        return give_up({.what = "cannot fix: needs root (sudo)"}, ExitCode::NeedsRoot);
    if (!in_text(context) && !options.yes)
        return refuse("confirmation needed. Re-run with --yes (there is no place to ask).");
    Report report = world.diagnose();
    report.repairs.emplace();
    tell(context, headline_of(report));
    while (const auto fix = next_fix(report, !options.yes)) {
        tell(context, announcement(report.repairs->size() + 1, *fix, report));
        const auto answer = options.yes ? std::optional{true} : world.ask("    Run it? [y/N] ");
        if (!answer)
            return refuse("confirmation needed. Re-run with --yes (no terminal to ask on).");
        report = *answer ? carry_out(*fix, report, context, world)
                         : decline(*fix, std::move(report), context);
    }
    return conclude(std::move(report), context);
}

}  // namespace clockguard
