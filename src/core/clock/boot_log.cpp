// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/boot_log.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace clockguard {
namespace {

using namespace std::chrono;

constexpr std::string_view rtc_words = ": setting system clock to ";
constexpr std::string_view host_words = "hv_utils: TimeSync IC version";
constexpr std::string_view stepped_words = "System clock was stepped by ";
constexpr std::string_view wrong_words = "System clock wrong by ";

/// Takes what stands before `mark` and the mark itself; nothing when there is none.
std::optional<std::string_view> take_until(std::string_view& text, char mark)
{
    const auto end = text.find(mark);
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view taken = text.substr(0, end);
    text.remove_prefix(end + 1);
    return taken;
}

template <class Number>
std::optional<Number> to_number(std::string_view text)
{
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end || text.empty())
        return std::nullopt;
    return value;
}

/// "2026-10-04T00:01:05" or with a blank, as sys_seconds.
std::optional<sys_seconds> to_moment(std::string_view date)
{
    constexpr std::size_t length = 19;
    if (date.size() != length || (date[10] != 'T' && date[10] != ' '))
        return std::nullopt;
    std::string text{date};
    text[10] = 'T';
    const auto moment = parse_instant(text + "Z");
    if (!moment)
        return std::nullopt;
    return floor<seconds>(*moment);
}

/// "-2507228.418502 seconds" as microseconds; nothing for what no clock can be off by.
std::optional<Span> to_amount(std::string_view text)
{
    constexpr double longest_s = 1e10;  // 317 years
    const auto unit = text.find(" seconds");
    if (unit == std::string_view::npos)
        return std::nullopt;
    const auto value = to_number<double>(text.substr(0, unit));
    if (!value || !(std::abs(*value) < longest_s))
        return std::nullopt;
    return round<Span>(duration<double>{*value});
}

std::optional<Span> amount_after(std::string_view words, std::string_view text)
{
    if (!text.starts_with(words))
        return std::nullopt;
    return to_amount(text.substr(words.size()));
}

ClockEvent event_of(ClockEventKind kind, const LogEntry& entry)
{
    return {.kind = kind,
            .since_boot = entry.since_boot,
            .wall = entry.wall,
            .source = entry.speaker,
            .text = entry.text};
}

std::optional<ClockEvent> kernel_event(const LogEntry& entry)
{
    if (entry.text.starts_with(host_words))
        return event_of(ClockEventKind::HostTimeReady, entry);
    const auto line = parse_rtc_line(entry.text);
    if (!line)
        return std::nullopt;
    ClockEvent event = event_of(ClockEventKind::SetFromRtc, entry);
    event.set_to = line->set_to;
    event.source = fmt::format("{} {}", line->driver, line->device);
    return event;
}

std::optional<ClockEvent> chrony_event(const LogEntry& entry)
{
    const auto stepped = amount_after(stepped_words, entry.text);
    const auto wrong = amount_after(wrong_words, entry.text);
    if (!stepped && !wrong)
        return std::nullopt;
    ClockEvent event =
        event_of(stepped ? ClockEventKind::SetByChrony : ClockEventKind::FoundWrong, entry);
    event.amount = stepped ? *stepped : *wrong;
    return event;
}

std::optional<ClockEvent> microk8s_event(const LogEntry& entry)
{
    if (entry.text.find("cert change detected") == std::string::npos)
        return std::nullopt;
    return event_of(ClockEventKind::CertsReissued, entry);
}

/// Only from those who may say it: a pod's log may hold any words.
std::optional<ClockEvent> to_event(const LogEntry& entry)
{
    if (entry.speaker == "kernel")
        return kernel_event(entry);
    if (entry.speaker == "chronyd")
        return chrony_event(entry);
    if (entry.speaker == "systemd" && entry.text.find("Time has been changed") != std::string::npos)
        return event_of(ClockEventKind::TimeChanged, entry);
    if (entry.speaker.find("microk8s") != std::string::npos)
        return microk8s_event(entry);
    return std::nullopt;
}

/// What the wall clock gained on the monotonic one between two entries, where that is more than a
/// slew can do: chronyd slews by up to 10 % (maxslewrate in chrony.conf(5)). CLOCK_MONOTONIC stands
/// still while the machine sleeps, so waking up looks the same.
std::optional<Span> jump_between(const LogEntry& before, const LogEntry& after)
{
    if (!before.wall || !after.wall)
        return std::nullopt;
    const Span passed = after.since_boot - before.since_boot;
    const Span jump = (*after.wall - *before.wall) - passed;
    if (abs(jump) <= 1s + abs(passed) / 10)
        return std::nullopt;
    return jump;
}

/// Whether a step of this size at this time was told by the one who made it; the journal has the
/// line within seconds of the step.
bool was_told(const std::vector<ClockEvent>& events, const ClockEvent& jump)
{
    return std::ranges::any_of(events, [&](const ClockEvent& event) {
        return event.kind == ClockEventKind::SetByChrony && abs(event.amount - jump.amount) <= 2s &&
               abs(event.since_boot - jump.since_boot) <= 1min;
    });
}

std::vector<ClockEvent> jumps_in(const std::vector<LogEntry>& entries)
{
    std::vector<ClockEvent> jumps;
    const LogEntry* before = nullptr;
    for (const LogEntry& entry : entries) {
        if (!entry.wall)
            continue;
        const auto jump = before != nullptr ? jump_between(*before, entry) : std::nullopt;
        if (jump) {
            ClockEvent event = event_of(ClockEventKind::Jumped, entry);
            event.amount = *jump;
            event.source = "journal";
            event.text.clear();
            jumps.push_back(event);
        }
        before = &entry;
    }
    return jumps;
}

}  // namespace

std::optional<RtcLine> parse_rtc_line(std::string_view text)
{
    const auto words = text.find(rtc_words);
    if (words == std::string_view::npos)
        return std::nullopt;
    std::string_view device = text.substr(0, words);
    const auto driver = take_until(device, ' ');
    std::string_view rest = text.substr(words + rtc_words.size());
    const auto zone = rest.find(" UTC (");
    if (!driver || driver->empty() || device.empty() || zone == std::string_view::npos)
        return std::nullopt;
    const auto date = to_moment(rest.substr(0, zone));
    rest.remove_prefix(zone + std::string_view{" UTC ("}.size());
    const auto epoch = to_number<std::int64_t>(take_until(rest, ')').value_or(""));
    if (!date || !epoch || date->time_since_epoch().count() != *epoch)
        return std::nullopt;
    return RtcLine{.driver = std::string{*driver}, .device = std::string{device}, .set_to = *date};
}

std::vector<ClockEvent> read_history(const std::vector<LogEntry>& entries)
{
    std::vector<ClockEvent> events;
    for (const LogEntry& entry : entries)
        if (const auto event = to_event(entry))
            events.push_back(*event);
    for (const ClockEvent& jump : jumps_in(entries))
        if (!was_told(events, jump))
            events.push_back(jump);
    std::ranges::stable_sort(events, {}, &ClockEvent::since_boot);
    return events;
}

std::string ic_version(const std::vector<ClockEvent>& events)
{
    // The last of them: the driver may be loaded again.
    std::string version;
    for (const ClockEvent& event : events)
        if (event.kind == ClockEventKind::HostTimeReady && event.text.size() > host_words.size())
            version = event.text.substr(host_words.size() + 1);
    return version;
}

Offset correction_since(const ClockEvent& set_from_rtc, Instant booted)
{
    const Instant set_to = set_from_rtc.set_to.value_or(Instant{});
    const Instant booted_then = set_to + 500ms - set_from_rtc.since_boot;
    return {.value = booted - booted_then, .error = 1s};
}

}  // namespace clockguard
