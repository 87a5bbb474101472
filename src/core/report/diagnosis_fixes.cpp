// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_fixes.hpp"

#include <fmt/format.h>

namespace clockguard {

std::vector<ReportFix> fixes_for(std::string_view code, const CommandTarget& here)
{
    const auto remedy = remedy_for(code, here);
    if (!remedy)
        return {};
    return {{.command = remedy->command,
             .risk = remedy->risk,
             .note = remedy->on.empty() ? remedy->note : fmt::format("on {}", remedy->on)}};
}

}  // namespace clockguard
