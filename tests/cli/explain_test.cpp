// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/program.hpp"

namespace clockguard {
namespace {

TEST(ExplainCommand, PrintsTheLongText)
{
    const Ran ran = run_clockguard({"explain", "CG104"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_TRUE(ran.out.starts_with("CG104  the hardware clock keeps local time\n\n")) << ran.out;
}

TEST(ExplainCommand, ListsTheCodes)
{
    EXPECT_TRUE(run_clockguard({"explain"}).out.starts_with("CG101  there is no hardware clock\n"));
}

TEST(ExplainCommand, HelpsWithAMistypedCode)
{
    const Ran ran = run_clockguard({"explain", "CG102x"});

    EXPECT_EQ(ran.exit_code, 64);
    EXPECT_EQ(ran.err, "clockguard: no finding has the code 'CG102x' (did you mean 'CG102'?)\n");
}

}  // namespace
}  // namespace clockguard
