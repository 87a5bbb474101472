// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/config.hpp"
#include "clockguard/core/observation.hpp"
#include "clockguard/core/trust.hpp"
#include "clockguard/edge/chrony.hpp"
#include "clockguard/edge/root.hpp"

namespace clockguard {

/// Whom to ask, and by which rules their readings become statements.
struct Sources {
    Root root{};
    ChronyAddress chrony{};
    ClockPolicy policy{};
    Floor floor{};             // read once: a disk that hangs must not hang a wait
    bool ask_kernel = true;    // not for another machine's disk
    bool nudge_chrony = true;  // when the network changes
};

/// What the configuration says of the witnesses, for this machine.
Sources to_sources(const Config& config, const Root& root);

/// Hears every witness once. Some milliseconds where chronyd answers; up to three seconds where it
/// is there and silent.
Observation observe(const Sources& sources);

}  // namespace clockguard
