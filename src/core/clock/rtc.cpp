// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/rtc.hpp"

#include <array>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/clock/trust.hpp"

namespace clockguard {
namespace {

using namespace std::chrono;

bool is_within(int value, int lowest, int highest)
{
    return value >= lowest && value <= highest;
}

struct Trouble {
    unsigned flag;
    std::string_view words;
};

constexpr std::array troubles{Trouble{rtc_time_invalid, "time invalid"},
                              Trouble{2, "backup battery low"}, Trouble{4, "backup battery empty"},
                              Trouble{8, "accuracy low"},
                              Trouble{16, "runs on its backup battery"}};

/// A line ends with a newline, a carriage return or a NUL, or with several that are not alike
/// (read_line_full() in systemd's fileio.c).
std::string_view take_line_of_systemd(std::string_view& text)
{
    constexpr std::string_view ends{"\n\r\0", 3};
    const std::string_view line = text.substr(0, text.find_first_of(ends));
    text.remove_prefix(line.size());
    std::string_view seen = text.substr(0, 0);
    while (seen.size() < text.size() && ends.find(text[seen.size()]) != std::string_view::npos &&
           seen.find(text[seen.size()]) == std::string_view::npos)
        seen = text.substr(0, seen.size() + 1);
    text.remove_prefix(seen.size());
    return line;
}

}  // namespace

/// As PID 1 goes by this file, in its words: clock_is_localtime() in systemd's clock-util.c.
RtcZone parse_rtc_zone(std::string_view adjtime)
{
    take_line_of_systemd(adjtime);
    take_line_of_systemd(adjtime);
    return take_line_of_systemd(adjtime) == "LOCAL" ? RtcZone::Local : RtcZone::Utc;
}

std::optional<sys_seconds> to_moment(const RtcDigits& digits)
{
    // A year outside chrono's would wrap around before ok() could see it.
    if (!is_within(digits.year, 1900, 9999) || !is_within(digits.month, 1, 12) ||
        !is_within(digits.day, 1, 31) || !is_within(digits.hour, 0, 23) ||
        !is_within(digits.minute, 0, 59) || !is_within(digits.second, 0, 59))
        return std::nullopt;
    const auto date = year{digits.year} / digits.month / digits.day;
    if (!date.ok())
        return std::nullopt;
    return sys_days{date} + hours{digits.hour} + minutes{digits.minute} + seconds{digits.second};
}

RtcDigits to_digits(sys_seconds moment)
{
    const auto day = floor<days>(moment);
    const year_month_day date{day};
    const hh_mm_ss time{moment - day};
    return {.year = int{date.year()},
            .month = static_cast<int>(unsigned{date.month()}),
            .day = static_cast<int>(unsigned{date.day()}),
            .hour = static_cast<int>(time.hours().count()),
            .minute = static_cast<int>(time.minutes().count()),
            .second = static_cast<int>(time.seconds().count())};
}

std::optional<sys_seconds> parse_since_epoch(std::string_view text)
{
    constexpr sys_seconds earliest = sys_days{year{1900} / 1 / 1};
    constexpr sys_seconds latest = sys_days{year{10000} / 1 / 1};
    const auto count = parse_number<std::int64_t>(trimmed(text));
    if (!count || *count < earliest.time_since_epoch().count() ||
        *count >= latest.time_since_epoch().count())
        return std::nullopt;
    return sys_seconds{seconds{*count}};
}

Offset rtc_offset(const RtcReading& reading)
{
    if (reading.tick_error)
        return {.value = reading.taken_at - Instant{reading.shows}, .error = *reading.tick_error};
    return {.value = reading.taken_at - (Instant{reading.shows} + 500ms), .error = 500ms};
}

std::optional<Span> local_time_shift(const Offset& ahead)
{
    // Zones lie between UTC-12:00 and UTC+14:00, on quarters of an hour (tz database). A clock that
    // drifts like a poor crystal, 50 ppm, has gone five seconds off the quarter after a day.
    constexpr Span quarter = 15min;
    constexpr Span farthest = 14h;
    constexpr Span tolerance = 5s;
    const std::int64_t halves = ahead.value / (quarter / 2);
    const Span nearest = quarter * ((halves + (halves < 0 ? -1 : 1)) / 2);
    const Offset beside{.value = ahead.value - nearest, .error = ahead.error};
    if (nearest == Span{0} || abs(nearest) > farthest ||
        weigh(beside, tolerance) != Testimony::Agrees)
        return std::nullopt;
    return nearest;
}

std::string zone_text(Span shift)
{
    const Span size = abs(shift);
    return fmt::format("UTC{}{:02}:{:02}", shift < Span{0} ? '-' : '+', size / hours{1},
                       size % hours{1} / minutes{1});
}

Span write_phase(std::string_view name)
{
    return name.starts_with("rtc_cmos") ? Span{500ms} : Span{0};
}

RtcWrite next_write(Instant now, Span phase, Span lead)
{
    const Instant earliest = now + lead;
    Instant at = floor<seconds>(earliest) + phase;
    if (at < earliest)
        at += 1s;
    return {.at = at, .value = floor<seconds>(at)};
}

std::vector<std::string> rtc_trouble_words(unsigned flags)
{
    std::vector<std::string> words;
    for (const Trouble& trouble : troubles)
        if ((flags & trouble.flag) != 0)
            words.emplace_back(trouble.words);
    return words;
}

}  // namespace clockguard
