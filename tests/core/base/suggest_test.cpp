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

TEST(Suggest, AsksInWords)
{
    EXPECT_EQ(did_you_mean("gat", commands), " (did you mean 'gate'?)");
}

}  // namespace
}  // namespace clockguard
