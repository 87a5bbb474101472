// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/certs_fix.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

ReportFix fix_for(const std::string& advice, bool clock_trusted = true)
{
    return fix_of({.advice = advice}, clock_trusted).value_or(ReportFix{});
}

TEST(CertsFix, IsTypedByWhoIsNotRoot)
{
    EXPECT_EQ(fix_for("clockguard certs refresh --expired").command,
              "sudo clockguard certs refresh --expired");
    EXPECT_EQ(fix_for("systemctl stop k3s; k3s certificate rotate; systemctl start k3s").command,
              "sudo systemctl stop k3s; sudo k3s certificate rotate; sudo systemctl start k3s");
}

TEST(CertsFix, TellsWhatItRestarts)
{
    EXPECT_EQ(fix_for("clockguard certs refresh --expired").risk, "none");
    EXPECT_EQ(fix_for("microk8s refresh-certs --cert server.crt").risk, "restarts_microk8s");
    EXPECT_EQ(fix_for("systemctl restart k0scontroller").risk, "restarts_kubernetes");
}

TEST(CertsFix, WarnsOfDatesByAWrongClock)
{
    EXPECT_EQ(fix_for("clockguard certs refresh --expired", false).note,
              "refused until the clock is verified");
    EXPECT_EQ(fix_for("kubeadm certs renew apiserver", false).note,
              "uses the system clock for the dates: run it once the clock is verified");
    EXPECT_EQ(fix_for("kubeadm certs renew apiserver").note, "");
}

TEST(CertsFix, IsNoneForASentence)
{
    const Finding finding{.advice = "join the node again"};

    EXPECT_FALSE(fix_of(finding, true));
    EXPECT_EQ(advice_of(finding), "join the node again");
    EXPECT_EQ(advice_of({.advice = "clockguard explain CG205"}), "clockguard explain CG205");
}

}  // namespace
}  // namespace clockguard
