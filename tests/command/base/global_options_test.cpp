// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/global_options.hpp"

#include <array>
#include <cstdlib>

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

std::size_t width_with(const char* columns)
{
    ::setenv("COLUMNS", columns, 1);
    const std::size_t width = prose_width();
    ::unsetenv("COLUMNS");
    return width;
}

TEST(ProseWidth, IsThatOfTheTerminalWithinWhatCanBeRead)
{
    EXPECT_EQ(width_with("90"), 90u);
    EXPECT_EQ(width_with("39"), 40u);
    EXPECT_EQ(width_with("101"), 100u);
    EXPECT_EQ(width_with("0"), 80u);
    EXPECT_EQ(width_with("wide"), 80u);
    EXPECT_EQ(prose_width(), 80u);
}

TEST(Color, IsAsAsked)
{
    ::setenv("NO_COLOR", "1", 1);

    EXPECT_TRUE(wants_color("always"));
    EXPECT_FALSE(wants_color("auto"));
    EXPECT_FALSE(wants_color("never"));

    ::unsetenv("NO_COLOR");
}

TEST(RootOption, EndsInNoSlash)
{
    EXPECT_EQ(to_root("/no/such/tree//").folder, "/no/such/tree");
    EXPECT_EQ(to_root("/no/such/tree").folder, "/no/such/tree");
}

TEST(RootOption, IsThisMachineByEveryPathOfIt)
{
    EXPECT_EQ(to_root("/").folder, Root{}.folder);
    EXPECT_EQ(to_root("/usr/..").folder, Root{}.folder);
}

TEST(JsonOption, IsFoundOnACommandLineThatIsNotValid)
{
    for (const std::array<const char*, 4>& words :
         {std::array{"clockguard", "--json", "", ""}, std::array{"clockguard", "x", "-ojson", ""},
          std::array{"clockguard", "-o", "json", "x"},
          std::array{"clockguard", "x", "--output", "json"},
          std::array{"clockguard", "--output=json", "", ""}})
        EXPECT_TRUE(asks_for_json(4, words.data())) << words[1];

    const std::array none{"clockguard", "-o", "text", "json"};
    EXPECT_FALSE(asks_for_json(4, none.data()));
    const std::array cut_short{"clockguard", "-o"};
    EXPECT_FALSE(asks_for_json(2, cut_short.data()));
}

TEST(BeginContext, HasWhatTheConfigurationAndTheOptionsSay)
{
    const Tree tree{{"/etc/clockguard/clockguard.toml", "[gate]\ntimeout = \"7s\"\nx = 1\n"}};
    const std::array<const char*, 1> environment{nullptr};

    const Context context =
        begin_context({.root = tree.folder(), .json = true, .strict = true}, environment.data());

    EXPECT_EQ(context.root.folder, tree.folder());
    EXPECT_EQ(context.config.gate.timeout, std::chrono::seconds{7});
    EXPECT_EQ(context.problems.size(), 1u);
    EXPECT_EQ(context.output.format, Format::Json);
    EXPECT_TRUE(context.output.strict);
    EXPECT_FALSE(context.config_named);
}

TEST(BeginContext, KnowsThatTheConfigurationWasNamed)
{
    const Tree tree{{"/own.toml", ""}};
    const std::array<const char*, 1> environment{nullptr};

    const Context context = begin_context({.config = tree.path("/own.toml"), .root = tree.folder()},
                                          environment.data());

    EXPECT_TRUE(context.config_named);
    EXPECT_TRUE(context.problems.empty());
}

}  // namespace
}  // namespace clockguard
