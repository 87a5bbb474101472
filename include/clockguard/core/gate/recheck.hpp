// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/base/config.hpp"
#include "clockguard/core/certs/refresh_log.hpp"
#include "clockguard/core/gate/gate.hpp"

namespace clockguard {

/// What happened to a MicroK8s that runs.
struct RunningMicrok8s {
    std::optional<ClockPair> kubelite_since{};  // unset: it does not run
    bool cluster_agent_serves_old = false;      // another certificate than its file
    Span excursion{};               // how far ahead of now the clock was at most while kubelite ran
    bool dqlite_holds_old = false;  // it runs, with another cluster.crt than its file
};

/// The units that must be restarted, and no other. kube-apiserver holds a certificate for itself,
/// dated an hour before its start, that is never renewed: after a larger step back it cannot talk
/// to itself (kubernetes#86552). cluster-agent reads server.crt when it starts, and only then.
std::vector<std::string> units_to_restart(const RunningMicrok8s& seen, const ClockPair& now);

/// A daemon as it was started once, in the log of restarts.
std::string instance_name(const std::string& unit, const ClockPair& since);

/// Why this instance is not to be restarted, or nothing: it was told to already, or a fourth
/// restart within an hour would help no more than the first three.
std::string restart_objection(const std::vector<RefreshRecord>& log, const RefreshRecord& wanted);

/// How long a recheck waits for the clock: for ever where MicroK8s was let go unverified, for the
/// end of that is still owed; else a minute, chronyd's second update after a step included.
Span recheck_timeout(const std::optional<GateOutcome>& ended);

/// Whether certificates look as they do while MicroK8s writes them: a file is empty, torn or gone
/// for a moment, a certificate is older than its key or its CA.
bool may_be_in_writing(const std::vector<Finding>& findings);

/// What happened, once it is known that the clock is right: an unverified release becomes what it
/// would have been; other ends of the gate stand.
GateOutcome upgraded(GateOutcome recorded, const Verdict& verdict);

}  // namespace clockguard
