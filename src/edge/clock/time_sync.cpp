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

HostClockLooks look_twice(const Root& root, const PtpDevice& device)
{
    const auto first = read_ptp(root, device);
    if (first)
        sleep_for(between_looks);
    return {.clock = host_clock_name(device.clock_name),
            .first = first,
            .second = first ? read_ptp(root, device) : first};
}

bool is_of_another_host(const PtpDevice& device)
{
    const std::string name = host_clock_name(device.clock_name);
    return !name.empty() && name != hyperv_clock;
}

}  // namespace

HostLooks look_at_hosts(const Root& root)
{
    HostLooks seen{.first = look(root)};
    if (may_tell_more(seen.first))
        sleep_for(between_looks);
    seen.second = may_tell_more(seen.first) ? look(root) : seen.first;
    for (const PtpDevice& device : list_ptps(root).value_or(std::vector<PtpDevice>{}))
        if (is_of_another_host(device))
            seen.others.push_back(look_twice(root, device));
    return seen;
}

}  // namespace clockguard
