// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/toml_letters.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(ForeignLetters, AreAllowedInStringsAndComments)
{
    EXPECT_EQ(line_with_foreign_letter(""), 0U);
    EXPECT_EQ(line_with_foreign_letter("[a]\nb = \"\u00e9\" # \u00e9\nc = '\u00e9'\n"), 0U);
    EXPECT_EQ(line_with_foreign_letter("a = \"say \\\"\u00e9\\\"\"\n"), 0U);
    EXPECT_EQ(line_with_foreign_letter("a = \"it's \u00e9\"\n"), 0U);
}

TEST(ForeignLetters, AreFoundWhereKeysAndNumbersStand)
{
    EXPECT_EQ(line_with_foreign_letter("\u00e9 = 1\n"), 1U);
    EXPECT_EQ(line_with_foreign_letter("[a]\n# \u00e9\n\u0462\n"), 3U);
    EXPECT_EQ(line_with_foreign_letter("a = \"b\" \u00e9\n"), 1U);
    EXPECT_EQ(line_with_foreign_letter("a = 'b\\' \u00e9\n"), 1U);
    EXPECT_EQ(line_with_foreign_letter("a = \"b\\\\\" \u00e9\n"), 1U);
    EXPECT_EQ(line_with_foreign_letter("a = \"never closed\n\u00e9\n"), 2U);
}

}  // namespace
}  // namespace clockguard
