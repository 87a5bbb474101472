// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/clock/boot_starts.hpp"
#include "clockguard/core/clock/ratchet.hpp"
#include "clockguard/core/clock/rtc.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"

namespace clockguard {

/// Why a boot started at a wrong time; the letters are those of hyperv-notes/causes.md.
enum class CauseKind {
    RightStart,
    StoredSkew,    // A, and E: the host keeps the RTC as a distance that is wrong
    HostWrong,     // B: the host's clock was wrong when the guest started
    HostClamps,    // B: it is, and the host does not keep the distance that would undo it
    LocalTime,     // C
    SavedState,    // D: the guest stood still, its RTC did nothing wrong
    Ratchet,       // F: the guest moved its own clock forward
    Undetermined,  // the evidence does not decide, and `why` says what is missing
};

struct CauseEvidence {
    BootStarts starts{};
    /// Network time's word of now; differs from `starts.network` where the guest stood still since.
    std::optional<ClaimedStart> network_now{};
    std::optional<Offset> rtc_now{};  // the RTC against a system clock that the network vouches for
    std::vector<ClockEvent> events{};
    std::vector<Ratchet> ratchets{};
    Instant now{};
    RtcZone zone = RtcZone::Utc;
    bool on_hyperv = false;
    bool first_on_record = false;  // no earlier boot of this machine is known
};

struct Cause {
    CauseKind kind = CauseKind::Undetermined;
    std::string code{};  // "CG130"; empty where there is nothing to look up
    std::string why{};   // one sentence with the numbers that prove it
    Span still{};        // of a saved state: how long the guest stood still
};

/// Names the cause from R, P and N, the three clocks' words of when the machine started. What
/// cannot be told from them is left undetermined: a wrong cause costs more than none.
Cause find_cause(const CauseEvidence& seen);

/// How the next boot will start as things stand.
struct NextBoot {
    bool known = false;
    Span ahead{};  // of true time; meaningful where known
    CauseKind by = CauseKind::RightStart;
    std::string words{};  // "will start right", "will start 30 d 00:00:00 ahead, because ..."
};

NextBoot predict_next_boot(const CauseEvidence& seen);

/// "CG130"; empty for a right start.
std::string code_of(CauseKind kind);

/// "A", "B", ... of the notes; "-" where there is none.
std::string letter_of(CauseKind kind);

/// R and P against N: "hardware clock 30 d 00:00:00 ahead, Hyper-V host right".
std::string numbers_of(const BootStarts& starts);

}  // namespace clockguard
