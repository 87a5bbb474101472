// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clockguard/core/report/diagnosis.hpp"

namespace clockguard {

/// The verdict first, what to type last; healthy in at most eight lines.
std::string render_diagnosis(const Report& report, const DiagnosisStyle& style);

}  // namespace clockguard
