// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "clockguard/command/context.hpp"
#include "clockguard/command/gate.hpp"
#include "clockguard/edge/systemd.hpp"

namespace clockguard {

/// The outside world as a recheck needs it.
struct RecheckWorld {
    std::function<Result<Report>()> state{};
    std::function<GateView(const GatePolicy&)> wait_for_trust{};
    std::function<Instant()> boot_instant{};
    std::function<ExitCode()> refresh_certificates{};
    std::function<ExitCode()> correct_rtc{};
    std::function<std::string()> server_certificate{};  // the file's text
    std::function<bool(const std::string&)> is_active{};
    std::function<Result<void>(const std::string&)> restart{};
    std::function<void(const GateView&, const Result<Report>&)> record{};
    std::function<ExitCode()> prove_served{};  // that the API server serves the file, complaining
};

/// The judgement of the boot again, at run time: after a step of the clock, a change of the
/// certificates, or late time after an unverified release. Repairs what was signed by a wrong
/// clock, restarts what a step back broke, corrects the RTC. Nothing while the clock is untrusted.
ExitCode recheck(const RestartPolicy& policy, const RecheckWorld& world);

ExitCode run_recheck(const Context& context);

}  // namespace clockguard
