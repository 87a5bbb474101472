// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/command/certs/certs_renewal.hpp"
#include "clockguard/core/base/exit_code.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// What came of a refresh.
struct Refreshed {
    std::string root = "/";  // of the machine that was refreshed
    NodeRole role = NodeRole::Single;
    std::vector<Renewal> done{};
    std::vector<Finding> failed{};
    bool needs_root = false;  // some failed for that
    std::vector<Finding> refused{};
    std::vector<Finding> unknown{};  // what could not be judged, and was left
    std::vector<Finding> warned{};
    std::string last_start{};  // what was done about containerd's last-start-date, or nothing
    std::string backup{};
    std::vector<std::string> served{};  // "API server: serves the new certificate"
};

/// 2 for a failure, 77 for one that needs root, 4 for a refusal, 3 for a certificate that cannot be
/// judged, else 0. The unit takes 3 and 4 for success: another refresh would not change them.
ExitCode exit_code_of(const Refreshed& result);

/// Whether MicroK8s must be restarted: its clients read their certificates only when they start.
bool needs_restart(const Refreshed& result);

/// What was done, or what would be, line by line.
std::string refresh_text(const Refreshed& result, bool is_plan);

/// The same in a report.
void add_refreshed(Report& report, const Refreshed& result, bool is_plan);

}  // namespace clockguard
