// SPDX-License-Identifier: Apache-2.0
// The lines that tell of the clock, by who writes them: a function for each writer, with its
// wordings.
#include "clockguard/core/clock/boot_log.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/clock/ntp_clients.hpp"

namespace clockguard {
namespace {

using namespace std::chrono;

constexpr std::string_view rtc_words = ": setting system clock to ";
// hv_util.c before Linux 4.11, and since.
constexpr std::array<std::string_view, 2> host_words{"hv_utils: Using TimeSync version ",
                                                     "hv_utils: TimeSync IC version "};
constexpr std::string_view stepped_words = "System clock was stepped by ";
constexpr std::string_view wrong_words = "System clock wrong by ";
// maxchange (chrony.conf(5)): "... exceeds the allowed maximum of 3600.000 seconds (exiting)"; or a
// date that no clock can show.
constexpr std::string_view refused_words = "Adjustment of ";
// chronyd -s, at its start.
constexpr std::array<std::string_view, 2> restored_words{"System time set from RTC",
                                                         "System time restored from driftfile"};
// initstepslew (chrony.conf(5)): "... : 1.5 seconds fast of true (step)", or slow, or (slew).
constexpr std::string_view initial_words = "System's initial offset : ";
// ntpd 4.2.6 and newer, at work and with -q, and older ones; ntpsec; openntpd; ntpd-rs, which
// counts in milliseconds.
constexpr std::array<std::string_view, 6> ntp_words{" clock_step ", "ntpd: time set ",
                                                    "time reset ",  "CLOCK: time stepped by ",
                                                    " (offset ",    "Jumped offset by "};
// ntpd does without -g, or after its first step, what is more than 1000 s: of 4.2.6 and newer and
// ntpsec, and of older ones. It ends then, as does ntpd-rs, which does not say by how much.
constexpr std::array<std::string_view, 2> panic_words{" panic_stop ", "time correction of "};
constexpr std::string_view rust_panic_words = "Unusually large clock step suggested";
constexpr std::string_view openntpd_words = "adjusting local clock by ";
// ntpdate sets the clock once: "step time server 192.0.2.1 offset -2592000.123456 sec".
constexpr std::string_view ntpdate_words = "step time server ";
constexpr std::string_view ntpdate_amount_words = " offset ";
// ntpsec announces a step before it tells it ("CLOCK: time stepped by ").
constexpr std::string_view announcing_words = "PROTO: ";
// timesyncd-manager.c and timesyncd.c of systemd; the first two since version 247 and before, the
// last two of older and newer ones.
constexpr std::array<std::string_view, 5> timesyncd_words{
    "Initial clock synchronization to ", "Initial synchronization to time server ",
    "Synchronized to time server ", "System clock time unset or jumped backwards, ",
    "System clock time advanced to "};
// timedated.c of systemd: somebody typed "timedatectl set-time".
constexpr std::string_view timedated_words = "Changed local time to ";
// VBoxServiceTimeSync.cpp of VirtualBox, which writes to the kernel's log: it set the clock.
constexpr std::string_view virtualbox_words = "Radical guest time change: ";
constexpr std::string_view virtualbox_set_it = "fSetTimeLastLoop=true";
// main.c and clock-util.c of systemd, which speaks through the kernel's log before journald runs;
// the last sets a clock back that is more than fifteen years ahead.
constexpr std::array<std::string_view, 4> manager_words{
    "System time before build time, advancing clock", "System time was before build time, advanced",
    "System time advanced to ", "System time was further ahead than "};
constexpr std::string_view local_words = "RTC configured in localtime, applying delta of ";
// kernel/power/suspend.c and hibernate.c; the last two before Linux 4.20 and before 4.13.
constexpr std::array<std::string_view, 4> awake_words{
    "PM: suspend exit", "PM: hibernation: hibernation exit", "PM: hibernation exit",
    "PM: Finishing wakeup."};
// Of 1.27 and newer, and of older MicroK8s.
constexpr std::array<std::string_view, 2> kicker_words{"cert change detected",
                                                       "CSR change detected"};

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

/// "2026-10-04T00:01:05" or with a blank, as sys_seconds.
std::optional<sys_seconds> to_moment(std::string_view date)
{
    constexpr std::size_t length = 19;
    if (date.size() != length || (date[10] != 'T' && date[10] != ' '))
        return std::nullopt;
    std::string text{date};
    text[10] = 'T';
    text += 'Z';
    const auto moment = parse_instant(text);
    // No kernel prints a leap second, nor anything else that another date is the name of.
    if (!moment || to_text(*moment) != text)
        return std::nullopt;
    return floor<seconds>(*moment);
}

/// "-2507228.418502" as microseconds; nothing for what no clock can be off by.
std::optional<Span> to_amount(std::string_view number, double unit_s = 1)
{
    constexpr double longest_s = 1e10;  // 317 years
    const auto value = parse_number<double>(number);
    if (!value || !(std::abs(*value * unit_s) < longest_s))
        return std::nullopt;
    return round<Span>(duration<double>{*value * unit_s});
}

std::optional<Span> amount_after(std::string_view words, std::string_view text)
{
    const auto unit = text.find(" seconds");
    if (!text.starts_with(words) || unit == std::string_view::npos)
        return std::nullopt;
    return to_amount(text.substr(words.size(), unit - words.size()));
}

bool has_any(std::span<const std::string_view> words, std::string_view text)
{
    return std::ranges::any_of(
        words, [&](std::string_view those) { return text.find(those) != std::string_view::npos; });
}

/// "0.0.0.0 c61c 0c clock_step -2592000.123 s"
std::optional<Span> ntp_amount(std::span<const std::string_view> any, std::string_view text)
{
    for (const std::string_view words : any) {
        const auto found = text.find(words);
        if (found == std::string_view::npos)
            continue;
        text.remove_prefix(found + words.size());
        text.remove_prefix(text.starts_with('+') ? 1 : 0);
        const auto end = std::min(text.find_first_not_of("-.0123456789"), text.size());
        return to_amount(text.substr(0, end), text.substr(end).starts_with("ms") ? 1e-3 : 1);
    }
    return std::nullopt;
}

/// What follows one of the beginnings, or nothing.
std::optional<std::string_view> after_any(std::span<const std::string_view> beginnings,
                                          std::string_view text)
{
    for (const std::string_view beginning : beginnings)
        if (text.starts_with(beginning))
            return text.substr(beginning.size());
    return std::nullopt;
}

/// By how much chronyd moves the clock at its start: back where it is fast.
std::optional<Span> initial_amount(std::string_view text)
{
    const auto amount = amount_after(initial_words, text);
    if (amount && text.find(" seconds slow of true (") != std::string_view::npos)
        return amount;
    if (amount && text.find(" seconds fast of true (") != std::string_view::npos)
        return -*amount;
    return std::nullopt;
}

ClockEvent event_of(ClockEventKind kind, const LogEntry& entry, Span amount = {})
{
    return {.kind = kind,
            .since_boot = entry.since_boot,
            .wall = entry.wall,
            .amount = amount,
            .source = entry.speaker,
            .text = entry.text};
}

/// A program that says that it set the clock, and not by how much.
std::optional<ClockEvent> said_to_set(const LogEntry& entry, std::string_view who)
{
    ClockEvent event = event_of(ClockEventKind::SaidToSet, entry);
    event.source = who;
    return event;
}

/// "applying delta of 60 minutes to system time": the zone's distance from UTC, east of it
/// positive.
std::optional<ClockEvent> read_as_local(const LogEntry& entry)
{
    constexpr int zone_at_most = 24 * 60;
    std::string_view text = entry.text;
    const auto found = text.find(local_words);
    if (found == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(found + local_words.size());
    const auto count = parse_number<int>(take_until(text, ' ').value_or(""));
    if (!count || std::abs(*count) > zone_at_most)
        return std::nullopt;
    ClockEvent event = event_of(ClockEventKind::ReadAsLocal, entry, -minutes{*count});
    event.zone = minutes{*count};
    return event;
}

bool is_set_by_virtualbox(std::string_view text)
{
    return text.find(virtualbox_words) != std::string::npos &&
           text.find(virtualbox_set_it) != std::string::npos;
}

std::optional<ClockEvent> kernel_event(const LogEntry& entry)
{
    if (auto local = read_as_local(entry))
        return local;
    if (has_any(manager_words, entry.text))
        return said_to_set(entry, "systemd");
    if (is_set_by_virtualbox(entry.text))
        return said_to_set(entry, "VBoxService");
    if (after_any(host_words, entry.text))
        return event_of(ClockEventKind::HostTimeReady, entry);
    if (after_any(awake_words, entry.text))
        return event_of(ClockEventKind::Slept, entry);
    const auto line = parse_rtc_line(entry.text);
    if (!line)
        return std::nullopt;
    ClockEvent event = event_of(ClockEventKind::SetFromRtc, entry);
    event.set_to = line->set_to;
    event.source = fmt::format("{} {}", line->driver, line->device);
    return event;
}

/// chronyd begins a line with "2022-01-03T14:32:44Z " where it does not write to syslog (-d).
std::string_view without_stamp(std::string_view text)
{
    constexpr std::size_t length = 20;
    const bool is_stamped =
        text.size() > length && text[length] == ' ' && parse_instant(text.substr(0, length));
    return is_stamped ? text.substr(length + 1) : text;
}

std::optional<ClockEvent> chrony_event(const LogEntry& entry)
{
    const std::string_view text = without_stamp(entry.text);
    if (after_any(restored_words, text))
        return said_to_set(entry, entry.speaker);
    if (const auto refused = amount_after(refused_words, text))
        return event_of(ClockEventKind::Refused, entry, *refused);
    const auto stepped = amount_after(stepped_words, text);
    const auto wrong = amount_after(wrong_words, text);
    const auto initial = initial_amount(text);
    const bool is_measured_only = entry.text.ends_with("(ignored)");  // chronyd -Q
    if ((!stepped && !wrong && !initial) || is_measured_only)
        return std::nullopt;
    const bool moved_at_once = stepped || entry.text.ends_with("(step)");  // chronyd -q among them
    return event_of(moved_at_once ? ClockEventKind::Stepped : ClockEventKind::FoundWrong, entry,
                    stepped ? *stepped
                    : wrong ? *wrong
                            : *initial);
}

/// What openntpd slews, where that is more than it finds every few minutes.
std::optional<ClockEvent> slew_event(const LogEntry& entry)
{
    const auto amount = ntp_amount({&openntpd_words, 1}, entry.text);
    if (!amount || abs(*amount) < 1s)
        return std::nullopt;
    return event_of(ClockEventKind::FoundWrong, entry, *amount);
}

std::optional<ClockEvent> ntp_event(const LogEntry& entry)
{
    if (entry.text.find(rust_panic_words) != std::string::npos)
        return event_of(ClockEventKind::Refused, entry);
    if (const auto refused = ntp_amount(panic_words, entry.text))
        return event_of(ClockEventKind::Refused, entry, *refused);
    const bool is_announced = entry.text.find(announcing_words) != std::string::npos;
    const auto amount = is_announced ? std::nullopt : ntp_amount(ntp_words, entry.text);
    return amount ? event_of(ClockEventKind::Stepped, entry, *amount) : slew_event(entry);
}

std::optional<ClockEvent> ntpdate_event(const LogEntry& entry)
{
    if (entry.text.find(ntpdate_words) == std::string::npos)
        return std::nullopt;
    const auto amount = ntp_amount({&ntpdate_amount_words, 1}, entry.text);
    return amount ? std::optional{event_of(ClockEventKind::Stepped, entry, *amount)} : std::nullopt;
}

std::optional<ClockEvent> microk8s_event(const LogEntry& entry)
{
    if (!has_any(kicker_words, entry.text))
        return std::nullopt;
    return event_of(ClockEventKind::CertsReissued, entry);
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
    const auto epoch = parse_number<std::int64_t>(take_until(rest, ')').value_or(""));
    if (!date || !epoch || date->time_since_epoch().count() != *epoch)
        return std::nullopt;
    return RtcLine{.driver = std::string{*driver}, .device = std::string{device}, .set_to = *date};
}

std::optional<ClockEvent> to_event(const LogEntry& entry)
{
    if (entry.speaker == "kernel")
        return kernel_event(entry);
    if (entry.speaker == "chronyd")
        return chrony_event(entry);
    if (entry.speaker == "systemd-timesyncd" && has_any(timesyncd_words, entry.text))
        return said_to_set(entry, entry.speaker);
    if (entry.speaker == "timedatectl" && entry.text.starts_with(timedated_words))
        return said_to_set(entry, entry.speaker);
    if (std::ranges::find(ntp_clients, entry.speaker, &NamedUnit::name) != ntp_clients.end())
        return ntp_event(entry);
    if (entry.speaker == "ntpdate")
        return ntpdate_event(entry);
    if (entry.speaker == "systemd" && entry.text.find("Time has been changed") != std::string::npos)
        return event_of(ClockEventKind::TimeChanged, entry);
    if (entry.speaker.find("microk8s") != std::string::npos)
        return microk8s_event(entry);
    return std::nullopt;
}

std::string ic_version(const std::vector<ClockEvent>& events)
{
    // The last of them: the driver may be loaded again.
    std::string version;
    for (const ClockEvent& event : events)
        if (event.kind == ClockEventKind::HostTimeReady)
            version = after_any(host_words, event.text).value_or("");
    return version;
}

Offset correction_since(const ClockEvent& set_from_rtc, Instant booted)
{
    const Instant set_to = set_from_rtc.set_to.value_or(Instant{}) - set_from_rtc.zone;
    const Instant booted_then = set_to + 500ms - set_from_rtc.since_boot;
    return {.value = booted - booted_then, .error = 1s};
}

}  // namespace clockguard
