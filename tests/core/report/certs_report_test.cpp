// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/certs_report.hpp"

#include <gtest/gtest.h>

#include "support/instant.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const Instant morning = at("2026-03-03T08:20:11Z");

std::chrono::sys_seconds second_of(std::string_view text)
{
    return std::chrono::floor<std::chrono::seconds>(at(text));
}

/// One that was read, valid in 2026.
JudgedCertificate cert_in(std::string name, CertState state)
{
    return {.certificate = {.place = {.name = std::move(name),
                                      .path = "/certs/x.crt",
                                      .repair = CertRepair::Reissue},
                            .facts = {.sha256 = "ab",
                                      .not_before = second_of("2026-01-01T00:00:00Z"),
                                      .not_after = second_of("2027-01-01T00:00:00Z")}},
            .state = state};
}

CertsVerdict verdict_of(const std::vector<CertState>& states)
{
    CertsVerdict verdict{.now = morning};
    for (const CertState state : states)
        verdict.certificates.push_back(cert_in("c", state));
    return verdict;
}

Finding finding_about(std::string subject, Severity severity)
{
    return {.code = "CG201", .severity = severity, .subject = std::move(subject), .message = "m"};
}

TEST(CertsSummary, CountsFaultsTheGravestFirst)
{
    using enum CertState;

    EXPECT_EQ(certs_summary(verdict_of({Valid, Expired})), "1 of 2 certificates is expired");
    EXPECT_EQ(certs_summary(verdict_of({Expiring, Missing, Unreadable, ChainBroken, KeyMismatch,
                                        Expired, NotYetValid, NotYetValid})),
              "2 of 8 certificates are not yet valid, 1 expired, 1 not matching their key, 1 not "
              "signed by their CA, 1 unreadable, 1 missing, 1 expiring");
    EXPECT_EQ(certs_summary(verdict_of({Valid, Valid, Skipped})), "2 certificates are valid");
    EXPECT_EQ(certs_summary(verdict_of({Skipped, Missing})), "1 of 1 certificates is missing");
}

TEST(CertsSummary, TellsOfThoseThatDoNotWorkWithinTheirDates)
{
    CertsVerdict verdict{
        .now = morning,
        .certificates = {cert_in("a", CertState::Valid), cert_in("b", CertState::Valid)},
        .findings = {finding_about("a", Severity::Failure)}};

    EXPECT_EQ(certs_summary(verdict), "1 of 2 certificates is within its dates, but does not work");
    verdict.findings.push_back(finding_about("b", Severity::Failure));
    EXPECT_EQ(certs_summary(verdict),
              "2 of 2 certificates are within their dates, but do not work");
    for (Finding& finding : verdict.findings)
        finding.severity = Severity::Warning;
    EXPECT_EQ(certs_summary(verdict), "2 certificates are valid");
}

TEST(CertsStatus, IsTheWorstThatWasFound)
{
    CertsVerdict verdict = verdict_of({CertState::Valid});
    EXPECT_EQ(certs_status(verdict), Status::Ok);
    verdict.findings = {finding_about("c", Severity::Note)};
    EXPECT_EQ(certs_status(verdict), Status::Ok);
    verdict.findings = {finding_about("c", Severity::Warning), finding_about("c", Severity::Note)};
    EXPECT_EQ(certs_status(verdict), Status::Warning);
    verdict.findings = {finding_about("c", Severity::Warning),
                        finding_about("c", Severity::Failure)};
    EXPECT_EQ(certs_status(verdict), Status::Critical);
}

TEST(CertsStatus, IsUnknownWhereOneIsNotJudgedAndNoneIsCritical)
{
    for (const bool is_denied : {true, false}) {
        CertsVerdict verdict = verdict_of({CertState::Valid, CertState::Unreadable});
        verdict.certificates[1].certificate.is_denied = is_denied;
        verdict.certificates[1].certificate.is_unclear = !is_denied;

        verdict.findings = {finding_about("c", Severity::Warning)};
        EXPECT_EQ(certs_status(verdict), Status::Unknown);
        verdict.findings = {finding_about("c", Severity::Failure)};
        EXPECT_EQ(certs_status(verdict), Status::Critical);
    }
}

TEST(ReportCertificate, TellsWhatWasRead)
{
    JudgedCertificate server = cert_in("server", CertState::Valid);
    server.certificate.facts.subject = "CN=127.0.0.1";
    server.certificate.facts.issuer = "CN=10.152.183.1";
    server.certificate.facts.serial = "5D1F";

    const ReportCertificate report = to_report(server, morning);

    EXPECT_EQ(report.name, "server");
    EXPECT_EQ(report.path, "/certs/x.crt");
    EXPECT_EQ(report.kind, "file");
    EXPECT_EQ(report.state, "valid");
    EXPECT_TRUE(report.refreshable);
    EXPECT_EQ(report.subject, "CN=127.0.0.1");
    EXPECT_EQ(report.issuer, "CN=10.152.183.1");
    EXPECT_EQ(report.serial, "5D1F");
    EXPECT_EQ(report.sha256, "ab");
    EXPECT_EQ(to_text(report.not_before.value_or(Instant{})), "2026-01-01T00:00:00Z");
    EXPECT_EQ(to_text(report.not_after.value_or(Instant{})), "2027-01-01T00:00:00Z");
    EXPECT_EQ(report.valid_in, -(days{61} + 8h + 20min + 11s));
    EXPECT_EQ(report.expires_in, days{304} - 8h - 20min - 11s);
}

TEST(ReportCertificate, HasNoDatesWhereNoneWasRead)
{
    JudgedCertificate gone = cert_in("server", CertState::Unreadable);
    gone.certificate.facts.sha256.clear();
    gone.certificate.error = "is empty";

    const ReportCertificate report = to_report(gone, morning);

    EXPECT_EQ(report.error, "is empty");
    EXPECT_FALSE(report.not_before || report.not_after || report.valid_in || report.expires_in);
}

TEST(ReportCertificate, IsRefreshableWhereItCanBeMadeAnew)
{
    JudgedCertificate one = cert_in("server", CertState::Expired);
    EXPECT_TRUE(to_report(one, morning).refreshable);
    one.certificate.place.repair = CertRepair::None;
    EXPECT_FALSE(to_report(one, morning).refreshable);

    JudgedCertificate skipped = cert_in("server", CertState::Skipped);
    skipped.certificate.skipped = "none is used";
    EXPECT_FALSE(to_report(skipped, morning).refreshable);
    EXPECT_EQ(to_report(skipped, morning).skipped_because, "none is used");
}

TEST(ReportFinding, IsThatOfACertificate)
{
    Finding finding = finding_about("server", Severity::Failure);
    finding.advice = {.command = {.steps = {"clockguard certs refresh"}}};

    const ReportFinding report = to_report(finding, true);

    EXPECT_EQ(report.code, "CG201");
    EXPECT_EQ(report.status, Status::Critical);
    EXPECT_EQ(report.detail, "server");
    EXPECT_EQ(report.cause, "m");
    EXPECT_EQ(report.checks, std::vector<std::string>{"certs.validity"});
    ASSERT_EQ(report.fixes.size(), 1U);
    EXPECT_EQ(report.fixes[0].command, "sudo clockguard certs refresh");
    EXPECT_EQ(to_report(finding_about("server", Severity::Warning), true).status, Status::Warning);
}

TEST(ReportFinding, WaitsForTheClockWhereItsCommandDatesSomething)
{
    Finding finding = finding_about("server", Severity::Failure);
    finding.advice = {
        .command = {.steps = {"k3s certificate rotate"}, .dated_by = DatedBy::SystemClock}};

    EXPECT_TRUE(to_report(finding, false).fixes.at(0).waits_for_clock);
    EXPECT_FALSE(to_report(finding, true).fixes.at(0).waits_for_clock);
}

TEST(NextStart, IsACheckWhereMicrok8sWillDoSomething)
{
    CertsVerdict verdict = verdict_of({CertState::Valid});
    verdict.findings = {finding_about("server", Severity::Failure)};
    EXPECT_FALSE(next_start_check(verdict));

    verdict.findings.push_back({.code = "CG206",
                                .severity = Severity::Warning,
                                .subject = "csr.conf",
                                .message = "this node has moved"});
    const auto check = next_start_check(verdict);

    ASSERT_TRUE(check);
    EXPECT_EQ(check->id, "certs.next_start");
    EXPECT_EQ(check->status, Status::Warning);
    EXPECT_EQ(check->title, "MicroK8s' next start");
    EXPECT_EQ(check->detail, "csr.conf: this node has moved");
}

TEST(RoughText, HasRoomForTwoUnits)
{
    EXPECT_EQ(to_rough_text(std::chrono::years{9} + std::chrono::months{1}), "9 y 1 mo");
    EXPECT_EQ(to_rough_text(std::chrono::years{2}), "2 y 0 mo");
    EXPECT_EQ(to_rough_text(std::chrono::years{2} - 1us), "730 d");
    EXPECT_EQ(to_rough_text(days{2}), "2 d");
    EXPECT_EQ(to_rough_text(days{2} - 1us), "47 h 59 min");
    EXPECT_EQ(to_rough_text(5h + 12min + 59s), "5 h 12 min");
    EXPECT_EQ(to_rough_text(0s), "0 h 0 min");
    EXPECT_EQ(to_rough_text(-days{2}), "-2 d");
    EXPECT_EQ(to_rough_text(-1min), "-0 h 1 min");
}

TEST(ClockMargin, HasASignOnEitherSide)
{
    EXPECT_EQ(to_text(ClockMargin{.behind = -days{61}, .ahead = days{214}}),
              "from -61 d to +214 d");
    EXPECT_EQ(to_text(ClockMargin{.ahead = 3h}), "from -0 d to +3 h 0 min");
}

/// A node on which one is skipped and two share a fault.
CertsVerdict mixed()
{
    CertsVerdict verdict{.now = morning,
                         .certificates = {cert_in("unused", CertState::Skipped),
                                          cert_in("ca", CertState::Valid),
                                          cert_in("soon", CertState::Expiring),
                                          cert_in("server", CertState::NotYetValid),
                                          cert_in("front-proxy-client", CertState::NotYetValid)}};
    verdict.certificates[0].certificate.facts.sha256.clear();
    verdict.certificates[0].certificate.skipped = "MicroK8s before 1.28 had none";
    for (const char* name : {"server", "front-proxy-client"})
        verdict.findings.push_back(
            {.code = "CG201",
             .severity = Severity::Failure,
             .subject = name,
             .message = "is not valid until 2026-04-03T08:07:34Z, in 31 d",
             .advice = {.command = {.steps = {"clockguard certs refresh --not-yet-valid"}}}});
    verdict.findings.push_back(
        {.code = "CG204",
         .severity = Severity::Warning,
         .subject = "soon",
         .message = "expires soon",
         .advice = {.command = {.steps = {"clockguard certs refresh --expiring"}}}});
    return verdict;
}

TEST(CertsTable, PutsTheWorstFirstAndOneNoteBelowThoseThatShareIt)
{
    EXPECT_EQ(render_certs_table(mixed(), {}),
              "NAME                      STATE          NOT BEFORE        NOT AFTER   LEFT\n"
              "server                    NOT YET VALID  2026-01-01 00:00  2027-01-01  303 d\n"
              "front-proxy-client        NOT YET VALID  2026-01-01 00:00  2027-01-01  303 d\n"
              "    sudo clockguard certs refresh --not-yet-valid\n"
              "soon                      expiring       2026-01-01 00:00  2027-01-01  303 d\n"
              "    sudo clockguard certs refresh --expiring\n"
              "ca                        valid          2026-01-01 00:00  2027-01-01  303 d\n"
              "1 skipped (-v shows why)\n");
}

TEST(CertsTable, TellsWhatRenewsEachWhereAskedTo)
{
    CertsVerdict verdict = mixed();
    verdict.certificates[1].certificate.place.repair = CertRepair::RedateShared;
    verdict.certificates[2].certificate.place.repair = CertRepair::None;
    verdict.certificates[3].certificate.place.repair = CertRepair::None;
    verdict.certificates[3].certificate.place.renew = {.command = {.steps = {"k renew"}}};
    verdict.certificates[4].certificate.place.repair = CertRepair::Redate;

    EXPECT_EQ(
        render_certs_table(verdict, {.verbose = true}),
        "NAME                      STATE          NOT BEFORE        NOT AFTER   LEFT      REFRESH "
        "WITH\n"
        "server                    NOT YET VALID  2026-01-01 00:00  2027-01-01  303 d     sudo k "
        "renew\n"
        "front-proxy-client        NOT YET VALID  2026-01-01 00:00  2027-01-01  303 d     --name "
        "front-proxy-client\n"
        "soon                      expiring       2026-01-01 00:00  2027-01-01  303 d     --\n"
        "ca                        valid          2026-01-01 00:00  2027-01-01  303 d     --name "
        "ca --include-ca\n"
        "unused                    skipped        --                --          --        MicroK8s "
        "before 1.28 had none\n");
}

TEST(CertsTable, DropsTheTimeThatIsLeftWhereALineIsTooLong)
{
    CertsVerdict verdict{.now = morning, .certificates = {cert_in("server", CertState::Expired)}};
    const auto table = [&](std::size_t width) {
        return render_certs_table(verdict, {.width = width});
    };

    EXPECT_EQ(table(76),
              "NAME                      STATE          NOT BEFORE        NOT AFTER   LEFT\n"
              "server                    EXPIRED        2026-01-01 00:00  2027-01-01  303 d\n");
    EXPECT_EQ(table(75), "NAME    STATE    NOT BEFORE        NOT AFTER\n"
                         "server  EXPIRED  2026-01-01 00:00  2027-01-01\n");
}

TEST(CertsTable, SaysWhatIsWrongWhereTheStateDoesNot)
{
    CertsVerdict verdict{.now = morning,
                         .certificates = {cert_in("server", CertState::Valid)},
                         .findings = {{.code = "CG210",
                                       .severity = Severity::Warning,
                                       .subject = "server",
                                       .message = "does not name 10.0.0.7,\nby which it is called",
                                       .advice = {.words = "have it made anew, with each of its "
                                                           "addresses"}}}};

    EXPECT_EQ(render_certs_table(verdict, {.width = 80}),
              "NAME                      STATE          NOT BEFORE        NOT AFTER   LEFT\n"
              "server                    valid          2026-01-01 00:00  2027-01-01  303 d\n"
              "    does not name 10.0.0.7,\\u000aby which it is called\n"
              "    have it made anew, with each of its addresses\n");
    verdict.findings[0].severity = Severity::Note;
    EXPECT_EQ(render_certs_table(verdict, {.width = 80}).find("does not name"), std::string::npos);
}

TEST(CertsTable, EndsWithTheMarginAndTheNextStart)
{
    CertsVerdict verdict = mixed();
    verdict.findings = {{.code = "CG206",
                         .severity = Severity::Note,
                         .subject = "csr.conf",
                         .message = "this node has moved"}};
    verdict.margin = ClockMargin{.behind = -days{61}, .ahead = days{303}};

    EXPECT_TRUE(render_certs_table(verdict, {})
                    .ends_with("1 skipped (-v shows why)\n"
                               "All 4 certificates stay valid for clock errors from -61 d to "
                               "+303 d.\n"
                               "CG206 csr.conf: this node has moved\n"));
}

TEST(CertsCheck, TellsEachFindingWithWhatToType)
{
    CertsVerdict verdict = mixed();
    verdict.findings.erase(verdict.findings.begin() + 1);
    verdict.findings[1].advice = {.words = "wait"};

    EXPECT_EQ(render_certs_check(verdict, 60),
              "CRITICAL  2 of 4 certificates are not yet valid, 1 expiring\n"
              "  CG201 critical  server: is not valid until\n"
              "                  2026-04-03T08:07:34Z, in 31 d\n"
              "                  sudo clockguard certs refresh --not-yet-valid\n"
              "  CG204 warning   soon: expires soon\n"
              "                  wait\n");
}

TEST(CertsCheck, TellsTheMarginOfASoundNode)
{
    CertsVerdict verdict = verdict_of({CertState::Valid, CertState::Valid});
    EXPECT_EQ(render_certs_check(verdict, 80), "OK  2 certificates are valid\n");

    verdict.margin = ClockMargin{.behind = -days{61}, .ahead = days{303}};
    EXPECT_EQ(render_certs_check(verdict, 80),
              "OK  2 certificates are valid\n"
              "  All 2 certificates stay valid for clock errors from -61 d to +303 d.\n");
}

}  // namespace
}  // namespace clockguard
