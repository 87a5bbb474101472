// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/rtc.hpp"

#include <linux/rtc.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/clock/local_time.hpp"
#include "edge/clock/rtc_holder.hpp"
#include "edge/clock/rtc_node.hpp"

namespace clockguard {
namespace {

using std::chrono::sys_seconds;

constexpr RtcRequest set_request{RTC_SET_TIME, "RTC_SET_TIME", "set"};
constexpr RtcRequest voltage_request{RTC_VL_READ, "RTC_VL_READ", "ask"};

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

Result<sys_seconds> read_node(const Root& root, const std::string& path)
{
    const auto node = RtcNode::open(root, path, "read");
    if (!node)
        return fail(node.error());
    return node->read_time();
}

}  // namespace

RtcZone read_rtc_zone(const Root& root)
{
    return parse_rtc_zone(read_file(root, "/etc/adjtime").value_or(""));
}

Result<RtcReading> read_rtc(const Root& root, const RtcDevice& rtc)
{
    RtcReading reading{.device = rtc.node,
                       .name = rtc.name,
                       .set_system_clock = rtc.set_system_clock,
                       .method = "RTC_RD_TIME"};
    auto shows = read_node(root, rtc.node);
    const std::error_code refused = shows ? std::error_code{} : shows.error().code;
    if (!shows && is_out_of_reach(refused)) {
        const auto elsewhere = read_since_epoch(root, rtc.folder);
        // A file that is there, and holds no date, tells more than the missing node.
        if (!elsewhere)
            return fail(elsewhere.error().code ? shows.error() : elsewhere.error());
        reading.method = "sysfs since_epoch";
        shows = *elsewhere;
    }
    reading.taken_at = wall_now();  // before the slow search for whoever holds the device
    if (!shows)
        return fail(shows.error());
    if (refused == std::errc::device_or_resource_busy)
        reading.held_by = holder_of(root, rtc.node);
    reading.shows =
        read_rtc_zone(root) == RtcZone::Local ? from_local(root, *shows, reading.taken_at) : *shows;
    return reading;
}

std::optional<unsigned> read_rtc_trouble(const Root& root, const RtcDevice& rtc)
{
    unsigned flags = 0;
    const auto node = RtcNode::open(root, rtc.node, voltage_request.verb);
    const auto read = node ? node->ask(voltage_request, &flags) : fail(node.error());
    return read ? std::optional{flags} : std::nullopt;
}

Result<void> set_rtc(const Root& root, const RtcDevice& rtc, sys_seconds moment)
{
    const sys_seconds shown =
        read_rtc_zone(root) == RtcZone::Local ? to_local(root, moment) : moment;
    rtc_time time = to_rtc_time(shown);
    const auto node = RtcNode::open(root, rtc.node, set_request.verb);
    if (!node)
        return fail(node.error());
    return node->ask(set_request, &time);
}

}  // namespace clockguard
