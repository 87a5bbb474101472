// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/yaml.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace clockguard {
namespace {

std::string refusal(const std::string& text)
{
    const auto document = parse_yaml(text);
    return document ? "read" : to_text(document.error());
}

std::string unread(const std::string& text)
{
    const auto document = parse_yaml(text);
    return document ? document->unread : to_text(document.error());
}

TEST(Yaml, TellsWhereAValueStandsInBytes)
{
    const std::string text = "# \xC3\xA9\nname: \"x\xE2\x82\xAC\"\n";

    const auto document = parse_yaml(text);

    ASSERT_TRUE(document) << to_text(document.error());
    ASSERT_EQ(document->nodes.size(), 3U);
    const YamlNode& value = document->nodes[2];
    EXPECT_EQ(value.text, "x\xE2\x82\xAC");
    EXPECT_EQ(text.substr(value.begin, value.size), "x\xE2\x82\xAC");
}

TEST(Yaml, ReadsTheFirstDocumentOnly)
{
    const auto document = parse_yaml("a: [1, 2]\n---\n: : }\n");

    ASSERT_TRUE(document);
    EXPECT_EQ(document->nodes.size(), 5U);
    EXPECT_EQ(document->nodes[0].kind, YamlKind::Mapping);
    EXPECT_TRUE(parse_yaml("")->nodes.empty());
}

/// What libyaml takes, and goyaml.v2 does not.
TEST(Yaml, IsThatOfKubernetes)
{
    EXPECT_EQ(refusal("%YAML 1.1\n---\na: b\n"), "read");
    EXPECT_EQ(refusal("%YAML 1.2\n---\na: b\n"), "is not YAML: found incompatible YAML document");
    EXPECT_EQ(refusal("a: \"b\\/c\"\n"), "is not YAML: found unknown escape character");
    EXPECT_EQ(refusal("a: \"b\\\\/c\"\n"), "read");
    EXPECT_EQ(refusal("a: 'b\\/c'\n"), "read");
    for (const char* key : {"null: a", "~: a", "[a]: b", "{a: b}: c", "? - a\n: b"})
        EXPECT_EQ(refusal(std::string{key} + "\n"), "is not YAML: invalid map key") << key;
    EXPECT_EQ(refusal("1: a\nyes: b\n'': c\n"), "read");
}

TEST(Yaml, IsRefusedWhereATextIsNotOfTheTypeItIsSaidToBe)
{
    for (const char* text :
         {"!!int 5", "!!float 5", "!!bool 'no'", "!!null ''", "!!str x", "!own x"})
        EXPECT_EQ(refusal(fmt::format("a: {}\n", text)), "read") << text;
    EXPECT_EQ(refusal("a: !!int x\n"), "is not YAML: cannot decode 'x' as tag:yaml.org,2002:int");
    for (const char* text :
         {"!!int 1.5", "!!int ''", "!!int 1e5", "!!float x", "!!bool x", "!!null x", "!!null '0'"})
        EXPECT_TRUE(
            refusal(fmt::format("a: {}\n", text)).starts_with("is not YAML: cannot decode "))
            << text;
}

TEST(Yaml, MarksWhatAnAliasStandsFor)
{
    const auto document = parse_yaml("a: &x {b: c}\nd: *x\n");

    ASSERT_TRUE(document);
    ASSERT_EQ(document->nodes[0].members.size(), 2U);
    EXPECT_EQ(document->nodes[0].members[0].second, document->nodes[0].members[1].second);
    EXPECT_TRUE(document->nodes[document->nodes[0].members[0].second].is_shared);
    EXPECT_FALSE(document->nodes[0].is_shared);
}

/// The keys and values of the mapping under `key`, in their order.
std::string members(const std::string& text, const std::string& key)
{
    const auto document = parse_yaml(text);
    if (!document)
        return to_text(document.error());
    std::string all;
    for (const auto& [name, value] : document->nodes[0].members)
        if (document->nodes[name].text == key)
            for (const auto& [k, v] : document->nodes[value].members)
                all += document->nodes[k].text + "=" + document->nodes[v].text + " ";
    return all;
}

TEST(Yaml, PutsInPlaceWhatAMergeStandsFor)
{
    const std::string base = "a: &a {p: 1, q: 2}\nb: &b {<<: *a, q: 3}\n";

    EXPECT_EQ(members(base, "b"), "p=1 q=2 q=3 ");
    EXPECT_EQ(members(base + "c: {r: 0, <<: *b}\n", "c"), "r=0 p=1 q=2 q=3 ");
    EXPECT_EQ(members(base + "c: {<<: [*b, {q: 4}]}\n", "c"), "q=4 p=1 q=2 q=3 ");
    EXPECT_EQ(members(base + "c: {<<: {p: 5}}\n", "c"), "p=5 ");
    EXPECT_EQ(members(base + "c: {'<<': x}\n", "c"), "<<=x ");
    const std::string none = "is not YAML: map merge requires map or sequence of maps as the value";
    EXPECT_EQ(members(base + "c: {<<: x}\n", "c"), none);
    EXPECT_EQ(members(base + "c: {<<: [*a, x]}\n", "c"), none);
}

TEST(Yaml, MergesNoMoreThanAnythingHas)
{
    std::string text = "n0: &n0 {a: 1, b: 2}\n";
    for (int i = 1; i < 40; ++i)
        text += fmt::format("n{}: &n{} {{<<: [*n{}, *n{}]}}\n", i, i, i - 1, i - 1);

    EXPECT_EQ(unread(text), "has more than 10000 merged values");
}

TEST(Yaml, RefusesWhatIsNoneAndWhatHasNoEnd)
{
    EXPECT_EQ(refusal("a: [1"), "is not YAML: did not find expected ',' or ']' (line 2)");
    EXPECT_EQ(refusal("a: *x\n"), "has an alias 'x' without an anchor");
    EXPECT_EQ(refusal("&x [*x]\n"), "has an alias 'x' of a value that contains it");
    EXPECT_EQ(refusal(std::string(3, '\0')),
              "is not YAML: control characters are not allowed (line 1)");
}

TEST(Yaml, CallsNothingWrongThatIsOnlyLong)
{
    EXPECT_EQ(unread(std::string(100'000, '[')), "is nested deeper than 64 levels");
    std::string many = "[";
    for (int i = 0; i < 20'000; ++i)
        many += "1,";
    EXPECT_EQ(unread(many), "has more than 10000 values");
}

}  // namespace
}  // namespace clockguard
