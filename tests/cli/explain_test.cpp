// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/program.hpp"

namespace clockguard {
namespace {

TEST(ExplainCommand, PrintsTheLongText)
{
    const Ran ran = run_clockguard({"explain", "CG104"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_TRUE(ran.out.starts_with(
        "CG104  The hardware clock is set to local time (warning)\n\nWhat is seen\n"))
        << ran.out;
}

TEST(ExplainCommand, ListsTheCodes)
{
    EXPECT_TRUE(run_clockguard({"explain"}).out.starts_with("System clock and hardware clock\n"));
}

TEST(ExplainCommand, AnswersInJson)
{
    EXPECT_TRUE(run_clockguard({"explain", "CG104", "-o", "json"})
                    .out.starts_with("{\n  \"code\": \"CG104\",\n  \"severity\": \"warning\","));
    EXPECT_TRUE(run_clockguard({"explain", "-o", "json"}).out.starts_with("{\n  \"codes\": ["));
}

TEST(ExplainCommand, HelpsWithAMistypedCode)
{
    const Ran ran = run_clockguard({"explain", "cg10x"});

    EXPECT_EQ(ran.exit_code, 64);
    EXPECT_EQ(ran.err,
              "clockguard: unknown code 'cg10x' (did you mean 'CG101'?); clockguard explain lists "
              "all codes\n");
}

}  // namespace
}  // namespace clockguard
