// SPDX-License-Identifier: Apache-2.0
// What is known of `microk8s refresh-certs --cert`, MicroK8s' own way to make a certificate anew.
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/cert_profile.hpp"
#include "clockguard/core/result.hpp"

namespace clockguard {

/// A daemon of MicroK8s, as systemd knows it.
struct DaemonState {
    std::string unit{};
    std::string active{};      // "active", "inactive", "failed", ...
    std::string enablement{};  // "enabled", "disabled", "masked", ...
};

/// The units that the command restarts after it made this certificate; none: it cannot make it.
std::vector<std::string> restarted_with(const std::string& name);

/// Why the command may not be run now, or nothing. It starts what it restarts even where that was
/// stopped or disabled (snapd does so for a service that is named), and it waits for the restart:
/// called before MicroK8s starts, by a unit that MicroK8s waits for, it would never end.
std::string refresh_certs_objection(const NodeFacts& node, const std::vector<DaemonState>& daemons);

/// One call of the command, and what became of the file.
struct RefreshCertsRun {
    Result<int> exit_code = fail("not run");
    std::string output{};
    bool is_new = false;    // the file holds another certificate than before
    bool is_sound = false;  // and that one is valid now, fits its key and its CA
};

enum class RefreshCertsOutcome {
    Done,
    NotRestarted,  // the certificate is good, the daemons were not restarted
    Busy,          // snapd works on the snap: worth another attempt
    Failed,
};

/// By the file, not by the exit code: 0 is also what a worker says, which does nothing, and 4 may
/// mean that nothing but a restart went wrong.
RefreshCertsOutcome weigh(const RefreshCertsRun& run);

/// "exit code 20: Certificate generation failed."
std::string to_text(const RefreshCertsRun& run);

}  // namespace clockguard
