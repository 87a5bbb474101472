// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/repair.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/report/codes.hpp"
#include "clockguard/core/report/fixes.hpp"

namespace clockguard {
namespace {

using Words = std::vector<std::string>;

TEST(ProgramsOf, AreThoseThatAShellWouldRunOneAfterTheOther)
{
    EXPECT_EQ(programs_of("sudo systemctl stop k3s; sudo k3s certificate rotate && chronyc -n x"),
              (std::vector<Program>{
                  {.words = {"systemctl", "stop", "k3s"}, .as_root = true},
                  {.words = {"k3s", "certificate", "rotate"}, .as_root = true},
                  {.words = {"chronyc", "-n", "x"}, .after_success = true},
              }));
}

TEST(ProgramsOf, TakesQuotesAway)
{
    for (const std::string& word :
         {std::string{"it's a \"file\" $HOME; && *"}, std::string{}, std::string{"plain"}})
        EXPECT_EQ(programs_of("rm " + shell_word(word)),
                  (std::vector<Program>{{.words = {"rm", word}}}))
            << word;
}

TEST(ProgramsOf, AreNoneWhereItTakesAShell)
{
    for (const char* command :
         {"",      "sudo",           "; x",     "x &&",    "x &&&& y", "a | b", "a > b", "a & b",
          "ls *",  "ls ?",           "x $HOME", "x \"y\"", "x 'y",     "x `y`", "x ~",   "x\ny",
          "x \\y", "sudo sh -c 'x'", "bash x",  "A=1 x",   "x # y",    "x [y]", "x {y}", "!x",
          "(x)"})
        EXPECT_EQ(programs_of(command), std::nullopt) << command;
}

/// Each remedy of a code that changes something here is one of both.
TEST(Doable, IsWhatNeedsNoShellAndNoOtherMachine)
{
    EXPECT_EQ(doable({.command = "sudo chronyc makestep"}), Doable::Here);
    EXPECT_EQ(doable({.command = "w32tm /resync", .on = "the Hyper-V host"}), Doable::ByHand);
    EXPECT_EQ(doable({.command = "a | b"}), Doable::ByHand);
    EXPECT_EQ(doable({.command = "sudo clockguard forget", .is_choice = true}), Doable::Choice);
    EXPECT_EQ(doable({.command = "sudo x", .is_choice = true, .waits_for_clock = true}),
              Doable::OnceTimed);
}

TEST(Doable, IsNoCommandThatMayBeWrongWithoutAQuestion)
{
    for (const auto& [code, command] :
         {std::pair{"CG402", "sudo clockguard gate --release"},
          std::pair{"CG307", "sudo clockguard forget"},
          std::pair{"CG106", "sudo clockguard rtc set --from system --trust-adjtime"}}) {
        const auto fixes = fixes_for(code, {.systems = {"debian"}});
        ASSERT_EQ(fixes.size(), 1U) << code;
        EXPECT_EQ(fixes.front().command, command);
        EXPECT_EQ(doable(fixes.front()), Doable::Choice) << code;
    }
}

Report report_with(std::vector<ReportFinding> findings)
{
    Report report{.findings = std::move(findings)};
    report.repairs.emplace();
    return report;
}

ReportFinding finding(std::string code, ReportFix fix)
{
    return {.code = std::move(code), .fixes = {std::move(fix)}};
}

TEST(NextFix, PassesOverWhatWasTriedAndWhatIsNotForIt)
{
    const ReportFix pipe{.command = "a | b"};
    const ReportFix first{.command = "first"};
    const ReportFix choice{.command = "choice", .is_choice = true};
    Report report =
        report_with({finding("CG120", pipe), finding("CG303", first), finding("CG307", choice)});

    EXPECT_EQ(next_fix(report, true)->command, "first");
    report.repairs->push_back({.command = "first"});
    EXPECT_EQ(next_fix(report, true)->command, "choice");
    EXPECT_EQ(next_fix(report, false), std::nullopt);
}

TEST(CodesLeft, AreThoseOfTheRemedyThatAreStillReported)
{
    const ReportFix set{.command = "set"};
    const Report before =
        report_with({finding("CG103", set), finding("CG130", set), finding("CG201", {})});
    const Report after = report_with({finding("CG130", {}), finding("CG201", {})});

    EXPECT_EQ(codes_left(before, after, "set"), Words{"CG130"});
}

TEST(Announcement, TellsWhatForAndWhatItDoes)
{
    const ReportFix fix{.command = "sudo chronyc makestep",
                        .risk = "changes_clock",
                        .note = "Steps the clock at once"};
    const Report report = report_with({finding("CG305", fix), finding("CG201", {})});

    EXPECT_EQ(announcement(2, fix, report),
              "\n2.  sudo chronyc makestep\n"
              "    CG305: chronyd knows the offset but may not step the clock\n"
              "    Steps the clock at once\n"
              "    Steps the system clock.\n");
}

TEST(ResultLine, TellsWhatCameOfIt)
{
    const ReportFix fix{.command = "x"};
    const Report before = report_with({finding("CG103", fix)});
    const auto line = [&](RepairOutcome outcome) {
        return result_line({.command = "x", .outcome = outcome, .why = "'x' ended with 4"}, before,
                           before);
    };

    EXPECT_EQ(line(RepairOutcome::Fixed),
              "    Fixed: no longer reported: CG103; 'x' ended with 4.\n");
    EXPECT_EQ(line(RepairOutcome::StillReported), "    Done, but still reported: CG103.\n");
    EXPECT_EQ(line(RepairOutcome::Failed), "    Failed: 'x' ended with 4.\n");
    EXPECT_EQ(line(RepairOutcome::Declined), "    Not run.\n");
}

TEST(RenderEnd, NamesWhatIsLeft)
{
    Report report = report_with(
        {finding("CG131", {.command = "w32tm /resync", .note = "on the Hyper-V host", .on = "it"}),
         finding("CG201", {.command = "sudo refresh", .waits_for_clock = true}),
         finding("CG307", {.command = "sudo forget", .is_choice = true})});
    report.verdict = {.status = Status::Critical, .summary = "the clock is wrong"};

    EXPECT_EQ(render_end(report), "\nLeft to you\n"
                                  "  w32tm /resync\n"
                                  "    by hand: on the Hyper-V host\n"
                                  "  sudo refresh\n"
                                  "    once the clock is verified\n"
                                  "  sudo forget\n"
                                  "    yours to decide\n"
                                  "\nCRITICAL  the clock is wrong\n");
    EXPECT_EQ(render_end(report_with({})), "\nUNKNOWN  \n");
}

}  // namespace
}  // namespace clockguard
