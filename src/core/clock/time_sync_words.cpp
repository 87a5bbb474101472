// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/time_sync_words.hpp"

#include <fmt/core.h>

namespace clockguard {
namespace {

constexpr const char* enable_on_host =
    "Enable-VMIntegrationService -VMName NAME -Name 'Time Synchronization'";

Advice load(std::string_view module)
{
    return {.command = {.steps = {fmt::format("modprobe {}", module)}}};
}

Advice look(std::string command)
{
    return {.command = {.steps = {std::move(command)}, .looks = true}};
}

/// On the machine that runs the host.
Advice on_host(std::string command)
{
    return {.words = "on the host",
            .command = {.steps = {std::move(command)}, .as_root = false, .on = "the host"}};
}

/// What the PTP core means by its errors (drivers/ptp/ptp_chardev.c), and udev by its absence.
Advice advice_for(std::error_code code)
{
    if (code == std::errc::permission_denied || code == std::errc::operation_not_permitted)
        return look("clockguard diagnose");
    if (code == std::errc::no_such_device || code == std::errc::no_such_device_or_address ||
        code == std::errc::no_such_file_or_directory)
        return on_host(enable_on_host);
    if (code == std::errc::device_or_resource_busy)
        return look("fuser -v /dev/ptp*");
    if (code == std::errc::inappropriate_io_control_operation ||
        code == std::errc::operation_not_supported || code == std::errc::invalid_argument)
        return {.command = {.steps = {"ls -l /dev/ptp*"}, .as_root = false, .looks = true}};
    return look("journalctl -k -g 'hv_utils|ptp'");
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

Advice advice_for(const TimeSyncView& view)
{
    if (view.clock != hyperv_clock)
        return on_host(view.clock == "ptp:vmware" ? "esxcli system ntp get" : "chronyc tracking");
    switch (view.state) {
    case TimeSync::Enlightened:
        return load("ptp_kvm");
    case TimeSync::NoVmbus:
        return load("hv_vmbus");
    case TimeSync::NoDevice:
        return on_host(enable_on_host);
    case TimeSync::Unbound:
        return load("hv_utils");
    case TimeSync::Opening:
        return look("journalctl -k -g hv_utils");
    case TimeSync::BoundWithoutPtp:
        return look("journalctl -k -g 'PTP clock'");
    case TimeSync::PtpWithoutSample:
    case TimeSync::PtpStale:
        return on_host("Get-VMIntegrationService -VMName NAME -Name 'Time Synchronization'");
    case TimeSync::Disputed:
        return on_host("w32tm /query /status /verbose");
    case TimeSync::Failed:
        return advice_for(view.code);
    case TimeSync::NotHyperv:
    case TimeSync::Live:
        break;
    }
    return {};
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
            .advice = advice_for(view)};
}

}  // namespace clockguard
