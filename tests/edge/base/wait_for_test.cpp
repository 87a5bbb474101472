// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/wait_for.hpp"

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "clockguard/edge/base/fd.hpp"
#include "support/no_descriptors.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

TEST(WaitFor, TellsWhatCanBeDoneAndLooksOnceWithoutAnyTime)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const Fd from{ends[0]};
    const Fd into{ends[1]};

    for (const Span longest : {Span{1ms}, Span{0s}, Span{-1s}})
        EXPECT_FALSE(wait_for(from.get(), POLLIN, longest).value()) << to_text(longest);
    EXPECT_TRUE(wait_for(into.get(), POLLOUT, 1ms).value());
    ASSERT_EQ(::write(into.get(), "x", 1), 1);
    EXPECT_TRUE(wait_for(from.get(), POLLIN, 0s).value());
    EXPECT_TRUE(wait_for(from.get(), POLLIN, -1s).value());
}

TEST(WaitFor, TellsThatItCannotWait)
{
    const auto ready = [] {
        const NoDescriptors allowed;
        return wait_for(STDIN_FILENO, POLLIN, 0s);
    }();

    ASSERT_FALSE(ready);
    EXPECT_EQ(ready.error(), std::errc::invalid_argument);
}

}  // namespace
}  // namespace clockguard
