// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clockguard/command/base/context.hpp"
#include "clockguard/command/gate/gate_lines.hpp"
#include "clockguard/core/gate/gate.hpp"
#include "clockguard/core/report/report.hpp"
#include "clockguard/edge/base/systemd.hpp"

namespace clockguard {

/// The outside world as a recheck needs it.
struct RecheckWorld {
    std::function<Result<Report>()> state{};
    std::function<GateView(const GatePolicy&)> wait_for_trust{};
    std::function<ExitCode()> refresh_certificates{};
    std::function<ExitCode()> correct_rtc{};
    /// Since when a unit is active; unset: it is not.
    std::function<std::optional<ClockPair>(const std::string& unit)> running_since{};
    std::function<ClockPair()> now{};
    /// How far ahead of this moment the clock was at most while this instance ran; noted for the
    /// next time. Unset: not known.
    std::function<Span(const std::string& instance, const ClockPair& now)> note_excursion{};
    std::function<std::string()> cluster_certificate{};  // the text of k8s-dqlite's file
    std::function<bool()> agent_serves_old{};  // cluster-agent, another certificate than its file
    /// Why this instance is not to be restarted; else it is noted that it was.
    std::function<std::string(const std::string& instance)> record_restart{};
    std::function<Result<void>(const std::string& unit)> restart{};
    std::function<void(const GateView&, const Result<Report>&)> record{};
    /// Checks that the certificates are valid and served, and prints what is not so.
    std::function<ExitCode(const std::vector<std::string>& restarted)> prove{};
};

/// The judgement of the boot again, at run time: after a step of the clock, a change of the
/// certificates, or late time after an unverified release. Repairs what was signed by a wrong
/// clock, restarts what a step back broke, corrects the RTC. Nothing while the clock is untrusted.
ExitCode recheck(const RestartPolicy& policy, const RecheckWorld& world);

ExitCode run_recheck(const Context& context);

}  // namespace clockguard
