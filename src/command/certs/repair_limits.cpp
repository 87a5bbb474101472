// SPDX-License-Identifier: Apache-2.0
#include "command/certs/repair_limits.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace clockguard {
namespace {

/// Without the CA's key the commands of a distribution sign nothing ("kubeadm certs renew":
/// "Detected external etcd-ca, ... can't be renewed"), and say so as if all were well. No worker
/// has it.
void drop_vain_renewals(CertSurvey& survey)
{
    if (survey.profile.reissue || survey.installed->node.role == NodeRole::Worker)
        return;
    for (SurveyedCert& cert : survey.certs) {
        CertPlace& place = cert.certificate.place;
        const SurveyedCert* ca = survey.find(place.issuer);
        if (ca != nullptr && ca != &cert && ca->certificate.lacks_key)
            place.renew = {};
    }
}

/// clockguard reads no key through a link; MicroK8s does.
void note_linked_keys(CertSurvey& survey)
{
    for (SurveyedCert& cert : survey.certs) {
        const CertPlace& place = cert.certificate.place;
        const SurveyedCert* ca = survey.find(place.issuer);
        if (place.repair != CertRepair::Reissue || ca == nullptr || ca == &cert ||
            ca->certificate.lacks_key ||
            !is_link(survey.installed->locate(ca->certificate.place.key_path), survey))
            continue;
        cert.certificate.first =
            place.renew.empty()
                ? Advice{fmt::format("put the key of '{}' itself in the place of the link",
                                     place.issuer)}
                : place.renew;
    }
}

/// What an intermediate CA has signed that is only sent with it: of that there is no key.
void leave_to_other_signers(CertSurvey& survey)
{
    for (SurveyedCert& cert : survey.certs) {
        const auto& signers = cert.certificate.facts.signers;
        if (!signers.empty() && std::ranges::all_of(signers, &CertSigner::is_sent))
            cert.certificate.place.repair = CertRepair::None;
    }
}

}  // namespace

void limit_repairs(CertSurvey& survey)
{
    drop_vain_renewals(survey);
    note_linked_keys(survey);
    leave_to_other_signers(survey);
}

}  // namespace clockguard
