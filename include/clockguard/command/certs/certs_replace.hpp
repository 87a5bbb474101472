// SPDX-License-Identifier: Apache-2.0
// The files of a refresh are replaced while other programs may write them too.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "clockguard/command/base/context.hpp"
#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/certs/certs_renewal.hpp"

namespace clockguard {

struct ReplaceOrder {
    const Context& context;
    const CertProfile& profile;
    CertReader& reader;
    Instant now{};
    const CertSelection& select;
    std::function<std::string()> clock_moved{};  // asked before each write
};

struct Replaced {
    std::vector<Renewal> done{};  // as read back from the disk
    std::vector<Finding> failed{};
    std::vector<Finding> refused{};
    std::vector<Finding> warned{};
    CertSurvey survey{};  // as the certificates are now
};

/// Replaces each file, and before it the serial number of its CA. A file that another program
/// writes meanwhile is kept and judged like any other, three times at most (CG215, CG213). Nothing
/// is written once the clock was moved. An error means that nothing could be read back.
[[nodiscard]] Result<Replaced> replace_all(const ReplaceOrder& order, std::vector<Renewal> ready);

}  // namespace clockguard
