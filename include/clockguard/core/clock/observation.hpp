// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"
#include "clockguard/core/clock/readings.hpp"
#include "clockguard/core/clock/time_sync_record.hpp"

namespace clockguard {

/// What a witness's word counts for. The policy grants it, never the witness.
enum class Standing {
    HeardOnly,  // reported, decides nothing
    MayRefute,  // may show the clock wrong, never right: the floor
    MayVouch,   // may do both
};

/// Witnesses of one class have their time from one place and count as one. The RTC, the Hyper-V
/// PTP clock, a chronyd that follows nothing but that clock and a kernel whose keeper is unknown
/// are all the host's. A server that follows no source has its time from its own clock.
enum class WitnessClass { Network, Host, Local, Floor };

/// One source's statement about the system clock, or why it made none.
struct Witness {
    std::string name{};  // "chrony", "ptp:hyperv", "rtc:/dev/rtc0"
    WitnessKind kind = WitnessKind::Chrony;
    WitnessClass source = WitnessClass::Network;
    Standing standing = Standing::HeardOnly;
    Result<Offset> offset = fail("not asked");
    Basis basis{};
    Reason silence = Reason::Silent;  // where it made no statement: Skipped, Silent or Plausible
    bool is_fresh_network = false;    // network time of now, whose word beats a recorded one
    std::string evidence{};       // of a floor: the moment that has passed, and how that is known
    std::string follows{};        // whose word it passes on: "PHC0", "192.0.2.1"
    std::string coarse_by{};      // what the larger part of its error is: "root dispersion"
    std::optional<Span> limit{};  // where this witness is weighed more coarsely than the policy
};

/// Everything that was looked at, at one moment. The core never goes back to ask for more.
struct Observation {
    Instant taken_at{};
    std::vector<Witness> witnesses{};
    /// Nobody stepped the clock while the witnesses were heard; else no word of theirs counts.
    bool clock_was_steady = true;
    bool chrony_answers = false;                    // whatever it says
    std::optional<ChronySources> chrony_sources{};  // while it answers
    std::optional<Instant> chrony_update{};         // its last one, by its own time
    std::optional<KernelClock> kernel{};            // where it was read
    std::optional<TimeKeepers> keepers{};           // likewise
    std::vector<TimeSyncView> hosts{};        // likewise; Hyper-V's first, even if there is none
    std::optional<RecordedTimeSync> early{};  // what was recorded of them earlier in this boot
    /// chronyd's word turns on a measurement that it would make in a minute only.
    bool wants_measurement = false;
};

}  // namespace clockguard
