// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/time_sync_words.hpp"

#include <gtest/gtest.h>

#include "support/host_looks.hpp"

namespace clockguard {
namespace {

TEST(HypervFacts, AreToldInOneLine)
{
    EXPECT_EQ(to_text({.booted_by_efi = true, .ic_version = "4.0"}, counted(7, 0s)),
              "generation 2 (EFI), TimeSync IC 4.0, not Azure, 7 messages from the host");
    EXPECT_EQ(to_text(HypervFacts{.azure = true}, std::nullopt),
              "generation 1 (BIOS), TimeSync IC not in the log, Azure, messages of the host not "
              "counted");
}

TEST(TimeSyncFinding, NamesTheCommandThatHelps)
{
    TimeSyncEvidence seen = guest_without_ptp();
    seen.device.reset();
    const Finding finding = to_finding(judged(seen));

    EXPECT_EQ(finding.code, "CG310");
    EXPECT_EQ(to_text(finding.advice),
              "on the host: Enable-VMIntegrationService -VMName NAME -Name "
              "'Time Synchronization'");
    EXPECT_EQ(to_finding(judged({})).severity, Severity::Note);
    EXPECT_EQ(to_finding(judged({.hypervisor_is_microsoft = true})).severity, Severity::Note);
    EXPECT_EQ(to_finding(judged(healthy_guest())).code, "");
}

TEST(TimeSyncAdvice, IsThereForEveryStateThatNeedsIt)
{
    const auto advice = [](TimeSync state) { return to_text(advice_for({.state = state})); };

    EXPECT_EQ(advice(TimeSync::NotHyperv), "");
    EXPECT_EQ(advice(TimeSync::Enlightened), "sudo modprobe ptp_kvm");
    EXPECT_EQ(advice(TimeSync::NoVmbus), "sudo modprobe hv_vmbus");
    EXPECT_EQ(advice(TimeSync::Unbound), "sudo modprobe hv_utils");
    EXPECT_EQ(advice(TimeSync::Opening), "sudo journalctl -k -g hv_utils");
    EXPECT_EQ(advice(TimeSync::BoundWithoutPtp), "sudo journalctl -k -g 'PTP clock'");
    for (const TimeSync state : {TimeSync::PtpWithoutSample, TimeSync::PtpStale})
        EXPECT_EQ(advice(state), "on the host: Get-VMIntegrationService -VMName NAME -Name "
                                 "'Time Synchronization'");
    EXPECT_EQ(advice(TimeSync::Live), "");
    EXPECT_EQ(advice(TimeSync::Disputed), "on the host: w32tm /query /status /verbose");
}

TEST(TimeSyncAdvice, GoesByTheErrorOfAClockThatFailed)
{
    struct Case {
        int number;
        const char* advice;
    };
    constexpr const char* enable =
        "on the host: Enable-VMIntegrationService -VMName NAME -Name 'Time Synchronization'";
    constexpr const char* wrong_node = "ls -l /dev/ptp*";
    constexpr const char* journal = "sudo journalctl -k -g 'hv_utils|ptp'";
    for (const Case& each :
         {Case{EACCES, "sudo clockguard diagnose"}, Case{EPERM, "sudo clockguard diagnose"},
          Case{ENODEV, enable}, Case{ENXIO, enable}, Case{ENOENT, enable},
          Case{EBUSY, "sudo fuser -v /dev/ptp*"}, Case{ENOTTY, wrong_node},
          Case{EOPNOTSUPP, wrong_node}, Case{EINVAL, wrong_node}, Case{EIO, journal},
          Case{0, journal}}) {
        TimeSyncEvidence seen = healthy_guest();
        seen.reading = fail(errno_of(each.number));
        EXPECT_EQ(to_text(advice_for(judged(seen))), each.advice) << each.number;
    }
}

}  // namespace
}  // namespace clockguard
