// SPDX-License-Identifier: Apache-2.0
// The steps of a boot that no line tells: every entry carries both clocks.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/clock/boot_log.hpp"
#include "edge/clock/journal_source.hpp"

namespace clockguard {

/// Two entries, without their words, between which the clock may have been stepped.
struct Gap {
    LogEntry before{};
    LogEntry after{};
};

/// What anything wrote first and last in a boot; nothing where it has no entry. Before the first
/// line that tells of the clock, and after the last one, there may have been a step.
std::optional<Gap> ends_of(sd_journal* journal, const std::string& boot);

/// Tells entries and, where the clock was stepped between two of them, what anything wrote around
/// the step, which dates it. It looks around in a journal of its own.
class StepTeller {
public:
    StepTeller(const std::function<void(const LogEntry&)>& tell, const JournalSource& source);

    /// Notes what anything wrote here and there in a boot, evenly: the clock may have been stepped
    /// and stepped back while those who tell of it were silent. First far apart, then closer, while
    /// there is time.
    void look_into(const Gap& boot, Span time);

    void operator()(const LogEntry& entry);

private:
    sd_journal* around();
    void look_near(Span since_boot, const Gap& boot, sd_id128_t id);
    void go_on_to(LogEntry moment);
    void tell_steps_in(Gap gap);

    const std::function<void(const LogEntry&)>& tell_;
    const JournalSource& source_;
    std::vector<LogEntry> looks_{};  // in order
    std::size_t looked_ = 0;         // so many of them have been passed
    JournalPtr around_{};
    LettingGo letting_go_{};
    LogEntry last_{};
};

}  // namespace clockguard
