// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_renewal.hpp"

#include <fmt/core.h>

#include "clockguard/core/base/pem.hpp"
#include "clockguard/core/certs/ca_key.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/certs/x509_reissue.hpp"
#include "command/certs/kubeconfig_renewal.hpp"
#include "command/certs/reissue_state.hpp"

namespace clockguard {
namespace {

/// Unset: this key can be tried.
std::optional<CaKeyFault> fault_of(const Result<std::string>& key)
{
    if (key)
        return is_encrypted_key(*key) ? std::optional{CaKeyFault::Encrypted} : std::nullopt;
    return key.error().code == std::errc::no_such_file_or_directory
               ? std::optional{CaKeyFault::Missing}
               : std::nullopt;
}

/// Unset: the CA that an action needs has a key. An Embed copies, and needs none.
std::optional<Finding> ca_key_objection(const CertAction& action, const CertSurvey& survey)
{
    const SurveyedCert* cert = survey.find(action.name);
    const SurveyedCert* ca =
        cert == nullptr ? nullptr : survey.find(cert->certificate.place.issuer);
    if (ca == nullptr || action.kind == CertActionKind::Embed ||
        action.kind == CertActionKind::EmbedPair)
        return std::nullopt;
    const CertPlace& place = ca->certificate.place;
    const auto fault = fault_of(survey.installed->read_key(place.key_path));
    return fault ? std::optional{ca_key_finding(action.name, place, *fault)} : std::nullopt;
}

/// Where the certificate that a kubeconfig embeds was not renewed, the kubeconfig stays the same.
bool changes_nothing(const Renewal& renewal)
{
    return renewal.action.kind == CertActionKind::Embed &&
           renewal.change.before == renewal.change.after;
}

std::string serial_file_for(const CertPlace& place, const CertSurvey& survey)
{
    const SurveyedCert* ca = survey.find(place.issuer);
    return ca == nullptr || place.is_authority() ? "" : serial_file_of(*ca);
}

Result<Renewal> renew(const CertAction& action, const ReissueState& state)
{
    const SurveyedCert* cert = state.survey.find(action.name);
    if (cert == nullptr)
        return fail("there is no certificate of this name");
    const auto plain = open_beneath(state.survey.beneath(cert->location));
    if (!plain)
        return fail(fmt::format("cannot replace '{}': {}", cert->location, why_not(plain.error())));
    const CertPlace& place = cert->certificate.place;
    auto renewed = place.kind == CertKind::Kubeconfig ? renew_kubeconfig(*cert, action.kind, state)
                                                      : sign_anew(place, cert->text, state);
    if (!renewed)
        return fail(renewed.error());
    return Renewal{.action = action,
                   .change = {.name = place.name,
                              .path = place.path,
                              .location = cert->location,
                              .root = state.survey.installed->root,
                              .data = state.survey.installed->data,
                              .before = cert->text,
                              .after = std::move(renewed->text)},
                   .before = facts_at(cert->certificate, state.now),
                   .after = std::move(renewed->facts),
                   .serial_file = action.kind == CertActionKind::Reissue
                                      ? serial_file_for(place, state.survey)
                                      : ""};
}

}  // namespace

std::string serial_file_of(const SurveyedCert& ca)
{
    // A dot in the name of a folder ends no file's name.
    const auto name = ca.location.rfind('/') + 1;
    const auto dot = ca.location.rfind('.');
    const bool has_ending = dot != std::string::npos && dot > name;
    return ca.location.substr(0, has_ending ? dot : ca.location.size()) + ".srl";
}

Renewals prepare_renewals(const CertPlan& plan, const CertSurvey& survey, Instant now)
{
    ReissueState state{.survey = survey, .now = std::chrono::floor<std::chrono::seconds>(now)};
    Renewals renewals;
    for (const CertAction& action : plan.actions) {
        auto objection = ca_key_objection(action, survey);
        if (objection) {
            renewals.refused.push_back(std::move(*objection));
            continue;
        }
        auto renewal = renew(action, state);
        if (renewal && changes_nothing(*renewal))
            continue;
        if (renewal) {
            state.renewed_texts[action.name] = renewal->change.after;
            renewals.ready.push_back(std::move(*renewal));
            continue;
        }
        renewals.needs_root =
            renewals.needs_root || renewal.error().code == std::errc::permission_denied;
        renewals.failed.push_back(
            {.code = "CG213",
             .severity = Severity::Failure,
             .subject = action.name,
             .message = fmt::format("cannot be re-issued: {}", to_text(renewal.error()))});
    }
    return renewals;
}

}  // namespace clockguard
