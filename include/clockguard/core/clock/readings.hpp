// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/base/time.hpp"

namespace clockguard {

/// Whether the update interrupts of a hardware clock (RTC_UIE_ON, rtc(4)) come once a second.
enum class UpdateInterrupt { NotAsked, Refused, Missing, Came };

/// A hardware clock, as rtc(4) shows it. It counts whole seconds: the truth lies in
/// [shows, shows + 1 s), and is `shows` itself where the second was seen to begin.
struct RtcReading {
    std::string device{};  // "/dev/rtc0"
    std::string name{};    // "rtc_cmos 00:04", from sysfs
    std::chrono::sys_seconds shows{};
    Instant taken_at{};
    bool set_system_clock = false;  // sysfs hctosys: the kernel took the boot time from it
    std::string method{};           // "RTC_RD_TIME", "sysfs since_epoch", "update interrupt"
    std::string held_by{};          // "chronyd, pid 1071" when the device could not be opened
    // Of a reading that waited for a second to begin.
    std::optional<Span> tick_error{};  // it began within this of `taken_at`
    UpdateInterrupt interrupt = UpdateInterrupt::NotAsked;
    bool stands_still = false;  // none began
};

/// What chronyd says of itself: the TRACKING report of its command protocol (candm.h, version 6).
struct ChronyTracking {
    std::uint32_t reference_id = 0;
    int address_family = 0;  // 0 where the source is a reference clock or chronyd itself
    int stratum = 0;
    int leap = 3;  // RFC 5905 leap indicator; 3 means unsynchronised
    Instant reference_time{};
    Span correction{};       // still to be slewed; positive means the system clock is behind
    Span last_offset{};      // what the last update found, before it was corrected
    Span root_delay{};       // round trip to the reference clock
    Span root_dispersion{};  // accumulated error bound
    Span update_interval{};  // between the last two updates; 0 after the first
    Instant taken_at{};
};

/// What chronyd's selection makes of a source (candm.h, RPY_SD_ST_*).
enum class SourceState { Selected, Nonselectable, Falseticker, Jittery, Unselected, Combined };

/// What a server said of its own source in its last packet (NTP_DATA).
struct ServerReference {
    std::uint32_t id = 0;
    int stratum = 0;    // 0 where no packet has come yet
    Span root_delay{};  // round trip to the reference clock
};

/// One of chronyd's sources (SOURCE_DATA).
struct ChronySource {
    std::array<std::byte, 20> address{};  // as chronyd names it: an IPAddr of candm.h
    SourceState state = SourceState::Nonselectable;
    bool is_reference_clock = false;
    int poll = 0;             // seconds between questions, as a power of 2
    std::uint16_t reach = 0;  // one bit for each of the last eight polls
    Span latest{};            // what the last measurement found, less what was corrected since
    Span latest_error{};
    std::optional<ServerReference> follows{};  // of a server; only the socket tells
    char selection = 0;                        // SELECT_DATA's letter; 0: not told
};

/// Whether chronyd believes it: it is selected, or could be.
inline bool is_sane(const ChronySource& source)
{
    return source.state == SourceState::Selected || source.state == SourceState::Combined ||
           source.state == SourceState::Unselected;
}

/// All that are known of.
struct ChronySources {
    int known = 0;
    int asked = 0;       // the first so many of them
    int reached = 0;     // of those: answered at least one of the last eight polls
    int unresolved = 0;  // names that DNS did not resolve
    int offline = 0;
    std::vector<ChronySource> all{};  // those that were asked
};

/// From here the kernel itself calls the clock unsynchronised (NTP_PHASE_LIMIT in timex.h).
inline constexpr Span kernel_error_limit = std::chrono::seconds{16};

/// The kernel's NTP state (adjtimex(2)).
struct KernelClock {
    Span max_error{};            // grows by 500 us a second, up to the limit
    Span still_to_slew{};        // |timex.offset|: what a phase-locked loop has left to correct
    bool is_disciplined = true;  // a program has written it since boot
    bool unsynchronized = true;  // STA_UNSYNC: stays set for ever when chronyd has no rtcsync
    Instant taken_at{};
};

/// What tells whether systemd-timesyncd has set the clock in this boot, and by whom.
struct Timesyncd {
    std::optional<Instant> flagged{};  // when /run/systemd/timesync/synchronized was written
    bool is_stopped = false;           // its unit has no processes
    std::optional<Span> started{};     // after boot; unset: it cannot be seen
    Instant booted{};                  // CLOCK_REALTIME - CLOCK_BOOTTIME
    std::optional<ServerReference> follows{};  // what its server follows; unset: not told

    /// The flag counts while timesyncd runs and did not start after it was written. What cannot be
    /// seen is no objection: its folder goes with the unit (RuntimeDirectory=).
    bool has_synchronized() const
    {
        return flagged && !is_stopped &&
               (!started || *flagged - booted >= *started - std::chrono::seconds{1});
    }
};

/// Which program keeps the time here, as far as the file system tells.
struct TimeKeepers {
    bool chrony_installed = false;
    bool chrony_running = false;
    /// Its unit has processes, as is told to those too who may not see them. That decides nothing
    /// of the kernel's word: one that is about to die may be among them.
    bool chrony_started = false;
    Timesyncd timesyncd{};
    std::string other{};          // "ntpd.service": another NTP client that runs
    bool has_host_clock = false;  // a PTP clock of the hypervisor, which any may follow
};

/// A moment at which the clock was trusted, and the witness that vouched for it.
struct TrustedMoment {
    Instant at{};
    std::string by{};  // "chrony", "rtc:/dev/rtc0"; empty: recorded by a version that did not say
};

/// What has passed already. The build is certain, whatever any source says. The last trusted moment
/// is as good as the witness that vouched for it: a server that lied once may have been believed.
struct Floor {
    Instant built{};
    std::optional<TrustedMoment> last_trusted{};
    std::string unreadable{};  // why the record of the last trusted moment cannot be used

    /// The later of the two: a hardware clock or a host that shows less is not believed.
    Instant not_before() const { return last_trusted ? std::max(built, last_trusted->at) : built; }
};

/// "the last time this clock was verified, 2026-09-09T10:11:12Z (by chrony)" or "the build of this
/// program, ...": what `not_before` rests on.
std::string to_text(const Floor& floor);

}  // namespace clockguard
