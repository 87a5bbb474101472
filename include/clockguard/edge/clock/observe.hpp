// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "clockguard/core/base/config.hpp"
#include "clockguard/core/clock/chrony_witness.hpp"
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
    bool ask_hosts = false;    // where their word decides nothing, only a diagnosis needs it
    bool nudge_chrony = true;  // when a route comes
    /// CLOCK_REALTIME - CLOCK_BOOTTIME as early recorded it in this boot.
    std::optional<Instant> early_boot_instant{};
};

/// What the configuration says of the witnesses, for this machine.
Sources to_sources(const Config& config, const Root& root);

/// What earlier looks left for the next one, for who looks again and again.
struct ChronyMemory {
    std::optional<ChronySources> sources{};
    std::optional<Error> sources_lost{};
    std::optional<Uptime> asked{};
    Instant update{};                            // chronyd's last one, when its sources were asked
    std::optional<Uptime> first_synchronised{};  // when it was first heard to follow a source
    std::vector<Instant> boot_instants{};        // each CLOCK_REALTIME - CLOCK_BOOTTIME there was
    std::optional<Standstill> stood_still{};     // set by who knows of one
    Timesyncd timesyncd{};                       // when its server was asked for
};

/// Hears every witness once. Some milliseconds where chronyd answers; where it is slow or silent, a
/// second for all that it and timesyncd are asked. Its sources are asked once a second at the most
/// and after each of its updates, and what `memory` has of them is used between.
Observation observe(const Sources& sources, ChronyMemory& memory);

/// The same for who looks once.
Observation observe(const Sources& sources);

}  // namespace clockguard
