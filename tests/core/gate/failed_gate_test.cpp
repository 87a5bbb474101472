// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/failed_gate.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

TEST(FailedGate, GoesOnAfterAKillOrAHang)
{
    const auto waiting = GateOutcome::TimeoutHeld;

    EXPECT_EQ(reason_to_go_on({"signal", "killed", "KILL"}, waiting), "the gate was killed (KILL)");
    EXPECT_EQ(reason_to_go_on({"timeout", "killed", "TERM"}, waiting),
              "the gate hung and was ended by systemd");
    EXPECT_EQ(reason_to_go_on({"exit-code", "exited", "70"}, std::nullopt),
              "the gate ended with exit code 70");
    EXPECT_EQ(reason_to_go_on({"oom-kill", "killed", "KILL"}, std::nullopt),
              "the gate was killed (KILL)");
}

TEST(FailedGate, DoesNotGoOnAfterAnEndThatWasMeant)
{
    EXPECT_EQ(reason_to_go_on({"success", "exited", "75"}, GateOutcome::TimeoutHeld), "");
    EXPECT_EQ(reason_to_go_on({"success", "killed", "TERM"}, std::nullopt), "");
    EXPECT_EQ(reason_to_go_on({"signal", "killed", "KILL"}, GateOutcome::Synchronized), "");
    EXPECT_EQ(reason_to_go_on({}, std::nullopt), "");  // typed by hand
}

TEST(FailedGate, WaitsForTheRestOnly)
{
    EXPECT_EQ(rest_of({.timeout = 5min}, 2min).timeout, 3min);
    EXPECT_EQ(rest_of({.timeout = 5min}, 6min).timeout, 0s);
    EXPECT_EQ(rest_of({.timeout = forever}, 6min).timeout, forever);
}

}  // namespace
}  // namespace clockguard
