// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/report_json.hpp"

#include <gtest/gtest.h>

#include "support/has.hpp"
#include "support/instant.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

Report gate_report()
{
    return {.host = {.hostname = "edge-07", .boot_id = "b1"},
            .run = {.command = "gate",
                    .version = "0.1.0",
                    .time = at("2026-03-03T08:20:11Z"),
                    .uptime = 12500ms},
            .verdict = {.status = Status::Warning, .exit_code = 0, .summary = "waiting"}};
}

TEST(ReportJson, LeavesOutWhatIsNotKnown)
{
    EXPECT_EQ(render_json(gate_report()), R"({
  "schema": "clockguard.report/v1",
  "tool": {
    "name": "clockguard",
    "version": "0.1.0"
  },
  "host": {
    "hostname": "edge-07",
    "boot_id": "b1"
  },
  "run": {
    "command": "gate",
    "time": "2026-03-03T08:20:11Z",
    "uptime_s": 12.5,
    "clock_trusted": false,
    "trusted_by": null
  },
  "verdict": {
    "status": "warning",
    "exit_code": 0,
    "summary": "waiting"
  },
  "findings": [],
  "clocks": [],
  "certificates": [],
  "timeline": [],
  "checks": []
}
)");
}

/// The part of a document between a member of its top and the next one.
std::string member(const Report& report, const std::string& name)
{
    const std::string text = render_json(report);
    const auto begin = text.find("\n  \"" + name + "\": ");
    if (begin == std::string::npos)
        return "";
    const auto end = text.find("\n  \"", begin + 1);
    return text.substr(begin + 1, end - begin - 1);
}

TEST(ReportJson, NamesTheMachineAndWhatVouchedForItsClock)
{
    Report report = gate_report();
    report.host.os = "Debian GNU/Linux 12";
    report.host.kernel = "6.1.0-40-amd64";
    report.run.clock_trusted = true;
    report.run.trusted_by = "chrony";
    report.verdict.impact = "kubectl fails.";

    EXPECT_EQ(member(report, "host"), R"(  "host": {
    "hostname": "edge-07",
    "boot_id": "b1",
    "os": "Debian GNU/Linux 12",
    "kernel": "6.1.0-40-amd64"
  },)");
    EXPECT_TRUE(has(member(report, "run"), R"("clock_trusted": true,
    "trusted_by": "chrony")"));
    EXPECT_TRUE(has(member(report, "verdict"), R"("impact": "kubectl fails.")"));
}

TEST(ReportJson, TellsHowTheGateEnded)
{
    Report report = gate_report();
    report.gate = GateRecord{.outcome = GateOutcome::TimeoutHeld,
                             .waited = 300s,
                             .limit = 301s,
                             .on_timeout = OnTimeout::Hold,
                             .reason = "chrony says nothing",
                             .boot_instant = Instant{17s + 250ms},
                             .began_boot_instant = Instant{16s}};

    EXPECT_EQ(member(report, "gate"), R"(  "gate": {
    "outcome": "timeout_held",
    "waited_s": 300.0,
    "limit_s": 301.0,
    "on_timeout": "hold",
    "reason": "chrony says nothing",
    "boot_epoch_us": 17250000,
    "began_boot_epoch_us": 16000000
  },)");
    report.gate->limit = forever;
    report.gate->raw_instant = Instant{15s};
    report.gate->rtc_ahead = -1500ms;
    EXPECT_TRUE(has(member(report, "gate"), R"("limit_s": null)"));
    EXPECT_TRUE(has(member(report, "gate"), R"("raw_epoch_us": 15000000,
    "rtc_ahead_s": -1.5)"));
}

TEST(ReportJson, TellsWhatTheHostsClockWasLike)
{
    Report report = gate_report();
    report.time_sync = TimeSyncRecord{.state = "ptp_live",
                                      .count = HostCount{.messages = 7, .at = Uptime{9250ms}},
                                      .ic_version = "4.0",
                                      .generation = 2,
                                      .azure = true,
                                      .clock = "ptp:hyperv",
                                      .offset = Offset{.value = 2ms, .error = 1ms},
                                      .boot_instant = Instant{17s}};

    EXPECT_EQ(member(report, "time_sync"), R"(  "time_sync": {
    "state": "ptp_live",
    "messages": 7,
    "messages_at_s": 9.25,
    "ic_version": "4.0",
    "generation": 2,
    "azure": true,
    "clock": "ptp:hyperv",
    "offset_s": 0.002,
    "uncertainty_s": 0.001,
    "boot_epoch_us": 17000000
  },)");
    report.time_sync = TimeSyncRecord{.state = "no_timesync_device"};
    EXPECT_EQ(member(report, "time_sync"), R"(  "time_sync": {
    "state": "no_timesync_device",
    "azure": false,
    "boot_epoch_us": 0
  },)");
}

TEST(ReportJson, TellsWhenTheBootBeganByEachClock)
{
    Report report = gate_report();
    report.boot_number = 17;
    report.starts = {.rtc = ClaimedStart{.at = Instant{3s}, .error = 1s, .by = "rtc_cmos 00:04"},
                     .network = ClaimedStart{.at = Instant{4s}, .error = 2ms},
                     .rtc_left_alone = true};

    EXPECT_EQ(member(report, "boot"), R"(  "boot": {
    "number": 17,
    "rtc": {
      "start_epoch_us": 3000000,
      "uncertainty_s": 1.0,
      "by": "rtc_cmos 00:04"
    },
    "network": {
      "start_epoch_us": 4000000,
      "uncertainty_s": 0.002
    },
    "rtc_left_alone": true
  },)");
    report.starts = {.host = ClaimedStart{.at = Instant{5s}}};
    report.boot_number = 0;
    EXPECT_EQ(member(report, "boot"), R"(  "boot": {
    "host": {
      "start_epoch_us": 5000000,
      "uncertainty_s": 0.0
    }
  },)");
}

TEST(ReportJson, TellsOfAFindingWhereItIsExplained)
{
    Report report = gate_report();
    report.findings = {{.code = "CG103",
                        .status = Status::Critical,
                        .detail = "31 d ahead",
                        .cause = "its battery is empty",
                        .confidence = "likely",
                        .checks = {"rtc.rtc0"},
                        .fixes = {{.command = "sudo clockguard rtc set --from system",
                                   .risk = "changes_clock",
                                   .note = "Sets it"},
                                  {.command = "true"}}}};

    EXPECT_EQ(member(report, "findings"), R"(  "findings": [
    {
      "code": "CG103",
      "status": "critical",
      "title": "Hardware clock offset too large: 31 d ahead",
      "cause": "its battery is empty",
      "confidence": "likely",
      "checks": [
        "rtc.rtc0"
      ],
      "fixes": [
        {
          "command": "sudo clockguard rtc set --from system",
          "risk": "changes_clock",
          "note": "Sets it"
        },
        {
          "command": "true",
          "risk": "none"
        }
      ],
      "doc": "man:clockguard(8)#CG103"
    }
  ],)");
}

TEST(ReportJson, TellsAllOfAHardwareClock)
{
    Report report = gate_report();
    report.clocks = {
        {.id = "rtc0",
         .name = "rtc_cmos 00:04",
         .readable = true,
         .time = at("2026-03-03T08:20:12Z"),
         .offset = Offset{.value = 500ms, .error = 1ms},
         .reference = "system",
         .method = "update interrupt",
         .device = "/dev/rtc0",
         .zone = "UTC",
         .held_by = "chronyd, pid 1071",
         .set_system_clock = true,
         .tick_seen = false,
         .update_interrupt = "came",
         .drift = Drift{.ppm = 12.5, .error_ppm = 0.5, .over = 60s, .readings = 9},
         .drift_by_boots = Drift{.ppm = -3, .error_ppm = 1, .over = 3600s, .readings = 4},
         .trouble = std::vector<std::string>{"battery low"}},
        {.id = "rtc1", .error = "which never answers"}};

    EXPECT_EQ(member(report, "clocks"), R"(  "clocks": [
    {
      "id": "rtc0",
      "readable": true,
      "name": "rtc_cmos 00:04",
      "time": "2026-03-03T08:20:12Z",
      "offset_s": 0.5,
      "uncertainty_s": 0.001,
      "reference": "system",
      "method": "update interrupt",
      "device": "/dev/rtc0",
      "zone": "UTC",
      "held_by": "chronyd, pid 1071",
      "set_system_clock": true,
      "tick_seen": false,
      "update_interrupt": "came",
      "drift_ppm": 12.5,
      "drift_uncertainty_ppm": 0.5,
      "drift_over_s": 60.0,
      "drift_readings": 9,
      "boots_drift_ppm": -3.0,
      "boots_drift_uncertainty_ppm": 1.0,
      "boots_drift_over_s": 3600.0,
      "boots_drift_readings": 4,
      "trouble": [
        "battery low"
      ]
    },
    {
      "id": "rtc1",
      "readable": false,
      "error": {
        "message": "which never answers"
      }
    }
  ],)");
}

TEST(ReportJson, TellsAllOfACertificate)
{
    Report report = gate_report();
    report.certificates = {{.name = "server",
                            .path = "/certs/server.crt",
                            .state = "not_yet_valid",
                            .subject = "CN=127.0.0.1",
                            .issuer = "CN=10.152.183.1",
                            .serial = "5D1F",
                            .sha256 = "ab",
                            .not_before = at("2026-04-03T08:07:34Z"),
                            .not_after = at("2027-04-03T08:07:34Z"),
                            .valid_in = 60s,
                            .expires_in = -1s,
                            .refreshable = true},
                           {.name = "kubelet",
                            .path = "/certs/kubelet.crt",
                            .kind = "kubeconfig",
                            .state = "unreadable",
                            .error = "is empty",
                            .skipped_because = "none is used"}};

    EXPECT_EQ(member(report, "certificates"), R"(  "certificates": [
    {
      "name": "server",
      "path": "/certs/server.crt",
      "kind": "file",
      "state": "not_yet_valid",
      "subject": "CN=127.0.0.1",
      "issuer": "CN=10.152.183.1",
      "serial": "5D1F",
      "sha256": "ab",
      "not_before": "2026-04-03T08:07:34Z",
      "not_after": "2027-04-03T08:07:34Z",
      "valid_in_s": 60.0,
      "expires_in_s": -1.0,
      "refreshable": true
    },
    {
      "name": "kubelet",
      "path": "/certs/kubelet.crt",
      "kind": "kubeconfig",
      "state": "unreadable",
      "refreshable": false,
      "error": "is empty",
      "skipped_because": "none is used"
    }
  ],)");
}

TEST(ReportJson, ListsBackupsAndRepairsWhereTheyWereAskedFor)
{
    Report report = gate_report();
    EXPECT_EQ(member(report, "backups"), "");
    EXPECT_EQ(member(report, "repairs"), "");

    report.backups = {{.name = "20260303T082011Z",
                       .made_at = at("2026-03-03T08:20:11Z"),
                       .reason = "certs refresh",
                       .files = {"/certs/server.crt"}}};
    report.repairs = {{.command = "k3s certificate rotate",
                       .outcome = RepairOutcome::Failed,
                       .why = "'k3s' ended with 1"},
                      {.command = "true", .outcome = RepairOutcome::Fixed}};

    EXPECT_EQ(member(report, "backups"), R"(  "backups": [
    {
      "name": "20260303T082011Z",
      "time": "2026-03-03T08:20:11Z",
      "reason": "certs refresh",
      "files": [
        "/certs/server.crt"
      ]
    }
  ],)");
    EXPECT_EQ(member(report, "repairs"), R"(  "repairs": [
    {
      "command": "k3s certificate rotate",
      "outcome": "failed",
      "why": "'k3s' ended with 1"
    },
    {
      "command": "true",
      "outcome": "fixed"
    }
  ],)");
}

TEST(ReportJson, TellsTheStoryOfTheBoot)
{
    Report report = gate_report();
    report.timeline = {{.uptime = 41s,
                        .recorded = at("2026-04-03T08:07:45Z"),
                        .corrected = at("2026-03-03T08:07:22Z"),
                        .event = "stepped",
                        .source = "chronyd",
                        .step = -250ms},
                       {.uptime = 42s}};

    EXPECT_EQ(member(report, "timeline"), R"(  "timeline": [
    {
      "uptime_s": 41.0,
      "wall_recorded": "2026-04-03T08:07:45Z",
      "wall_corrected": "2026-03-03T08:07:22Z",
      "event": "stepped",
      "source": "chronyd",
      "step_s": -0.25
    },
    {
      "uptime_s": 42.0,
      "event": ""
    }
  ],)");
}

TEST(ReportJson, TellsWhatWasCheckedAndWhatWasNot)
{
    Report report = gate_report();
    report.checks = {{.id = "clock.chrony", .title = "Chrony", .detail = "it agrees"},
                     {.id = "clock.rtc",
                      .status = Status::Skipped,
                      .title = "Hardware clock",
                      .skipped_because = "there is none"}};

    EXPECT_TRUE(render_json(report).ends_with(R"(
  "checks": [
    {
      "id": "clock.chrony",
      "status": "ok",
      "title": "Chrony",
      "detail": "it agrees"
    },
    {
      "id": "clock.rtc",
      "status": "skipped",
      "title": "Hardware clock",
      "skipped_because": "there is none"
    }
  ]
}
)"));
}

TEST(ReportJson, SurvivesBytesThatAreNoText)
{
    Report report = gate_report();
    report.host.hostname = "edge\xff";

    EXPECT_TRUE(has(render_json(report), "edge\xEF\xBF\xBD"));
}

}  // namespace
}  // namespace clockguard
