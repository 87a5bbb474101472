// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "clockguard/core/base/time.hpp"
#include "clockguard/core/clock/boot_log.hpp"
#include "clockguard/core/clock/readings.hpp"

namespace clockguard {

/// When the machine started, told by one clock: what that shows, less the time since boot. No step
/// of the system clock changes it, so what several clocks tell at different moments of a boot can
/// be compared.
struct ClaimedStart {
    Instant at{};
    Span error{};
    std::string by{};  // "rtc_cmos 00:04", "ptp:hyperv"
};

/// The same start by each clock that was heard.
struct BootStarts {
    std::optional<ClaimedStart> rtc{};      // R: the hardware clock as the boot found it
    std::optional<ClaimedStart> host{};     // P: the Hyper-V host's
    std::optional<ClaimedStart> network{};  // N: network time
    /// Nobody sets the RTC in this boot: the kernel does so while its clock counts as synchronised,
    /// and clockguard where rtc.correct allows it.
    bool rtc_left_alone = false;
};

/// By the kernel's line "setting system clock to"; good to a second.
ClaimedStart start_by(const ClockEvent& set_from_rtc);

/// By an RTC that was read while `booted` was CLOCK_REALTIME - CLOCK_BOOTTIME.
ClaimedStart start_by(const RtcReading& reading, Instant booted);

/// By a clock that the system clock is `offset` ahead of.
ClaimedStart start_by(const Offset& offset, Instant booted, std::string clock);

/// How far one clock was ahead of the other; nothing where one of them was not heard.
std::optional<Offset> ahead_of(const std::optional<ClaimedStart>& one,
                               const std::optional<ClaimedStart>& other);

}  // namespace clockguard
