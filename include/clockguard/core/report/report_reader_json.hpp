// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// Reads back what of a document later runs need: host, run, verdict, gate, time_sync and
/// boot. Everything is checked; one that is torn or of another schema is an error.
[[nodiscard]] Result<Report> parse_report(std::string_view text);

}  // namespace clockguard
