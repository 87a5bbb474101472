// SPDX-License-Identifier: Apache-2.0
// The configuration file as it is shipped: all comments, and every default in them the true one.
#include <algorithm>
#include <regex>

#include <gtest/gtest.h>

#include "clockguard/core/base/config.hpp"
#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

std::string shipped()
{
    const auto text = read_file(CLOCKGUARD_CONFIG);
    EXPECT_TRUE(text) << to_text(text.error());
    return text.value_or("");
}

/// "# timeout = ..." becomes "timeout = ..."; sentences stay comments.
std::string with_every_default()
{
    return std::regex_replace(shipped(), std::regex{"(^|\n)# ([a-z_]+ = )"}, "$1$2");
}

Settings settings_in(const std::string& toml)
{
    const ReadSettings read = parse_toml(toml, "clockguard.toml");
    for (const Error& problem : read.problems)
        ADD_FAILURE() << to_text(problem);
    return read.settings;
}

TEST(ConfigFile, ChangesNothingAsShipped)
{
    EXPECT_TRUE(settings_in(shipped()).empty());
}

TEST(ConfigFile, ShowsEverySetting)
{
    std::vector<std::string> shown;
    for (const auto& [name, value] : settings_in(with_every_default()))
        shown.push_back(name);

    std::vector<std::string> known = setting_names();
    std::ranges::sort(known);
    EXPECT_EQ(shown, known);
}

TEST(ConfigFile, ShowsTheDefaultOfEverySetting)
{
    const auto config = apply_settings({}, settings_in(with_every_default()));

    EXPECT_TRUE(config.problems.empty());
    Config expected;
    expected.chrony.port = 323;  // unset, it is asked on the running system only
    EXPECT_TRUE(config.config == expected);
}

}  // namespace
}  // namespace clockguard
