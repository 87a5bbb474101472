// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/host_witness.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "clockguard/core/clock/host_dispute.hpp"
#include "clockguard/core/clock/time_sync_words.hpp"
#include "clockguard/core/clock/witness.hpp"

namespace clockguard {
namespace {

/// Of each hypervisor's clock: what its driver calls it (drivers/hv/hv_util.c,
/// drivers/ptp/ptp_kvm_common.c, ptp_vmw.c), and what we do.
struct HostClockKind {
    std::string_view clock_name;
    std::string_view name;
    std::string_view title;
};

constexpr std::array kinds{HostClockKind{"hyperv", hyperv_clock, "Hyper-V host's clock"},
                           HostClockKind{"KVM virtual PTP", "ptp:kvm", "KVM host's clock"},
                           HostClockKind{"ptp_vmw", "ptp:vmware", "VMware host's clock"}};

bool is_live(const TimeSyncView& view)
{
    return view.state == TimeSync::Live && view.offset;
}

}  // namespace

std::string host_clock_name(std::string_view clock_name)
{
    const auto* const found = std::ranges::find(kinds, clock_name, &HostClockKind::clock_name);
    return found == kinds.end() ? "" : std::string{found->name};
}

std::string title_of(const TimeSyncView& view)
{
    const auto* const found = std::ranges::find(kinds, view.clock, &HostClockKind::name);
    return found == kinds.end() ? view.clock : std::string{found->title};
}

bool may_vouch(const TimeSyncView& view, const ClockPolicy& policy)
{
    return view.clock == hyperv_clock ? policy.host_may_vouch : policy.other_hosts_may_vouch;
}

bool hosts_count(const ClockPolicy& policy)
{
    return policy.host_may_vouch || policy.other_hosts_may_vouch || policy.rtc_may_vouch;
}

TimeSyncView combine_host_clocks(const std::vector<TimeSyncView>& views, const ClockPolicy& policy)
{
    std::vector<Witness> witnesses;
    witnesses.reserve(views.size());
    for (const TimeSyncView& view : views)
        witnesses.push_back(host_witness(view, policy));
    const std::vector<Finding> findings = cross_check_host_clocks(witnesses, policy);
    if (!findings.empty())
        return {.state = TimeSync::Disputed, .why = findings.front().message};
    const auto vouching = [&](const TimeSyncView& view) {
        return is_live(view) && may_vouch(view, policy);
    };
    auto found = std::ranges::find_if(views, vouching);
    if (found == views.end())
        found = std::ranges::find_if(views, is_live);
    if (found == views.end())
        found = views.begin();
    return found == views.end() ? TimeSyncView{} : *found;
}

Witness host_witness(const TimeSyncView& view, const ClockPolicy& policy)
{
    Witness witness{
        .name = view.clock, .kind = WitnessKind::HostClock, .source = WitnessClass::Host};
    witness.standing = may_vouch(view, policy) ? Standing::MayVouch : Standing::HeardOnly;
    if (view.offset)
        witness.offset = *view.offset;
    else
        witness.offset = fail(fmt::format("{} ({})", view.why, to_text(view.state)));
    return witness;
}

std::vector<Witness> host_witnesses(const Observation& seen, Instant booted,
                                    const ClockPolicy& policy)
{
    if (!hosts_count(policy))
        return {skipped(host_witness({}, policy), "not accepted as a time source (trust.host)")};
    const auto& early = seen.early;
    const auto recorded = early ? host_word_on_record(*early, booted) : std::nullopt;
    std::vector<Witness> witnesses;
    for (TimeSyncView view : seen.hosts) {
        if (view.state == TimeSync::Failed && recorded && recorded->clock == view.clock) {
            view.state = recorded->state;
            view.offset = recorded->offset;
        }
        view = note_silence(view, early ? early->record.count : std::nullopt);
        witnesses.push_back(host_witness(view, policy));
    }
    return witnesses;
}

}  // namespace clockguard
