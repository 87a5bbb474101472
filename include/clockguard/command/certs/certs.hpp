// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clockguard/command/base/context.hpp"
#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/core/certs/csr_conf.hpp"
#include "clockguard/core/certs/plan.hpp"
#include "clockguard/core/report/report.hpp"
#include "clockguard/edge/certs/x509_served.hpp"

namespace clockguard {

/// Whether the clock is trusted, and why.
struct ClockTrust {
    bool trusted = false;
    std::string by{};
    std::string why{};
    Span ahead{};  // of the network's time, where that is known and the clock is known to be wrong
};

/// The outside world as the certificate commands need it. certs_world() fills it with edges, tests
/// with lambdas.
struct CertsWorld {
    std::function<Instant()> now{};
    std::function<Uptime()> uptime{};
    std::function<void()> have_measured = [] {};  // by chronyd, after a pause of the machine
    std::function<ClockTrust()> clock{};
    /// How the clock was moved since `clock` was asked ("the clock was stepped by 30 d"), or
    /// nothing.
    std::function<std::string()> clock_moved = [] { return std::string{}; };
    std::function<ReportHost()> host{};
    std::function<bool()> may_write{};                             // root
    std::function<std::optional<bool>(const std::string&)> ask{};  // unset: nobody to be asked
    std::function<Result<std::string>(const TlsEndpoint&)> served_serial{};  // unset: not here
    std::function<void(Span)> wait{};
    std::function<bool()>
        containerd_runs{};  // MicroK8s' own, as far as it can be told; unset: not here
    /// What MicroK8s' kicker decides by; unset: not here.
    std::function<std::optional<CsrConf>(const Installation&)> csr_conf{};
};

struct CertsCheckOptions {
    std::string within{};  // "66%", "30d"; empty: as configured
};

struct CertsRefreshOptions {
    CertSelection select{};  // nothing chosen: as configured
    bool dry_run = false;
    bool yes = false;
};

struct CertsUndoOptions {
    std::string to{};  // a backup's name; empty: the newest
    bool list = false;
    bool yes = false;  // do not ask, not even on a terminal
};

ExitCode run_certs_list(const Context& context, const CertsWorld& world);
ExitCode run_certs_check(const Context& context, const CertsCheckOptions& options,
                         const CertsWorld& world);
/// The policy that the configuration sets.
CertPolicy to_policy(const CertsConfig& config);

/// A report of `clockguard certs` without what is reported: machine, moment, trust.
Report begin_certs_report(Instant now, const ClockTrust& clock, const CertsWorld& world);

/// A report's head: host, run, and what the judge says of the certificates.
Report certs_report(const CertsVerdict& verdict, const ClockTrust& clock, const CertsWorld& world);

/// Healthy, Critical, Undetermined; Warnings only if they are to count.
ExitCode to_exit_code(Status status, const Output& output);

/// Says why there is nothing to look at: no MicroK8s, or none that has started yet.
void print_nothing_there(const Context& context, const CertSurvey& survey);

}  // namespace clockguard
