// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/toml_reader.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

std::string picture_of(const TomlValue& value);

std::string picture_of(const std::vector<TomlValue>& values)
{
    return joined(values, " ", [](const TomlValue& value) { return picture_of(value); });
}

/// "3:timeout='5min'": line, key and value; a list in [], a table in {}, tables in <>, and what no
/// file of ours has after a "!".
std::string picture_of(const TomlValue& value)
{
    const std::string head = fmt::format("{}:{}=", value.line, value.key);
    switch (value.kind) {
    case TomlKind::Text:
        return fmt::format("{}'{}'", head, value.text);
    case TomlKind::List:
        return fmt::format("{}[{}]", head, joined(value.items, "|"));
    case TomlKind::Table:
        return fmt::format("{}{{{}}}", head, picture_of(value.children));
    case TomlKind::Tables:
        return fmt::format("{}<{}>", head, picture_of(value.children));
    case TomlKind::Other:
        return fmt::format("{}!{}", head, value.text);
    }
    return head;
}

std::string picture_in(std::string_view text)
{
    const auto file = read_toml(text);
    return file ? picture_of(file->children) : to_text(file.error());
}

TEST(TomlReader, GivesValuesAsTheEnvironmentWouldWriteThem)
{
    EXPECT_EQ(picture_in("a = \"5min\"\n"), "1:a='5min'");
    EXPECT_EQ(picture_in("a = true\n"), "1:a='true'");
    EXPECT_EQ(picture_in("a = false\n"), "1:a='false'");
    EXPECT_EQ(picture_in("a = -17\n"), "1:a='-17'");
    EXPECT_EQ(picture_in("a = 0x10\n"), "1:a='16'");
    EXPECT_EQ(picture_in("a = [\"x\", \"y\"]\n"), "1:a=[x|y]");
    EXPECT_EQ(picture_in("a = []\n"), "1:a=[]");
    EXPECT_EQ(picture_in(""), "");
}

TEST(TomlReader, KeepsTheOrderOfTheFile)
{
    EXPECT_EQ(picture_in("b = 1\n\na = 2\n[z]\nd = 3\nc = 4\n[y]\n"),
              "1:b='1' 3:a='2' 4:z={5:d='3' 6:c='4'} 7:y={}");
    EXPECT_EQ(picture_in("[[m]]\nk = 1\n[[m]]\n[[m]]\nk = 2\n"),
              "1:m=<1:={2:k='1'} 3:={} 4:={5:k='2'}>");
}

TEST(TomlReader, GoesAsDeepAsOurFilesAndNoDeeper)
{
    EXPECT_EQ(picture_in("[[a]]\n[a.b]\nc = 1\n"), "1:a=<1:={2:b={3:c='1'}}>");
    EXPECT_EQ(picture_in("[[a]]\n[a.b]\n[a.b.c]\nd = 1\n"),
              "1:a=<1:={2:b={3:c=!must be a string, whole number, boolean or list}}>");
    EXPECT_EQ(picture_in("[a]\n[a.b]\n[[a.b.c]]\n"), "1:a={2:b={3:c=!must be a list of strings}}");
}

TEST(TomlReader, SaysWhatIsExpectedInsteadOfAnythingElse)
{
    EXPECT_EQ(picture_in("a = 1.5\n"), "1:a=!must be a string, whole number, boolean or list");
    EXPECT_EQ(picture_in("a = 2026-03-03\n"),
              "1:a=!must be a string, whole number, boolean or list");
    EXPECT_EQ(picture_in("a = [\"x\", 1]\n"), "1:a=!must be a list of strings");
    EXPECT_EQ(picture_in("a = [{b = 1}, \"x\"]\n"), "1:a=!must be a list of strings");
}

TEST(TomlReader, NamesTheLineOfWhatIsNoToml)
{
    for (const char* text :
         {"a = 1\nb = \n", "a = 1\na = 2\n", "a = 1\n[*]\n", "a = 1\n[b\n", "a = 1\nb = \"x\n"})
        EXPECT_TRUE(picture_in(text).starts_with("line 2: ")) << text << picture_in(text);
}

TEST(TomlReader, ReadsAFileOfWindows)
{
    EXPECT_EQ(picture_in("\xef\xbb\xbf"
                         "a = 1\r\nb = 2\r\n"),
              "1:a='1' 2:b='2'");
}

TEST(TomlReader, TakesLettersOutsideAsciiInCommentsOnly)
{
    EXPECT_EQ(picture_in("# caf\u00e9\na = 1\n"), "2:a='1'");
    EXPECT_EQ(picture_in("a = 1\nb = \"caf\u00e9\"\n"),
              "line 2: a character outside ASCII: write it as \\u00e9");
    EXPECT_EQ(picture_in("a = \"caf\\u00e9\"\n"), "1:a='caf\u00e9'");
}

TEST(TomlReader, TellsWhereAValueStands)
{
    EXPECT_EQ(to_text(at_line({.key = "naem", .line = 3}, "unknown key 'naem'")),
              "line 3: unknown key 'naem'");
}

}  // namespace
}  // namespace clockguard
