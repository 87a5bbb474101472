// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/certs/certs_survey.hpp"

namespace clockguard {

/// The certificates of a survey. With each that is of no use goes the newest backup that holds it,
/// where all that this backup holds is valid now: an undo puts back whatever is in it.
std::vector<Certificate> with_kept_copies(const CertSurvey& survey, Instant now);

}  // namespace clockguard
