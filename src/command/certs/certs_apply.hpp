// SPDX-License-Identifier: Apache-2.0
// The step of a refresh that changes something.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/certs/certs_outcome.hpp"
#include "clockguard/command/certs/certs_renewal.hpp"

namespace clockguard {

/// What every step of a refresh needs.
struct Refresh {
    const Context& context;
    const CertsRefreshOptions& options;
    const CertsWorld& world;
    CertReader& reader;
    ClockTrust clock{};
    Instant now{};
    CertSelection select{};  // as the options say, else as the configuration does
};

/// "cannot refresh certificates: ..."
Error cannot_refresh(std::string_view why);

/// Not where certificates were named: nothing else is asked for then. A failure is printed, and the
/// refresh goes on.
std::string reset_date_of_containerd(const Refresh& refresh);

struct Applied {
    ExitCode code = ExitCode::Healthy;
    Error why{};  // where it is another code: nothing is told of the rest then
    Refreshed result{};
    CertSurvey survey{};  // as the certificates are now
};

/// Replaces what is ready, and asks the servers for it, unless the clock was moved meanwhile or the
/// units have done so too often. `result`: what is known of the refresh before.
Applied apply_renewals(const Refresh& refresh, const CertProfile& profile,
                       std::vector<Renewal> ready, Refreshed result);

}  // namespace clockguard
