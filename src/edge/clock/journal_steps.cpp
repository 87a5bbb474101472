// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/journal_steps.hpp"

#include <algorithm>

#include "clockguard/core/clock/clock_history.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "edge/clock/journal_entry.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

LogEntry without_words(const LogEntry& entry)
{
    return {.since_boot = entry.since_boot, .wall = entry.wall};
}

/// When an entry was written, by both clocks; nothing where none was found.
std::optional<LogEntry> moment_of(sd_journal* journal, int found)
{
    if (found <= 0)
        return std::nullopt;
    const auto entry = read_entry(journal);
    if (!entry)
        return std::nullopt;
    return without_words(*entry);
}

Span length_of(const Gap& gap)
{
    return gap.after.since_boot - gap.before.since_boot;
}

Span moved_in(const Gap& gap)
{
    if (!gap.before.wall || !gap.after.wall)
        return {};
    return clock_moved({.wall = *gap.before.wall, .monotonic = gap.before.since_boot},
                       {.wall = *gap.after.wall, .monotonic = gap.after.since_boot});
}

bool may_have_step(const Gap& gap)
{
    return length_of(gap) > 1s && is_jump(moved_in(gap));
}

/// What anything wrote near a moment, within a gap: next after it, or else last before. A seek in a
/// file that ends before that moment, or begins after it, may find what is outside.
std::optional<LogEntry> moment_near(Span since_boot, const Gap& gap, sd_journal* journal,
                                    sd_id128_t boot)
{
    for (const auto& go : {sd().journal_next, sd().journal_previous}) {
        sd().journal_seek_monotonic_usec(journal, boot,
                                         static_cast<std::uint64_t>(since_boot.count()));
        auto entry = moment_of(journal, go(journal));
        if (entry && entry->since_boot > gap.before.since_boot &&
            entry->since_boot < gap.after.since_boot)
            return entry;
    }
    return std::nullopt;
}

/// The two moments around the larger step, as near to it as anything was written, or to a second.
Gap narrowed(Gap gap, sd_journal* journal, const std::string& boot)
{
    constexpr int looks_at_most = 64;
    sd_id128_t id{};
    if (sd().id128_from_string(boot.c_str(), &id) < 0)
        return gap;
    select_boot(journal, boot);
    for (int looks = 0; looks < looks_at_most && length_of(gap) > 1s; ++looks) {
        const auto entry =
            moment_near(gap.before.since_boot + length_of(gap) / 2, gap, journal, id);
        if (!entry)
            break;
        const bool moved_later =
            abs(moved_in({*entry, gap.after})) > abs(moved_in({gap.before, *entry}));
        (moved_later ? gap.before : gap.after) = *entry;
    }
    return gap;
}

}  // namespace

std::optional<Gap> ends_of(sd_journal* journal, const std::string& boot)
{
    select_boot(journal, boot);
    sd().journal_seek_head(journal);
    auto first = moment_of(journal, sd().journal_next(journal));
    sd().journal_seek_tail(journal);
    auto last = moment_of(journal, sd().journal_previous(journal));
    if (!first || !last)
        return std::nullopt;
    return Gap{.before = std::move(*first), .after = std::move(*last)};
}

StepTeller::StepTeller(const std::function<void(const LogEntry&)>& tell,
                       const JournalSource& source)
    : tell_{tell}, source_{source}
{
}

/// Null where it cannot be opened once more.
sd_journal* StepTeller::around()
{
    if (around_ && letting_go_.is_due())
        around_.reset();
    if (!around_) {
        around_ = source_.open().value_or(JournalPtr{});
        if (around_)
            select_boot(around_.get(), source_.boot_id);
    }
    return around_.get();
}

void StepTeller::look_near(Span since_boot, const Gap& boot, sd_id128_t id)
{
    sd_journal* const journal = around();
    auto entry = journal ? moment_near(since_boot, boot, journal, id) : std::nullopt;
    if (entry)
        looks_.push_back(std::move(*entry));
}

void StepTeller::look_into(const Gap& boot, Span time)
{
    constexpr int parts_at_most = 256;
    sd_id128_t id{};
    if (sd().id128_from_string(source_.boot_id.c_str(), &id) < 0)
        return;
    const Uptime began = uptime_now();
    for (int parts = 2; parts <= parts_at_most; parts *= 2)
        for (int part = 1; part < parts && uptime_now() - began <= time; part += 2)
            look_near(boot.before.since_boot + length_of(boot) / parts * part, boot, id);
    std::ranges::sort(looks_, {}, &LogEntry::since_boot);
}

void StepTeller::operator()(const LogEntry& entry)
{
    while (looked_ < looks_.size() && looks_[looked_].since_boot < entry.since_boot)
        go_on_to(looks_[looked_++]);
    go_on_to(without_words(entry));
    tell_(entry);
}

void StepTeller::go_on_to(LogEntry moment)
{
    tell_steps_in({.before = last_, .after = moment});
    last_ = std::move(moment);
}

void StepTeller::tell_steps_in(Gap gap)
{
    constexpr int steps_at_most = 4;
    for (int steps = 0; steps < steps_at_most && may_have_step(gap); ++steps) {
        sd_journal* const journal = around();
        const Gap step = journal ? narrowed(gap, journal, source_.boot_id) : gap;
        tell_(step.before);
        tell_(step.after);
        gap.before = step.after;
    }
}

}  // namespace clockguard
