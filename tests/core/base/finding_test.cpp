// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/finding.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(Finding, AdvisesOnADiskWhatCanBeTypedForIt)
{
    const Finding here{
        .code = "CG201",
        .severity = Severity::Failure,
        .subject = "server",
        .message = "is not valid until 2026-04-03T08:07:34Z",
        .advice = {.command = {.steps = {"clockguard certs refresh"}, .takes_root = true}}};

    const Finding there = for_disk(here, "/mnt");

    EXPECT_EQ(to_text(there.advice), "sudo clockguard certs refresh --root /mnt");
    EXPECT_EQ(there.code, "CG201");
    EXPECT_EQ(there.severity, Severity::Failure);
    EXPECT_EQ(there.subject, "server");
    EXPECT_EQ(there.message, "is not valid until 2026-04-03T08:07:34Z");
}

TEST(WitnessKind, IsKnownByTheNameInARecord)
{
    EXPECT_EQ(witness_kind("chrony"), WitnessKind::Chrony);
    EXPECT_EQ(witness_kind("kernel"), WitnessKind::Kernel);
    EXPECT_EQ(witness_kind("ptp:hyperv"), WitnessKind::HostClock);
    EXPECT_EQ(witness_kind("ptp:kvm"), WitnessKind::HostClock);
    EXPECT_EQ(witness_kind("rtc:/dev/rtc0"), WitnessKind::Rtc);
    for (const char* unknown : {"", "chronyd", "ptpd:x", "rtc0", "Chrony", "gps:chrony", ":rtc"})
        EXPECT_EQ(witness_kind(unknown), std::nullopt) << unknown;
}

TEST(Severity, HasTheWordsOfTheReports)
{
    EXPECT_EQ(to_text(Severity::Ok), "ok");
    EXPECT_EQ(to_text(Severity::Note), "note");
    EXPECT_EQ(to_text(Severity::Warning), "warning");
    EXPECT_EQ(to_text(Severity::Failure), "critical");
}

}  // namespace
}  // namespace clockguard
