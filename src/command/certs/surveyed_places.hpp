// SPDX-License-Identifier: Apache-2.0
// Where the certificates of a node are: what its profile says, and the flags of its daemons.
#pragma once

#include <vector>

#include "clockguard/core/certs/cert_profile.hpp"
#include "clockguard/core/certs/daemon_args.hpp"
#include "clockguard/edge/certs/installation.hpp"

namespace clockguard {

struct SurveyedPlaces {
    std::vector<CertPlace> all{};
    DaemonArgs args{};  // those that could be read
};

/// An args file that cannot be read is a place of its own: it stands for all that it may name.
SurveyedPlaces places_to_survey(const CertProfile& profile, const Installation& installed);

}  // namespace clockguard
