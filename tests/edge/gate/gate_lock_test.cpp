// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/gate_lock.hpp"

#include <chrono>
#include <fcntl.h>
#include <future>
#include <sys/file.h>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "support/other_user.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

TEST(GateLock, TellsWhetherAGateWaits)
{
    const Tree tree;
    const Root root{tree.folder()};
    EXPECT_FALSE(is_gate_waiting(root));
    EXPECT_TRUE(tree.snapshot().empty());

    {
        const auto lock = lock_gate(root);
        ASSERT_TRUE(lock);
        EXPECT_TRUE(is_gate_waiting(root));
    }

    EXPECT_FALSE(is_gate_waiting(root));
}

TEST(GateLock, IsHeldByOneGateAtATime)
{
    const Tree tree;
    const Root root{tree.folder()};
    const auto first = lock_gate(root);
    ASSERT_TRUE(first);

    const auto second = lock_gate(root);

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, std::errc::resource_unavailable_try_again);
}

TEST(GateLock, IsTakenOnceWhoOnlyAskedHasLetGo)
{
    const Tree tree;
    const Root root{tree.folder()};
    ASSERT_TRUE(lock_gate(root));
    const Fd asks{::open(tree.path("/run/clockguard/gate.lock").c_str(), O_RDONLY | O_CLOEXEC)};
    ASSERT_EQ(::flock(asks.get(), LOCK_SH), 0);

    auto gate = std::async(std::launch::async, [&] { return lock_gate(root); });
    EXPECT_EQ(gate.wait_for(std::chrono::milliseconds{60}), std::future_status::timeout);
    ::flock(asks.get(), LOCK_UN);

    EXPECT_TRUE(gate.get());
}

TEST(GateLock, TellsThoseWhoMayNotOpenItToo)
{
    const Tree tree;
    const Root root{tree.folder()};
    ::chmod(tree.folder().c_str(), 0755);
    auto lock = lock_gate(root);
    ASSERT_TRUE(lock);
    ::fchmod(lock->get(), 0);

    const AsAnotherUser nobody;

    EXPECT_TRUE(is_gate_waiting(root));
    *lock = Fd{};
    EXPECT_FALSE(is_gate_waiting(root));
}

}  // namespace
}  // namespace clockguard
