// SPDX-License-Identifier: Apache-2.0
// Machines of which a diagnosis is made: each test changes what it is about.
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/certs/profile_advice.hpp"
#include "clockguard/core/report/diagnosis.hpp"
#include "clockguard/core/report/diagnosis_text.hpp"
#include "support/instant.hpp"

namespace clockguard {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_seconds;

inline sys_seconds second_at(std::string_view text)
{
    return std::chrono::floor<std::chrono::seconds>(at(text));
}

inline constexpr Span month = days{31} + 23s;

inline RtcSeen rtc_ahead_by(Span ahead, const std::string& held_by = "")
{
    const Instant now = at("2026-03-03T08:20:11.500Z");
    return {.device = {.node = "/dev/rtc0", .name = "rtc_cmos 00:04", .set_system_clock = true},
            .reading = RtcReading{.device = "/dev/rtc0",
                                  .shows = std::chrono::floor<std::chrono::seconds>(now + ahead),
                                  .taken_at = now,
                                  .method = held_by.empty() ? "RTC_RD_TIME" : "sysfs since_epoch",
                                  .held_by = held_by}};
}

inline Certificate certificate(std::string name, std::string_view from, std::string_view until)
{
    return {.place = {.name = std::move(name),
                      .path = "/var/snap/microk8s/current/certs/x.crt",
                      .repair = CertRepair::Reissue},
            .facts = {.sha256 = "x", .not_before = second_at(from), .not_after = second_at(until)}};
}

/// A machine that booted at 08:06:38.6, with a right clock, an RTC and two good certificates.
inline Evidence healthy()
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
                                .set_to = second_at("2026-03-03T08:06:41Z"),
                                .source = "rtc_cmos 00:04"}}};
    return seen;
}

/// The same machine after the incident: never guarded, its RTC a month ahead.
inline Evidence incident()
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
                            .set_to = second_at("2026-04-03T08:07:04Z"),
                            .source = "rtc_cmos 00:04"},
                           {.kind = ClockEventKind::Stepped,
                            .since_boot = 41s,
                            .amount = -month,
                            .source = "chronyd"}};
    return seen;
}

inline Report report_on(const Evidence& seen)
{
    Report report{.host = {.hostname = "edge-07"},
                  .run = {.time = seen.now,
                          .clock_trusted = seen.clock_trusted,
                          .trusted_by = seen.trusted_by}};
    diagnose(seen, report);
    return report;
}

inline std::string text_on(const Evidence& seen)
{
    return render_diagnosis(report_on(seen), {});
}

inline std::vector<std::string> codes_on(const Evidence& seen)
{
    std::vector<std::string> codes;
    for (const ReportFinding& finding : report_on(seen).findings)
        codes.push_back(finding.code);
    return codes;
}

/// A k3s server after the same incident.
inline Evidence k3s_incident()
{
    Evidence seen = incident();
    seen.distribution = "k3s";
    seen.here.profile = "k3s";
    seen.hold = {"k3s.service", "k3s-agent.service"};
    Certificate early =
        certificate("serving-kube-apiserver", "2026-04-03T08:07:34Z", "2027-04-03T08:07:34Z");
    early.place.repair = CertRepair::None;
    early.place.renew =
        parse_renewal("systemctl stop k3s; k3s certificate rotate; systemctl start k3s");
    seen.certs = judge_all({early}, seen.now, {});
    return seen;
}

inline std::vector<std::string> fixes_on(const Evidence& seen, const std::string& code)
{
    std::vector<std::string> fixes;
    for (const ReportFinding& finding : report_on(seen).findings)
        if (finding.code == code)
            for (const ReportFix& fix : finding.fixes)
                fixes.push_back(fix.command + ": " + fix.risk + ": " + fix.note);
    return fixes;
}

}  // namespace clockguard
