// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "clockguard/core/certs/cert_profile.hpp"
#include "clockguard/core/certs/certificate.hpp"

namespace clockguard {

/// Which certificates are to be renewed.
struct CertSelection {
    bool not_yet_valid = false;
    bool expired = false;
    bool expiring = false;
    std::vector<std::string> names{};  // whatever their state
    bool include_ca = false;           // those too of which others hold copies
};

enum class CertActionKind {
    Redate,     // a self-signed certificate: its own key signs it anew
    Reissue,    // its CA signs it anew
    Embed,      // a kubeconfig gets the copies of what is renewed beside it
    EmbedPair,  // and certificate and key of the file, of which it has other ones
};

struct CertAction {
    CertActionKind kind = CertActionKind::Reissue;
    std::string name{};
};

/// What will be done, in this order, what was asked for but cannot be, and what may have been asked
/// for, if only it could be read.
struct CertPlan {
    std::vector<CertAction> actions{};
    std::vector<Finding> refused{};
    std::vector<Finding> unknown{};
};

CertPlan plan(const CertsVerdict& verdict, const CertSelection& selection, const NodeFacts& node);

}  // namespace clockguard
