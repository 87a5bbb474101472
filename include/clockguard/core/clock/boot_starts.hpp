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
    Instant at{};      // UTC
    Span error{};      // the truth lies within `at` +/- this
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

/// By an RTC that was read while `booted` was CLOCK_REALTIME - CLOCK_BOOTTIME; good to half a
/// second, as it shows whole ones.
ClaimedStart start_by(const RtcReading& reading, Instant booted);

/// By a clock that the system clock is `offset` ahead of, as good as that offset.
ClaimedStart start_by(const Offset& offset, Instant booted, std::string clock);

/// How far one clock was ahead of the other, with the errors of both; nothing where one of them was
/// not heard.
std::optional<Offset> ahead_of(const std::optional<ClaimedStart>& one,
                               const std::optional<ClaimedStart>& other);

}  // namespace clockguard
