// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/command/certs/certs_survey.hpp"

namespace clockguard {

/// The certificates of a survey. Each that cannot be used names the newest backup that holds it and
/// whose files are all valid now: an undo restores all of them.
std::vector<Certificate> with_kept_copies(const CertSurvey& survey, Instant now);

}  // namespace clockguard
