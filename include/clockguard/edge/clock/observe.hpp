// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "clockguard/core/base/config.hpp"
#include "clockguard/core/clock/observation.hpp"
#include "clockguard/core/clock/trust.hpp"
#include "clockguard/edge/base/root.hpp"
#include "clockguard/edge/clock/chrony.hpp"

namespace clockguard {

/// Whom to ask, and by which rules their readings become statements.
struct Sources {
    Root root{};
    ChronyAddress chrony{};
    ClockPolicy policy{};
    Floor floor{};             // read once: a disk that hangs must not hang a wait
    bool ask_kernel = true;    // not for another machine's disk
    bool nudge_chrony = true;  // when a route comes
};

/// What the configuration says of the witnesses, for this machine.
Sources to_sources(const Config& config, const Root& root);

/// What chronyd last said of its sources, or that it did not say; for who looks again and again.
struct ChronyMemory {
    std::optional<ChronySources> sources{};
    std::optional<Uptime> asked{};
};

/// Hears every witness once. Some milliseconds where chronyd answers; where it is slow or silent, a
/// second for all that it is asked. Its sources are asked once a second at the most, and what
/// `memory` has of them is used between.
Observation observe(const Sources& sources, ChronyMemory& memory);

/// The same for who looks once.
Observation observe(const Sources& sources);

}  // namespace clockguard
