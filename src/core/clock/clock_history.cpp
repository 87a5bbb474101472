// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/clock_history.hpp"

#include <algorithm>
#include <iterator>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// More are no story. So many of the first are kept, and as many of the last.
constexpr std::size_t kept_at_each_end = 32;

/// What the wall clock gained on the monotonic one between two entries, where that is more than a
/// slew can do: chronyd slews by up to 10 % (maxslewrate in chrony.conf(5)). CLOCK_MONOTONIC stands
/// still while the machine sleeps, so waking up looks the same.
std::optional<Span> jump_of(Span passed, Span passed_on_the_wall)
{
    const Span jump = passed_on_the_wall - passed;
    if (abs(jump) <= 1s + abs(passed) / 10)
        return std::nullopt;
    return jump;
}

bool is_near(const ClockEvent& event, Span at)
{
    return at >= event.since_boot - together && at <= last_time(event) + together;
}

/// The kernel's set from the RTC makes the clock show what the RTC showed, half a second later.
bool leads_to(const ClockEvent& set_from_rtc, const ClockEvent& jump)
{
    if (!set_from_rtc.set_to || !jump.wall)
        return false;
    const Instant by_rtc = Instant{*set_from_rtc.set_to} - set_from_rtc.since_boot;
    return abs((*jump.wall - jump.since_boot) - by_rtc) <= 2s;
}

/// Whether a step was told by the one who made it; the journal has the line within seconds of it.
bool tells(const ClockEvent& event, const ClockEvent& jump)
{
    if (!is_near(event, jump.since_boot))
        return false;
    if (event.kind == ClockEventKind::SetFromRtc)
        return leads_to(event, jump);
    return event.kind == ClockEventKind::SetByChrony && abs(event.amount - jump.amount) <= 2s;
}

bool is_same(const ClockEvent& one, const ClockEvent& other)
{
    return one.kind == other.kind && one.source == other.source;
}

/// MicroK8s has a line for each daemon that it restarts with the certificates.
bool is_part_of(const ClockEvent& event, const ClockEvent& before)
{
    return event.kind == ClockEventKind::CertsReissued && is_same(event, before) &&
           event.text != before.text && event.since_boot - last_time(before) <= together;
}

bool is_repeat_of(const ClockEvent& event, const ClockEvent& before)
{
    const bool carries_nothing = event.kind == ClockEventKind::CertsReissued;
    return is_same(event, before) && event.kind != ClockEventKind::Jumped &&
           (carries_nothing || event.text == before.text);
}

}  // namespace

void HistoryReader::add(const LogEntry& entry)
{
    if (auto event = to_event(entry))
        keep(std::move(*event));
    if (entry.wall) {
        find_jump(entry);
        before_ = {.since_boot = entry.since_boot, .wall = entry.wall};
    }
}

void HistoryReader::find_jump(const LogEntry& entry)
{
    if (!before_.wall)
        return;
    const auto jump = jump_of(entry.since_boot - before_.since_boot, *entry.wall - *before_.wall);
    if (jump)
        keep({.kind = ClockEventKind::Jumped,
              .since_boot = entry.since_boot,
              .wall = entry.wall,
              .amount = *jump,
              .source = "journal"});
}

void HistoryReader::keep(ClockEvent event)
{
    ClockEvent* const before = !latest_.empty()  ? &latest_.back()
                               : !first_.empty() ? &first_.back()
                                                 : nullptr;
    if (before != nullptr && is_part_of(event, *before)) {
        before->last = event.since_boot;
    } else if (before != nullptr && is_repeat_of(event, *before)) {
        ++before->times;
        before->last = event.since_boot;
    } else if (first_.size() < kept_at_each_end) {
        first_.push_back(std::move(event));
    } else {
        latest_.push_back(std::move(event));
        if (latest_.size() > kept_at_each_end) {
            leave_out(std::move(latest_.front()));
            latest_.pop_front();
        }
    }
}

void HistoryReader::leave_out(ClockEvent event)
{
    if (!left_out_)
        left_out_ = ClockEvent{.kind = ClockEventKind::LeftOut,
                               .since_boot = event.since_boot,
                               .wall = event.wall,
                               .source = "journal",
                               .times = 0};
    left_out_->times += event.times;
    left_out_->last = last_time(event);
    if (is_step(event) && (!largest_ || abs(event.amount) > abs(largest_->amount)))
        largest_ = std::move(event);
}

std::vector<ClockEvent> HistoryReader::events() const
{
    std::vector<ClockEvent> all = first_;
    if (left_out_)
        all.push_back(*left_out_);
    if (largest_)
        all.push_back(*largest_);
    all.insert(all.end(), latest_.begin(), latest_.end());
    std::vector<ClockEvent> untold;
    std::ranges::copy_if(all, std::back_inserter(untold), [&all](const ClockEvent& event) {
        return event.kind != ClockEventKind::Jumped ||
               std::ranges::none_of(all,
                                    [&](const ClockEvent& other) { return tells(other, event); });
    });
    std::ranges::stable_sort(untold, {}, &ClockEvent::since_boot);
    return untold;
}

std::vector<ClockEvent> read_history(const std::vector<LogEntry>& entries)
{
    HistoryReader reader;
    for (const LogEntry& entry : entries)
        reader.add(entry);
    return reader.events();
}

bool is_step(const ClockEvent& event)
{
    return event.kind == ClockEventKind::SetByChrony || event.kind == ClockEventKind::Jumped;
}

}  // namespace clockguard
