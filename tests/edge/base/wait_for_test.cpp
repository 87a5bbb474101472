// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/wait_for.hpp"

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "clockguard/edge/base/fd.hpp"
#include "support/child.hpp"

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

/// poll(2) takes no more descriptors than the process may have.
TEST(WaitFor, TellsThatItCannotWait)
{
    const Ran ran = run_in_child([] {
        const rlimit none{.rlim_cur = 0, .rlim_max = 0};
        ::setrlimit(RLIMIT_NOFILE, &none);
        const auto ready = wait_for(STDIN_FILENO, POLLIN, 0s);
        return !ready && ready.error() == std::errc::invalid_argument ? 0 : 1;
    });

    EXPECT_EQ(ran.exit_code, 0);
}

}  // namespace
}  // namespace clockguard
