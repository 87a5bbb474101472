// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/report/report.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// Names this machine, its boot and its system.
ReportHost read_host(const Root& root);

/// ID and ID_LIKE of /etc/os-release; empty when it cannot be read.
std::vector<std::string> read_system_ids(const Root& root);

/// Azure disciplines its hosts' clocks; its machines tell themselves by their asset tag.
bool runs_on_azure(const Root& root);

/// clockguard=off on the kernel command line.
bool switched_off(const Root& root);

}  // namespace clockguard
