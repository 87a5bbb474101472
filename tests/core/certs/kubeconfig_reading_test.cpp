// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/kubeconfig_reading.hpp"

#include <functional>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

/// A document and its reading.
struct Read {
    YamlDocument document{};
    KubeconfigReading reading{document};

    explicit Read(std::string_view text) : document{parse_yaml(text).value_or(YamlDocument{})} {}
    Read(const Read&) = delete;
    Read& operator=(const Read&) = delete;
    ~Read() = default;
};

TEST(KubeconfigReading, FindsTheLastOfAKeyAndNoNull)
{
    Read one{"a: 1\nb:\nc: x\n"};
    const KubeconfigReading& reading = one.reading;

    ASSERT_NE(reading.find(reading.root(), "c"), nullptr);
    EXPECT_EQ(reading.find(reading.root(), "c")->text, "x");
    EXPECT_EQ(reading.find(reading.root(), "b"), nullptr);
    EXPECT_EQ(reading.find(reading.root(), "d"), nullptr);
    EXPECT_EQ(reading.find(nullptr, "c"), nullptr);
    EXPECT_EQ(reading.names(reading.root()), (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_TRUE(reading.names(nullptr).empty());
}

TEST(KubeconfigReading, TakesTextsAndTruths)
{
    Read one{"server: https://a\nskip: true\n"};
    KubeconfigReading& reading = one.reading;

    EXPECT_EQ(reading.text(reading.root(), "server"), "https://a");
    EXPECT_EQ(reading.text(reading.root(), "token"), "");
    EXPECT_TRUE(reading.truth(reading.root(), "skip"));
    EXPECT_FALSE(reading.truth(reading.root(), "other"));
    EXPECT_EQ(reading.refusal(), "");
}

std::string refusal_of(const char* text, const std::function<void(KubeconfigReading&)>& read)
{
    Read one{text};
    read(one.reading);
    return one.reading.refusal();
}

TEST(KubeconfigReading, RefusesWhatIsOfAnotherType)
{
    const auto root_of = [](const KubeconfigReading& reading) { return reading.root(); };

    EXPECT_EQ(refusal_of("server: 1\n", [&](auto& r) { r.text(root_of(r), "server"); }),
              "has a 'server' that is not text");
    EXPECT_EQ(refusal_of("skip: 'true'\n", [&](auto& r) { r.truth(root_of(r), "skip"); }),
              "has a 'skip' that is neither true nor false");
    EXPECT_EQ(refusal_of("exec: []\n", [&](auto& r) { r.mapping(root_of(r), "exec"); }),
              "has a 'exec' of another form than kubectl's");
    EXPECT_EQ(refusal_of("args: x\n", [&](auto& r) { r.texts(root_of(r), "args"); }),
              "has a 'args' of another form than kubectl's");
    EXPECT_EQ(refusal_of("args: [1]\n", [&](auto& r) { r.texts(root_of(r), "args"); }),
              "has a 'args' of another form than kubectl's");
    EXPECT_EQ(refusal_of("args: [a, null]\n", [&](auto& r) { r.texts(root_of(r), "args"); }), "");
    EXPECT_EQ(refusal_of("env: [a]\n", [&](auto& r) { r.mappings(root_of(r), "env", {"name"}); }),
              "has a 'env' of another form than kubectl's");
    EXPECT_EQ(
        refusal_of("env: [{name: 1}]\n", [&](auto& r) { r.mappings(root_of(r), "env", {"name"}); }),
        "has a 'name' that is not text");
}

TEST(KubeconfigReading, KeepsTheFirstRefusalAlone)
{
    EXPECT_EQ(refusal_of("a: 1\nb: 2\n",
                         [](auto& reading) {
                             reading.text(reading.root(), "a");
                             reading.text(reading.root(), "b");
                         }),
              "has a 'a' that is not text");
}

TEST(KubeconfigReading, TakesTheEntriesOfAList)
{
    Read one{"users:\n- name: one\n  user: {token: t}\n- name: two\n"};
    KubeconfigReading& reading = one.reading;

    const auto users = reading.entries("users", "user");

    ASSERT_EQ(users.size(), 2U);
    EXPECT_EQ(reading.text(users.at("one"), "token"), "t");
    EXPECT_EQ(users.at("two"), nullptr);
    EXPECT_TRUE(reading.entries("clusters", "cluster").empty());
    EXPECT_EQ(reading.refusal(), "");
}

TEST(KubeconfigReading, RefusesListsThatAreNone)
{
    const auto users = [](auto& reading) { reading.entries("users", "user"); };

    EXPECT_EQ(refusal_of("users: {}\n", users), "has 'users' that are no list");
    EXPECT_EQ(refusal_of("users: [x]\n", users), "has users of another form than kubectl's");
    EXPECT_EQ(refusal_of("users: [{name: x, user: t}]\n", users),
              "has users of another form than kubectl's");
    EXPECT_EQ(refusal_of("users: [{name: x}, {name: x}]\n", users), "has two 'x' in its users");
}

TEST(KubeconfigReading, TakesDataWithLineEnds)
{
    const std::string text = "key: |\n  Zm9v\n  YmFy\n";
    Read one{text};

    const auto data = one.reading.data(one.reading.root(), "key");

    ASSERT_TRUE(data);
    EXPECT_EQ(data->text, "foobar");
    EXPECT_FALSE(data->is_shared);
    EXPECT_EQ(one.reading.refusal() + one.reading.unclear(), "");
    EXPECT_FALSE(one.reading.data(one.reading.root(), "other"));
}

TEST(KubeconfigReading, TellsSpoiltDataFromThatWhichCannotBeRead)
{
    Read spoilt{"key: Zm9\n"};
    Read blanks{"key: Zm9v YmFy\n"};
    Read tagged{"key: !!binary Zm9v\n"};

    EXPECT_FALSE(spoilt.reading.data(spoilt.reading.root(), "key"));
    EXPECT_EQ(spoilt.reading.refusal(), "has a 'key' that is not base64");
    EXPECT_EQ(spoilt.reading.unclear(), "");
    for (Read* one : {&blanks, &tagged}) {
        one->reading.data(one->reading.root(), "key");
        EXPECT_EQ(one->reading.refusal(), "");
        EXPECT_EQ(one->reading.unclear(), "has 'key' in a form that cannot be read here");
    }
}

}  // namespace
}  // namespace clockguard
