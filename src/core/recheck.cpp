// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/recheck.hpp"

namespace clockguard {

using namespace std::chrono_literals;

std::vector<std::string> units_to_restart(const RunningMicrok8s& seen, RestartPolicy policy)
{
    if (policy == RestartPolicy::Never)
        return {};
    std::vector<std::string> units;
    if (seen.kubelite_active && seen.clock_moved < -1h)
        units.emplace_back("snap.microk8s.daemon-kubelite.service");
    if (seen.cluster_agent_active && seen.server_certificate_replaced)
        units.emplace_back("snap.microk8s.daemon-cluster-agent.service");
    return units;
}

Span recheck_patience(const Result<Report>& state)
{
    const bool owed = state && state->gate && state->gate->outcome == GateOutcome::TimeoutReleased;
    return owed ? forever : Span{1min};
}

GateOutcome upgraded(GateOutcome recorded, const Verdict& verdict)
{
    return recorded == GateOutcome::TimeoutReleased ? opened_by(verdict) : recorded;
}

}  // namespace clockguard
