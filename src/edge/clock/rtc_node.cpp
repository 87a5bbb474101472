// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/rtc_node.hpp"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <linux/rtc.h>
#include <optional>
#include <span>
#include <sys/ioctl.h>

#include <fmt/core.h>

#include "clockguard/core/clock/rtc.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/sys.hpp"

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
    Reason{std::errc::timed_out, ", which did not finish its update"},
    Reason{std::errc::io_error, ", which did not answer"},
    Reason{std::errc::no_such_device, ", which is gone"},
    Reason{std::errc::no_such_device_or_address, ", which is gone"},
    Reason{std::errc::device_or_resource_busy, ", which another program holds"},
    Reason{std::errc::result_out_of_range, ", which cannot hold that date"},
    Reason{std::errc::inappropriate_io_control_operation, ", whose driver cannot do that"},
    Reason{std::errc::permission_denied, ", which needs root"},
    Reason{std::errc::operation_not_permitted, ", which needs root"}};

/// What a write meets instead.
constexpr std::array reasons_to_refuse{
    Reason{std::errc::invalid_argument, ", which took the date for impossible"},
    Reason{std::errc::io_error, ", which does not answer"}};

std::string_view find_in(std::span<const Reason> known, std::error_code code)
{
    const auto found =
        std::ranges::find_if(known, [code](const Reason& reason) { return code == reason.code; });
    return found == known.end() ? "" : found->words;
}

std::string_view reason_for(std::string_view verb, std::error_code code)
{
    const auto refused = verb == "set" ? find_in(reasons_to_refuse, code) : "";
    return refused.empty() ? find_in(reasons, code) : refused;
}

constexpr RtcRequest read_request{RTC_RD_TIME, "RTC_RD_TIME", "read"};

Error cannot(std::string_view verb, const std::string& path, std::string_view call,
             std::error_code code)
{
    return {.what = fmt::format("cannot {} hardware clock '{}'{} ({})", verb, path,
                                reason_for(verb, code), call),
            .code = code};
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

}  // namespace

Result<RtcNode> RtcNode::open(const Root& root, const std::string& path, std::string_view verb)
{
    const std::string node = root.path(path);
    // O_NONBLOCK is for read() alone: an interrupt that does not come must not be waited for.
    auto opened = open_in_root(root, path, O_RDONLY | O_NONBLOCK);
    if (!opened)
        return fail(cannot(verb, node, "open", opened.error()));
    return RtcNode{node, std::move(*opened)};
}

Result<void> RtcNode::ask(const RtcRequest& request, void* argument) const
{
    for (;;) {
        const auto answered = sys(::ioctl(device_.get(), request.number, argument));
        if (answered)
            return {};
        if (answered.error() != std::errc::interrupted)
            return fail(cannot(request.verb, path_, request.name, answered.error()));
    }
}

Result<sys_seconds> RtcNode::read_time() const
{
    rtc_time shown{};
    const auto read = ask(read_request, &shown);
    if (!read)
        return fail(read.error());
    const auto moment = to_moment(shown);
    if (!moment)
        return fail(fmt::format("cannot read hardware clock '{}' (RTC_RD_TIME): impossible date "
                                "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
                                path_, shown.tm_year + 1900LL, shown.tm_mon + 1LL, shown.tm_mday,
                                shown.tm_hour, shown.tm_min, shown.tm_sec));
    return *moment;
}

bool is_out_of_reach(std::error_code code)
{
    return code == std::errc::device_or_resource_busy || code == std::errc::permission_denied ||
           code == std::errc::operation_not_permitted ||
           code == std::errc::no_such_file_or_directory;
}

Result<sys_seconds> read_since_epoch(const Root& root, const std::string& folder)
{
    const std::string file = folder + "/since_epoch";
    const auto text = read_file(root, file);
    if (!text)
        return fail(text.error());
    const auto moment = parse_since_epoch(*text);
    if (!moment)
        return fail(fmt::format("cannot read '{}': no date", root.path(file)));
    return *moment;
}

}  // namespace clockguard
