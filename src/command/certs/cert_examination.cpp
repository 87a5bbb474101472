// SPDX-License-Identifier: Apache-2.0
#include "command/certs/cert_examination.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "clockguard/core/certs/tls_secret_json.hpp"
#include "clockguard/edge/certs/x509_keys.hpp"
#include "command/certs/cert_exceptions.hpp"

namespace clockguard {
namespace {

bool is_denied(const Error& error)
{
    return error.code == std::errc::permission_denied;
}

/// A CA's key is needed to sign with it alone. Who uses a certificate that signs nothing but
/// itself, dqlite's cluster.crt, needs its key.
bool can_do_without_key(const CertPlace& place, const CertProfile& profile)
{
    return place.is_authority() &&
           std::ranges::any_of(profile.places, [&](const ProfilePlace& other) {
               return other.place.issuer == place.name && other.place.name != place.name;
           });
}

}  // namespace

void examine(Certificate& certificate, const std::string& location, const CertTexts& texts,
             CertReader& reader)
{
    auto facts = reader.read(texts);
    if (facts) {
        certificate.facts = std::move(*facts);
        certificate.holds_none = false;
        return;
    }
    certificate.is_unclear = may_be_sound(facts.error());
    certificate.holds_none = !certificate.is_unclear;
    certificate.error =
        fmt::format("certificate '{}' {}{}", location,
                    certificate.is_unclear ? "cannot be judged: it " : "", facts.error().what);
}

void examine_file(SurveyedCert& cert, const CertSurvey& survey, CertReader& reader)
{
    const CertPlace& place = cert.certificate.place;
    CertTexts texts{.certificate = cert.text,
                    .issuer = survey.issuer_text(cert),
                    .is_pool = place.is_authority()};
    if (!place.key_path.empty()) {
        const auto key = survey.installed->read(place.key_path);
        if (key)
            texts.key = *key;
        else if (!can_do_without_key(place, survey.profile) && !is_denied(key.error()))
            cert.certificate.error = to_text(key.error());
        else
            cert.certificate.lacks_key = !is_denied(key.error());
    }
    if (cert.certificate.error.empty())
        examine(cert.certificate, cert.location, texts, reader);
    if (place.is_authority())
        relax_ca_checks(cert.certificate);
}

void examine_secret(SurveyedCert& cert, const CertSurvey& survey, CertReader& reader)
{
    Certificate& certificate = cert.certificate;
    auto secret = parse_tls_secret(cert.text);
    if (!secret) {
        certificate.error = fmt::format("secret '{}' {}", cert.location, secret.error().what);
        certificate.holds_none = true;
        return;
    }
    cert.text = std::move(secret->certificate);
    examine(certificate, cert.location,
            {.certificate = cert.text,
             .key = std::move(secret->key),
             .issuer = survey.issuer_text(cert)},
            reader);
}

bool lacks_key(const CertPlace& place, const CertSurvey& survey)
{
    if (place.kind != CertKind::File || place.key_path.empty() ||
        can_do_without_key(place, survey.profile))
        return false;
    const auto key = survey.installed->read(place.key_path);
    return key ? !is_usable_key(*key) : !is_denied(key.error());
}

}  // namespace clockguard
