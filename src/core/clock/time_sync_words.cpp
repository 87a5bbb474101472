// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/time_sync_words.hpp"

#include <fmt/format.h>

namespace clockguard {
namespace {

constexpr const char* enable_on_host =
    "Enable-VMIntegrationService -VMName NAME -Name 'Time Synchronization'";

/// What the PTP core means by its errors (drivers/ptp/ptp_chardev.c), and udev by its absence.
HostAdvice advice_for(std::error_code code)
{
    if (code == std::errc::permission_denied || code == std::errc::operation_not_permitted)
        return {"sudo clockguard diagnose"};
    if (code == std::errc::no_such_device || code == std::errc::no_such_device_or_address ||
        code == std::errc::no_such_file_or_directory)
        return {enable_on_host, true};
    if (code == std::errc::device_or_resource_busy)
        return {"sudo fuser -v /dev/ptp*"};
    if (code == std::errc::inappropriate_io_control_operation ||
        code == std::errc::operation_not_supported || code == std::errc::invalid_argument)
        return {"ls -l /dev/ptp*"};
    return {"sudo journalctl -k -g 'hv_utils|ptp'"};
}

Severity severity_of(TimeSync state)
{
    switch (state) {
    case TimeSync::Live:
        return Severity::Ok;
    case TimeSync::NotHyperv:
    case TimeSync::Enlightened:
    case TimeSync::Opening:
    case TimeSync::PtpWithoutSample:
        return Severity::Note;
    case TimeSync::NoVmbus:
    case TimeSync::NoDevice:
    case TimeSync::Unbound:
    case TimeSync::BoundWithoutPtp:
    case TimeSync::PtpStale:
    case TimeSync::Disputed:
    case TimeSync::Failed:
        break;
    }
    return Severity::Warning;
}

}  // namespace

std::string to_text(TimeSync state)
{
    switch (state) {
    case TimeSync::NotHyperv:
        return "not_hyperv";
    case TimeSync::Enlightened:
        return "kvm_enlightened";
    case TimeSync::NoVmbus:
        return "hyperv_no_vmbus";
    case TimeSync::NoDevice:
        return "no_timesync_device";
    case TimeSync::Unbound:
        return "unbound";
    case TimeSync::Opening:
        return "opening";
    case TimeSync::BoundWithoutPtp:
        return "bound_no_ptp";
    case TimeSync::PtpWithoutSample:
        return "ptp_no_sample";
    case TimeSync::PtpStale:
        return "ptp_stale";
    case TimeSync::Live:
        return "ptp_live";
    case TimeSync::Disputed:
        return "ptp_live_disputed";
    case TimeSync::Failed:
        return "error";
    }
    return {};
}

HostAdvice advice_for(const TimeSyncView& view)
{
    if (view.clock != hyperv_clock)
        return {view.clock == "ptp:vmware" ? "esxcli system ntp get" : "chronyc tracking", true};
    switch (view.state) {
    case TimeSync::Enlightened:
        return {"sudo modprobe ptp_kvm"};
    case TimeSync::NoVmbus:
        return {"sudo modprobe hv_vmbus"};
    case TimeSync::NoDevice:
        return {enable_on_host, true};
    case TimeSync::Unbound:
        return {"sudo modprobe hv_utils"};
    case TimeSync::Opening:
        return {"sudo journalctl -k -g hv_utils"};
    case TimeSync::BoundWithoutPtp:
        return {"sudo journalctl -k -g 'PTP clock'"};
    case TimeSync::PtpWithoutSample:
    case TimeSync::PtpStale:
        return {"Get-VMIntegrationService -VMName NAME -Name 'Time Synchronization'", true};
    case TimeSync::Disputed:
        return {"w32tm /query /status /verbose", true};
    case TimeSync::Failed:
        return advice_for(view.code);
    case TimeSync::NotHyperv:
    case TimeSync::Live:
        break;
    }
    return {};
}

std::string to_text(const HostAdvice& advice)
{
    return fmt::format("{}{}", advice.on_host ? "on the host: " : "", advice.command);
}

std::string to_text(const HypervFacts& facts, const std::optional<HostCount>& count)
{
    std::string text = facts.booted_by_efi ? "generation 2 (EFI)" : "generation 1 (BIOS)";
    text += facts.ic_version.empty() ? ", TimeSync IC not in the log"
                                     : fmt::format(", TimeSync IC {}", facts.ic_version);
    text += facts.azure ? ", Azure" : ", not Azure";
    return text + (count ? fmt::format(", {} messages from the host", count->messages)
                         : ", messages of the host not counted");
}

Finding to_finding(const TimeSyncView& view)
{
    const Severity severity = severity_of(view.state);
    const bool disputed = view.state == TimeSync::Disputed;
    return {.code = severity < Severity::Warning ? ""
                    : disputed                   ? "CG311"
                                                 : "CG310",
            .severity = severity,
            .subject = "hyper-v",
            .message = view.why,
            .advice = to_text(advice_for(view))};
}

}  // namespace clockguard
