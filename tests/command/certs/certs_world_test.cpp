// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_world.hpp"

#include <unistd.h>

#include <gtest/gtest.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

Context disk_in(const Tree& tree)
{
    return {.root = {.folder = tree.folder()}};
}

/// What the gate leaves that has trusted the clock as it is now.
void trust(const Tree& tree)
{
    const Report report{.host = {.boot_id = "b1"},
                        .run = {.command = "gate",
                                .time = wall_now(),
                                .clock_trusted = true,
                                .trusted_by = "chrony"},
                        .gate = GateRecord{.outcome = GateOutcome::Synchronized,
                                           .boot_instant = boot_instant(),
                                           .began_boot_instant = boot_instant()}};
    const auto saved = save_state({.folder = tree.folder()}, report);
    ASSERT_TRUE(saved) << to_text(saved.error());
}

TEST(CertsWorld, AsksNothingOfThisMachineForADisk)
{
    const Tree tree{{"/proc/sys/kernel/hostname", "edge-07\n"}};

    const CertsWorld world = certs_world(disk_in(tree));

    EXPECT_FALSE(world.served_serial);
    EXPECT_FALSE(world.containerd_runs);
    EXPECT_TRUE(world.may_write());
    EXPECT_EQ(world.host().hostname, "edge-07");
}

TEST(CertsWorld, AsksWhatRunsOnThisMachine)
{
    const CertsWorld world = certs_world({});

    EXPECT_TRUE(world.served_serial);
    EXPECT_TRUE(world.containerd_runs);
    EXPECT_EQ(world.may_write(), ::geteuid() == 0);
}

TEST(CertsWorld, GoesByTheGatesWordForAsLongAsTheClockIsNotMoved)
{
    const Tree tree{{"/proc/sys/kernel/random/boot_id", "b1\n"}};
    const CertsWorld world = certs_world(disk_in(tree));
    EXPECT_FALSE(world.clock().trusted);
    EXPECT_NE(world.clock().why, "");

    trust(tree);
    const ClockTrust clock = world.clock();

    EXPECT_TRUE(clock.trusted) << clock.why;
    EXPECT_EQ(clock.by, "chrony, at boot");
    EXPECT_EQ(clock.ahead, Span{});
    EXPECT_EQ(world.clock_moved(), "");
}

TEST(CertsWorld, HasTheClocksOfThisMachine)
{
    const CertsWorld world = certs_world({});

    const Instant before = wall_now();
    const Instant now = world.now();
    EXPECT_LE(before, now);
    EXPECT_LE(now, wall_now());
    const Uptime booted = uptime_now();
    const Uptime up = world.uptime();
    EXPECT_LE(booted, up);
    EXPECT_LE(up, uptime_now());
}

}  // namespace
}  // namespace clockguard
