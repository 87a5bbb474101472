// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/finding.hpp"

namespace clockguard {

std::string to_text(Severity severity)
{
    switch (severity) {
    case Severity::Ok:
        return "ok";
    case Severity::Note:
        return "note";
    case Severity::Warning:
        return "warning";
    case Severity::Failure:
        return "critical";
    }
    return {};
}

}  // namespace clockguard
