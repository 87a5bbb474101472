// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/rtc/rtc_tick.hpp"

#include "clockguard/core/rtc/rtc_tick.hpp"

#include <functional>
#include <linux/rtc.h>
#include <poll.h>
#include <unistd.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/clock/local_time.hpp"
#include "edge/clock/rtc_holder.hpp"
#include "edge/clock/rtc_node.hpp"

namespace clockguard {
namespace {

using std::chrono::sys_seconds;

/// Between two looks. It is most of the error where no interrupt comes, and a thousandth of a
/// second is as much as the system clock of a synchronised machine can be blamed for.
constexpr Span step = std::chrono::milliseconds{1};

/// Update interrupts, switched on while this lives. Where the program is killed first, the kernel
/// switches them off with the last close (rtc_dev_release in drivers/rtc/dev.c).
class UpdateInterrupts {
public:
    explicit UpdateInterrupts(const RtcNode& node)
        : node_{node}, on_{node.ask({RTC_UIE_ON, "RTC_UIE_ON", "ask"}, nullptr)}
    {
    }
    UpdateInterrupts(const UpdateInterrupts&) = delete;
    UpdateInterrupts& operator=(const UpdateInterrupts&) = delete;
    ~UpdateInterrupts()
    {
        if (on_)
            static_cast<void>(node_.ask({RTC_UIE_OFF, "RTC_UIE_OFF", "ask"}, nullptr));
    }

    bool are_on() const { return on_.has_value(); }

private:
    const RtcNode& node_;
    Result<void> on_;
};

/// Waits for one step, or until an interrupt comes: then, when. `device` -1: just waits.
std::optional<Uptime> wait_a_step(int device)
{
    const Uptime end = uptime_now() + step;
    pollfd asked{.fd = device, .events = POLLIN, .revents = 0};
    const timespec limit{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds{step}.count()};
    if (::ppoll(&asked, 1, &limit, nullptr) != 1)
        return std::nullopt;
    const Uptime woken = uptime_now();
    unsigned long interrupts = 0;
    if (::read(device, &interrupts, sizeof interrupts) == sizeof interrupts)
        return woken;
    sleep_until(end);  // ready, and nothing to read: a device that is gone says so for ever
    return std::nullopt;
}

using Look = std::function<Result<sys_seconds>()>;

Result<RtcReading> watch(const RtcReading& reading, const Look& look, int device)
{
    TickWatch watched{uptime_now(), device >= 0};
    std::optional<Uptime> woken;
    while (!watched.is_over(uptime_now())) {
        const Uptime asked = uptime_now();
        const auto shows = look();
        if (!shows)
            return fail(shows.error());
        watched.look({.shows = *shows, .asked = asked, .answered = uptime_now()}, woken);
        woken = wait_a_step(device);
    }
    return watched.to_reading(reading, boot_instant());
}

Result<RtcReading> watch_node(const RtcReading& reading, const RtcNode& node)
{
    const UpdateInterrupts interrupts{node};
    return watch(
        reading, [&] { return node.read_time(); }, interrupts.are_on() ? node.get() : -1);
}

Result<RtcReading> watch_sysfs(const Root& root, RtcReading reading, const std::string& folder)
{
    reading.method = "sysfs since_epoch";
    auto watched = watch(
        reading, [&] { return read_since_epoch(root, folder); }, -1);
    if (watched)
        watched->interrupt = UpdateInterrupt::NotAsked;
    return watched;
}

/// Where the device cannot be opened, or is asked in vain, sysfs is watched instead.
Result<RtcReading> watch_either(const Root& root, const RtcDevice& rtc, const RtcReading& reading)
{
    const auto node = RtcNode::open(root, rtc.node, "read");
    const auto first = node ? node->read_time() : fail(node.error());
    if (first)
        return watch_node(reading, *node);
    if (!is_out_of_reach(first.error().code))
        return fail(first.error());
    auto watched = watch_sysfs(root, reading, rtc.folder);
    if (!watched)
        return fail(first.error());
    if (first.error().code == std::errc::device_or_resource_busy)
        watched->held_by = holder_of(root, rtc.node);
    return watched;
}

}  // namespace

Result<RtcReading> read_rtc_at_tick(const Root& root, const RtcDevice& rtc)
{
    auto reading = watch_either(root, rtc,
                                {.device = rtc.node,
                                 .name = rtc.name,
                                 .set_system_clock = rtc.set_system_clock,
                                 .method = "RTC_RD_TIME"});
    if (reading && read_rtc_zone(root) == RtcZone::Local)
        reading->shows = from_local(root, reading->shows, reading->taken_at);
    return reading;
}

}  // namespace clockguard
