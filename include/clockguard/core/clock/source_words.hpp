// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>

#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/clock/readings.hpp"

namespace clockguard {

/// What chronyd's sources do, for saying why it is not synchronised: "1 of 4 sources answer
/// (2 unreachable, 1 too distant)". The reasons are SELECT_DATA's, where the socket tells them.
std::string to_text(const ChronySources& sources);

/// The same without the counts: of the sources' own faults only where one of them answers.
std::set<SourceFault> faults_of(const ChronySources& sources);

}  // namespace clockguard
