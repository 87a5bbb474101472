// SPDX-License-Identifier: Apache-2.0
// What moved the clock in a boot, from the lines of its log: which are one event, and which explain
// a jump.
#include "clockguard/core/clock/clock_history.hpp"

#include <algorithm>
#include <iterator>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// More are no story. So many of the first are kept, and as many of the last.
constexpr std::size_t kept_at_each_end = 32;

/// What a jump may be off by from what the log says of it: another step, of less than is told, may
/// have come between its two entries.
constexpr Span near_enough = 2s;

/// The kernel's set from the RTC makes the clock show what the RTC showed, half a second later.
bool leads_to(const ClockEvent& set_from_rtc, const ClockEvent& jump)
{
    if (!set_from_rtc.set_to || !jump.wall)
        return false;
    const Instant by_rtc = Instant{*set_from_rtc.set_to} - set_from_rtc.since_boot;
    return abs((*jump.wall - jump.since_boot) - by_rtc) <= 2s;
}

/// From an event to the time between the two entries of a jump; none where it lies in that time.
Span distance(const ClockEvent& event, const ClockEvent& jump)
{
    const auto [begin, end] = std::minmax(jump.after, jump.since_boot);
    return std::max({Span{0}, begin - last_time(event), event.since_boot - end});
}

/// Whether an event is the log line of a jump. The journal has the line within seconds of the jump;
/// the kernel's stamp is of the very moment.
bool explains(const ClockEvent& event, const ClockEvent& jump)
{
    if (event.kind == ClockEventKind::SetFromRtc)
        return distance(event, jump) <= 1s && leads_to(event, jump);
    if (distance(event, jump) > together)
        return false;
    return event.kind == ClockEventKind::SaidToSet ||
           (event.kind == ClockEventKind::Slept && jump.amount > Span{0}) ||
           ((event.kind == ClockEventKind::Stepped || event.kind == ClockEventKind::ReadAsLocal) &&
            abs(event.amount - jump.amount) <= near_enough);
}

using Jump = std::vector<ClockEvent>::iterator;

/// The nearest jump that an event explains, or the end.
Jump nearest_jump(const ClockEvent& event, std::vector<ClockEvent>& jumps)
{
    Jump nearest = jumps.end();
    for (Jump jump = jumps.begin(); jump != jumps.end(); ++jump)
        if (explains(event, *jump) &&
            (nearest == jumps.end() || distance(event, *jump) < distance(event, *nearest)))
            nearest = jump;
    return nearest;
}

bool is_without_amount(const ClockEvent& event)
{
    return event.kind == ClockEventKind::SaidToSet || event.kind == ClockEventKind::Slept;
}

/// An event explains one jump, or as many as the times that it was logged.
void remove_explained(const std::vector<ClockEvent>& events, std::vector<ClockEvent>& jumps)
{
    for (const ClockEvent& event : events) {
        if (is_without_amount(event))
            continue;
        for (std::uint64_t time = 0; time < event.times; ++time) {
            const Jump jump = nearest_jump(event, jumps);
            if (jump == jumps.end())
                break;
            jumps.erase(jump);
        }
    }
}

/// A program that says that it set the clock, and not by how much, made the jump of the clocks that
/// no other line explains. Where there is no jump, it slewed the clock, or found it right. A
/// jump while the machine slept is no step.
void attribute_jumps(std::vector<ClockEvent>& events, std::vector<ClockEvent>& jumps)
{
    for (ClockEvent& event : events) {
        const Jump made = is_without_amount(event) ? nearest_jump(event, jumps) : jumps.end();
        if (made == jumps.end())
            continue;
        event.times = 1;
        if (event.kind == ClockEventKind::SaidToSet)
            event.kind = ClockEventKind::Stepped;
        event.amount = made->amount;
        jumps.erase(made);
    }
    std::erase_if(events, [](const ClockEvent& event) {
        return is_without_amount(event) && event.amount == Span{0};
    });
}

/// What systemd does before anything is dated belongs to the kernel's set from the RTC.
void note_local_time(std::vector<ClockEvent>& events)
{
    const auto local = std::ranges::find(events, ClockEventKind::ReadAsLocal, &ClockEvent::kind);
    if (local == events.end())
        return;
    set_zone(events, local->zone);
    std::erase_if(
        events, [](const ClockEvent& event) { return event.kind == ClockEventKind::ReadAsLocal; });
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

/// What is slewed slowly, or not at all, is found wrong again and again, by nearly as much.
bool is_found_again(const ClockEvent& event, const ClockEvent& before)
{
    return (event.kind == ClockEventKind::FoundWrong || event.kind == ClockEventKind::Refused) &&
           abs(event.amount - before.amount) <= abs(before.amount) / 10;
}

bool is_repeat_of(const ClockEvent& event, const ClockEvent& before)
{
    const bool carries_nothing = event.kind == ClockEventKind::CertsReissued;
    return is_same(event, before) && event.kind != ClockEventKind::Jumped &&
           (carries_nothing || event.text == before.text || is_found_again(event, before));
}

/// Whether an event repeats one that is listed already: the log has the line from two writers, or
/// two programs tell of one step. Between the two the clock did not move by that once more.
bool is_echo_of(const ClockEvent& event, const ClockEvent& listed)
{
    if (event.kind != listed.kind || event.kind == ClockEventKind::Jumped ||
        event.since_boot - listed.since_boot > together)
        return false;
    const bool is_same_amount = abs(event.amount - listed.amount) <= 1ms;
    if (event.amount == Span{0} || !is_same_amount || !event.wall || !listed.wall)
        return false;
    const ClockPair then{.wall = *listed.wall, .monotonic = listed.since_boot};
    const ClockPair now{.wall = *event.wall, .monotonic = event.since_boot};
    return abs(clock_moved(then, now)) < abs(event.amount) / 2;
}

/// journald may read the kernel's log twice.
bool is_same_set(const ClockEvent& event, const ClockEvent& listed)
{
    return event.kind == ClockEventKind::SetFromRtc && listed.kind == event.kind &&
           event.since_boot == listed.since_boot && event.set_to == listed.set_to;
}

/// Whether one of them is listed already; no step came after that one.
template <class Events>
bool has_echo(const Events& events, const ClockEvent& event)
{
    const auto last_step = std::find_if(events.rbegin(), events.rend(), is_step);
    const auto behind = last_step == events.rend() ? events.rend() : last_step + 1;
    return std::any_of(events.rbegin(), behind,
                       [&](const ClockEvent& listed) { return is_echo_of(event, listed); }) ||
           std::ranges::any_of(
               events, [&](const ClockEvent& listed) { return is_same_set(event, listed); });
}

}  // namespace

void HistoryReader::add(const LogEntry& entry)
{
    if (entry.wall) {
        find_jump(entry);
        before_ = {.since_boot = entry.since_boot, .wall = entry.wall};
    }
    if (auto event = to_event(entry))
        keep(std::move(*event));
}

void HistoryReader::find_jump(const LogEntry& entry)
{
    if (!before_.wall)
        return;
    const Span jump = clock_moved({.wall = *before_.wall, .monotonic = before_.since_boot},
                                  {.wall = *entry.wall, .monotonic = entry.since_boot});
    if (is_jump(jump))
        keep({.kind = ClockEventKind::Jumped,
              .since_boot = entry.since_boot,
              .after = before_.since_boot,
              .wall = entry.wall,
              .amount = jump,
              .source = "journal"});
}

bool HistoryReader::is_known(const ClockEvent& event) const
{
    return has_echo(latest_, event) || has_echo(first_, event);
}

void HistoryReader::keep(ClockEvent event)
{
    if (is_known(event))
        return;
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
    const auto is_its_line = [&event](const ClockEvent& line) { return explains(line, event); };
    if (event.kind == ClockEventKind::Jumped && std::ranges::any_of(latest_, is_its_line))
        return;  // the line is counted
    if (!left_out_)
        left_out_ = ClockEvent{.kind = ClockEventKind::LeftOut,
                               .since_boot = event.since_boot,
                               .wall = event.wall,
                               .source = "journal",
                               .times = 0};
    left_out_->times += event.times;
    left_out_->last = last_time(event);
    const auto rival = std::ranges::find(largest_, event.kind, &ClockEvent::kind);
    if (rival == largest_.end())
        largest_.push_back(std::move(event));
    else if (abs(event.amount) > abs(rival->amount))
        *rival = std::move(event);
}

std::vector<ClockEvent> HistoryReader::events() const
{
    std::vector<ClockEvent> all = first_;
    std::optional<ClockEvent> left_out = left_out_;
    for (const ClockEvent& kept : largest_)
        left_out->times -= kept.times;
    if (left_out && left_out->times > 0)
        all.push_back(std::move(*left_out));
    all.insert(all.end(), largest_.begin(), largest_.end());
    all.insert(all.end(), latest_.begin(), latest_.end());
    const auto first_jump =
        std::stable_partition(all.begin(), all.end(), [](const ClockEvent& event) {
            return event.kind != ClockEventKind::Jumped;
        });
    std::vector<ClockEvent> jumps{first_jump, all.end()};
    all.erase(first_jump, all.end());
    remove_explained(all, jumps);
    attribute_jumps(all, jumps);
    note_local_time(all);
    all.insert(all.end(), jumps.begin(), jumps.end());
    std::ranges::stable_sort(all, {}, &ClockEvent::since_boot);
    return all;
}

std::vector<ClockEvent> read_history(const std::vector<LogEntry>& entries)
{
    HistoryReader reader;
    for (const LogEntry& entry : entries)
        reader.add(entry);
    return reader.events();
}

void set_zone(std::vector<ClockEvent>& events, Span zone)
{
    for (ClockEvent& event : events)
        if (event.kind == ClockEventKind::SetFromRtc)
            event.zone = zone;
}

bool is_step(const ClockEvent& event)
{
    return event.kind == ClockEventKind::Stepped || event.kind == ClockEventKind::Jumped;
}

}  // namespace clockguard
