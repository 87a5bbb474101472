// SPDX-License-Identifier: Apache-2.0
#include "command/certs/kubeconfig_renewal.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "clockguard/core/base/pem.hpp"
#include "clockguard/core/certs/kubeconfig.hpp"
#include "clockguard/edge/certs/x509_copies.hpp"
#include "command/certs/kubeconfig_parts.hpp"

namespace clockguard {
namespace {

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

/// Whether another user in the kubeconfig shares one of the two values (a YAML alias), and would
/// get a certificate and a key that do not match.
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
    const auto signed_anew = sign_anew(place, config->certificate->text, state);
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

/// The kubeconfig with the CA's certificates as they are now in place of older copies.
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

/// An error unless the certificate of the new kubeconfig matches its key and its CA.
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

}  // namespace

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

}  // namespace clockguard
