// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/observe.hpp"

#include <utility>

#include "clockguard/core/clock/chrony_witness.hpp"
#include "clockguard/core/clock/clock_moment.hpp"
#include "clockguard/core/clock/host_witness.hpp"
#include "clockguard/core/clock/time_sync_record.hpp"
#include "clockguard/core/clock/witness.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/machine.hpp"
#include "clockguard/edge/clock/kernel_clock.hpp"
#include "clockguard/edge/clock/records.hpp"
#include "clockguard/edge/clock/rtc.hpp"
#include "clockguard/edge/clock/time_keepers.hpp"
#include "clockguard/edge/clock/time_sync.hpp"
#include "clockguard/edge/clock/timesyncd.hpp"
#include "clockguard/edge/clock/udev.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr int chronyd_port = 323;

/// One deadline for all that chronyd and timesyncd are asked in one look. They answer in
/// microseconds; a second is for a machine that has other things to do.
constexpr Span patience = 1s;

/// Sources change at chronyd's polls, which are seconds apart.
constexpr Span sources_pause = 1s;

/// A step that is no scatter of reading two clocks one after the other.
constexpr Span worth_remembering = 100ms;

struct ChronyHeard {
    Witness witness{};
    bool answers = false;
    std::optional<ChronySources> sources{};
    std::optional<Instant> update{};
    std::optional<KernelClock> kernel{};
    bool wants_measurement = false;
};

void hear_sources(const ChronyAddress& address, Uptime until, Instant update, ChronyMemory& memory)
{
    if (memory.asked && uptime_now() - *memory.asked < sources_pause && memory.update == update)
        return;
    const auto sources = query_sources(address, until);
    memory.sources = sources.value_or(std::nullopt);
    memory.sources_lost = sources ? std::nullopt : std::optional{sources.error()};
    memory.asked = uptime_now();
    memory.update = update;
}

void remember(const Sources& sources, Instant boot, ChronyMemory& memory)
{
    auto& known = memory.boot_instants;
    if (known.empty() && sources.early_boot_instant)
        known.push_back(*sources.early_boot_instant);
    if (known.empty() || abs(boot - known.back()) > worth_remembering)
        known.push_back(boot);
}

std::optional<Span> heard_for(const ChronyTracking& said, ChronyMemory& memory)
{
    const bool follows = is_synchronised(said);
    if (follows && !memory.first_synchronised)
        memory.first_synchronised = uptime_now();
    if (!follows)
        memory.first_synchronised.reset();
    return memory.first_synchronised ? std::optional{uptime_now() - *memory.first_synchronised}
                                     : std::nullopt;
}

ChronyHeard hear_chrony(const Sources& sources, Uptime until, ChronyMemory& memory)
{
    ChronyStatus status{.tracking = query_tracking(sources.chrony, until)};
    if (!status.tracking)
        return {.witness = chrony_witness(status, sources.policy)};
    hear_sources(sources.chrony, until, status.tracking->reference_time, memory);
    status.sources = memory.sources;
    status.sources_lost = memory.sources_lost;
    status.heard_for = heard_for(*status.tracking, memory);
    if (memory.stood_still && !memory.stood_still->update)
        memory.stood_still->update = status.tracking->reference_time;
    status.stood_still = memory.stood_still;
    if (sources.ask_kernel)
        if (const auto kernel = glance_at_kernel_clock())
            status.kernel = *kernel;
    const Instant boot = boot_instant();
    for (const Instant before : memory.boot_instants)
        status.moved.push_back(boot - before);
    return {.witness = chrony_witness(status, sources.policy),
            .answers = true,
            .sources = status.sources,
            .update = status.tracking->reference_time,
            .kernel = status.kernel,
            .wants_measurement = wants_measurement(status)};
}

/// timesyncd writes its flag at each of its updates: until the next one its server has said no
/// more.
void hear_timesyncd(Timesyncd& timesyncd, Uptime until, ChronyMemory& memory)
{
    if (!timesyncd.has_synchronized())
        return;
    if (!memory.timesyncd.follows || memory.timesyncd.flagged != timesyncd.flagged)
        memory.timesyncd = {.flagged = timesyncd.flagged, .follows = ask_timesyncd(until)};
    timesyncd.follows = memory.timesyncd.follows;
}

/// chronyd knows better than the kernel what it told the kernel.
Witness hear_kernel(const Sources& sources, Observation& seen, Uptime until, ChronyMemory& memory)
{
    if (!sources.ask_kernel)
        return skipped(kernel_witness(fail("not asked"), {}, {}), "this is an offline disk");
    if (seen.chrony_answers)
        return skipped(kernel_witness(fail("not asked"), {}, {}), "chrony is asked instead");
    const auto kernel = read_kernel_clock();
    if (kernel)
        seen.kernel = *kernel;
    seen.keepers = read_time_keepers(sources.root);
    if (sources.root.is_live() && kernel && kernel->max_error < kernel_error_limit)
        hear_timesyncd(seen.keepers->timesyncd, until, memory);
    return kernel_witness(kernel, *seen.keepers, sources.policy);
}

std::vector<Witness> hear_hosts(const Sources& sources, Observation& seen)
{
    if (sources.ask_hosts) {
        seen.hosts = judge_hosts(look_at_hosts(sources.root), sources.floor.not_before());
        seen.early = load_time_sync(sources.root);
    }
    return host_witnesses(seen, boot_instant(), sources.policy);
}

/// The RTC can be opened by one program at a time, so it is left alone where its word decides
/// nothing.
Witness hear_rtc(const Sources& sources)
{
    const auto says = [&](const Result<RtcReading>& reading) {
        return rtc_witness(reading, sources.policy);
    };
    if (!sources.policy.rtc_may_vouch)
        return skipped(says(fail("not asked")), "not accepted as a time source (trust.rtc)");
    const auto rtcs = list_rtcs(sources.root);
    if (!rtcs)
        return says(fail(rtcs.error()));
    if (rtcs->empty())
        return says(fail("there is no hardware clock"));
    return says(read_rtc(sources.root, rtcs->front()));
}

/// Nothing of this machine is asked for another root.
ChronyAddress chrony_of(const Config& config, const Root& root)
{
    return {.port = root.is_live() ? config.chrony.port.value_or(chronyd_port) : config.chrony.port,
            .socket = leads_out(root, config.chrony.socket) ? "" : root.path(config.chrony.socket)};
}

}  // namespace

Sources to_sources(const Config& config, const Root& root)
{
    const auto early = load_time_sync(root);
    const bool this_machine = root.is_live() || config.chrony.port;
    const bool host_vouches = config.trust.host == HostTrust::Always ||
                              (config.trust.host == HostTrust::Azure && runs_on_azure(root));
    Sources sources{.root = root,
                    .chrony = chrony_of(config, root),
                    .policy = {.limit = config.trust.max_error,
                               .max_stratum = config.trust.max_stratum,
                               .host_may_vouch = host_vouches,
                               .other_hosts_may_vouch = config.trust.host == HostTrust::Always,
                               .rtc_may_vouch = config.trust.rtc == RtcTrust::Always,
                               .local_may_vouch = config.trust.local == LocalTrust::Always,
                               .refclocks = config.trust.refclocks,
                               .rtc_limit = config.rtc.max_offset},
                    .floor = read_floor(root),
                    .ask_kernel = this_machine,
                    .nudge_chrony = config.gate.nudge_chrony,
                    .early_boot_instant =
                        early ? std::optional{early->record.boot_instant} : std::nullopt};
    sources.ask_hosts = hosts_count(sources.policy);
    return sources;
}

Observation observe(const Sources& sources)
{
    ChronyMemory nothing;
    return observe(sources, nothing);
}

Observation observe(const Sources& sources, ChronyMemory& memory)
{
    const Instant boot_before = boot_instant();
    remember(sources, boot_before, memory);
    const Uptime until = uptime_now() + patience;
    const ChronyHeard chrony = hear_chrony(sources, until, memory);
    Observation seen{.witnesses = {chrony.witness},
                     .chrony_answers = chrony.answers,
                     .chrony_sources = chrony.sources,
                     .chrony_update = chrony.update,
                     .kernel = chrony.kernel,
                     .wants_measurement = chrony.wants_measurement};
    seen.witnesses.push_back(hear_kernel(sources, seen, until, memory));
    for (Witness& witness : hear_hosts(sources, seen))
        seen.witnesses.push_back(std::move(witness));
    seen.witnesses.push_back(hear_rtc(sources));
    seen.taken_at = wall_now();
    seen.witnesses.push_back(build_witness(sources.floor, seen.taken_at));
    seen.witnesses.push_back(record_witness(sources.floor, seen.taken_at));
    seen.clock_was_steady = !is_stepped(boot_before, boot_instant());
    return seen;
}

}  // namespace clockguard
