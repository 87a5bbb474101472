// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/base/time.hpp"
#include "clockguard/core/clock/boot_starts.hpp"
#include "clockguard/core/clock/time_sync_record.hpp"
#include "clockguard/core/gate/boot_record.hpp"
#include "clockguard/core/gate/gate_record.hpp"
#include "clockguard/core/report/story_event.hpp"
#include "clockguard/core/rtc/drift.hpp"

namespace clockguard {

/// The document clockguard.report/v1: what diagnose prints, what the gate leaves in state.json and
/// what is kept of every boot. Fields are only ever added within v1.

struct ReportHost {
    std::string hostname{};
    std::string boot_id{};
    std::string os{};
    std::string kernel{};
};

struct ReportRun {
    std::string command{};
    std::string version{};
    Instant time{};
    Span uptime{};
    bool clock_trusted = false;  // every date in the document depends on it
    std::string trusted_by{};
};

enum class Status { Ok, Warning, Critical, Unknown, Skipped };

struct ReportVerdict {
    Status status = Status::Unknown;
    int exit_code = 3;
    std::string summary{};
    std::string impact{};  // what it means for the user; empty: nothing
};

struct ReportFix {
    std::string command{};
    std::string risk = "none";  // of an installed code or of Restarts: restarts_microk8s
    std::string note{};
    std::string on{};              // "the Hyper-V host"; empty: this machine
    bool is_choice = false;        // right in one case and wrong in another, which a person knows
    bool waits_for_clock = false;  // until it is verified: it dates what it makes
    bool looks = false;            // it shows something and changes nothing
};

enum class RepairOutcome {
    Fixed,  // its finding is no longer reported
    StillReported,
    Failed,
    Declined,
};

/// A remedy that `clockguard fix` came to.
struct ReportRepair {
    std::string command{};
    RepairOutcome outcome = RepairOutcome::Declined;
    std::string why{};  // a program of it failed: "'k3s' ended with 1"
};

struct ReportFinding {
    std::string code{};
    Status status = Status::Warning;
    std::string detail{};  // what the code's title does not say: "31d00h ahead"
    std::string cause{};
    std::string confidence = "certain";  // certain, likely, possible
    std::vector<std::string> checks{};
    std::vector<ReportFix> fixes{};
};

struct ReportClock {
    std::string id{};  // "rtc0", "system"
    std::string name{};
    bool readable = false;
    std::optional<Instant> time{};
    std::optional<Offset> offset{};  // this clock minus the reference
    std::string reference{};
    std::string method{};
    std::string error{};
    // Of hardware clocks only.
    std::string device{};   // "/dev/rtc0"
    std::string zone{};     // "UTC", "LOCAL": what its digits mean
    std::string held_by{};  // "chronyd, pid 1071"
    std::optional<bool> set_system_clock{};
    std::optional<bool> tick_seen{};        // its second was waited for, and seen to begin
    std::string update_interrupt{};         // "came", "missing", "refused"
    std::optional<Drift> drift{};           // as far as it was measured
    std::optional<Drift> drift_by_boots{};  // by the boots on record
    std::optional<std::vector<std::string>> trouble{};  // RTC_VL_READ; most drivers say nothing
};

struct ReportCertificate {
    std::string name{};
    std::string path{};
    std::string kind = "file";  // file, kubeconfig
    std::string state{};
    std::string subject{};
    std::string issuer{};
    std::string serial{};
    std::string sha256{};
    std::optional<Instant> not_before{};
    std::optional<Instant> not_after{};
    std::optional<Span> valid_in{};    // negative: since
    std::optional<Span> expires_in{};  // negative: has expired
    bool refreshable = false;
    std::string error{};            // why it could not be read
    std::string skipped_because{};  // why it was not looked at
};

/// A backup of certificates that `certs undo` can put back.
struct ReportBackup {
    std::string name{};  // "20260303T082011Z"
    Instant made_at{};   // by the clock of then
    std::string reason{};
    std::vector<std::string> files{};  // "/var/snap/microk8s/current/certs/server.crt"
};

struct ReportCheck {
    std::string id{};  // "clock.chrony"
    Status status = Status::Ok;
    std::string title{};
    std::string detail{};
    std::string skipped_because{};
};

struct Report {
    ReportHost host{};
    ReportRun run{};
    ReportVerdict verdict{};
    std::vector<ReportFinding> findings{};
    std::vector<ReportClock> clocks{};
    std::vector<ReportCertificate> certificates{};
    std::optional<std::vector<ReportBackup>> backups{};  // only where they were asked for
    std::optional<std::vector<ReportRepair>> repairs{};  // only of what repairs
    std::vector<StoryEvent> timeline{};
    std::vector<ReportCheck> checks{};
    std::optional<GateRecord> gate{};
    std::optional<TimeSyncRecord> time_sync{};
    BootStarts starts{};
    std::int64_t boot_number = 0;  // counts the boots on record; 0: not counted
};

/// "ok", "warning", "critical", "unknown", "skipped"
std::string to_text(Status status);

/// "fixed", "still_reported", "failed", "declined"
std::string to_text(RepairOutcome outcome);

/// The title of its code, and its detail.
std::string title_of(const ReportFinding& finding);
/// "OK", "WARNING", "CRITICAL"; what was skipped is "UNKNOWN" too.
std::string headline(Status status);

/// How it stands, in lines of at most `width`: "CRITICAL  the hardware clock is wrong".
std::string headline_of(const Report& report, std::size_t width = 79);

/// Whether something is wrong, and known to be.
bool is_problem(Status status);

/// How a finding's severity reads in a report; a note is nothing to act on.
Status to_status(Severity severity);

/// A finding of the judge as one check of a report; a witness that said nothing was skipped.
ReportCheck to_check(const Finding& finding);

/// What later boots remember of this one.
BootRecord to_boot_record(const Report& report);

}  // namespace clockguard
