// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_hyperv.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/evidence.hpp"

namespace clockguard {
namespace {

ReportCheck hyperv_check(const Evidence& seen, const std::string& id)
{
    Report report;
    diagnose(seen, report);
    const auto found = std::ranges::find(report.checks, id, &ReportCheck::id);
    return found == report.checks.end() ? ReportCheck{} : *found;
}

TEST(Hyperv, TellsStateGuestAndAdviceToThoseWhoAsk)
{
    Evidence seen = healthy();
    seen.hosts = {{.state = TimeSync::Unbound, .why = "no driver"}};
    seen.hyperv = {.booted_by_efi = true, .ic_version = "4.0"};

    EXPECT_EQ(hyperv_check(seen, "hyperv.timesync").status, Status::Ok);
    EXPECT_EQ(hyperv_check(seen, "hyperv.guest").detail,
              "unbound; generation 2 (EFI), TimeSync IC 4.0, not Azure, messages of the host not "
              "counted");
    EXPECT_EQ(hyperv_check(seen, "hyperv.advice").detail, "sudo modprobe hv_utils");
}

TEST(Hyperv, IsNoGuestOfKvmThatImitatesIt)
{
    Evidence seen = healthy();
    seen.hosts = {{.state = TimeSync::Enlightened, .why = "KVM"}};

    EXPECT_EQ(hyperv_check(seen, "hyperv.timesync").status, Status::Skipped);
    EXPECT_EQ(hyperv_check(seen, "hyperv.guest").id, "");
    EXPECT_EQ(hyperv_check(seen, "hyperv.advice").detail, "sudo modprobe ptp_kvm");

    seen.hosts.push_back({.clock = "ptp:kvm", .state = TimeSync::Live, .why = "right"});
    EXPECT_EQ(hyperv_check(seen, "hyperv.advice").id, "");
    EXPECT_EQ(hyperv_check(seen, "host.kvm").detail, "right");
    seen.hosts.back() = {.clock = "ptp:kvm", .state = TimeSync::Failed, .why = "cannot open it"};
    EXPECT_EQ(hyperv_check(seen, "host.kvm").status, Status::Skipped);
    EXPECT_EQ(hyperv_check(seen, "host.kvm").skipped_because, "cannot open it");
}

TEST(Hosts, AreToldApartWhereSeveralAreOfOneKind)
{
    Evidence seen = healthy();
    seen.hosts = {{},
                  {.clock = "ptp:vmware", .state = TimeSync::Live, .why = "first"},
                  {.clock = "ptp:kvm", .state = TimeSync::Live, .why = "another"},
                  {.clock = "ptp:vmware", .state = TimeSync::Live, .why = "second"}};

    EXPECT_EQ(hyperv_check(seen, "host.vmware").detail, "first");
    EXPECT_EQ(hyperv_check(seen, "host.kvm").detail, "another");
    EXPECT_EQ(hyperv_check(seen, "host.vmware2").detail, "second");
}

Report diagnosed(const Evidence& seen)
{
    Report report;
    diagnose(seen, report);
    return report;
}

TEST(Hosts, AreNamedWhenTheirClockIsWrong)
{
    Evidence seen = healthy();
    seen.hosts.push_back({.clock = "ptp:vmware", .state = TimeSync::Disputed, .why = "30d ahead"});

    const Report report = diagnosed(seen);

    ASSERT_EQ(report.findings.size(), 1U);
    EXPECT_EQ(report.findings.front().code, "CG311");
    EXPECT_EQ(title_of(report.findings.front()), "The host's clock is wrong: VMware host's clock");
    EXPECT_EQ(report.findings.front().fixes.front().command, "esxcli system ntp get");
}

TEST(Hosts, ThatContradictEachOtherAreAFinding)
{
    Evidence seen = healthy();
    seen.verdict.findings = {{.code = "CG312", .subject = "host", .message = "x and y are apart"}};
    EXPECT_EQ(title_of(diagnosed(seen).findings.front()),
              "Two clocks of the host contradict each other");

    seen.verdict.findings = {{.code = "CG313", .subject = "rtc:/dev/rtc0", .message = "is off"}};
    EXPECT_EQ(diagnosed(seen).findings.front().cause, "rtc:/dev/rtc0 is off");
}

}  // namespace
}  // namespace clockguard
