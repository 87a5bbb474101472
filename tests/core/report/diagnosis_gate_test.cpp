// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_gate.hpp"

#include <gtest/gtest.h>

#include "support/evidence.hpp"

namespace clockguard {
namespace {

TEST(Diagnosis, SaysWhatAMissingHoldMeansWhateverTheGateSaid)
{
    Evidence seen = healthy();
    seen.gate->reason = "chrony: system clock is right";
    seen.hold_installed = false;

    const Report report = report_on(seen);

    ASSERT_EQ(report.findings.size(), 1U);
    EXPECT_EQ(report.findings[0].code, "CG404");
    EXPECT_EQ(report.findings[0].cause, "MicroK8s starts without waiting for the clock.");
}

TEST(Diagnosis, SaysHowToHoldAnotherDistribution)
{
    Evidence seen = k3s_incident();
    EXPECT_EQ(
        fixes_on(seen, "CG404"),
        (std::vector<std::string>{
            "sudo cp -r /usr/share/clockguard/hold/k3s.service.d "
            "/usr/share/clockguard/hold/k3s-agent.service.d /etc/systemd/system/ && "
            "sudo systemctl daemon-reload: none: Makes its units wait for the gate from their "
            "next start on"}));

    seen.hold.clear();
    EXPECT_EQ(fixes_on(seen, "CG404"), std::vector<std::string>{});
}

TEST(Diagnosis, SaysHowToHoldTheUnitsOfAProfileOfOnesOwn)
{
    Evidence seen = k3s_incident();
    seen.here.profile = "ours";
    seen.hold = {"a.service", "b.service"};

    EXPECT_EQ(
        fixes_on(seen, "CG404"),
        (std::vector<std::string>{
            "sudo cp -rT /usr/share/clockguard/hold/kubelet.service.d "
            "/etc/systemd/system/a.service.d && sudo cp -rT "
            "/usr/share/clockguard/hold/kubelet.service.d /etc/systemd/system/b.service.d && "
            "sudo systemctl daemon-reload: none: Makes its units wait for the gate from their "
            "next start on"}));
}

TEST(Diagnosis, TellsHowTheGateStands)
{
    const auto with = [](GateOutcome outcome) {
        Evidence seen = healthy();
        seen.gate = GateRecord{.outcome = outcome};
        return codes_on(seen);
    };

    EXPECT_EQ(with(GateOutcome::TimeoutReleased), std::vector<std::string>{"CG401"});
    EXPECT_EQ(with(GateOutcome::TimeoutHeld), std::vector<std::string>{"CG402"});
    EXPECT_EQ(with(GateOutcome::Waiting), std::vector<std::string>{"CG402"});
    EXPECT_TRUE(with(GateOutcome::RtcCorrected).empty());
    EXPECT_TRUE(with(GateOutcome::Overridden).empty());
}

/// What waited for a gate that was killed or stopped has been let go.
TEST(Diagnosis, TakesAGateThatIsGoneForNoneThatHolds)
{
    Evidence seen = healthy();
    seen.gate = GateRecord{.outcome = GateOutcome::TimeoutHeld};
    seen.gate_waits = false;

    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG401"});
}

TEST(Diagnosis, TellsWhatIsInstalledAndNotEnabled)
{
    Evidence preset = healthy();
    preset.disabled_units = {"clockguard-early.service", "clockguard-rtc.service"};

    const Report report = report_on(preset);

    ASSERT_EQ(codes_on(preset), std::vector<std::string>{"CG406"});
    EXPECT_EQ(report.verdict.status, Status::Warning);
    EXPECT_EQ(report.findings.front().cause, "clockguard-early.service, clockguard-rtc.service");
    ASSERT_EQ(report.findings.front().fixes.size(), 1U);
    EXPECT_TRUE(report.findings.front().fixes.front().command.starts_with(
        "sudo systemctl enable clockguard-early"));
}

}  // namespace
}  // namespace clockguard
