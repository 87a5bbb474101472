// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_renewal.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "clockguard/command/certs/kubeconfig_survey.hpp"
#include "clockguard/core/base/pem.hpp"
#include "clockguard/core/certs/ca_key.hpp"
#include "clockguard/core/certs/kubeconfig.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/certs/x509.hpp"
#include "clockguard/edge/certs/x509_reissue.hpp"

namespace clockguard {
namespace {

/// What the actions need, which are carried out one after the other.
struct ReissueState {
    const CertSurvey& survey;
    std::chrono::sys_seconds now{};
    std::map<std::string, std::string> renewed_texts{};  // by name

    /// The text of a certificate's file as it will be.
    std::string text_of(const std::string& name) const
    {
        if (const auto renewed = renewed_texts.find(name); renewed != renewed_texts.end())
            return renewed->second;
        const SurveyedCert* cert = survey.find(name);
        return cert == nullptr ? "" : cert->text;
    }
};

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

Result<ReissueOrder> order_for(const CertPlace& place, const ReissueState& state)
{
    const SurveyedCert* ca = state.survey.find(place.issuer);
    if (ca == nullptr || ca->text.empty())
        return fail(fmt::format("its CA '{}' is missing", place.issuer));
    const std::string& key_path = ca->certificate.place.key_path;
    const auto key = state.survey.installed->read_key(key_path);
    if (!key)
        return fail(key.error());
    return ReissueOrder{.ca_certificate = state.text_of(place.issuer),
                        .ca_key = *key,
                        .ca_key_name = state.survey.installed->locate(key_path),
                        .lifetime = std::chrono::floor<std::chrono::seconds>(place.lifetime),
                        .now = state.now};
}

Result<Reissued> sign(const CertPlace& place, const std::string& text, const ReissueState& state)
{
    auto order = order_for(place, state);
    if (!order)
        return fail(order.error());
    order->certificate = text;
    if (place.is_authority())
        order->ca_certificate.clear();
    return reissue(*order);
}

/// The first certificate of one text in the place of the first of another.
Result<std::string> exchange_first(const std::string& into, const std::string& from)
{
    const auto there = find_certificates(into);
    const auto here = find_certificates(from);
    if (!there || !here)
        return fail(there ? here.error() : there.error());
    const PemBlock& block = here->front();
    return replace_block(into, there->front(), from.substr(block.begin, block.size));
}

using Part = std::optional<EmbeddedData> Kubeconfig::*;

/// The kubeconfig with the certificate of another file in one of its places.
Result<std::string> embed(const std::string& text, Part part, const std::string& from)
{
    const auto config = parse_kubeconfig(text);
    if (!config)
        return fail(config.error());
    const auto& data = (*config).*part;
    if (!data)
        return text;
    const auto exchanged = exchange_first(data->text, from);
    if (!exchanged)
        return fail(exchanged.error());
    return replace_data(text, *data, *exchanged);
}

/// The kubeconfig with one of its values replaced as a whole.
Result<std::string> embed_whole(const std::string& text, Part part, const std::string& value)
{
    const auto config = parse_kubeconfig(text);
    if (!config)
        return fail(config.error());
    const auto& data = (*config).*part;
    if (!data)
        return fail("it embeds none");
    return replace_data(text, *data, value);
}

/// Whether another user of the same value (a YAML alias) would get the certificate of a new key
/// beside the old key, or the reverse.
bool would_mismatch(const Kubeconfig& config, const std::string& key)
{
    const bool is_shared = (config.key && config.key->is_shared) ||
                           (config.certificate && config.certificate->is_shared);
    return is_shared && config.key && config.key->text != key;
}

/// Certificate and key of the file, which belong together.
Result<std::string> embed_pair(const SurveyedCert& cert, const ReissueState& state)
{
    const SurveyedCert* file = state.survey.find(cert.certificate.place.copy_of);
    if (file == nullptr)
        return fail("the certificate that it embeds has no file");
    const auto key = state.survey.installed->read_key(file->certificate.place.key_path);
    if (!key)
        return fail(key.error());
    const auto config = parse_kubeconfig(cert.text);
    if (!config || would_mismatch(*config, *key))
        return fail("other users in it have the same certificate or key (a YAML alias)");
    auto text = config->key ? embed_whole(cert.text, &Kubeconfig::key, *key) : cert.text;
    if (!text)
        return text;
    return embed_whole(*text, &Kubeconfig::certificate,
                       state.text_of(file->certificate.place.name));
}

Result<std::string> renew_user(const SurveyedCert& cert, CertActionKind kind,
                               const ReissueState& state)
{
    const CertPlace& place = cert.certificate.place;
    if (kind == CertActionKind::EmbedPair)
        return embed_pair(cert, state);
    if (kind == CertActionKind::Embed && state.renewed_texts.contains(place.copy_of) &&
        !cert.certificate.differs_from_file)
        return embed(cert.text, &Kubeconfig::certificate, state.text_of(place.copy_of));
    if (kind == CertActionKind::Embed)
        return cert.text;
    const auto config = parse_kubeconfig(cert.text);
    if (!config || !config->certificate)
        return fail("it embeds no certificate");
    const auto signed_anew = sign(place, config->certificate->text, state);
    if (!signed_anew)
        return fail(signed_anew.error());
    return embed(cert.text, &Kubeconfig::certificate, signed_anew->text);
}

/// The kubeconfig with another CA, for each of its clusters that has the same as the current one.
/// From the end of the text, so that what is before stays where it was.
std::string replace_everywhere(std::string text, const Kubeconfig& config, const std::string& ca)
{
    std::vector<EmbeddedData> places = config.same_cas;
    places.push_back(*config.ca);
    std::ranges::sort(places, std::ranges::greater{}, &EmbeddedData::begin);
    for (const EmbeddedData& place : places)
        text = replace_data(text, place, ca);
    return text;
}

/// The CA's certificates as they are now, in the place of other copies of the same.
Result<std::string> embed_ca(const std::string& text, const std::string& from,
                             std::chrono::sys_seconds now)
{
    const auto config = parse_kubeconfig(text);
    if (!config)
        return fail(config.error());
    if (!config->ca)
        return text;
    const auto exchanged = exchange_copies(config->ca->text, from, now);
    if (!exchanged)
        return fail(exchanged.error());
    return *exchanged == config->ca->text ? text : replace_everywhere(text, *config, *exchanged);
}

/// Whatever was embedded, the result must fit its own key and the CA.
Result<CertFacts> verify_kubeconfig(const std::string& text, const CertPlace& place,
                                    const ReissueState& state)
{
    const auto config = parse_kubeconfig(text);
    if (config && config->unclear.empty() && !config->login.empty() && !config->certificate)
        return CertFacts{};
    auto key = config ? key_of(*config, place, state.survey) : std::nullopt;
    if (!config || !config->certificate || !key)
        return fail("the new kubeconfig is not whole");
    auto facts = read_certificate({.certificate = config->certificate->text,
                                   .key = std::move(key),
                                   .issuer = state.text_of(place.issuer)});
    if (!facts)
        return fail(facts.error());
    if (facts->key_matches != true || facts->signed_by_issuer != true)
        return fail("the new kubeconfig does not fit its key and its CA");
    return facts;
}

Result<Reissued> renew_kubeconfig(const SurveyedCert& cert, CertActionKind kind,
                                  const ReissueState& state)
{
    const CertPlace& place = cert.certificate.place;
    auto text = renew_user(cert, kind, state);
    const bool is_its_ca = !cert.certificate.embeds_other_ca || cert.certificate.old_ca;
    if (text && has_useless_ca(cert.certificate))
        text = embed_whole(*text, &Kubeconfig::ca, state.text_of(trusted_by(place)));
    else if (text && is_its_ca)
        text = embed_ca(*text, state.text_of(trusted_by(place)), state.now);
    if (!text)
        return fail(text.error());
    const auto facts = verify_kubeconfig(*text, place, state);
    if (!facts)
        return fail(facts.error());
    return Reissued{.text = *text, .facts = *facts};
}

/// A kubeconfig follows what is renewed beside it; where that failed, there is nothing to follow.
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
        return fail("there is not a certificate of this name");
    const auto plain = open_beneath(state.survey.beneath(cert->location));
    if (!plain)
        return fail(fmt::format("cannot replace '{}': {}", cert->location, why_not(plain.error())));
    const CertPlace& place = cert->certificate.place;
    auto renewed = place.kind == CertKind::Kubeconfig ? renew_kubeconfig(*cert, action.kind, state)
                                                      : sign(place, cert->text, state);
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
