// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/evidence.hpp"

namespace clockguard {
namespace {

TEST(Diagnosis, IsBriefAboutAHealthyMachine)
{
    const std::string text = text_on(healthy());

    EXPECT_EQ(text,
              "OK  Clock and MicroK8s certificates are healthy                        edge-07\n"
              "\n"
              "  clock    chrony: system clock is 0.000 s ahead (+/-0.002 s), limit 1 s\n"
              "  rtc      rtc0 is 0.000 s ahead of the system clock (+/-0.500 s), limit 2 s\n"
              "  boot     no large clock step, up 13 min 32 s\n"
              "  gate     held MicroK8s for 3.1 s: synchronized\n"
              "  certs    2 certificates are valid; safe for clock errors from -61 d to +303 d\n"
              "11 checks: 7 ok, 4 skipped (-v shows them)\n");
    EXPECT_LE(std::ranges::count(text, '\n'), 8);
}

TEST(Diagnosis, FindsWhatTheIncidentLeft)
{
    EXPECT_EQ(codes_on(healthy()), std::vector<std::string>{});
    EXPECT_EQ(codes_on(incident()), (std::vector<std::string>{"CG201", "CG103", "CG111", "CG404"}));
    EXPECT_EQ(report_on(incident()).verdict.exit_code, 2);
    EXPECT_EQ(report_on(healthy()).verdict.exit_code, 0);
}

/// Entry 19 of the reality: kubectl is not what fails of a worker.
TEST(Diagnosis, SaysWhatFailsOnAWorker)
{
    const auto impact_with = [](const std::string& expired) {
        Evidence seen = healthy();
        std::vector<Certificate> all;
        for (const char* name : {"ca.remote", "kubelet", "proxy", "proxy.config"})
            all.push_back(
                certificate(name, "2015-05-01T00:00:00Z",
                            expired == name ? "2025-04-29T00:00:00Z" : "2035-04-29T00:00:00Z"));
        seen.certs = judge_all(std::move(all), seen.now, {});
        return report_on(seen).verdict.impact;
    };

    EXPECT_EQ(impact_with("kubelet"),
              "This node goes NotReady: the control plane refuses its kubelet.");
    EXPECT_EQ(impact_with("ca.remote"),
              "This node goes NotReady: the control plane refuses its kubelet.");
    EXPECT_EQ(impact_with("proxy.config"),
              "This node's Services go stale: the control plane refuses its kube-proxy.");
    EXPECT_EQ(impact_with(""), "");
}

TEST(Diagnosis, CannotDetermineWhatItMayNotRead)
{
    Evidence unread = healthy();
    unread.certs.reset();
    unread.certs_error = "cannot read '/var/snap/microk8s/current': Permission denied";
    EXPECT_EQ(report_on(unread).verdict.exit_code, 3);
    EXPECT_EQ(report_on(unread).verdict.summary, unread.certs_error);

    for (const bool is_denied : {true, false}) {
        Evidence unjudged = healthy();
        JudgedCertificate& first = unjudged.certs->certificates.front();
        first.state = CertState::Unreadable;
        first.certificate.is_denied = is_denied;
        first.certificate.is_unclear = !is_denied;
        EXPECT_EQ(report_on(unjudged).verdict.summary,
                  is_denied
                      ? "Some certificates cannot be read; run as root (sudo)"
                      : "Some certificates cannot be judged; see: sudo clockguard certs check");
    }

    Evidence empty_disk{.live = false, .certs_skipped = "MicroK8s is not installed"};
    EXPECT_EQ(report_on(empty_disk).verdict.exit_code, 3);
    empty_disk.rtcs = {rtc_ahead_by(0s)};
    EXPECT_EQ(report_on(empty_disk).verdict.exit_code, 0);
}

TEST(Diagnosis, KeepsItsVerdictOnWhatItFoundInAPartOfTheJournal)
{
    Evidence seen = incident();
    seen.history.error = "the journal is too long to be read whole";

    EXPECT_EQ(report_on(seen).verdict.status, Status::Critical);
}

TEST(Diagnosis, GivesEveryCheckAnIdOfItsOwn)
{
    for (const Evidence& seen : {healthy(), incident()}) {
        std::vector<std::string> ids;
        for (const ReportCheck& check : report_on(seen).checks)
            ids.push_back(check.id);
        std::ranges::sort(ids);
        EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
    }
}

}  // namespace
}  // namespace clockguard
