// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "clockguard/command/base/context.hpp"
#include "clockguard/command/gate/gate_lines.hpp"
#include "clockguard/core/clock/observation.hpp"
#include "clockguard/core/gate/gate.hpp"
#include "clockguard/edge/clock/observe.hpp"
#include "clockguard/edge/gate/events.hpp"

namespace clockguard {

/// The outside world as the wait needs it. The commands fill it with edges, tests with lambdas.
struct GateWorld {
    std::function<Observation()> observe{};
    std::function<Uptime()> uptime{};
    std::function<Instant()> boot_instant{};
    /// For the next event, at most so long; and how often to look at the kernel's state meanwhile.
    std::function<WakeReasons(Span, Span)> wait{};
    std::function<bool()> released{};               // by hand
    std::function<bool()> host_corrected{};         // a look in this boot set the clock by it
    std::function<void(const GateView&)> report{};  // after every look that does not end the wait
    /// What woke, and what was seen before: where the gate tells chronyd of a new route.
    std::function<void(const WakeReasons&, const Observation&)> after_wait{};
};

/// Looks, judges and waits until the clock is trusted, somebody releases the gate, or under
/// `release` the limit is reached. Under `hold` it goes on looking past the limit. A wait that was
/// told to stop ends as Waiting or TimeoutHeld.
GateView wait_for_trust(const GatePolicy& gate, const ClockPolicy& clock, const GateWorld& world);

/// The real world: the witnesses of `sources`, this machine's clocks and events. Both must outlive
/// it. `report` is called after every look.
GateWorld live_world(const Sources& sources, Events& events,
                     std::function<void(const GateView&)> report);

/// The folders in which something happens that a wait must not sleep through. In chronyd's own it
/// is the coming and going of chronyd, not of those who ask it.
std::vector<WatchedFolder> watched_folders(const Context& context);

}  // namespace clockguard
