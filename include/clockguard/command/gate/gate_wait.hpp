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
    /// Called with the events and the observation before them: the gate nudges chronyd here.
    std::function<void(const WakeReasons&, const Observation&)> after_wait{};
};

/// Observes, judges and waits until the clock is trusted, the gate is released by hand, or under
/// `release` the limit is reached. Under `hold` it continues past the limit. A wait that is stopped
/// ends as Waiting or TimeoutHeld.
GateView wait_for_trust(const GatePolicy& gate, const ClockPolicy& clock, const GateWorld& world);

/// The real world: the witnesses of `sources`, this machine's clocks and events. Both must outlive
/// it. `report` is called after every look; `memory` is what is known before the first.
GateWorld live_world(const Sources& sources, Events& events,
                     std::function<void(const GateView&)> report, ChronyMemory memory = {});

/// The folders whose changes end a wait for the next event. In chronyd's folder only chronyd's own
/// socket and pid file count, not the sockets of its clients.
std::vector<WatchedFolder> watched_folders(const Context& context);

}  // namespace clockguard
