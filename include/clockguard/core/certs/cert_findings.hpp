// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "clockguard/core/certs/certificate.hpp"

namespace clockguard {

/// What there is to say about each certificate that is not as it should be, and about how wrong the
/// clock may be. Worst first.
std::vector<Finding> findings_of(const CertsVerdict& verdict);

}  // namespace clockguard
