// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/config.hpp"
#include "clockguard/core/gate.hpp"
#include "clockguard/core/report.hpp"

namespace clockguard {

/// What happened to a MicroK8s that runs.
struct RunningMicrok8s {
    Span clock_moved{};  // by steps since the gate let it go; negative is back
    bool kubelite_active = false;
    bool cluster_agent_active = false;
    bool server_certificate_replaced = false;
};

/// The units that must be restarted, and no other. kube-apiserver holds a certificate for itself,
/// dated an hour before its start, that is never renewed: after a larger step back it cannot talk
/// to itself (kubernetes#86552). cluster-agent reads server.crt when it starts, and only then.
std::vector<std::string> units_to_restart(const RunningMicrok8s& seen, RestartPolicy policy);

/// How long a recheck waits for the clock: for ever where MicroK8s was let go unverified, for the
/// end of that is still owed; else a minute, chronyd's second update after a step included.
Span recheck_patience(const Result<Report>& state);

/// What happened, once it is known that the clock is right: an unverified release becomes what it
/// would have been; other ends of the gate stand.
GateOutcome upgraded(GateOutcome recorded, const Verdict& verdict);

}  // namespace clockguard
