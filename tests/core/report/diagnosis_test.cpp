// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/diagnosis.hpp"
#include "clockguard/core/report/diagnosis_text.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "clockguard/core/base/version.hpp"
#include "clockguard/core/certs/csr_conf.hpp"
#include "clockguard/core/certs/profile_advice.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_seconds;

Instant at(std::string_view text)
{
    return parse_instant(text).value_or(Instant{});
}

sys_seconds second(std::string_view text)
{
    return std::chrono::floor<std::chrono::seconds>(at(text));
}

constexpr Span month = days{31} + 23s;

RtcSeen rtc_ahead_by(Span ahead, const std::string& held_by = "")
{
    const Instant now = at("2026-03-03T08:20:11.500Z");
    return {.device = {.node = "/dev/rtc0", .name = "rtc_cmos 00:04", .set_system_clock = true},
            .reading = RtcReading{.device = "/dev/rtc0",
                                  .shows = std::chrono::floor<std::chrono::seconds>(now + ahead),
                                  .taken_at = now,
                                  .method = held_by.empty() ? "RTC_RD_TIME" : "sysfs since_epoch",
                                  .held_by = held_by}};
}

Certificate certificate(std::string name, std::string_view from, std::string_view until)
{
    return {.place = {.name = std::move(name),
                      .path = "/var/snap/microk8s/current/certs/x.crt",
                      .repair = CertRepair::Reissue},
            .facts = {.sha256 = "x", .not_before = second(from), .not_after = second(until)}};
}

/// A machine that booted at 08:06:38.6, with a right clock, an RTC and two good certificates.
Evidence healthy()
{
    Evidence seen{.now = at("2026-03-03T08:20:11.500Z"),
                  .booted = at("2026-03-03T08:06:38.600Z"),
                  .uptime = 812s,
                  .clock_trusted = true,
                  .trusted_by = "chrony",
                  .vouched = WitnessKind::Chrony,
                  .trust_reason = "chrony: system clock is 0.000 s ahead (+/-0.002 s), limit 1 s",
                  .kernel_unsynchronized = false,
                  .rtcs = {rtc_ahead_by(0s)},
                  .rtc_limit = 2s,
                  .is_installed = true,
                  .gate = GateRecord{.outcome = GateOutcome::Synchronized, .waited = 3100ms},
                  .hold_installed = true};
    seen.certs = judge_all({certificate("ca", "2025-05-01T00:00:00Z", "2035-04-29T00:00:00Z"),
                            certificate("server", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")},
                           seen.now, {});
    seen.history = {.events = {{.kind = ClockEventKind::SetFromRtc,
                                .since_boot = 3300ms,
                                .set_to = second("2026-03-03T08:06:41Z"),
                                .source = "rtc_cmos 00:04"}}};
    return seen;
}

/// The same machine after the incident: never guarded, its RTC a month ahead.
Evidence incident()
{
    Evidence seen = healthy();
    seen.rtcs = {rtc_ahead_by(month, "chronyd, pid 1071")};
    seen.gate.reset();
    seen.hold_installed = false;
    seen.certs = judge_all(
        {certificate("ca", "2025-05-01T00:00:00Z", "2035-04-29T00:00:00Z"),
         certificate("server", "2026-04-03T08:07:34Z", "2027-04-03T08:07:34Z"),
         certificate("front-proxy-client", "2026-04-03T08:07:34Z", "2027-04-03T08:07:34Z")},
        seen.now, {});
    seen.history.events = {{.kind = ClockEventKind::SetFromRtc,
                            .since_boot = 3300ms,
                            .set_to = second("2026-04-03T08:07:04Z"),
                            .source = "rtc_cmos 00:04"},
                           {.kind = ClockEventKind::Stepped,
                            .since_boot = 41s,
                            .amount = -month,
                            .source = "chronyd"}};
    return seen;
}

Report report_on(const Evidence& seen)
{
    Report report{.host = {.hostname = "edge-07"},
                  .run = {.clock_trusted = seen.clock_trusted, .trusted_by = seen.trusted_by}};
    diagnose(seen, report);
    return report;
}

std::string text_on(const Evidence& seen)
{
    return render_diagnosis(report_on(seen), {});
}

std::vector<std::string> codes_on(const Evidence& seen)
{
    std::vector<std::string> codes;
    for (const ReportFinding& finding : report_on(seen).findings)
        codes.push_back(finding.code);
    return codes;
}

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

TEST(Diagnosis, FindsWhatTheIncidentLeft)
{
    EXPECT_EQ(codes_on(healthy()), std::vector<std::string>{});
    EXPECT_EQ(codes_on(incident()), (std::vector<std::string>{"CG201", "CG103", "CG111", "CG404"}));
    EXPECT_EQ(report_on(incident()).verdict.exit_code, 2);
    EXPECT_EQ(report_on(healthy()).verdict.exit_code, 0);
}

TEST(Diagnosis, TellsTheIncident)
{
    EXPECT_EQ(text_on(incident()),
              "CRITICAL  MicroK8s certificates are dated in the future                edge-07\n"
              "          kubectl fails until 2026-04-03 08:07:34 UTC (in 31 d) or until they\n"
              "          are re-issued.\n"
              "\n"
              "What happened (corrected UTC)\n"
              "  08:06:41     +3 s  kernel set the clock from rtc_cmos 00:04: 2026-04-03\n"
              "                     08:07:04, 31 d 00:00:23 ahead\n"
              "  08:07:11    +33 s  certificates issued: server, front-proxy-client\n"
              "  08:07:19    +41 s  chronyd stepped the clock back by 31 d 00:00:23\n"
              "  now                clock right (chrony); rtc0 is 31 d 00:00:23 ahead of the\n"
              "                     system clock (+/-0.500 s), limit 2 s\n"
              "\n"
              "Findings\n"
              "  CG201 critical  Certificates are not yet valid: 2 of 3               [certain]\n"
              "        server is not valid until 2026-04-03T08:07:34Z, in 31 d\n"
              "        front-proxy-client is not valid until 2026-04-03T08:07:34Z, in 31 d\n"
              "  CG103 critical  Hardware clock offset too large: 31 d 00:00:23 ahead  [certain]\n"
              "        It shows 2026-04-03 08:20:34 (sysfs since_epoch of /dev/rtc0); the\n"
              "        device is held by chronyd, pid 1071.\n"
              "        The next boot will start with this wrong time.\n"
              "  CG111 warning   The system clock was stepped after boot: back by 31 d 00:00:23  "
              "[certain]\n"
              "        Certificates, tokens and leases issued before the step carry wrong\n"
              "        dates.\n"
              "  CG404 warning   The boot gate is not installed                       [certain]\n"
              "        MicroK8s starts without waiting for the clock.\n"
              "\n"
              "Fix, in this order\n"
              "  1  sudo clockguard rtc set --from system           sets rtc0, restarts nothing\n"
              "  2  sudo clockguard certs refresh --not-yet-valid   keeps a backup\n"
              "  3  sudo apt install --reinstall ./clockguard_" +
                  std::string{version} +
                  "_*.deb\n"
                  "       Run it in the folder that has the package\n"
                  "\n"
                  "11 checks: 3 ok, 2 warning, 2 critical, 4 skipped (-v shows them)\n");
}

TEST(Diagnosis, SaysWhereTheCommandsBelong)
{
    const Report report = report_on(incident());

    EXPECT_NE(render_diagnosis(report, {}).find("\nFix, in this order\n"), std::string::npos);
    EXPECT_NE(render_diagnosis(report, {.of_this_machine = false})
                  .find("\nFix on that machine, in this order\n"),
              std::string::npos);
}

TEST(Diagnosis, AlignsTheStoryOfALongUptime)
{
    Evidence seen = incident();
    seen.history.events.push_back({.kind = ClockEventKind::Stepped,
                                   .since_boot = 1103s,
                                   .amount = -5min,
                                   .source = "chronyd"});

    const std::string text = text_on(seen);

    EXPECT_NE(text.find("  08:06:41          +3 s  kernel set the clock"), std::string::npos)
        << text;
    EXPECT_NE(text.find("  08:25:01  +18 min 23 s  chronyd stepped the clock back by 00:05:00\n"
                        "  now                     clock right"),
              std::string::npos)
        << text;
}

/// A k3s server after the same incident.
Evidence k3s_incident()
{
    Evidence seen = incident();
    seen.distribution = "k3s";
    seen.hold = {"k3s.service", "k3s-agent.service"};
    Certificate early =
        certificate("serving-kube-apiserver", "2026-04-03T08:07:34Z", "2027-04-03T08:07:34Z");
    early.place.repair = CertRepair::None;
    early.place.renew =
        parse_renewal("systemctl stop k3s; k3s certificate rotate; systemctl start k3s");
    seen.certs = judge_all({early}, seen.now, {});
    return seen;
}

std::vector<std::string> fixes_on(const Evidence& seen, const std::string& code)
{
    std::vector<std::string> fixes;
    for (const ReportFinding& finding : report_on(seen).findings)
        if (finding.code == code)
            for (const ReportFix& fix : finding.fixes)
                fixes.push_back(fix.command + ": " + fix.risk + ": " + fix.note);
    return fixes;
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
    EXPECT_EQ(fixes_on(seen, "CG404"),
              (std::vector<std::string>{
                  "sudo cp -r /usr/share/clockguard/hold/k3s.service.d "
                  "/usr/share/clockguard/hold/k3s-agent.service.d /etc/systemd/system/ && "
                  "sudo systemctl daemon-reload: none: its units wait for the gate from their "
                  "next start on"}));

    seen.hold.clear();
    EXPECT_EQ(fixes_on(seen, "CG404"), std::vector<std::string>{});
}

TEST(Diagnosis, NamesWhatAClockThatWasAheadLeftBehind)
{
    Evidence seen = healthy();
    seen.leftovers.calico = TokenDates{.not_before = seen.now + 720h};

    const Report report = report_on(seen);

    ASSERT_EQ(report.findings.size(), 2U);
    EXPECT_EQ(report.findings[0].code, "CG411");
    EXPECT_EQ(report.findings[0].fixes[0].command,
              "sudo microk8s kubectl -n kube-system rollout restart daemonset/calico-node");
    EXPECT_EQ(report.findings[1].code, "CG412");
    seen.leftovers.calico = TokenDates{.not_before = seen.now - 1h};
    EXPECT_EQ(report_on(seen).findings.size(), 0U);
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

TEST(Diagnosis, SaysWhyTheClockCannotBeVerified)
{
    Evidence seen = healthy();
    seen.clock_trusted = false;
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG301"});
    EXPECT_EQ(report_on(seen).verdict.summary,
              "No time source confirms the clock: chrony is not installed");

    seen.keepers.chrony_installed = true;
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG303"});
    seen.keepers.chrony_running = true;
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG304"});
    seen.chrony_answers = true;
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG301"});
    EXPECT_EQ(report_on(seen).verdict.status, Status::Warning);
    EXPECT_EQ(report_on(seen).verdict.exit_code, 0);
}

Finding chrony_says(Reason reason)
{
    return {.severity = Severity::Note,
            .subject = "chrony",
            .message = "its word",
            .witness = WitnessKind::Chrony,
            .reason = reason};
}

TEST(Diagnosis, TellsATimeSourceThatIsNotEnoughFromNone)
{
    Evidence seen = healthy();
    seen.clock_trusted = false;
    seen.chrony_answers = true;
    seen.verdict = {.findings = {chrony_says(Reason::Agrees)}};
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG308"});
    seen.verdict = {.findings = {chrony_says(Reason::Unclear)}};
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG309"});
    seen.verdict = {.findings = {chrony_says(Reason::Silent)}};
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG301"});
}

TEST(Diagnosis, ReportsAStatementWithoutWeightAsOne)
{
    Evidence seen = healthy();
    seen.verdict = {.trust = Trust::Trusted, .findings = {chrony_says(Reason::Contradicts)}};

    const Report report = report_on(seen);

    const auto check = std::ranges::find(report.checks, "clock.chrony", &ReportCheck::id);
    ASSERT_NE(check, report.checks.end());
    EXPECT_EQ(check->status, Status::Warning);
    EXPECT_EQ(check->detail, "its word (policy does not accept this source)");
}

/// A firewall that lets UDP port 123 through, as before Ubuntu 25.10, is not enough for NTS.
TEST(Diagnosis, NamesThePortOfNts)
{
    const auto told = [](bool asks, Reason reason) {
        Evidence seen = healthy();
        seen.clock_trusted = false;
        seen.chrony_answers = true;
        seen.chrony_conf.asks_with_nts = asks;
        seen.verdict.findings = {chrony_says(reason)};
        return report_on(seen).findings.front().cause.find("4460") != std::string::npos;
    };

    EXPECT_TRUE(told(true, Reason::Silent));
    EXPECT_FALSE(told(false, Reason::Silent));
    EXPECT_FALSE(told(true, Reason::Unclear));
}

TEST(Diagnosis, SaysWhoRefutesTheClock)
{
    Evidence seen = healthy();
    seen.clock_trusted = false;
    const auto refuted_by = [&seen](WitnessKind witness) {
        seen.verdict = {.trust = Trust::Wrong,
                        .findings = {{.severity = Severity::Failure,
                                      .witness = witness,
                                      .reason = Reason::Contradicts}}};
        return codes_on(seen);
    };

    EXPECT_EQ(refuted_by(WitnessKind::Build), std::vector<std::string>{"CG110"});
    EXPECT_EQ(refuted_by(WitnessKind::Record), std::vector<std::string>{"CG307"});
    EXPECT_EQ(refuted_by(WitnessKind::Chrony), std::vector<std::string>{"CG305"});
    EXPECT_EQ(refuted_by(WitnessKind::Rtc), std::vector<std::string>{"CG302"});
    EXPECT_EQ(report_on(seen).verdict.exit_code, 2);
}

TEST(Diagnosis, DoesNotBlameTheRtcOnTheWordOfAnUntrustedClock)
{
    Evidence seen = healthy();
    seen.clock_trusted = false;
    seen.rtcs = {rtc_ahead_by(month)};

    const Report report = report_on(seen);

    for (const ReportFinding& finding : report.findings) {
        EXPECT_NE(finding.status, Status::Critical) << finding.code;
        for (const ReportFix& fix : finding.fixes)
            EXPECT_EQ(fix.command.find("rtc set"), std::string::npos) << fix.command;
    }
}

TEST(Diagnosis, WarnsOfASmallRtcErrorAndIsAlarmedByALargeOne)
{
    Evidence seen = healthy();
    seen.rtcs = {rtc_ahead_by(58s)};
    EXPECT_EQ(report_on(seen).verdict.status, Status::Warning);
    seen.rtcs = {rtc_ahead_by(-61s)};
    EXPECT_EQ(report_on(seen).verdict.status, Status::Critical);
    EXPECT_EQ(report_on(seen).verdict.impact, "The next boot will start at a wrong time.");
}

TEST(Diagnosis, FindsEachFaultOfTheHardwareClock)
{
    Evidence local = healthy();
    local.rtcs[0].zone = RtcZone::Local;
    EXPECT_EQ(codes_on(local), std::vector<std::string>{"CG104"});

    Evidence deaf = healthy();
    deaf.rtcs[0].reading = fail("cannot read it");
    EXPECT_EQ(codes_on(deaf), std::vector<std::string>{"CG102"});

    Evidence old = healthy();
    old.floor = {.last_trusted = TrustedMoment{.at = at("2026-03-03T08:20:13Z"), .by = "chrony"}};
    EXPECT_EQ(codes_on(old), std::vector<std::string>{"CG105"});
    EXPECT_EQ(
        report_on(old).findings.front().cause,
        "rtc0 shows 2026-03-03 08:20:11, 2.000 s before the last time this clock was verified, "
        "2026-03-03T08:20:13Z (by chrony): it is wrong.");

    Evidence neglected = healthy();
    neglected.kernel_unsynchronized = true;
    neglected.chrony_conf.is_known = true;
    EXPECT_EQ(codes_on(neglected), std::vector<std::string>{"CG120"});
}

/// chronyd refuses to start with both rtcsync and rtcfile, and knows more reasons than a missing
/// line.
TEST(Diagnosis, MissesRtcsyncOnlyWhereChronyConfHasNone)
{
    const auto check_with = [](const ChronyConf& conf) {
        Evidence seen = healthy();
        seen.kernel_unsynchronized = true;
        seen.chrony_conf = conf;
        const Report report = report_on(seen);
        EXPECT_TRUE(report.findings.empty());
        return *std::ranges::find(report.checks, "clock.rtcsync", &ReportCheck::id);
    };

    EXPECT_EQ(check_with({}).status, Status::Unknown);
    EXPECT_EQ(check_with({.is_known = true, .has_rtcsync = true}).status, Status::Unknown);
    EXPECT_NE(check_with({.is_known = true, .has_rtcsync = true}).detail.find("-x"),
              std::string::npos);
    EXPECT_EQ(check_with({.is_known = true, .has_rtcfile = true}).status, Status::Skipped);
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

TEST(Diagnosis, DoesNotWarnOfAStepThatTheGateWaitedFor)
{
    Evidence guarded = incident();
    guarded.rtcs = healthy().rtcs;
    guarded.certs = healthy().certs;
    guarded.gate = healthy().gate;
    guarded.hold_installed = true;

    EXPECT_TRUE(codes_on(guarded).empty());
    EXPECT_EQ(report_on(guarded).verdict.status, Status::Ok);
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

Evidence disk_whose_boot_ended(std::string_view last)
{
    Evidence disk = healthy();
    disk.live = false;
    disk.clock_trusted = false;
    disk.rtcs.clear();
    disk.floor.built = at("2026-03-01T00:00:00Z");
    disk.history.last_wall = at(last);
    return disk;
}

TEST(Diagnosis, NamesAnImpossibleDateOfADisk)
{
    const Report past = report_on(disk_whose_boot_ended("1970-02-03T05:35:54Z"));
    const Report future = report_on(disk_whose_boot_ended("2165-01-01T00:00:00Z"));

    EXPECT_EQ(past.verdict.status, Status::Warning);
    ASSERT_EQ(codes_on(disk_whose_boot_ended("1970-02-03T05:35:54Z")),
              std::vector<std::string>{"CG113"});
    EXPECT_EQ(past.findings[0].cause,
              "The last boot of this disk ran at 1970-02-03 05:35:54, years "
              "before this program was built (2026-03-01 00:00:00).");
    ASSERT_EQ(future.findings.size(), 1U);
    EXPECT_EQ(
        future.findings[0].cause,
        "The last boot of this disk ran at 2165-01-01 00:00:00, which is still to come: it is "
        "2026-03-03 08:20:11 by this machine's clock.");
    EXPECT_TRUE(codes_on(disk_whose_boot_ended("2025-03-03T00:00:00Z")).empty());
    EXPECT_TRUE(codes_on(disk_whose_boot_ended("2026-03-03T08:20:00Z")).empty());
    EXPECT_TRUE(codes_on(disk_whose_boot_ended("2026-03-03T09:20:11Z")).empty());
    EXPECT_EQ(codes_on(disk_whose_boot_ended("2026-03-03T09:20:12Z")),
              std::vector<std::string>{"CG113"});
}

TEST(Diagnosis, NamesADateThatIsDecadesAhead)
{
    Evidence seen = healthy();
    seen.floor.built = at("2026-03-01T00:00:00Z");
    EXPECT_TRUE(codes_on(seen).empty());

    seen.now = at("2106-02-07T06:28:15Z");
    seen.certs.reset();
    EXPECT_EQ(codes_on(seen), std::vector<std::string>{"CG113"});
}

TEST(Diagnosis, TellsWhatChronydOnlySlewed)
{
    Evidence seen = healthy();
    seen.gate.reset();
    seen.history.events.push_back(
        {.kind = ClockEventKind::FoundWrong, .since_boot = 1170s, .amount = 1722s});

    const Report report = report_on(seen);

    ASSERT_EQ(codes_on(seen), std::vector<std::string>{"CG114"});
    EXPECT_EQ(report.findings[0].detail, "00:28:42, 19 min 30 s after boot");
    EXPECT_EQ(report.verdict.status, Status::Warning);
}

TEST(Diagnosis, DoesNotCallAJournalQuietThatWasNotRead)
{
    Evidence seen = healthy();
    seen.history.error = "the journal is too long to be read whole";

    const Report report = report_on(seen);

    const auto check = std::ranges::find(report.checks, "boot.clock_step", &ReportCheck::id);
    ASSERT_NE(check, report.checks.end());
    EXPECT_EQ(check->status, Status::Unknown);
    EXPECT_NE(check->detail.find("too long to be read whole"), std::string::npos);
    EXPECT_EQ(report.verdict.status, Status::Unknown);
    EXPECT_EQ(report.verdict.exit_code, 3);
    EXPECT_EQ(report.verdict.impact,
              "A fault may be in the rest: the journal is too long to be read whole.");
    EXPECT_NE(text_on(seen).find("whole"), std::string::npos) << text_on(seen);
}

TEST(Diagnosis, KeepsItsVerdictOnWhatItFoundInAPartOfTheJournal)
{
    Evidence seen = incident();
    seen.history.error = "the journal is too long to be read whole";

    EXPECT_EQ(report_on(seen).verdict.status, Status::Critical);
}

TEST(Diagnosis, TakesAQuietJournalForOne)
{
    Evidence disk{.live = false, .now = at("2026-03-03T08:20:11.500Z")};
    EXPECT_EQ(report_on(disk).verdict.status, Status::Unknown);

    disk.history.last_wall = at("2026-03-03T08:00:00Z");
    EXPECT_EQ(report_on(disk).verdict.status, Status::Ok);
}

TEST(Diagnosis, BreaksNoLineBetweenANumberAndItsUnit)
{
    Evidence seen = healthy();
    seen.trust_reason = "chrony: the system clock is as right as it has ever been, within 12 ms";

    const std::string text = text_on(seen);

    EXPECT_NE(text.find("been, within\n           12 ms\n"), std::string::npos) << text;
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

TEST(Diagnosis, PaintsOnlyTheVerdict)
{
    const std::string text = render_diagnosis(report_on(incident()), {.color = true});

    EXPECT_TRUE(text.starts_with("\033[1;31mCRITICAL\033[0m  MicroK8s")) << text;
    EXPECT_EQ(text_on(incident()).find('\033'), std::string::npos);
}

TEST(Diagnosis, TakesNoColourFromWhatItTellsOf)
{
    Report report = report_on(healthy());
    report.host.hostname = "\033[1;32mOK\033[0m\x9b";

    for (const bool color : {false, true})
        EXPECT_NE(render_diagnosis(report, {.color = color}).find("\\u001b[1;32mOK\\u001b[0m\\x9b"),
                  std::string::npos);
}

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
