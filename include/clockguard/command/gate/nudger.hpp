// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "clockguard/core/clock/observation.hpp"
#include "clockguard/core/gate/nudge.hpp"
#include "clockguard/edge/clock/observe.hpp"
#include "clockguard/edge/gate/events.hpp"

namespace clockguard {

/// What the nudger does to chronyd. The gate fills it with edges, tests with lambdas.
struct NudgerWorld {
    std::function<Uptime()> uptime{};
    std::function<Result<void>()> nudge{};  // ONLINE and BURST
    std::function<Result<ChronyActivity>()> activity{};
    std::function<Result<void>()> put_online{};
};

/// Tells chronyd to measure at once when a route came and no source answers, and leaves no source
/// offline that was not so when the wait began. The gate alone has one: a wait of hours would ask
/// the time servers for nothing.
class Nudger {
public:
    explicit Nudger(NudgerWorld world) : world_{std::move(world)} {}

    /// `seen` is what was looked at before the wait.
    void after_wait(const WakeReasons& woken, const Observation& seen);

    /// Called when the gate ends.
    void end();

private:
    NudgerWorld world_;
    NudgeTimes times_{};
    std::optional<int> offline_at_begin_{};  // unknown until chronyd says so
};

/// This machine's chronyd. One that takes no commands finds the network later by itself.
NudgerWorld live_nudger_world(const ChronyAddress& chrony);

}  // namespace clockguard
