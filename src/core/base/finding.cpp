// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/finding.hpp"

#include <utility>

namespace clockguard {

Finding for_disk(Finding finding, std::string_view root)
{
    finding.advice = for_disk(std::move(finding.advice), root);
    return finding;
}

std::optional<WitnessKind> witness_kind(std::string_view name)
{
    const std::string_view kind = name.substr(0, name.find(':'));
    if (kind == "chrony")
        return WitnessKind::Chrony;
    if (kind == "kernel")
        return WitnessKind::Kernel;
    if (kind == "ptp")
        return WitnessKind::HostClock;
    return kind == "rtc" ? std::optional{WitnessKind::Rtc} : std::nullopt;
}

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
