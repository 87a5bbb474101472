// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis_certs.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "clockguard/core/certs/csr_conf.hpp"
#include "support/evidence.hpp"

namespace clockguard {
namespace {

TEST(Diagnosis, SaysWhatMicrok8sWillReissueAtItsStart)
{
    const CsrConf moved{
        .conf = "IP.3 = 10.0.0.5\n",
        .conf_template = "#MOREIPS\n",
        .routes = "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n",
        .addresses = {{.link = "eth0", .text = "10.0.0.7", .is_ipv4 = true, .is_up = true}}};
    Evidence seen = healthy();
    add_finding(*seen.certs, judge_csr_conf(moved, NodeRole::Single, true));

    EXPECT_EQ(codes_on(seen), std::vector<std::string>{});
    const auto checks = report_on(seen).checks;
    const auto check = std::ranges::find(checks, "certs.next_start", &ReportCheck::id);
    ASSERT_NE(check, checks.end());
    EXPECT_EQ(check->detail, "csr.conf: this node has 10.0.0.7 instead of 10.0.0.5: MicroK8s will "
                             "re-issue server.crt and front-proxy-client.crt within 5 s of its "
                             "start, and restart every pod");
    EXPECT_NE(text_on(seen).find("(CG206)"), std::string::npos) << text_on(seen);

    Evidence doubtful = healthy();
    add_finding(*doubtful.certs, judge_csr_conf(moved, NodeRole::Single, false));
    EXPECT_EQ(codes_on(doubtful), std::vector<std::string>{"CG206"});
    EXPECT_EQ(title_of(report_on(doubtful).findings[0]),
              "MicroK8s will re-issue certificates at its next start");
}

TEST(Diagnosis, NamesTheDistributionAndItsOwnCommand)
{
    Evidence seen = k3s_incident();
    EXPECT_EQ(report_on(seen).verdict.summary, "k3s certificates are dated in the future");
    EXPECT_EQ(fixes_on(seen, "CG201"),
              (std::vector<std::string>{"sudo systemctl stop k3s; sudo k3s certificate rotate; "
                                        "sudo systemctl start k3s: restarts_kubernetes: "}));

    seen.clock_trusted = false;
    EXPECT_EQ(fixes_on(seen, "CG201").front(),
              "sudo systemctl stop k3s; sudo k3s certificate rotate; sudo systemctl start k3s: "
              "restarts_kubernetes: uses the system clock for the dates: run it once the clock is "
              "verified");
}

/// What begins with k0s or rm is a command as well, and what is none is not listed as one.
TEST(Diagnosis, ListsEveryCommandWithWhatItDoes)
{
    const auto fix_of = [](const std::string& renew) {
        Evidence seen = k3s_incident();
        Certificate early = certificate("kubelet", "2026-04-03T08:07:34Z", "2027-04-03T08:07:34Z");
        early.place.repair = CertRepair::None;
        early.place.renew = parse_renewal(renew);
        seen.certs = judge_all({early}, seen.now, {});
        return fixes_on(seen, "CG201");
    };

    EXPECT_EQ(fix_of("k0s x"), std::vector<std::string>{"sudo k0s x: none: "});
    EXPECT_EQ(
        fix_of("rm /a; systemctl restart kubelet"),
        std::vector<std::string>{"sudo rm /a; sudo systemctl restart kubelet: "
                                 "restarts_kubernetes: the daemon makes the removed files again"});
    EXPECT_EQ(fix_of("systemctl stop k0sworker; mv -T /a /a.old; systemctl start k0sworker"),
              std::vector<std::string>{
                  "sudo systemctl stop k0sworker; sudo mv -T /a /a.old; sudo systemctl start "
                  "k0sworker: restarts_kubernetes: the old files stay beside, as .old"});
    EXPECT_EQ(fix_of("kubeadm certs renew admin.conf"),
              std::vector<std::string>{"sudo kubeadm certs renew admin.conf: none: "});
    EXPECT_EQ(fix_of("on a control plane node: kubeadm kubeconfig user"),
              std::vector<std::string>{});
}

TEST(Diagnosis, JudgesTheCertificatesOfAnotherMachinesDisk)
{
    Evidence disk = incident();
    disk.live = false;
    disk.clock_trusted = false;
    disk.rtcs.clear();

    const Report report = report_on(disk);

    EXPECT_EQ(report.verdict.exit_code, 2);
    EXPECT_EQ(report.findings.front().code, "CG201");
    EXPECT_EQ(report.timeline.size(), 2U);
    EXPECT_EQ(report.timeline[0].corrected, std::nullopt);
}

}  // namespace
}  // namespace clockguard
