// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/clock/observation.hpp"

namespace clockguard {

/// What the evidence says about the system clock. Unknown is not Wrong: it means "keep looking".
/// In rising order of strength: the strongest word said becomes the verdict.
enum class Trust { Unknown, Trusted, Wrong };

struct ClockPolicy {
    /// chronyd's own limit, maxdistance in chrony.conf(5). Certificates are dated in whole seconds
    /// (RFC 5280, 4.1.2.5), and nothing that is decided about them turns on three.
    Span limit = std::chrono::seconds{3};
    /// chronyd's orphan mode announces stratum 10 and above for clocks that follow nobody.
    int max_stratum = 9;
    bool host_may_vouch = false;         // Hyper-V's
    bool other_hosts_may_vouch = false;  // KVM's, VMware's: where no vendor vouches for its hosts
    bool rtc_may_vouch = false;
    bool local_may_vouch = false;          // a server that follows nobody
    std::vector<std::string> refclocks{};  // refids that count as the network, beside the known
    Span rtc_limit = std::chrono::seconds{2};
};

struct Verdict {
    Trust trust = Trust::Unknown;
    std::string trusted_by{};              // the first witness that vouched; empty unless Trusted
    std::optional<WitnessKind> vouched{};  // the same witness
    std::vector<Finding> findings{};       // worst first
    std::optional<Offset> from_network{};  // what the first witness of the network said
    bool record_overruled = false;  // network time agrees with a clock that the record refutes
};

enum class Testimony { Agrees, Unclear, Contradicts };

/// Whether an offset, with its error, lies wholly inside the limit, wholly outside, or across it.
Testimony weigh(const Offset& offset, Span limit);

/// Judges the system clock. One contradiction outweighs any number of agreements; silence counts
/// for nothing either way; what was seen while the clock was stepped decides nothing.
Verdict judge(const Observation& seen, const ClockPolicy& policy);

/// The finding that tells most of why the clock is trusted or not; none where nothing was checked.
const Finding* telling_finding(const Verdict& verdict);

/// The same as a sentence.
std::string reason_of(const Verdict& verdict);

/// Whether two findings say the same, but for the numbers.
bool say_the_same(const Finding& one, const Finding& other);

/// "unknown", "trusted", "wrong"
std::string to_text(Trust trust);

}  // namespace clockguard
