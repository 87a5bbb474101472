// SPDX-License-Identifier: Apache-2.0
#include <regex>

#include <gtest/gtest.h>

#include "support/program.hpp"

namespace clockguard {
namespace {

TEST(Usage, RefusesAnUnknownOption)
{
    const Ran ran = run_clockguard({"--verbos"});

    EXPECT_EQ(ran.exit_code, 64);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "clockguard: cannot understand '--verbos' (did you mean '--verbose'?)\n"
                       "See 'clockguard --help'.\n");
}

TEST(Usage, PrintsItsVersion)
{
    const Ran ran = run_clockguard({"--version"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_TRUE(
        std::regex_match(ran.out, std::regex{"clockguard [0-9]+\\.[0-9]+\\.[0-9]+(\\+[0-9]+)?\n"}))
        << ran.out;
}

}  // namespace
}  // namespace clockguard
