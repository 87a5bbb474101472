// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "clockguard/core/clock/readings.hpp"

namespace clockguard {

/// One look at a hardware clock: it showed this at some moment from `asked` to `answered`.
struct RtcGlance {
    std::chrono::sys_seconds shows{};
    Uptime asked{};
    Uptime answered{};
};

/// A second of a hardware clock that was seen to begin, at some moment from `earliest` to `latest`.
struct RtcTick {
    std::chrono::sys_seconds shows{};
    Uptime earliest{};
    Uptime latest{};
    bool by_interrupt = false;
};

/// How long a second may take to begin, interrupts or not. hwclock(8) waits ten seconds for an
/// interrupt that a virtual clock promises and never sends.
inline constexpr Span tick_limit = std::chrono::milliseconds{1200};

/// Watches a hardware clock by looking at it again and again, and by its update interrupts where
/// they come; whichever shows first that a second has begun. An interrupt counts only when the
/// clock has moved on by one second, so its latency is part of the error and is not guessed.
class TickWatch {
public:
    TickWatch(Uptime began, bool expects_interrupts)
        : began_{began}, expects_interrupts_{expects_interrupts}
    {
    }

    /// `woken`: when an interrupt came since the look before.
    void look(const RtcGlance& glance, std::optional<Uptime> woken);

    /// A tick has been seen, and where interrupts are expected one has come too or had time to.
    bool is_over(Uptime now) const;

    /// Puts what was seen into a reading. `booted` is the system clock minus the uptime.
    RtcReading to_reading(RtcReading reading, Instant booted) const;

private:
    UpdateInterrupt interrupt() const;

    Uptime began_;
    bool expects_interrupts_;
    bool interrupt_came_ = false;
    std::optional<RtcGlance> last_{};
    std::optional<RtcTick> tick_{};
};

}  // namespace clockguard
