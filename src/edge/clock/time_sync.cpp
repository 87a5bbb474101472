// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/time_sync.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/clock/hyperv.hpp"
#include "clockguard/edge/clock/ptp.hpp"
#include "clockguard/edge/clock/udev.hpp"

namespace clockguard {
namespace {

constexpr Span between_looks = std::chrono::milliseconds{200};

/// Leaf 0x40000000 names the hypervisor, where leaf 1 says that there is one (TLFS, 2.4.1).
bool hypervisor_is_microsoft()
{
#if defined(__x86_64__)
    constexpr unsigned hypervisor_bit = 1U << 31U;
    unsigned a = 0;
    std::array<unsigned, 3> bcd{};
    if (__get_cpuid(1, &a, &bcd[0], &bcd[1], &bcd[2]) == 0 || (bcd[1] & hypervisor_bit) == 0)
        return false;
    __cpuid(0x40000000, a, bcd[0], bcd[1], bcd[2]);
    return std::memcmp(bcd.data(), "Microsoft Hv", sizeof bcd) == 0;
#else
    return false;
#endif
}

TimeSyncEvidence look(const Root& root)
{
    const HypervPresence presence = read_hyperv_presence(root);
    TimeSyncEvidence seen{.hypervisor_is_microsoft = root.is_live() && hypervisor_is_microsoft(),
                          .machine_is_microsoft = presence.is_hyperv(),
                          .has_vmbus = presence.has_vmbus};
    if (root.is_live())
        seen.device = find_time_sync_device();
    const auto clocks = list_ptps(root).value_or(std::vector<PtpDevice>{});
    const auto hyperv = std::ranges::find(clocks, "hyperv", &PtpDevice::clock_name);
    seen.has_ptp = hyperv != clocks.end();
    if (seen.has_ptp)
        seen.reading = read_ptp(root, *hyperv);
    seen.at = uptime_now();
    return seen;
}

TimeSyncView read_host_clock(const Root& root, const PtpDevice& device, Instant floor)
{
    const std::string name = host_clock_name(device.clock_name);
    const auto first = read_ptp(root, device);
    if (!first)
        return judge_host_clock(name, first, first, floor);
    sleep_for(between_looks);
    return judge_host_clock(name, first, read_ptp(root, device), floor);
}

}  // namespace

TimeSyncView read_time_sync(const Root& root, Instant floor)
{
    const TimeSyncEvidence first = look(root);
    TimeSyncView at_once = judge_time_sync(first, first, floor);
    if (!first.has_ptp || at_once.state == TimeSync::Failed)
        return at_once;
    sleep_for(between_looks);
    return judge_time_sync(first, look(root), floor);
}

std::vector<TimeSyncView> read_host_clocks(const Root& root, Instant floor)
{
    std::vector<TimeSyncView> views{read_time_sync(root, floor)};
    for (const PtpDevice& device : list_ptps(root).value_or(std::vector<PtpDevice>{})) {
        const std::string name = host_clock_name(device.clock_name);
        if (!name.empty() && name != hyperv_clock)
            views.push_back(read_host_clock(root, device, floor));
    }
    return views;
}

}  // namespace clockguard
