// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/yaml_scalar.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

YamlNode value_of(const std::string& text)
{
    const auto document = parse_yaml("v: " + text + "\n");
    return document && document->nodes.size() == 3 ? document->nodes[2] : YamlNode{};
}

TEST(YamlScalar, KnowsATextFromANumber)
{
    for (const char* text : {"abc", "v1",     "'1'",       "\"1\"",      "!!str 1", "1x", "0xg",
                             "1e",  "1.2.3",  "127.0.0.1", "2001-01-01", "_1",      "-",  "+x",
                             ".",   "'true'", "truth",     "Y2E=",       "1:30",    "e5"})
        EXPECT_TRUE(is_text(value_of(text))) << text;
    for (const char* text :
         {"1", "-1", "+1", "010", "1_000", "0x1F", "0b11", "0o17", "1.5", "1.", ".5", "1e5",
          "1.5E-3", ".inf", "-.INF", ".nan", "12345678901234567890", "yes", "null"})
        EXPECT_FALSE(is_text(value_of(text))) << text;
}

TEST(YamlScalar, KnowsEveryWordForYesAndNo)
{
    for (const char* yes : {"y", "Yes", "TRUE", "on"})
        EXPECT_EQ(truth_of(value_of(yes)), true) << yes;
    for (const char* no : {"N", "no", "False", "OFF"})
        EXPECT_EQ(truth_of(value_of(no)), false) << no;
    for (const char* other : {"'true'", "tRUE", "1", "~", "[true]"})
        EXPECT_EQ(truth_of(value_of(other)), std::nullopt) << other;
}

TEST(YamlScalar, TakesNothingInQuotesForNothing)
{
    for (const char* nothing : {"", "~", "null", "Null", "NULL"})
        EXPECT_TRUE(is_null(value_of(nothing))) << nothing;
    for (const char* thing : {"''", "'null'", "nil", "[]"})
        EXPECT_FALSE(is_null(value_of(thing))) << thing;
}

/// goyaml.v2, resolve(): a tag of its own schema holds for a text in quotes, too.
TEST(YamlScalar, IsWhatItsTagSays)
{
    for (const char* number :
         {"!!int 5", "!!int '5'", "!!float \"5\"", "!!float 1.5", "!!int 0x1F"})
        EXPECT_FALSE(is_text(value_of(number))) << number;
    EXPECT_EQ(truth_of(value_of("!!bool 'true'")), true);
    EXPECT_TRUE(is_null(value_of("!!null ''")));
    EXPECT_TRUE(is_null(value_of("!!null ~")));
    EXPECT_TRUE(is_text(value_of("!!str 5")));
    EXPECT_TRUE(is_text(value_of("!own 5")));
    EXPECT_FALSE(value_of("!!int 5").is_tagged);
    EXPECT_TRUE(value_of("!!binary Zm9v").is_tagged);
}

}  // namespace
}  // namespace clockguard
