// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/gate_lock.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace clockguard
