// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/fixes.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

ReportFix fix_for(CommandLine command, bool clock_trusted = true)
{
    command.steps = {"x"};
    const auto fixes = fixes_of({.command = std::move(command)}, clock_trusted);
    return fixes.empty() ? ReportFix{} : fixes.front();
}

TEST(Fixes, TellWhatIsRestarted)
{
    EXPECT_EQ(fix_for({}).risk, "none");
    EXPECT_EQ(fix_for({.restarts = Restarts::Pods}).risk, "restarts_pods");
    EXPECT_EQ(fix_for({.restarts = Restarts::Kubernetes}).risk, "restarts_kubernetes");
    EXPECT_EQ(fix_for({.restarts = Restarts::Microk8s}).risk, "restarts_microk8s");
}

TEST(Fixes, WarnOfDatesByAWrongClock)
{
    const CommandLine ours{.dated_by = DatedBy::VerifiedClock, .keeps = "keeps a backup"};
    const CommandLine theirs{.dated_by = DatedBy::SystemClock, .keeps = "keeps a backup"};
    const CommandLine undo{.keeps = "keeps what is there now"};

    for (const CommandLine& command : {ours, theirs})
        EXPECT_EQ(fix_for(command).note, "keeps a backup");
    EXPECT_EQ(fix_for(ours, false).note, "refused until the clock is verified");
    EXPECT_EQ(fix_for(theirs, false).note,
              "uses the system clock for the dates: run it once the clock is verified");
    EXPECT_EQ(fix_for(undo, false).note, "keeps what is there now");
}

TEST(Fixes, SayWhereOldFilesStay)
{
    EXPECT_EQ(fix_for({.keeps = "keeps a backup", .moves_aside = true}).note,
              "the old files stay beside, as .old; keeps a backup");
}

/// What is no command is not printed as one, and an explanation mends nothing.
TEST(Fixes, AreNoneWithoutACommand)
{
    EXPECT_TRUE(fixes_of({"join the node again"}, true).empty());
    EXPECT_TRUE(fixes_of({.explained_in = "CG205"}, true).empty());
}

}  // namespace
}  // namespace clockguard
