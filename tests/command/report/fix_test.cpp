// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/report/fix.hpp"

#include <algorithm>
#include <csignal>
#include <unistd.h>

#include <gtest/gtest.h>

#include "clockguard/command/base/print.hpp"
#include "support/child.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using Words = std::vector<std::string>;

const ReportFix set_rtc{.command = "sudo clockguard rtc set --from system"};
const ReportFix refresh{.command = "sudo clockguard certs refresh --not-yet-valid"};
const ReportFix rotate{.command = "sudo systemctl stop k3s; sudo k3s certificate rotate; sudo "
                                  "systemctl start k3s"};

ReportFinding finding(std::string code, ReportFix fix)
{
    return {.code = std::move(code), .status = Status::Critical, .fixes = {std::move(fix)}};
}

/// A machine on which each program removes the findings that name its command.
struct Machine {
    std::vector<ReportFinding> findings{};
    bool clock_trusted = true;
    bool only_warns = false;
    std::optional<bool> answer = true;
    bool as_root = true;
    Output output{};
    bool config_named = false;
    std::function<Result<int>(const Words&)> run = [](const Words&) { return 0; };
    std::vector<Words> ran{};
    int questions = 0;
    Span waited{};

    Report diagnose() const
    {
        const bool healthy = findings.empty();
        const Status status = only_warns ? Status::Warning : Status::Critical;
        return {.run = {.command = "fix", .clock_trusted = clock_trusted},
                .verdict = {.status = healthy ? Status::Ok : status,
                            .exit_code = healthy || only_warns ? 0 : 2},
                .findings = findings};
    }

    void cure(std::string_view code)
    {
        std::erase_if(findings, [&](const ReportFinding& each) { return each.code == code; });
    }

    ExitCode fix(const FixOptions& options = {})
    {
        const FixWorld world{.diagnose = [this] { return diagnose(); },
                             .ask =
                                 [this](const std::string&) {
                                     ++questions;
                                     return answer;
                                 },
                             .run =
                                 [this](const Words& words) {
                                     ran.push_back(words);
                                     return run(words);
                                 },
                             .is_root = [this] { return as_root; },
                             .uptime = [this] { return Uptime{waited}; },
                             .wait = [this](Span span) { waited += span; }};
        return run_fix(options, {.output = output, .config_named = config_named}, world);
    }
};

TEST(Fix, CarriesOutWhatIsListedAndConfirmsItToItsOwnCommands)
{
    Machine machine{.findings = {finding("CG103", set_rtc), finding("CG201", refresh)}};
    machine.run = [&](const Words& words) {
        machine.cure(words[1] == "rtc" ? "CG103" : "CG201");
        return 0;
    };

    EXPECT_EQ(machine.fix(), ExitCode::Healthy);
    EXPECT_EQ(machine.ran,
              (std::vector<Words>{{"clockguard", "rtc", "set", "--from", "system"},
                                  {"clockguard", "certs", "refresh", "--not-yet-valid", "--yes"}}));
    EXPECT_EQ(machine.questions, 2);
    EXPECT_EQ(machine.waited, Span{});
}

TEST(Fix, ConfirmsToThoseOfItsCommandsThatAsk)
{
    const auto ran = [](const std::string& command) {
        Machine machine{.findings = {finding("CG201", {.command = command})},
                        .output = {.quiet = true}};
        machine.fix({.yes = true});
        return machine.ran.front();
    };

    EXPECT_EQ(ran("sudo clockguard certs undo"), (Words{"clockguard", "certs", "undo", "--yes"}));
    EXPECT_EQ(ran("clockguard certs list"), (Words{"clockguard", "certs", "list"}));
    EXPECT_EQ(ran("clockguard certs"), (Words{"clockguard", "certs"}));
    EXPECT_EQ(ran("k3s certs refresh"), (Words{"k3s", "certs", "refresh"}));
    EXPECT_EQ(ran("clockguard rtc undo"), (Words{"clockguard", "rtc", "undo"}));
}

TEST(Fix, RunsEachProgramOfACommandAndTellsTheFirstThatFailed)
{
    Machine machine{.findings = {finding("CG201", rotate)}};
    machine.run = [](const Words& words) { return words.front() == "k3s" ? 1 : 0; };

    testing::internal::CaptureStdout();
    EXPECT_EQ(machine.fix({.yes = true}), ExitCode::Critical);

    const std::string told = testing::internal::GetCapturedStdout();
    EXPECT_NE(told.find("    Failed: 'k3s' ended with 1.\n"), std::string::npos) << told;
    EXPECT_EQ(machine.ran.back(), (Words{"systemctl", "start", "k3s"}));
    EXPECT_EQ(machine.questions, 0);
}

TEST(Fix, LeavesOutWhatIsForASuccessOnly)
{
    Machine machine{.findings = {finding("CG413", {.command = "a && b; c"})}};
    machine.run = [](const Words&) { return 1; };

    EXPECT_EQ(machine.fix({.yes = true}), ExitCode::Critical);
    EXPECT_EQ(machine.ran, (std::vector<Words>{{"a"}, {"c"}}));
}

TEST(Fix, GoesByTheDiagnosisAndNotByWhatAProgramSaysOfItself)
{
    Machine machine{.findings = {finding("CG103", set_rtc)}};
    machine.run = [&](const Words&) -> Result<int> {
        machine.findings.clear();
        return fail("cannot run 'clockguard'");
    };

    EXPECT_EQ(machine.fix(), ExitCode::Healthy);
}

/// What only warns does not end with 0 where its remedy failed.
TEST(Fix, FailsWhereACommandFailedAndItsFindingIsStillThere)
{
    Machine machine{.findings = {finding("CG103", set_rtc)}, .only_warns = true};

    EXPECT_EQ(machine.fix(), ExitCode::Healthy);
    machine.run = [](const Words&) { return 4; };
    EXPECT_EQ(machine.fix(), ExitCode::Critical);
}

/// The next remedy may need the clock that the last one takes away for some seconds.
TEST(Fix, WaitsUntilTheClockIsVerifiedAgain)
{
    Machine machine{.findings = {finding("CG303", {.command = "sudo systemctl restart chrony"}),
                                 finding("CG201", refresh)}};
    int looks = 0;
    machine.run = [&](const Words& words) {
        machine.clock_trusted = words.front() != "systemctl";
        machine.cure(words.front() == "systemctl" ? "CG303" : "CG201");
        return 0;
    };
    FixWorld world{.diagnose =
                       [&] {
                           machine.clock_trusted |= ++looks == 30;
                           return machine.diagnose();
                       },
                   .ask = {},
                   .run = machine.run,
                   .is_root = [] { return true; },
                   .uptime = [&] { return Uptime{machine.waited}; },
                   .wait = [&](Span span) { machine.waited += span; }};

    EXPECT_EQ(run_fix({.yes = true}, {.output = machine.output}, world), ExitCode::Healthy);
    EXPECT_EQ(machine.waited, 28s);
}

TEST(Fix, WaitsForTheClockForAMinute)
{
    Machine machine{.findings = {finding("CG303", {.command = "sudo systemctl restart chrony"})}};
    machine.run = [&](const Words&) {
        machine.clock_trusted = false;
        machine.findings.clear();
        return 0;
    };

    EXPECT_EQ(machine.fix({.yes = true}), ExitCode::Healthy);
    EXPECT_EQ(machine.waited, 60s);
}

TEST(Fix, GoesOnWhenNothingCameOfIt)
{
    Machine machine{.findings = {finding("CG103", set_rtc), finding("CG201", refresh)}};

    EXPECT_EQ(machine.fix(), ExitCode::Critical);
    EXPECT_EQ(machine.ran.size(), 2U);
    EXPECT_EQ(machine.waited, 20s);
}

TEST(Fix, RunsNothingThatWasDeclined)
{
    Machine machine{.findings = {finding("CG103", set_rtc)}, .answer = false};

    EXPECT_EQ(machine.fix(), ExitCode::Critical);
    EXPECT_TRUE(machine.ran.empty());
}

TEST(Fix, SaysWhatWasNotRun)
{
    const Ran ran = run_in_child([] {
        Machine machine{.findings = {finding("CG103", set_rtc)}, .answer = false};
        return static_cast<int>(machine.fix());
    });

    EXPECT_TRUE(ran.out.ends_with("    Not run.\n\nCRITICAL  \n")) << ran.out;
}

TEST(Fix, EndsWithTheCodeOfItsDocument)
{
    const Ran ran = run_in_child([] {
        Machine machine{.findings = {finding("CG103", set_rtc)},
                        .only_warns = true,
                        .output = {.format = Format::Json}};
        machine.run = [](const Words&) { return 4; };
        return static_cast<int>(machine.fix({.yes = true}));
    });

    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_NE(ran.out.find("\"exit_code\": 2,"), std::string::npos) << ran.out;
}

TEST(Fix, LeavesAChoiceToWhoeverIsAsked)
{
    const ReportFix forget{.command = "sudo clockguard forget", .is_choice = true};
    Machine asked{.findings = {finding("CG307", forget)}};
    Machine told{.findings = {finding("CG307", forget)}};

    asked.fix();
    told.fix({.yes = true});

    EXPECT_EQ(asked.ran, (std::vector<Words>{{"clockguard", "forget"}}));
    EXPECT_TRUE(told.ran.empty());
}

TEST(Fix, DatesNothingByAClockThatIsNotVerified)
{
    ReportFix waiting = rotate;
    waiting.waits_for_clock = true;
    Machine machine{.findings = {finding("CG201", waiting)}, .clock_trusted = false};

    EXPECT_EQ(machine.fix({.yes = true}), ExitCode::Critical);
    EXPECT_TRUE(machine.ran.empty());
}

TEST(Fix, RefusesWhereNobodyCanBeAsked)
{
    Machine no_terminal{.findings = {finding("CG103", set_rtc)}, .answer = std::nullopt};
    Machine in_json{.findings = {finding("CG103", set_rtc)}};
    in_json.output.format = Format::Json;
    Machine quiet{.findings = {finding("CG103", set_rtc)}, .output = {.quiet = true}};
    Machine with_config{.findings = {finding("CG103", set_rtc)}, .config_named = true};
    Machine not_root{.as_root = false};

    EXPECT_EQ(no_terminal.fix(), ExitCode::Refused);
    EXPECT_EQ(in_json.fix(), ExitCode::Refused);
    EXPECT_EQ(quiet.fix(), ExitCode::Refused);
    EXPECT_EQ(with_config.fix({.yes = true}), ExitCode::Refused);
    EXPECT_EQ(not_root.fix(), ExitCode::NeedsRoot);
    for (const Machine* machine : {&no_terminal, &in_json, &quiet, &with_config})
        EXPECT_TRUE(machine->ran.empty());
}

TEST(Fix, RepairsNoOtherMachine)
{
    const Ran ran = run_in_child([] {
        const Context disk{.root = {.folder = "/mnt"}};
        return static_cast<int>(run_fix({.yes = true}, disk, {}));
    });

    EXPECT_EQ(ran.exit_code, 4);
    EXPECT_EQ(ran.err, "clockguard: cannot fix: it works on the machine that it runs on. For "
                       "another one: clockguard diagnose --root DIR\n");
}

TEST(Fix, AnswersInOneDocument)
{
    Machine machine{.findings = {finding("CG103", set_rtc)}};
    machine.output = {.format = Format::Json};
    machine.run = [&](const Words&) {
        machine.findings.clear();
        return 0;
    };

    testing::internal::CaptureStdout();
    EXPECT_EQ(machine.fix({.yes = true}), ExitCode::Healthy);

    const std::string json = testing::internal::GetCapturedStdout();
    EXPECT_TRUE(json.starts_with("{")) << json;
    EXPECT_NE(json.find("\"repairs\": [\n    {\n      \"command\": \"sudo clockguard rtc set "
                        "--from system\",\n      \"outcome\": \"fixed\"\n    }\n  ]"),
              std::string::npos)
        << json;
}

/// What was stopped is started again before the signal is heard.
TEST(Fix, IsNotEndedBetweenTheProgramsOfACommand)
{
    const Ran ran = run_in_child([] {
        Machine machine{.findings = {finding("CG201", rotate)}, .output = {.quiet = true}};
        machine.run = [](const Words& words) {
            write_out(words[1] + "\n");
            if (words[1] == "stop")
                ::raise(SIGTERM);
            return 0;
        };
        return static_cast<int>(machine.fix({.yes = true}));
    });

    EXPECT_EQ(ran.exit_code, 128 + SIGTERM);
    EXPECT_EQ(ran.out, "stop\ncertificate\nstart\n");
}

TEST(Fix, TellsEachStep)
{
    const Ran ran = run_in_child([] {
        Machine machine{.findings = {finding("CG103", set_rtc)}};
        machine.run = [&](const Words&) {
            machine.findings.clear();
            return 0;
        };
        return static_cast<int>(machine.fix());
    });

    EXPECT_EQ(ran.out, "CRITICAL  \n"
                       "\n1.  sudo clockguard rtc set --from system\n"
                       "    CG103: Hardware clock offset too large\n"
                       "    Fixed: no longer reported: CG103.\n"
                       "\nOK  \n");
    EXPECT_EQ(ran.err, "");
}

/// What a program of the real world prints, where this is how clockguard prints.
Ran printed(const Output& output)
{
    return run_in_child([&output] {
        const Context context{.output = output};
        return fix_world(context).run({"sh", "-c", "printf out; printf err >&2; exit 7"}).value();
    });
}

TEST(FixWorld, LetsProgramsPrintWhereItPrintsItself)
{
    const Ran text = printed({});
    EXPECT_EQ(text.exit_code, 7);
    EXPECT_EQ(text.out, "out");
    EXPECT_EQ(text.err, "err");
    for (const Output& output : {Output{.format = Format::Json}, Output{.quiet = true}}) {
        const Ran other = printed(output);
        EXPECT_EQ(other.out, "");
        EXPECT_EQ(other.err, "outerr");
    }
}

TEST(FixWorld, LooksAtThisMachine)
{
    const Tree tree;
    const Context context{.root = {.folder = tree.folder()}};
    const FixWorld world = fix_world(context);

    EXPECT_EQ(world.diagnose().run.command, "fix");
    EXPECT_EQ(world.is_root(), ::geteuid() == 0);
}

}  // namespace
}  // namespace clockguard
