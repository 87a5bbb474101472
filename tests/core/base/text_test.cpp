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

TEST(Text, LosesItsMiddleWhereItIsMuchTooLong)
{
    EXPECT_EQ(shortened(std::string(50, 'a'), 10), std::string(50, 'a'));
    EXPECT_EQ(shortened(std::string(51, 'a'), 10), "aaaaa (41 bytes left out) aaaaa");
    EXPECT_EQ(shortened("abcd\u00e9" + std::string(50, 'x') + "\u00e9yzab", 10),
              "abcd (54 bytes left out) yzab");
    EXPECT_EQ(shortened(std::string(99, '\x80'), 10), " (99 bytes left out) ");
}

TEST(Text, IsCapitalisedInAsciiOnly)
{
    EXPECT_EQ(in_capitals("not yet_valid 3z"), "NOT YET_VALID 3Z");
    EXPECT_TRUE(is_same_word("Node-7.Example", "nODE-7.eXAMPLE"));
    EXPECT_FALSE(is_same_word("node[", "node{"));
    EXPECT_FALSE(is_same_word("node", "nodes"));
    EXPECT_EQ(in_capitals("caf\u00e9"), "CAF\u00e9");
}

TEST(OnOneLine, IsOneLineWhateverANameHolds)
{
    EXPECT_EQ(on_one_line("a\nCRITICAL\tb\033\xff c"), "a\\u000aCRITICAL\\u0009b\\u001b\\xff c");
    EXPECT_EQ(on_one_line(on_one_line("a\n")), "a\\u000a");
}

TEST(Printable, ShowsWhatWouldCommandATerminal)
{
    EXPECT_EQ(printable("a\tb\nc"), "a\tb\nc");
    EXPECT_EQ(printable("\033]0;OWNED\007\r"), "\\u001b]0;OWNED\\u0007\\u000d");
    EXPECT_EQ(printable("\302\2331m\177"), "\\u009b1m\\u007f");
    EXPECT_EQ(printable("caf\303\251 \302\261"), "caf\303\251 \302\261");
}

TEST(ParseNumber, TakesNothingBesideIt)
{
    EXPECT_EQ(parse_number<int>("-12"), -12);
    EXPECT_EQ(parse_number<int>("0600", 8), 0600);
    EXPECT_EQ(parse_number<double>("1.5"), 1.5);
    for (const char* text : {"", " 1", "1 ", "1x", "x", "2147483648"})
        EXPECT_FALSE(parse_number<int>(text)) << text;
}

TEST(WordsOf, LeavesOutWhatIsEmpty)
{
    EXPECT_EQ(joined(words_of("  server\tntp.example  nts \r"), "|"), "server|ntp.example|nts");
    EXPECT_EQ(joined(words_of("a,,b", ","), "|"), "a|b");
    EXPECT_TRUE(words_of(" \n").empty());
}

TEST(OsRelease, ReadsAValueHoweverItIsQuoted)
{
    EXPECT_EQ(os_release_value("ID=debian\nPRETTY_NAME=\"Debian 12\"\n", "PRETTY_NAME"),
              "Debian 12");
    EXPECT_EQ(os_release_value("PRETTY_NAME='Alpine Linux'\n", "PRETTY_NAME"), "Alpine Linux");
    EXPECT_EQ(os_release_value("PRETTY_NAME=Void\n", "PRETTY_NAME"), "Void");
    EXPECT_EQ(os_release_value("PRETTY_NAME=\"torn\nID=x\n", "PRETTY_NAME"), "\"torn");
    EXPECT_EQ(os_release_value("ID=one\nID=other", "ID"), "other");
    EXPECT_EQ(os_release_value("# ID=x\nID_LIKE=debian\n", "ID"), "");
}

TEST(Counted, HasANounForOne)
{
    EXPECT_EQ(counted(0, "boot"), "0 boots");
    EXPECT_EQ(counted(1, "boot"), "1 boot");
    EXPECT_EQ(counted(2, "boot"), "2 boots");
}

TEST(InAscii, EscapesAsJsonDoes)
{
    EXPECT_EQ(in_ascii("a\tb\n~"), "a\tb\n~");
    EXPECT_EQ(in_ascii("caf\303\251"), "caf\\u00e9");
    EXPECT_EQ(in_ascii("\360\237\225\220!"), "\\ud83d\\udd50!");
}

TEST(Printable, ShowsBytesThatAreNoUtf8)
{
    EXPECT_EQ(printable("\302"), "\\xc2");
    EXPECT_EQ(printable("a\377\23331m"), "a\\xff\\x9b31m");
    EXPECT_EQ(printable("\342\202x"), "\\xe2\\x82x");
    EXPECT_EQ(printable("\300\233"), "\\xc0\\x9b");                    // ESC in two bytes
    EXPECT_EQ(printable("\340\202\233"), "\\xe0\\x82\\x9b");           // CSI in three
    EXPECT_EQ(printable("\355\240\200"), "\\xed\\xa0\\x80");           // U+D800
    EXPECT_EQ(printable("\364\220\200\200"), "\\xf4\\x90\\x80\\x80");  // U+110000
    EXPECT_EQ(printable("\360\237\230\200 \342\202\254"), "\360\237\230\200 \342\202\254");
}

TEST(Printable, ShowsWhatTurnsTheDirectionOrEndsALine)
{
    EXPECT_EQ(printable("a\u202eb\u2066c\u2069"), "a\\u202eb\\u2066c\\u2069");
    EXPECT_EQ(printable("\u2028\u2029\u200e\u200f\u061c"), "\\u2028\\u2029\\u200e\\u200f\\u061c");
    EXPECT_EQ(printable("\u2027\u202f\u2065\u206a"), "\u2027\u202f\u2065\u206a");
}

TEST(Printable, SparesNoColours)
{
    EXPECT_EQ(printable("\033[1;31mCRITICAL\033[0m"), "\\u001b[1;31mCRITICAL\\u001b[0m");
}

TEST(ShellWord, IsQuotedWhereAShellWouldReadItOtherwise)
{
    EXPECT_EQ(shell_word("/mnt/disk-1.a_b"), "/mnt/disk-1.a_b");
    EXPECT_EQ(shell_word("/mnt/its disk"), "'/mnt/its disk'");
    EXPECT_EQ(shell_word("it's $HOME"), R"('it'\''s $HOME')");
    EXPECT_EQ(shell_word("~root"), "'~root'");
    EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace clockguard
