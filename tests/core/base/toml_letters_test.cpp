// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/toml_letters.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(ForeignLetters, AreBlankedInComments)
{
    EXPECT_EQ(without_foreign_comments("[a] # caf\u00e9\nb = 1\n"), "[a] # caf??\nb = 1\n");
    EXPECT_EQ(without_foreign_comments("a = '#' # \u00e9"), "a = '#' # ??");
    EXPECT_EQ(without_foreign_comments("a = \"\\\"#\" # \u00e9"), "a = \"\\\"#\" # ??");
}

TEST(ForeignLetters, StayWhereTheyAreNoComment)
{
    for (const std::string text :
         {"\u00e9 = 1", "a = '\u00e9'", "a = \"# \u00e9\"", "a = '# \u00e9'", "# a\n\u00e9",
          "a = \"\\\\\" \u00e9 #", "a = \"it's # \u00e9\""})
        EXPECT_EQ(without_foreign_comments(text), text);
}

TEST(ForeignLetters, AreFoundByLine)
{
    EXPECT_EQ(line_with_foreign_letter(""), 0U);
    EXPECT_EQ(line_with_foreign_letter("[a]\nb = 1\n"), 0U);
    EXPECT_EQ(line_with_foreign_letter("\u00e9 = 1\n"), 1U);
    EXPECT_EQ(line_with_foreign_letter("[a]\n\n'\u0462\n"), 3U);
}

}  // namespace
}  // namespace clockguard
