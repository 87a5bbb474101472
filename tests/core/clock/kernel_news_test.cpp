// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/kernel_news.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

constexpr KernelState before{
    .frequency = 100, .tick = 10000, .max_error_us = 20'123, .status = 0x2001};

TEST(KernelNews, AreWhatAnNtpClientWrites)
{
    for (auto change : {+[](KernelState& now) { now.frequency = 101; },
                        +[](KernelState& now) { now.tick = 9167; },
                        +[](KernelState& now) { now.max_error_us = 19'000; },
                        +[](KernelState& now) { now.max_error_us = 21'000; },
                        +[](KernelState& now) { now.status = 0x2041; }}) {
        KernelState now = before;
        change(now);
        EXPECT_TRUE(was_written(before, now));
    }
}

TEST(KernelNews, AreNotWhatTheKernelAddsByItself)
{
    KernelState now = before;
    EXPECT_FALSE(was_written(before, now));
    now.max_error_us += 1500;
    EXPECT_FALSE(was_written(before, now));
    const KernelState lost{
        .frequency = 100, .tick = 10000, .max_error_us = 16'000'000, .status = 0x2041};
    EXPECT_FALSE(was_written(before, lost));
}

}  // namespace
}  // namespace clockguard
