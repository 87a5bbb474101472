// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clockguard/core/base/advice.hpp"

namespace clockguard {

/// In rising order of weight, so that the worst is the maximum.
enum class Severity { Ok, Note, Warning, Failure };

/// Which source a statement about the system clock comes from.
enum class WitnessKind {
    Chrony,
    Kernel,
    HostClock,  // a PTP clock of the hypervisor
    Rtc,
    Build,   // the date of this program
    Record,  // the last trusted moment
};

/// What a source's statement comes to.
enum class Reason {
    Other,      // not a statement about the system clock
    Skipped,    // policy gives its word no weight, so it was not asked
    Silent,     // it was asked, and made no statement
    Plausible,  // of a floor: the clock shows more, which proves nothing
    Agrees,
    Unclear,  // its error interval crosses the limit
    Contradicts,
    Overruled,  // it contradicts, and network time outweighs it
};

/// One line of any report: subject - what is seen, against which limit - what to do.
struct Finding {
    std::string code{};  // "CG201"; empty where nothing can be looked up
    Severity severity = Severity::Ok;
    std::string subject{};
    std::string message{};
    Advice advice{};
    std::optional<WitnessKind> witness{};  // of a statement about the system clock
    Reason reason = Reason::Other;
};

/// The kind of a witness by its name in a record: "chrony", "kernel", "ptp:hyperv",
/// "rtc:/dev/rtc0". Nothing for a name of another version.
std::optional<WitnessKind> witness_kind(std::string_view name);

/// "ok", "note", "warning", "critical": the words of the reports.
std::string to_text(Severity severity);

}  // namespace clockguard
