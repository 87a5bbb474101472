// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/rtc.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <linux/rtc.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "clockguard/edge/clocks.hpp"
#include "clockguard/edge/fd.hpp"
#include "clockguard/edge/files.hpp"
#include "clockguard/edge/local_time.hpp"
#include "clockguard/edge/sys.hpp"

namespace clockguard {
namespace {

using std::chrono::sys_seconds;

struct Reason {
    std::errc code;
    std::string_view words;
};

/// What the kernel's RTC core means by its errors (drivers/rtc/dev.c, interface.c,
/// rtc-mc146818-lib.c).
constexpr std::array reasons{
    Reason{std::errc::invalid_argument, ", which was never set or lost power"},
    Reason{std::errc::timed_out, ", which never ended its update"},
    Reason{std::errc::io_error, ", which holds no time"},
    Reason{std::errc::no_such_device, ", which is gone"},
    Reason{std::errc::no_such_device_or_address, ", which is gone"},
    Reason{std::errc::device_or_resource_busy, ", which another program holds"},
    Reason{std::errc::result_out_of_range, ", which cannot hold that date"},
    Reason{std::errc::inappropriate_io_control_operation, ", whose driver cannot do that"},
    Reason{std::errc::permission_denied, ", which needs root"},
    Reason{std::errc::operation_not_permitted, ", which needs root"}};

std::string_view reason_for(std::error_code code)
{
    const auto* const found =
        std::ranges::find_if(reasons, [code](const Reason& reason) { return code == reason.code; });
    return found == reasons.end() ? "" : found->words;
}

struct Request {
    unsigned long number;
    std::string_view name;
    std::string_view verb;
};

constexpr Request read_time{RTC_RD_TIME, "RTC_RD_TIME", "read"};
constexpr Request set_time{RTC_SET_TIME, "RTC_SET_TIME", "set"};
constexpr Request read_voltage{RTC_VL_READ, "RTC_VL_READ", "ask"};

Error cannot(std::string_view verb, const std::string& node, std::string_view call,
             std::error_code code)
{
    return {.what = fmt::format("cannot {} hardware clock '{}'{} ({})", verb, node,
                                reason_for(code), call),
            .code = code};
}

/// One open and one ioctl; reading and writing alike need no more than O_RDONLY.
Result<void> ask(const std::string& node, const Request& request, void* argument)
{
    const auto opened = sys(::open(node.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened)
        return fail(cannot(request.verb, node, "open", opened.error()));
    const Fd device{*opened};
    for (;;) {
        const auto answered = sys(::ioctl(device.get(), request.number, argument));
        if (answered)
            return {};
        if (answered.error() != std::errc::interrupted)
            return fail(cannot(request.verb, node, request.name, answered.error()));
    }
}

/// Only the six fields of the date: rtc_cmos leaves the day of the week and of the year at 0.
std::optional<sys_seconds> to_moment(const rtc_time& shown)
{
    constexpr int years_counted_from = 1900;
    constexpr int latest = 9999 - years_counted_from;
    if (shown.tm_year < 0 || shown.tm_year > latest || shown.tm_mon < 0 || shown.tm_mon > 11)
        return std::nullopt;
    return to_moment(RtcDigits{.year = shown.tm_year + years_counted_from,
                               .month = shown.tm_mon + 1,
                               .day = shown.tm_mday,
                               .hour = shown.tm_hour,
                               .minute = shown.tm_min,
                               .second = shown.tm_sec});
}

rtc_time to_rtc_time(sys_seconds moment)
{
    const RtcDigits digits = to_digits(moment);
    rtc_time time{};
    time.tm_year = digits.year - 1900;
    time.tm_mon = digits.month - 1;
    time.tm_mday = digits.day;
    time.tm_hour = digits.hour;
    time.tm_min = digits.minute;
    time.tm_sec = digits.second;
    return time;
}

Result<sys_seconds> read_node(const std::string& node)
{
    rtc_time shown{};
    const auto read = ask(node, read_time, &shown);
    if (!read)
        return fail(read.error());
    const auto moment = to_moment(shown);
    if (!moment)
        return fail(fmt::format("cannot read hardware clock '{}' (RTC_RD_TIME): impossible date "
                                "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
                                node, shown.tm_year + 1900LL, shown.tm_mon + 1LL, shown.tm_mday,
                                shown.tm_hour, shown.tm_min, shown.tm_sec));
    return *moment;
}

Result<sys_seconds> read_since_epoch(const std::string& file)
{
    const auto text = read_file(file);
    if (!text)
        return fail(text.error());
    const auto moment = parse_since_epoch(*text);
    if (!moment)
        return fail(fmt::format("cannot read '{}': no date", file));
    return *moment;
}

/// Whether the device could not be asked, so that sysfs may know more. Where the clock itself
/// answered with an error, sysfs answers the same.
bool is_out_of_reach(std::error_code code)
{
    return code == std::errc::device_or_resource_busy || code == std::errc::permission_denied ||
           code == std::errc::operation_not_permitted ||
           code == std::errc::no_such_file_or_directory;
}

bool holds(const Root& root, const std::string& process, const std::string& node)
{
    const std::string folder = root.path(fmt::format("/proc/{}/fd", process));
    const auto files = list_folder(folder);
    if (!files)
        return false;
    return std::ranges::any_of(*files, [&](const std::string& file) {
        std::array<char, 64> target{};
        const auto length = ::readlink((folder + "/" + file).c_str(), target.data(), target.size());
        return length > 0 &&
               std::string_view{target.data(), static_cast<std::size_t>(length)} == node;
    });
}

/// "chronyd, pid 1071"; to see into other users' programs takes root.
std::string holder_of(const Root& root, const std::string& node)
{
    const auto processes = list_folder(root.path("/proc"));
    if (!processes)
        return "another program";
    for (const std::string& process : *processes) {
        if (process.front() < '0' || process.front() > '9' || !holds(root, process, node))
            continue;
        const auto name = read_file(root.path(fmt::format("/proc/{}/comm", process)));
        return fmt::format("{}, pid {}", name ? name->substr(0, name->find('\n')) : "a program",
                           process);
    }
    return "another program";
}

}  // namespace

RtcZone read_rtc_zone(const Root& root)
{
    return parse_rtc_zone(read_file(root.path("/etc/adjtime")).value_or(""));
}

Result<RtcReading> read_rtc(const Root& root, const RtcDevice& rtc)
{
    RtcReading reading{.device = rtc.node,
                       .name = rtc.name,
                       .set_system_clock = rtc.set_system_clock,
                       .method = "RTC_RD_TIME"};
    auto shows = read_node(root.path(rtc.node));
    const std::error_code refused = shows ? std::error_code{} : shows.error().code;
    if (!shows && is_out_of_reach(refused)) {
        const auto elsewhere = read_since_epoch(root.path(rtc.folder + "/since_epoch"));
        if (!elsewhere)
            return fail(shows.error());
        reading.method = "sysfs since_epoch";
        shows = *elsewhere;
    }
    reading.taken_at = wall_now();  // before the slow search for whoever holds the device
    if (!shows)
        return fail(shows.error());
    if (refused == std::errc::device_or_resource_busy)
        reading.held_by = holder_of(root, rtc.node);
    reading.shows = read_rtc_zone(root) == RtcZone::Local ? from_local(root, *shows) : *shows;
    return reading;
}

std::optional<unsigned> read_rtc_trouble(const Root& root, const RtcDevice& rtc)
{
    unsigned flags = 0;
    const auto read = ask(root.path(rtc.node), read_voltage, &flags);
    return read ? std::optional{flags} : std::nullopt;
}

Result<void> set_rtc(const Root& root, const RtcDevice& rtc, sys_seconds moment)
{
    const sys_seconds shown =
        read_rtc_zone(root) == RtcZone::Local ? to_local(root, moment) : moment;
    rtc_time time = to_rtc_time(shown);
    return ask(root.path(rtc.node), set_time, &time);
}

}  // namespace clockguard
