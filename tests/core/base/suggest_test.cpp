// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/suggest.hpp"

#include <array>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

const std::array<std::string, 4> commands{"status", "gate", "certs", "rtc"};

TEST(Suggest, FindsTheWordThatWasMeant)
{
    EXPECT_EQ(suggest("gat", commands), "gate");
    EXPECT_EQ(suggest("stauts", commands), "status");
    EXPECT_EQ(suggest("cert", commands), "certs");
}

TEST(Suggest, StaysSilentWhenNothingIsNear)
{
    EXPECT_EQ(suggest("frobnicate", commands), "");
    EXPECT_EQ(suggest("", commands), "");
    EXPECT_EQ(did_you_mean("frobnicate", commands), "");
}

/// One letter is as near to every other.
TEST(Suggest, TakesNoShortWordForAnother)
{
    const std::array<std::string, 3> options{"-o", "--help", "--dry-run"};

    EXPECT_EQ(suggest("foo", options), "");
    EXPECT_EQ(suggest("-x", options), "");
    EXPECT_EQ(suggest("help", options), "--help");
    EXPECT_EQ(suggest("--dry-run", options), "");
}

TEST(Suggest, AsksInWords)
{
    EXPECT_EQ(did_you_mean("gat", commands), " (did you mean 'gate'?)");
}

}  // namespace
}  // namespace clockguard
