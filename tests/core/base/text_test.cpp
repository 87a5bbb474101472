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

TEST(Printable, ShowsWhatWouldCommandATerminal)
{
    EXPECT_EQ(printable("a\tb\nc"), "a\tb\nc");
    EXPECT_EQ(printable("\033]0;OWNED\007\r"), "\\u001b]0;OWNED\\u0007\\u000d");
    EXPECT_EQ(printable("\302\2331m\177"), "\\u009b1m\\u007f");
    EXPECT_EQ(printable("caf\303\251 \302\261"), "caf\303\251 \302\261");
    EXPECT_EQ(printable("\302"), "\302");
}

TEST(Printable, SparesOurOwnBoldOnATerminalAlone)
{
    const std::string bold = "\033[1;31mCRITICAL\033[0m";

    EXPECT_EQ(printable(bold, true), bold);
    EXPECT_EQ(printable(bold), "\\u001b[1;31mCRITICAL\\u001b[0m");
    EXPECT_EQ(printable("\033[2J\033[1;3", true), "\\u001b[2J\\u001b[1;3");
}

}  // namespace
}  // namespace clockguard
