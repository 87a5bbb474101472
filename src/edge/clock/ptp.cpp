// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/ptp.hpp"

#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <sys/ioctl.h>

#include <fmt/core.h>

#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

/// At least five, so that one that was interrupted does not count; the tightest wins.
constexpr unsigned samples_wanted = 9;

/// What no 64 bits of nanoseconds hold becomes -1, which is no time.
std::int64_t to_ns(const ptp_clock_time& time)
{
    constexpr std::int64_t ns_per_s = 1'000'000'000;
    constexpr std::int64_t last_second = INT64_MAX / ns_per_s - 1;
    if (time.sec < 0 || time.sec > last_second || time.nsec >= ns_per_s)
        return -1;
    return time.sec * ns_per_s + time.nsec;
}

/// The device's times lie between those of the system clock: system, device, system, device, ...
PtpReading to_reading(const ptp_sys_offset& answer)
{
    PtpReading reading{.taken_at = wall_now()};
    for (std::size_t i = 0; i < samples_wanted; ++i)
        reading.samples.push_back({.before_ns = to_ns(answer.ts[2 * i]),
                                   .device_ns = to_ns(answer.ts[2 * i + 1]),
                                   .after_ns = to_ns(answer.ts[2 * i + 2])});
    return reading;
}

}  // namespace

Result<PtpReading> read_ptp(const Root& root, const PtpDevice& clock)
{
    const std::string node = root.path(clock.node);
    // O_NONBLOCK, for opening a pipe in the node's place would wait for its writer.
    const auto device = open_in_root(root, clock.node, O_RDONLY | O_NONBLOCK);
    if (!device)
        return fail(fmt::format("cannot open PTP clock '{}'", node), device.error());
    ptp_sys_offset answer{};
    answer.n_samples = samples_wanted;
    const auto read = sys(::ioctl(device->get(), PTP_SYS_OFFSET, &answer));
    if (!read)
        return fail(fmt::format("cannot read PTP clock '{}' (PTP_SYS_OFFSET)", node), read.error());
    return to_reading(answer);
}

}  // namespace clockguard
