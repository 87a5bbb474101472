// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/gate/recheck.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>

namespace clockguard {

using namespace std::chrono_literals;

namespace {

/// Tokens are refused from here on (k8s.io/kubernetes, pkg/serviceaccount/claims.go: a minute), and
/// a node's lease that was renewed in the future is not renewed again before.
constexpr Span harmless = 1min;

}  // namespace

std::vector<std::string> units_to_restart(const RunningMicrok8s& seen, const ClockPair& now)
{
    std::vector<std::string> units;
    if (seen.dqlite_holds_old)
        units.emplace_back("snap.microk8s.daemon-k8s-dqlite.service");
    const bool came_from_the_future =
        seen.kubelite_since &&
        (clock_moved(*seen.kubelite_since, now) < -harmless || seen.excursion > harmless);
    if (came_from_the_future)
        units.emplace_back("snap.microk8s.daemon-kubelite.service");
    if (seen.cluster_agent_serves_old)
        units.emplace_back("snap.microk8s.daemon-cluster-agent.service");
    return units;
}

std::string instance_name(const std::string& unit, const ClockPair& since)
{
    return fmt::format("{}@{}", unit, since.monotonic.count());
}

std::string restart_objection(const std::vector<RefreshRecord>& log, const RefreshRecord& wanted)
{
    const std::string& instance = wanted.names.front();
    for (const RefreshRecord& record : log)
        if (record.boot_id == wanted.boot_id &&
            std::ranges::find(record.names, instance) != record.names.end())
            return "it was told to restart before, and has not";
    const std::size_t recent = records_of_last_hour(log, wanted.boot_id, wanted.uptime);
    if (recent < refreshes_per_hour)
        return {};
    return fmt::format("{} restarts in the last hour", recent);
}

Span recheck_timeout(const std::optional<GateOutcome>& ended)
{
    return ended == GateOutcome::TimeoutReleased ? forever : Span{1min};
}

bool may_be_in_writing(const std::vector<Finding>& findings)
{
    constexpr std::array<std::string_view, 4> of_a_moment{"CG204", "CG209", "CG210", "CG211"};
    return std::ranges::any_of(findings, [&](const Finding& finding) {
        return finding.severity == Severity::Failure &&
               std::ranges::find(of_a_moment, finding.code) != of_a_moment.end();
    });
}

GateOutcome upgraded(GateOutcome recorded, const Verdict& verdict)
{
    return recorded == GateOutcome::TimeoutReleased ? opened_by(verdict) : recorded;
}

}  // namespace clockguard
