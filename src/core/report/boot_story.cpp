// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/boot_story.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/exact.hpp"
#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// systemd notices within moments that the kernel set the clock; what set it a minute later was
/// another.
constexpr Span at_once = 5s;

bool is_without_amount(const ClockEvent& event)
{
    return event.amount == Span{0};
}

bool says_much_is_wrong(const ClockEvent& event)
{
    if (event.kind == ClockEventKind::Refused && is_without_amount(event))
        return true;
    return (event.kind == ClockEventKind::FoundWrong || event.kind == ClockEventKind::Refused) &&
           abs(event.amount) >= harmful;
}

/// What was found wrong may have been slewed for a while before the rest of it was stepped.
bool is_made_good_by(const ClockEvent& found, const ClockEvent& step)
{
    if (last_time(step) < found.since_boot - together)
        return false;
    return is_without_amount(found) ? abs(step.amount) >= harmful
                                    : abs(step.amount - found.amount) <= abs(found.amount) / 2;
}

bool is_about(const ClockEvent& event, const ClockEvent& other)
{
    const Span apart = other.kind == ClockEventKind::SetFromRtc ? at_once : together;
    const bool moved = event.kind == ClockEventKind::FoundWrong
                           ? is_step(other) && is_made_good_by(event, other)
                           : is_step(other) || other.kind == ClockEventKind::Slept ||
                                 other.kind == ClockEventKind::SetFromRtc;
    return moved && event.since_boot >= other.since_boot - apart &&
           last_time(event) <= last_time(other) + apart;
}

/// Whether another event says the same, and better.
bool is_in_better_event(const ClockEvent& event, const std::vector<ClockEvent>& events)
{
    if (event.kind != ClockEventKind::FoundWrong && event.kind != ClockEventKind::TimeChanged)
        return false;
    return std::ranges::any_of(events,
                               [&](const ClockEvent& other) { return is_about(event, other); });
}

std::string rtc_words(const ClockEvent& event, std::optional<Instant> booted)
{
    std::string set =
        fmt::format("kernel set the clock from {}: {}{}", event.source,
                    to_plain_text(Instant{event.set_to.value_or(std::chrono::sys_seconds{})}),
                    event.zone == Span{0} ? "" : " local time");
    if (!booted)
        return set;
    const Offset correction = correction_since(event, *booted);
    if (abs(correction.value) <= 2 * correction.error)
        return set + ", right";
    return fmt::format("{}, {}", set, to_hms_text(Offset{.value = -correction.value}));
}

/// Of a jump, no line is of the moment itself.
std::string time_of_jump(const ClockEvent& event)
{
    const std::string from = to_text(event.after);
    const std::string until = to_text(event.since_boot);
    const bool is_narrow = event.since_boot - event.after <= 1s || from == until;
    if (event.kind != ClockEventKind::Jumped || is_narrow)
        return {};
    return fmt::format(" between {} and {} after boot", from, until);
}

std::string step_words(const ClockEvent& event)
{
    const std::string step = event.kind == ClockEventKind::Stepped
                                 ? fmt::format("{} stepped the clock", event.source)
                                 : "the clock jumped";
    const bool may_be_sleep = event.kind == ClockEventKind::Jumped && event.amount > Span{0};
    return fmt::format("{} {}{}{}", step, to_movement(event.amount), time_of_jump(event),
                       event.stood_still ? ": the machine had been paused"
                       : may_be_sleep    ? ", or the machine slept"
                                         : "");
}

std::string words_for(const ClockEvent& event, std::optional<Instant> booted)
{
    switch (event.kind) {
    case ClockEventKind::SetFromRtc:
        return rtc_words(event, booted);
    case ClockEventKind::Stepped:
    case ClockEventKind::Jumped:
        return step_words(event);
    case ClockEventKind::Slept:
        return fmt::format("the machine slept for {}", to_hms_text(event.amount));
    case ClockEventKind::FoundWrong:
        return fmt::format("{} found that the clock had to move {}", event.source,
                           to_movement(event.amount));
    case ClockEventKind::Refused:
        return fmt::format("{} refused to move the clock {}", event.source,
                           event.amount == Span{0} ? "as far as it was off"
                                                   : to_movement(event.amount));
    case ClockEventKind::SaidToSet:
        return fmt::format("{} set the clock", event.source);
    case ClockEventKind::ReadAsLocal:
        return "systemd took the hardware clock for local time";
    case ClockEventKind::TimeChanged:
        return "the clock was set";
    case ClockEventKind::CertsReissued:
        return "MicroK8s re-issued its certificates";
    case ClockEventKind::HostTimeReady:
        return "Hyper-V time synchronisation began";
    case ClockEventKind::LeftOut:
        return fmt::format("{} more events until {} after boot are left out", event.times,
                           to_text(last_time(event)));
    }
    return {};
}

std::string with_count(std::string words, const ClockEvent& event)
{
    if (event.times == 1 || event.kind == ClockEventKind::LeftOut)
        return words;
    return fmt::format("{}, {} times until {} after boot", words, event.times,
                       to_text(last_time(event)));
}

}  // namespace

std::string late_begin(const BootHistory& history)
{
    if (history.begins < harmful)
        return {};
    return fmt::format("the journal begins {} after boot", to_text(history.begins));
}

std::string what_is_missing(const BootHistory& history)
{
    return history.error.empty() ? late_begin(history) : history.error;
}

const ClockEvent* rtc_event(const std::vector<ClockEvent>& events)
{
    const auto found = std::ranges::find(events, ClockEventKind::SetFromRtc, &ClockEvent::kind);
    return found == events.end() ? nullptr : &*found;
}

Instant booted_for(Span since_boot, Instant booted, const std::vector<ClockEvent>& events)
{
    for (const ClockEvent& event : events) {
        if (event.kind == ClockEventKind::Slept && event.since_boot <= since_boot)
            booted += event.amount;
        if (event.stood_still && event.since_boot > since_boot)
            booted -= event.amount;
    }
    return booted;
}

void mark_standstill(std::vector<ClockEvent>& events, Span still)
{
    const auto is_end = [still](const ClockEvent& event) {
        return is_step(event) && abs(event.amount - still) < harmful;
    };
    const auto last = std::find_if(events.rbegin(), events.rend(), is_end);
    if (still >= harmful && last != events.rend())
        last->stood_still = true;
}

Span time_away(const std::vector<ClockEvent>& events)
{
    Span away{};
    for (const ClockEvent& event : events)
        if (event.stood_still || event.kind == ClockEventKind::Slept)
            away += event.amount;
    return away;
}

std::vector<StoryEvent> to_timeline(const std::vector<ClockEvent>& events,
                                    std::optional<Instant> booted)
{
    std::vector<StoryEvent> timeline;
    for (const ClockEvent& event : events) {
        if (is_in_better_event(event, events))
            continue;
        const auto started =
            booted ? std::optional{booted_for(event.since_boot, *booted, events)} : std::nullopt;
        StoryEvent told{.uptime = event.since_boot,
                        .away = booted_for(event.since_boot, {}, events).time_since_epoch(),
                        .recorded = event.wall,
                        .event = on_one_line(with_count(words_for(event, started), event)),
                        .source = event.source};
        if (is_step(event))
            told.step = event.amount;
        if (started)
            told.corrected = *started + event.since_boot;
        timeline.push_back(told);
    }
    return timeline;
}

const ClockEvent* never_stepped(const std::vector<ClockEvent>& events)
{
    const auto found = std::ranges::find_if(events, [&events](const ClockEvent& event) {
        return says_much_is_wrong(event) &&
               std::ranges::none_of(events, [&](const ClockEvent& other) {
                   return is_step(other) && is_made_good_by(event, other);
               });
    });
    return found == events.end() ? nullptr : &*found;
}

std::string to_movement(Span amount)
{
    return fmt::format("{} by {}", amount < Span{0} ? "back" : "forward", to_hms_text(abs(amount)));
}

Span largest_step(const std::vector<ClockEvent>& events, std::optional<Instant> booted)
{
    Span largest{};
    const auto take = [&largest](Span step) {
        if (abs(step) > abs(largest))
            largest = step;
    };
    for (const ClockEvent& event : events)
        if (is_step(event) && !event.stood_still)
            take(event.amount);
    const ClockEvent* const rtc = rtc_event(events);
    if (rtc != nullptr && booted)
        take(correction_since(*rtc, booted_for(rtc->since_boot, *booted, events)).value);
    return largest;
}

}  // namespace clockguard
