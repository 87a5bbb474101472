// SPDX-License-Identifier: Apache-2.0
// Which certificates a refresh signs, embeds or refuses, the reasons in the order in which they are
// asked.
#include "clockguard/core/certs/plan.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/certs/ca_key.hpp"
#include "clockguard/core/certs/cert_identity.hpp"

namespace clockguard {
namespace {

bool is_planned(const CertPlan& plan, const std::string& name)
{
    return std::ranges::find(plan.actions, name, &CertAction::name) != plan.actions.end();
}

bool is_named(const CertSelection& selection, const std::string& name)
{
    return std::ranges::find(selection.names, name) != selection.names.end();
}

/// A certificate with wrong dates is still a whole one, and its own key's. A new signature mends a
/// weak one too.
bool is_mended_by_signing(const JudgedCertificate& judged)
{
    const CertFacts& facts = judged.certificate.facts;
    switch (judged.state) {
    case CertState::Valid:
    case CertState::NotYetValid:
    case CertState::Expired:
    case CertState::Expiring:
        return true;
    case CertState::ChainBroken:
        return facts.signed_by_issuer == true && !facts.weak_digest.empty() &&
               is_signed_rightly(facts);
    case CertState::KeyMismatch:
    case CertState::Unreadable:
    case CertState::Missing:
    case CertState::Skipped:
        break;
    }
    return false;
}

/// A kubeconfig that trusts its CA with dates of which it accepts no server.
bool has_stale_ca(const JudgedCertificate& judged, const CertSelection& selection, Instant now)
{
    const auto& old = judged.certificate.old_ca;
    return old && ((selection.not_yet_valid && now < old->not_before) ||
                   (selection.expired && now > old->not_after));
}

bool is_selected(const JudgedCertificate& judged, const CertSelection& selection, Instant now)
{
    return has_stale_ca(judged, selection, now) ||
           is_named(selection, judged.certificate.place.name) ||
           (selection.not_yet_valid && judged.state == CertState::NotYetValid) ||
           (selection.expired && judged.state == CertState::Expired) ||
           (selection.expiring && judged.state == CertState::Expiring);
}

const JudgedCertificate* find(const CertsVerdict& verdict, const std::string& name)
{
    const auto found =
        std::ranges::find_if(verdict.certificates, [&](const JudgedCertificate& judged) {
            return judged.certificate.place.name == name;
        });
    return found == verdict.certificates.end() ? nullptr : &*found;
}

/// A single node that was installed under a wrong clock: a copy of its CA is of no use as it is.
bool is_installed_in_the_future(const JudgedCertificate& judged, const NodeFacts& node)
{
    return node.role == NodeRole::Single && judged.state == CertState::NotYetValid;
}

/// What a plan is made from.
struct Question {
    const CertsVerdict& verdict;
    const CertSelection& selection;
    const NodeFacts& node;
};

/// Why a certificate cannot be renewed here, and what does renew it.
struct Objection {
    std::string why{};  // empty: there is none
    Advice instead{};
};

Objection objection(const JudgedCertificate& judged, const Question& asked)
{
    const CertPlace& place = judged.certificate.place;
    if (judged.state == CertState::Skipped)
        return {judged.certificate.skipped};
    if (!is_mended_by_signing(judged))
        return {fmt::format("its state is {}, and re-issuing only changes dates",
                            to_text(judged.state))};
    if (place.is_authority() && judged.certificate.facts.has_other_issuer)
        return {fmt::format("'{}' has signed it, and the key for that is not on this node",
                            judged.certificate.facts.issuer)};
    if (place.repair == CertRepair::None && !place.renew.empty())
        return {"clockguard does not sign it", place.renew};
    if (place.repair == CertRepair::None)
        return {asked.node.role == NodeRole::Worker
                    ? "a worker's certificates are signed by the control plane: join this node "
                      "again"
                    : "neither clockguard nor a command of its distribution can renew it"};
    if (place.repair != CertRepair::RedateShared)
        return {identity_objection(judged.certificate)};
    if (!asked.selection.include_ca && !is_installed_in_the_future(judged, asked.node))
        return {"other nodes and kubeconfigs hold copies of it. Add --include-ca to re-date it."};
    return {};
}

/// The same user's, from the file: that pair is in use, and this one is not.
bool takes_the_pair(const CertPlan& plan, const Certificate& certificate, const Question& asked)
{
    if (!certificate.differs_from_file || certificate.is_of_another)
        return false;
    const JudgedCertificate* file = find(asked.verdict, certificate.place.copy_of);
    return file != nullptr &&
           (is_usable(file->state) || is_planned(plan, file->certificate.place.name));
}

CertActionKind kind_for(const CertPlan& plan, const Certificate& certificate, const Question& asked)
{
    const CertPlace& place = certificate.place;
    if (place.repair != CertRepair::Reissue)
        return CertActionKind::Redate;
    if (takes_the_pair(plan, certificate, asked))
        return CertActionKind::EmbedPair;
    const bool is_copy = !place.copy_of.empty() && !certificate.differs_from_file;
    return is_copy && is_planned(plan, place.copy_of) ? CertActionKind::Embed
                                                      : CertActionKind::Reissue;
}

/// Its own part is sound, or it has none: only its CA's copy is to be exchanged.
bool needs_only_its_ca(const JudgedCertificate& judged)
{
    const Certificate& certificate = judged.certificate;
    return (certificate.old_ca || has_useless_ca(certificate)) && !certificate.differs_from_file &&
           (!certificate.login.empty() || is_usable(judged.state));
}

/// The CA that would sign, if its key is not its own: what it signs is accepted nowhere.
const CertPlace* ca_with_foreign_key(const CertsVerdict& verdict, const CertPlace& place)
{
    const JudgedCertificate* ca = find(verdict, place.issuer);
    return ca != nullptr && ca->state == CertState::KeyMismatch ? &ca->certificate.place : nullptr;
}

/// Whether a kubeconfig that is to be signed anew has the certificate of a file that can be, too.
bool has_an_original(const JudgedCertificate& judged, const Question& asked)
{
    const Certificate& certificate = judged.certificate;
    const JudgedCertificate* file = find(asked.verdict, certificate.place.copy_of);
    return file != nullptr && !certificate.differs_from_file && !needs_only_its_ca(judged) &&
           certificate.place.repair == CertRepair::Reissue && file->certificate.first.empty() &&
           objection(*file, asked).why.empty();
}

/// A copy that is named alone would differ from its file afterwards.
CertSelection with_originals(const Question& asked)
{
    CertSelection selection = asked.selection;
    for (const JudgedCertificate& judged : asked.verdict.certificates)
        if (is_named(selection, judged.certificate.place.name) && has_an_original(judged, asked))
            selection.names.push_back(judged.certificate.place.copy_of);
    return selection;
}

/// A certificate is no better than the CA that signed it.
std::string ca_objection(const CertsVerdict& verdict, const CertPlan& plan, const CertPlace& place)
{
    if (place.repair != CertRepair::Reissue || is_planned(plan, place.issuer))
        return {};
    const JudgedCertificate* ca = find(verdict, place.issuer);
    if (ca == nullptr || is_usable(ca->state))
        return {};
    return fmt::format("its CA '{}' is itself {}", place.issuer, to_text(ca->state));
}

void refuse(CertPlan& plan, const std::string& name, const Objection& objection)
{
    plan.refused.push_back({.code = "CG212",
                            .severity = Severity::Failure,
                            .subject = name,
                            .message = fmt::format("cannot be re-issued: {}", objection.why),
                            .advice = objection.instead});
}

/// A kubeconfig whose copies are renewed beside it follows, or it would contradict them.
bool follows(const CertPlan& plan, const JudgedCertificate& judged)
{
    const Certificate& certificate = judged.certificate;
    const bool is_whole = is_mended_by_signing(judged) || !certificate.login.empty();
    const bool is_its_ca = !certificate.embeds_other_ca || certificate.old_ca;
    return certificate.place.kind == CertKind::Kubeconfig && is_whole &&
           certificate.place.repair != CertRepair::None &&
           ((is_planned(plan, certificate.place.copy_of) && !certificate.differs_from_file &&
             certificate.login.empty()) ||
            (is_planned(plan, trusted_by(certificate.place)) && is_its_ca));
}

/// Whether a selection by state means it cannot be told, nor whether it holds a copy of what is
/// renewed beside it.
bool may_be_meant(const CertPlan& plan, const JudgedCertificate& judged,
                  const CertSelection& selection)
{
    const CertPlace& place = judged.certificate.place;
    const bool has_copies =
        place.kind == CertKind::Kubeconfig &&
        (is_planned(plan, place.copy_of) || is_planned(plan, trusted_by(place)));
    const bool is_there =
        judged.state != CertState::Unreadable && judged.state != CertState::Missing;
    return !is_there &&
           (selection.not_yet_valid || selection.expired || selection.expiring || has_copies);
}

/// Of one that may be sound nothing is known to be wrong.
Finding unreadable(const Certificate& certificate)
{
    if (certificate.is_missing)
        return {.code = "CG214",
                .severity = Severity::Failure,
                .subject = certificate.place.name,
                .message =
                    fmt::format("cannot be re-issued: '{}' is missing", certificate.place.path)};
    const bool may_be_sound = certificate.is_unclear || certificate.is_denied;
    return {.code = "CG214",
            .severity = may_be_sound ? Severity::Note : Severity::Failure,
            .subject = certificate.place.name,
            .message =
                fmt::format("cannot be read and may need to be re-issued: {}", certificate.error)};
}

void plan_one(CertPlan& plan, const JudgedCertificate& judged, const Question& asked)
{
    const CertPlace& place = judged.certificate.place;
    if (!is_selected(judged, asked.selection, asked.verdict.now)) {
        if (follows(plan, judged))
            plan.actions.push_back({CertActionKind::Embed, place.name});
        if (may_be_meant(plan, judged, asked.selection))
            plan.unknown.push_back(unreadable(judged.certificate));
        return;
    }
    if (needs_only_its_ca(judged) && place.repair == CertRepair::Reissue) {
        plan.actions.push_back({CertActionKind::Embed, place.name});
        return;
    }
    const CertPlace* ca = ca_with_foreign_key(asked.verdict, place);
    if (ca != nullptr && place.repair != CertRepair::None) {
        plan.refused.push_back(ca_key_finding(place.name, *ca, CaKeyFault::Foreign));
        return;
    }
    Objection against = objection(judged, asked);
    if (against.why.empty())
        against.why = ca_objection(asked.verdict, plan, place);
    if (!against.why.empty())
        return refuse(plan, place.name, against);
    plan.actions.push_back({kind_for(plan, judged.certificate, asked), place.name});
}

}  // namespace

CertPlan plan(const CertsVerdict& verdict, const CertSelection& selection, const NodeFacts& node)
{
    CertPlan plan;
    const CertSelection selected = with_originals({verdict, selection, node});
    for (const JudgedCertificate& judged : verdict.certificates)
        plan_one(plan, judged, {verdict, selected, node});
    for (const std::string& name : selection.names)
        if (find(verdict, name) == nullptr)
            refuse(plan, name, {"there is no certificate of this name"});
    return plan;
}

}  // namespace clockguard
