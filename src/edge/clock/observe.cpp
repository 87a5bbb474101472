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
#include "clockguard/edge/clock/udev.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr int chronyd_port = 323;

/// One deadline for all that chronyd is asked in one look. chronyd answers in microseconds; a
/// second is for a machine that has other things to do.
constexpr Span chrony_patience = 1s;

/// Sources change at chronyd's polls, which are seconds apart.
constexpr Span sources_pause = 1s;

/// A step that is no scatter of reading two clocks one after the other.
constexpr Span worth_remembering = 100ms;

struct ChronyHeard {
    Witness witness{};
    bool answers = false;
    std::optional<ChronySources> sources{};
    std::optional<Instant> update{};
    bool wants_measurement = false;
};

std::optional<ChronySources> hear_sources(const ChronyAddress& address, Uptime until,
                                          Instant update, ChronyMemory& memory)
{
    if (memory.asked && uptime_now() - *memory.asked < sources_pause && memory.update == update)
        return memory.sources;
    const auto sources = query_sources(address, until);
    memory.sources = sources ? std::optional{*sources} : std::nullopt;
    memory.asked = uptime_now();
    memory.update = update;
    return memory.sources;
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
    const bool follows = said.reference_id != 0 && said.leap != 3;
    if (follows && !memory.first_synchronised)
        memory.first_synchronised = uptime_now();
    if (!follows)
        memory.first_synchronised.reset();
    return memory.first_synchronised ? std::optional{uptime_now() - *memory.first_synchronised}
                                     : std::nullopt;
}

ChronyHeard hear_chrony(const Sources& sources, ChronyMemory& memory)
{
    const Uptime until = uptime_now() + chrony_patience;
    ChronyStatus status{.tracking = query_tracking(sources.chrony, until)};
    if (!status.tracking)
        return {.witness = chrony_witness(status, sources.policy)};
    status.sources = hear_sources(sources.chrony, until, status.tracking->reference_time, memory);
    status.heard_for = heard_for(*status.tracking, memory);
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
            .wants_measurement = wants_measurement(status)};
}

/// chronyd knows better than the kernel what it told the kernel.
Witness hear_kernel(const Sources& sources, bool chrony_answered)
{
    if (!sources.ask_kernel)
        return skipped(kernel_witness(fail("not asked"), {}, {}), "this is an offline disk");
    if (chrony_answered)
        return skipped(kernel_witness(fail("not asked"), {}, {}), "chrony is asked instead");
    return kernel_witness(read_kernel_clock(), read_time_keepers(sources.root), sources.policy);
}

/// Whether a host's clock decides anything: it may vouch, or show that an RTC may not.
bool hosts_are_asked(const ClockPolicy& policy)
{
    return policy.host_may_vouch || policy.other_hosts_may_vouch || policy.rtc_may_vouch;
}

/// Each clock is read twice, a fifth of a second apart. Where the device is out of reach, as for
/// the gate, what early heard before the boot went on is good for as long as nobody stepped the
/// clock. A host that has fallen silent since is not believed.
std::vector<Witness> hear_hosts(const Sources& sources)
{
    if (!hosts_are_asked(sources.policy))
        return {skipped(host_witness({}, sources.policy),
                        "not accepted as a time source (trust.host)")};
    const auto early = load_time_sync(sources.root);
    const auto recorded = early ? host_word_on_record(*early, boot_instant()) : std::nullopt;
    std::vector<Witness> witnesses;
    for (TimeSyncView view : read_host_clocks(sources.root, sources.floor.not_before())) {
        if (view.state == TimeSync::Failed && recorded && recorded->clock == view.clock) {
            view.state = recorded->state;
            view.offset = recorded->offset;
        }
        view = note_silence(view, early ? early->record.count : std::nullopt);
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
    return {.root = root,
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
            .early_boot_instant = early ? std::optional{early->record.boot_instant} : std::nullopt};
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
    const ChronyHeard chrony = hear_chrony(sources, memory);
    Observation seen{.witnesses = {chrony.witness, hear_kernel(sources, chrony.answers)},
                     .chrony_answers = chrony.answers,
                     .chrony_sources = chrony.sources,
                     .chrony_update = chrony.update,
                     .wants_measurement = chrony.wants_measurement};
    for (Witness& witness : hear_hosts(sources))
        seen.witnesses.push_back(std::move(witness));
    seen.witnesses.push_back(hear_rtc(sources));
    seen.taken_at = wall_now();
    seen.witnesses.push_back(build_witness(sources.floor, seen.taken_at));
    seen.witnesses.push_back(record_witness(sources.floor, seen.taken_at));
    seen.clock_was_steady = !is_stepped(boot_before, boot_instant());
    return seen;
}

}  // namespace clockguard
