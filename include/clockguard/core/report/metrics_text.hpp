// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/core/report/diagnosis.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// What a diagnosis found, in the text format of Prometheus; all of it ASCII, so that nothing that
/// escapes other characters on its way out spoils it. A series whose labels are known beforehand is
/// there with a zero as well: an alert on one that is absent stays silent.
std::string render_metrics(const Evidence& seen, const Report& report);

}  // namespace clockguard
