// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/base/config.hpp"
#include "clockguard/core/clock/observation.hpp"
#include "clockguard/core/clock/trust.hpp"

namespace clockguard {

struct GatePolicy {
    Span timeout = std::chrono::minutes{5};  // `forever`: no limit
    OnTimeout on_timeout = OnTimeout::Release;
    std::string holds = "MicroK8s";  // what waits for it, in its words; empty: nothing
};

/// How the wait ended, or stands; the words of status, state file and metrics.
enum class GateOutcome {
    Waiting,
    Synchronized,
    RtcCorrected,
    HostAgrees,
    RtcTrusted,
    TimeoutReleased,
    TimeoutHeld,
    Overridden,
    Disabled,
};

enum class GateMove {
    Wait,
    Open,      // the clock is trusted
    Override,  // somebody released it
    Release,   // the limit has passed: let MicroK8s go, truthfully
    Hold,      // the limit has passed: say so and go on watching
};

/// The next step. Trust comes before an override, and both before the limit, so that what comes
/// true at the very limit is still told as it is.
GateMove next_move(Trust trust, bool override_asked, Span waited, const GatePolicy& policy);

/// How long to sleep when no event comes: for a chronyd that cannot write the kernel's state
/// (chronyd -x) and for what else makes no event. Seldom after five minutes.
Span poll_interval(Span waited);

/// How often to look at the kernel's state, in which chronyd's update is seen. Nearly every wait
/// ends in its first minute; one that goes on for days costs no more than its polls. Nor does one
/// during which no source answers: chronyd selects none before its third measurement
/// (MIN_SAMPLES_FOR_REGRESS in chrony's regress.h), and the polls see the first.
Span glance_interval(Span waited, const Observation& seen);

/// How long until a slew has brought offset and error within the limit, by two looks that lie
/// `apart`; nothing where it is there already, or not on its way. No event tells that moment.
std::optional<Span> until_within(const Offset& earlier, const Offset& later, Span apart,
                                 Span limit);

/// Which witness opened the gate, as an outcome. Where the early look stepped the clock by the
/// host's word, and the host still agrees, that is how this boot's clock came right.
GateOutcome opened_by(const Verdict& verdict, bool host_corrected = false);

/// "synchronized", "timeout_released", ...
std::string to_text(GateOutcome outcome);

[[nodiscard]] Result<GateOutcome> parse_outcome(std::string_view word);

/// Whether MicroK8s has been let go, in whatever way.
bool is_open(GateOutcome outcome);

}  // namespace clockguard
