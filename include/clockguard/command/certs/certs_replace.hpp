// SPDX-License-Identifier: Apache-2.0
// The files of a refresh, replaced while somebody else may be writing them too.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "clockguard/command/base/context.hpp"
#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/certs/certs_outcome.hpp"

namespace clockguard {

struct ReplaceOrder {
    const Context& context;
    CertReader& reader;
    Instant now{};
    const CertSelection& select;
    std::function<std::string()> clock_moved{};  // asked before each write
};

/// Replaces each file, its CA's serial number noted before it. Whoever else writes a certificate
/// wins: what he wrote is judged like any other, three times at most (CG215, CG213). What was done
/// is what is read back from the disk, which is returned. Nothing is written any more once the
/// clock was moved.
[[nodiscard]] Result<CertSurvey> replace_all(const ReplaceOrder& order, std::vector<Renewal> ready,
                                             Refreshed& result);

}  // namespace clockguard
