// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clockguard/command/rtc/rtc_commands.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// How a hardware clock stood at some moment: "before", "2026-04-03 08:00:33  31d ahead".
struct RtcDetail {
    std::string when{};
    std::string state{};
};

/// What came of setting a hardware clock.
struct RtcOutcome {
    ExitCode code = ExitCode::Healthy;
    std::string summary{};
    std::vector<RtcDetail> details{};
    std::optional<ReportFinding> finding{};
    TrustNow trust{};                    // as far as it was asked for
    std::optional<ReportClock> clock{};  // as it was seen last
};

/// A success goes to stdout, a failure to stderr, a report to stdout in both cases. `check`: the id
/// of the report's only check.
Answer to_answer(const RtcOutcome& outcome, const std::string& check, const Context& context);

}  // namespace clockguard
