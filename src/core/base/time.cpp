// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/time.hpp"

#include <array>
#include <optional>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

using namespace std::chrono;

struct Unit {
    std::string_view name;
    Span length;
};

constexpr std::array units{
    Unit{"us", 1us},    Unit{"ms", 1ms},         Unit{"sec", 1s},        Unit{"s", 1s},
    Unit{"min", 1min},  Unit{"m", 1min},         Unit{"hours", 1h},      Unit{"hour", 1h},
    Unit{"hr", 1h},     Unit{"h", 1h},           Unit{"days", days{1}},  Unit{"day", days{1}},
    Unit{"d", days{1}}, Unit{"weeks", weeks{1}}, Unit{"week", weeks{1}}, Unit{"w", weeks{1}}};

std::optional<Span> length_of(std::string_view name)
{
    for (const Unit& unit : units)
        if (unit.name == name)
            return unit.length;
    return std::nullopt;
}

/// Takes the leading characters of `text` that satisfy `wanted`.
template <class Wanted>
std::string_view take(std::string_view& text, Wanted wanted)
{
    std::size_t length = 0;
    while (length < text.size() && wanted(text[length]))
        ++length;
    const std::string_view taken = text.substr(0, length);
    text.remove_prefix(length);
    return taken;
}

/// One "30min" from the front of `text`.
std::optional<Span> take_span(std::string_view& text)
{
    const std::string_view digits = take(text, is_digit);
    take(text, is_blank);
    const auto unit = length_of(take(text, is_letter));
    take(text, is_blank);
    // Fifteen digits of the longest unit would overflow; nine reach 19 million years in weeks.
    if (digits.empty() || digits.size() > 9 || !unit)
        return std::nullopt;
    const auto count = parse_number<std::int64_t>(digits);
    return !count || *count > Span::max() / *unit ? Span::max() : *count * *unit;
}

std::optional<int> number(std::string_view text)
{
    const auto value = parse_number<int>(text);
    return value && is_digit(text.front()) ? value : std::nullopt;
}

/// ".123456" as microseconds; more digits are cut off.
std::optional<Span> fraction(std::string_view text)
{
    if (text.empty())
        return Span{};
    if (text.front() != '.' || text.size() < 2)
        return std::nullopt;
    Span value{};
    Span place = 100ms;
    for (const char c : text.substr(1)) {
        if (!is_digit(c))
            return std::nullopt;
        value += (c - '0') * place;
        place /= 10;
    }
    return value;
}

struct Fields {
    std::optional<int> year, month, day, hour, minute, second;

    bool complete() const { return year && month && day && hour && minute && second; }
};

std::optional<Instant> to_instant(const Fields& read)
{
    const auto date = std::chrono::year{*read.year} / *read.month / *read.day;
    if (!date.ok() || *read.hour > 23 || *read.minute > 59 || *read.second > 60)
        return std::nullopt;
    return sys_days{date} + hours{*read.hour} + minutes{*read.minute} + seconds{*read.second};
}

/// How many of `unit` a length has, rounded.
std::int64_t count_of(Span size, Span unit)
{
    return size / unit + (size % unit * 2 >= unit ? 1 : 0);
}

/// Two units that follow each other, and how many of the smaller one make the larger one.
struct Scale {
    Span unit;
    std::string_view name;
    std::int64_t ratio;
    std::string_view larger;
    std::int64_t most;  // of the larger one; from there on the next scale is used
};

constexpr std::array scales{Scale{1s, "s", 60, "min", 60}, Scale{1min, "min", 60, "h", 24},
                            Scale{1h, "h", 24, "d", Span::max() / days{1} + 1}};

std::string in_two_units(Span size)
{
    for (const Scale& scale : scales) {
        const std::int64_t count = count_of(size, scale.unit);
        const std::int64_t whole = count / scale.ratio;
        const std::int64_t rest = count % scale.ratio;
        if (whole >= scale.most)
            continue;
        return rest == 0 ? fmt::format("{} {}", whole, scale.larger)
                         : fmt::format("{} {} {} {}", whole, scale.larger, rest, scale.name);
    }
    return {};
}

std::string size_text(Span size)
{
    if (size == Span{0})
        return "0 s";
    if (size < 1ms)
        return fmt::format("{} us", size / 1us);
    if (count_of(size, 1ms) < 100)
        return fmt::format("{} ms", count_of(size, 1ms));
    const std::int64_t tenths = count_of(size, 100ms);
    if (tenths >= 600)
        return in_two_units(size);
    return tenths % 10 == 0 ? fmt::format("{} s", tenths / 10)
                            : fmt::format("{}.{} s", tenths / 10, tenths % 10);
}

}  // namespace

std::string to_text(Instant instant)
{
    const auto day = floor<days>(instant);
    const year_month_day date{day};
    const hh_mm_ss time{floor<seconds>(instant - day)};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", int{date.year()},
                       unsigned{date.month()}, unsigned{date.day()}, time.hours().count(),
                       time.minutes().count(), time.seconds().count());
}

std::string to_text(Span span)
{
    if (span == forever)
        return "infinity";
    return (span < Span{0} ? "-" : "") + size_text(abs(span));
}

std::string to_ms_text(Span span)
{
    const std::int64_t count = count_of(abs(span), 1ms);
    if (count >= 60'000)
        return to_text(span);
    return fmt::format("{}{}.{:03} s", span < Span{0} ? "-" : "", count / 1000, count % 1000);
}

std::string to_text(const Offset& offset)
{
    return fmt::format("{} {} (+/-{})", to_ms_text(abs(offset.value)),
                       offset.value < Span{0} ? "behind" : "ahead", to_ms_text(offset.error));
}

Result<Instant> parse_instant(std::string_view text)
{
    constexpr std::size_t to_the_second = 19;  // "2026-09-09T10:11:12"
    const auto refused = [&] { return fail(fmt::format("not a time in UTC: '{}'", text)); };
    if (text.size() <= to_the_second || text.back() != 'Z' || text[4] != '-' || text[7] != '-' ||
        text[10] != 'T' || text[13] != ':' || text[16] != ':')
        return refused();
    const Fields read{number(text.substr(0, 4)),  number(text.substr(5, 2)),
                      number(text.substr(8, 2)),  number(text.substr(11, 2)),
                      number(text.substr(14, 2)), number(text.substr(17, 2))};
    const auto below = fraction(text.substr(to_the_second, text.size() - to_the_second - 1));
    if (!read.complete() || !below)
        return refused();
    const auto instant = to_instant(read);
    if (!instant)
        return refused();
    return *instant + *below;
}

Result<Span> parse_span(std::string_view text)
{
    if (text == "infinity")
        return forever;
    const auto refused = [&] {
        return fail(
            fmt::format("not a length of time: '{}' (write it like 5min, 90s or 250ms)", text));
    };
    if (text.empty())
        return refused();
    Span total{};
    for (std::string_view rest = text; !rest.empty();) {
        const auto part = take_span(rest);
        if (!part)
            return refused();
        if (*part > longest_span - total)
            return fail(fmt::format("'{}' is longer than 1000 years", text));
        total += *part;
    }
    return total;
}

double to_seconds(Span span)
{
    return duration<double>{span}.count();
}

Span clock_moved(const ClockPair& then, const ClockPair& now)
{
    return (now.wall - then.wall) - (now.monotonic - then.monotonic);
}

std::string to_minutes(Instant instant)
{
    const std::string text = to_text(instant);
    const auto end = text.find('T');
    return fmt::format("{} {}", text.substr(0, end), text.substr(end + 1, 5));
}

}  // namespace clockguard
