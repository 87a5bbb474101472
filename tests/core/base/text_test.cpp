// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/text.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using Views = std::vector<std::string_view>;

TEST(Text, IsTrimmedAtBothEndsOnly)
{
    EXPECT_EQ(trimmed(" \ta b\r\n"), "a b");
    EXPECT_EQ(trimmed("a"), "a");
    EXPECT_EQ(trimmed(" \n"), "");
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed("- a -\n", " -"), "a -\n");
}

TEST(Text, LosesAPairOfQuotes)
{
    EXPECT_EQ(without_quotes("\"a b\""), "a b");
    EXPECT_EQ(without_quotes("'a'"), "a");
    EXPECT_EQ(without_quotes("\"\""), "");
    for (const std::string_view kept : {"", "\"", "'a\"", "a\"", "\"a", "a"})
        EXPECT_EQ(without_quotes(kept), kept);
    EXPECT_EQ(without_quotes("''a''"), "'a'");
}

TEST(Text, IsTakenLineByLine)
{
    std::string_view text = "a\n\nb";

    EXPECT_EQ(take_line(text), "a");
    EXPECT_EQ(text, "\nb");
    EXPECT_EQ(take_line(text), "");
    EXPECT_EQ(take_line(text), "b");
    EXPECT_EQ(take_line(text), "");
    EXPECT_EQ(text, "");
}

TEST(Text, HasLines)
{
    EXPECT_EQ(lines_of("a\n\nb\n"), (Views{"a", "", "b"}));
    EXPECT_EQ(lines_of("a"), Views{"a"});
    EXPECT_EQ(lines_of("\n"), Views{""});
    EXPECT_EQ(lines_of(""), Views{});
    EXPECT_EQ(first_line("a\nb"), "a");
    EXPECT_EQ(first_line("a"), "a");
    EXPECT_EQ(first_line("\nb"), "");
}

TEST(Text, IsJoined)
{
    EXPECT_EQ(joined({"a", "b", "c"}, "; "), "a; b; c");
    EXPECT_EQ(joined({"", "b"}, ","), ",b");
    EXPECT_EQ(joined({"a"}, "; "), "a");
    EXPECT_EQ(joined({}, "; "), "");
}

TEST(Text, IsCapitalisedInAsciiOnly)
{
    EXPECT_EQ(in_capitals("not yet_valid 3z"), "NOT YET_VALID 3Z");
    EXPECT_EQ(in_capitals("caf\u00e9"), "CAF\u00e9");
}

}  // namespace
}  // namespace clockguard
