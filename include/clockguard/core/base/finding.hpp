// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

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

/// What a statement, or a silence, of a source rests on.
enum class Ground {
    Unspecified,
    OwnClock,  // of chronyd: why its word cannot be used
    NotSynchronised,
    UnknownLeap,
    HighStratum,
    OldUpdate,
    FutureUpdate,
    NotCorrected,  // or why its agreement is not believed yet
    SetByAnother,
    OneSourceOnly,
    SourcesLost,
    TooCoarse,  // its error is above the limit
    HostOnly,   // only a clock agrees that may be the host's
    LocalOnly,  // only a server that follows no source
};

/// What keeps chronyd from following a source.
enum class SourceFault {
    NoSource,
    Unreachable,
    NoSelect,
    NotSynchronised,
    OtherStratum,
    TooDistant,
    TooJittery,
    WaitsForMore,
    OldSamples,
    Orphan,
    Untrusted,
    Falseticker,
    Unresolved,
    Offline,
};

/// What a source's statement rests on, numbers aside: while it stays, so does what is said.
struct Basis {
    Ground ground = Ground::Unspecified;
    std::set<SourceFault> sources{};  // chronyd's
    std::error_code error{};          // of a source that could not be asked

    bool operator==(const Basis&) const = default;
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
    Basis basis{};
};

/// The same, with its advice for the disk of another machine, mounted at `root`.
Finding for_disk(Finding finding, std::string_view root);

/// The kind of a witness by its name in a record: "chrony", "kernel", "ptp:hyperv",
/// "rtc:/dev/rtc0". Nothing for a name of another version.
std::optional<WitnessKind> witness_kind(std::string_view name);

/// "ok", "note", "warning", "critical": the words of the reports.
std::string to_text(Severity severity);

}  // namespace clockguard
