// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/certs/certificate.hpp"
#include "clockguard/core/certs/leftovers.hpp"
#include "clockguard/core/clock/time_sync_record.hpp"
#include "clockguard/core/clock/trust.hpp"
#include "clockguard/core/gate/boot_record.hpp"
#include "clockguard/core/report/boot_story.hpp"
#include "clockguard/core/report/cause.hpp"
#include "clockguard/core/report/chrony_conf.hpp"
#include "clockguard/core/report/codes.hpp"
#include "clockguard/core/report/report.hpp"
#include "clockguard/core/report/rtc_report.hpp"

namespace clockguard {

/// Everything that a diagnosis looks at, at one moment.
struct Evidence {
    bool live = true;  // false: another machine's disk, which has no clock of its own
    Instant now{};
    Instant booted{};  // CLOCK_REALTIME - CLOCK_BOOTTIME
    Span uptime{};

    bool clock_trusted = false;
    std::string trusted_by{};
    std::optional<WitnessKind> vouched{};
    std::string trust_reason{};
    Verdict verdict{};
    bool chrony_answers = false;
    TimeKeepers keepers{};
    ChronyConf chrony_conf{};
    std::optional<bool> kernel_unsynchronized{};  // unset: not known

    std::vector<RtcSeen> rtcs{};
    std::string rtcs_error{};
    Span rtc_limit{};
    Floor floor{};
    BootHistory history{};
    BootStarts starts{};  // of this boot, as recorded
    BootRecords boots{};  // all that are kept, this one included
    std::vector<Ratchet> ratchets{};
    std::vector<TimeSyncView> hosts = {TimeSyncView{}};  // Hyper-V's first, even if there is none
    std::optional<RecordedTimeSync> early{};             // of the hosts, earlier in this boot
    HypervFacts hyperv{};

    std::optional<CertsVerdict> certs{};
    std::string certs_skipped{};  // why there is nothing to judge
    std::string certs_error{};    // why what there is could not be looked at
    std::string distribution = "MicroK8s";
    bool is_installed = false;
    std::vector<std::string> hold = {"snap.microk8s.daemon-.service"};  // its units that must wait
    Leftovers leftovers{};

    CommandTarget here{};  // for the commands that are printed

    std::optional<GateRecord> gate{};           // of this boot
    bool gate_waits = true;                     // one does, for as long as it is not open
    bool hold_installed = false;                // the drop-in that makes them wait
    std::vector<std::string> disabled_units{};  // of ours: installed, and started by no target
};

/// Fills in all that can be said: findings, checks, clocks, certificates, story and verdict.
/// Host and run are the caller's.
void diagnose(const Evidence& evidence, Report& report);

/// How the report reads on a terminal.
struct DiagnosisStyle {
    bool verbose = false;
    bool color = false;
    bool of_this_machine = true;  // else the disk of another: commands for here would mend nothing
};

}  // namespace clockguard
