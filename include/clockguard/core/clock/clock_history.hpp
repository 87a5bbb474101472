// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "clockguard/core/clock/boot_log.hpp"

namespace clockguard {

/// What several say of one step, they say within this time.
inline constexpr Span together = std::chrono::minutes{1};

/// Whether what the wall clock gained on the monotonic one between two entries is told as a step: a
/// slew moves both alike. A leap second is none. CLOCK_MONOTONIC stands still while the machine
/// sleeps, so waking up looks the same.
inline bool is_jump(Span moved)
{
    return abs(moved) > std::chrono::milliseconds{1500};
}

/// The clock's history in a boot: what was said of it and, from entries that carry both clocks,
/// every step that nobody mentioned. What is said again and again is one event that counts; of very
/// many, the first, the last and the largest of each kind are kept, and how many are left out.
class HistoryReader {
public:
    /// Entries come in the order in which they were written.
    void add(const LogEntry& entry);

    /// What the system clock showed at the last entry that told it.
    std::optional<Instant> last_wall() const { return before_.wall; }

    /// In order of time.
    std::vector<ClockEvent> events() const;

private:
    void find_jump(const LogEntry& entry);
    bool is_known(const ClockEvent& event) const;
    void keep(ClockEvent event);
    void leave_out(ClockEvent event);

    struct Moment {
        Span since_boot{};
        std::optional<Instant> wall{};
    };
    Moment before_{};
    std::vector<ClockEvent> first_{};
    std::deque<ClockEvent> latest_{};
    std::optional<ClockEvent> left_out_{};
    std::vector<ClockEvent> largest_{};  // of each kind, of what is left out; the first of equals
};

std::vector<ClockEvent> read_history(const std::vector<LogEntry>& entries);

/// Notes what the RTC's digits are ahead of UTC, where it keeps local time.
void set_zone(std::vector<ClockEvent>& events, Span zone);

/// Who says that the clock was moved at once.
bool is_step(const ClockEvent& event);

}  // namespace clockguard
