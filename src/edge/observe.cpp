// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/observe.hpp"

#include <utility>

#include "clockguard/core/witness.hpp"
#include "clockguard/edge/clocks.hpp"
#include "clockguard/edge/kernel_clock.hpp"
#include "clockguard/edge/records.hpp"
#include "clockguard/edge/rtc.hpp"
#include "clockguard/edge/time_keepers.hpp"
#include "clockguard/edge/time_sync.hpp"
#include "clockguard/edge/udev.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr int chronyd_port = 323;

Witness hear_chrony(const Sources& sources, const Result<ChronyTracking>& tracking)
{
    Witness witness = chrony_witness(tracking, sources.policy);
    // Only a chronyd that answers, but knows no time yet, can tell what it waits for.
    if (tracking && !witness.offset)
        explain_silence(witness, query_sources(sources.chrony));
    return witness;
}

/// chronyd knows better than the kernel what it told the kernel.
Witness hear_kernel(const Sources& sources, bool chrony_answered)
{
    if (!sources.ask_kernel)
        return kernel_witness(fail("not asked: another machine's disk"), {});
    if (chrony_answered)
        return kernel_witness(fail("not asked: chrony answers for it"), {});
    return kernel_witness(read_kernel_clock(), read_time_keepers(sources.root));
}

/// Whether a host's clock decides anything: it may vouch, or show that an RTC may not.
bool hosts_are_asked(const ClockPolicy& policy)
{
    return policy.host_may_vouch || policy.other_hosts_may_vouch || policy.rtc_may_vouch;
}

/// Each clock is read twice, a fifth of a second apart. Where the device is out of reach, as for
/// the gate, what early heard before the boot went on is good for as long as nobody stepped the
/// clock. A host that has fallen silent since is not believed.
std::vector<Witness> hear_hosts(const Sources& sources, const Floor& floor)
{
    if (!hosts_are_asked(sources.policy))
        return {host_witness({.why = "not asked: it may not vouch (trust.host)"}, sources.policy)};
    const auto early = load_report(sources.root, early_file);
    const std::string boot_id = read_host(sources.root).boot_id;
    const auto recorded = host_word_on_record(early, boot_id, boot_instant(), uptime_now());
    std::vector<Witness> witnesses;
    for (TimeSyncView view : read_host_clocks(sources.root, floor.not_before)) {
        if (view.state == TimeSync::Failed && recorded && recorded->clock == view.clock) {
            view.state = recorded->state;
            view.offset = recorded->offset;
        }
        view = note_silence(view, count_on_record(early, boot_id));
        witnesses.push_back(host_witness(view, sources.policy));
    }
    return witnesses;
}

/// The RTC can be opened by one program at a time, so it is left alone where its word decides
/// nothing.
Witness hear_rtc(const Sources& sources)
{
    const auto says = [&](const Result<RtcReading>& reading) {
        return rtc_witness(reading, sources.policy);
    };
    if (!sources.policy.rtc_may_vouch)
        return says(fail("not asked: it may not vouch (trust.rtc)"));
    const auto rtcs = list_rtcs(sources.root);
    if (!rtcs)
        return says(fail(rtcs.error()));
    if (rtcs->empty())
        return says(fail("there is none"));
    return says(read_rtc(sources.root, rtcs->front()));
}

/// REALTIME - BOOTTIME moves when the clock is stepped, not when it is slewed; what remains is the
/// scatter of reading two clocks one after the other.
bool same_boot(Instant before, Instant after)
{
    return abs(after - before) <= 5ms;
}

}  // namespace

Sources to_sources(const Config& config, const Root& root)
{
    const bool this_machine = root.is_live() || config.chrony.port;
    const bool host_vouches = config.trust.host == HostTrust::Always ||
                              (config.trust.host == HostTrust::Azure && runs_on_azure(root));
    return {.root = root,
            .chrony = {.port = root.is_live() ? config.chrony.port.value_or(chronyd_port)
                                              : config.chrony.port,
                       .socket = root.path(config.chrony.socket)},
            .policy = {.limit = config.trust.max_error,
                       .max_stratum = config.trust.max_stratum,
                       .host_may_vouch = host_vouches,
                       .other_hosts_may_vouch = config.trust.host == HostTrust::Always,
                       .rtc_may_vouch = config.trust.rtc == RtcTrust::Always,
                       .local_may_vouch = config.trust.local == LocalTrust::Always,
                       .refclocks = config.trust.refclocks,
                       .rtc_limit = config.rtc.max_offset},
            .ask_kernel = this_machine,
            .nudge_chrony = config.gate.nudge_chrony};
}

Observation observe(const Sources& sources)
{
    const Instant boot_before = boot_instant();
    const auto tracking = query_tracking(sources.chrony);
    Observation seen{.witnesses = {hear_chrony(sources, tracking),
                                   hear_kernel(sources, static_cast<bool>(tracking))},
                     .chrony_answers = static_cast<bool>(tracking)};
    const Floor floor = read_floor(sources.root);
    for (Witness& witness : hear_hosts(sources, floor))
        seen.witnesses.push_back(std::move(witness));
    seen.witnesses.push_back(hear_rtc(sources));
    seen.taken_at = wall_now();
    seen.witnesses.push_back(floor_witness(floor, seen.taken_at));
    seen.clock_was_steady = same_boot(boot_before, boot_instant());
    return seen;
}

}  // namespace clockguard
