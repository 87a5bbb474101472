// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "clockguard/core/base/advice.hpp"
#include "clockguard/core/report/codes.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// The remedy that the file of a code has for this machine; none where it has none.
std::vector<ReportFix> fixes_for(std::string_view code, const CommandTarget& here);

/// The command of an advice, with what it does and what to know before; none where it has none.
std::vector<ReportFix> fixes_of(const Advice& advice, bool clock_trusted);

/// Each once, in the order of the findings, the hardware clock first: until it is right, the next
/// boot undoes the rest.
std::vector<ReportFix> fixes_in_order(const Report& report);

}  // namespace clockguard
