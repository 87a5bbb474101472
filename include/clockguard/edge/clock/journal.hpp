// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "clockguard/core/clock/boot_log.hpp"
#include "clockguard/edge/base/root.hpp"

namespace clockguard {

/// One boot's journal, as far as it was read.
struct BootJournal {
    std::string boot_id{};
    Span begins{};                       // since boot, its first entry: journald removes the oldest
    std::optional<Span> read_until{};    // since boot, where there was no time to read the rest
    std::optional<Span> kernel_until{};  // the same of the kernel's lines and systemd's alone
    std::string trouble{};  // why a tree may have a newer boot, whose journal is not read
    std::string lost{};     // why a part of this one may be missing
};

/// A broken or enormous journal must not keep a diagnosis waiting. The kernel may say very much,
/// and systemd that the time has been changed, without end, where the clock shows a date that it
/// cannot set a timer to; the others, who say little, are read to their end when the time of these
/// is up.
struct ReadingTime {
    Span kernel = std::chrono::seconds{2};
    Span all = std::chrono::seconds{3};
    Span looks = std::chrono::milliseconds{500};  // for what nobody tells
};

/// Tells each journal entry of those who speak of the clock, oldest first: kernel, chronyd and
/// other NTP clients, systemd's clock changes, MicroK8s' kicker; before and behind them, without
/// their words, the first and the last entry of any, and those of any between which the clock was
/// stepped while they were silent. Of this boot, or, below another root, of the
/// newest in that tree's journal, to which no link leads out of the tree; or of one so many boots
/// before. An error where that journal is none, or this user may not see it.
[[nodiscard]] Result<BootJournal>
read_boot_journal(const Root& root, const std::function<void(const LogEntry&)>& tell,
                  const ReadingTime& time = {}, int boots_back = 0);

}  // namespace clockguard
