// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/run_command.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

constexpr auto every_choice = {OnConfigError::Refuse, OnConfigError::RefuseUnlessUnit,
                               OnConfigError::FailAfterAnswer, OnConfigError::Ignore};

struct Came {
    bool ran = false;
    ExitCode code{};
    std::string err{};
};

Came run(OnConfigError choice, const Context& context)
{
    Came came;
    const Command command{.run =
                              [&](const Context&) {
                                  came.ran = true;
                                  return ExitCode::Warnings;
                              },
                          .on_config_error = choice};
    testing::internal::CaptureStderr();
    came.code = run_command(command, context);
    came.err = testing::internal::GetCapturedStderr();
    return came;
}

Context with_error(bool in_unit, bool named)
{
    return {.problems = {{.what = "unknown key 'x'"}}, .config_named = named, .in_unit = in_unit};
}

TEST(RunCommand, RunsWhereTheConfigurationIsSound)
{
    for (const OnConfigError choice : every_choice) {
        const Came came = run(choice, {.config_named = true, .in_unit = true});

        EXPECT_TRUE(came.ran);
        EXPECT_EQ(came.code, ExitCode::Warnings);
        EXPECT_EQ(came.err, "");
    }
}

TEST(RunCommand, RefusesWithAnErrorInTheConfiguration)
{
    for (const OnConfigError choice : {OnConfigError::Refuse, OnConfigError::RefuseUnlessUnit}) {
        const Came came = run(choice, with_error(false, false));

        EXPECT_FALSE(came.ran);
        EXPECT_EQ(came.code, ExitCode::Configuration);
        EXPECT_EQ(came.err, "clockguard: unknown key 'x'\n");
    }
    EXPECT_FALSE(run(OnConfigError::Refuse, with_error(true, false)).ran);
}

TEST(RunCommand, TakesTheDefaultsInAUnitThatMustRun)
{
    for (const bool named : {false, true}) {
        const Came came = run(OnConfigError::RefuseUnlessUnit, with_error(true, named));

        EXPECT_TRUE(came.ran);
        EXPECT_EQ(came.code, ExitCode::Warnings);
        EXPECT_EQ(came.err, "clockguard: unknown key 'x', going on with the default\n");
    }
}

TEST(RunCommand, AnswersFirstWhereItExplainsThisMachine)
{
    const Came came = run(OnConfigError::FailAfterAnswer, with_error(false, false));

    EXPECT_TRUE(came.ran);
    EXPECT_EQ(came.code, ExitCode::Configuration);
    EXPECT_EQ(came.err, "clockguard: unknown key 'x'\n");
}

TEST(RunCommand, IgnoresWhatDoesNotChangeTheAnswer)
{
    const Came came = run(OnConfigError::Ignore, with_error(false, false));

    EXPECT_TRUE(came.ran);
    EXPECT_EQ(came.code, ExitCode::Warnings);
    EXPECT_EQ(came.err, "");
}

TEST(RunCommand, RefusesAFileThatWasNamedByHand)
{
    for (const OnConfigError choice : every_choice) {
        const Came came = run(choice, with_error(false, true));

        EXPECT_FALSE(came.ran);
        EXPECT_EQ(came.code, ExitCode::Configuration);
    }
}

}  // namespace
}  // namespace clockguard
