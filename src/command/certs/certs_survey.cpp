// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_survey.hpp"

#include <algorithm>
#include <utility>

#include "clockguard/command/base/profile.hpp"
#include "clockguard/command/certs/kubeconfig_survey.hpp"
#include "clockguard/command/certs/server_names.hpp"
#include "clockguard/edge/base/folder.hpp"
#include "command/certs/cert_examination.hpp"
#include "command/certs/cert_exceptions.hpp"
#include "command/certs/repair_limits.hpp"
#include "command/certs/surveyed_places.hpp"

namespace clockguard {
namespace {

bool is_absent(const Error& error)
{
    return error.code == std::errc::no_such_file_or_directory;
}

/// Where its key is, a certificate has been, unless a flag names another in its stead.
bool has_been(const CertPlace& place, const CertSurvey& survey)
{
    if (place.key_path.empty() || !place.args.empty())
        return false;
    const auto key = survey.installed->read(place.key_path);
    return key || !is_absent(key.error());
}

/// Why a place may be empty, or nothing.
std::string reason_to_be_absent(const CertPlace& place, const CertSurvey& survey)
{
    switch (place.need) {
    case CertNeed::Always:
        break;
    case CertNeed::UnlessOlder:
        return survey.installed->is_older ? survey.profile.older.why : "";
    case CertNeed::Optional:
        return has_been(place, survey) ? "" : "it is not there";
    }
    return {};
}

void set_failure(Certificate& certificate, const Error& error, const CertSurvey& survey)
{
    if (is_absent(error)) {
        certificate.skipped = reason_to_be_absent(certificate.place, survey);
        certificate.is_missing = certificate.skipped.empty();
        return;
    }
    certificate.is_denied = error.code == std::errc::permission_denied;
    certificate.is_unclear = may_be_sound(error);
    certificate.error = to_text(error);
}

/// clockguard writes through no link; MicroK8s does.
Advice advice_for_link(const CertPlace& place)
{
    return place.renew.empty()
               ? Advice{"put the file itself in the place of the link that leads to it"}
               : place.renew;
}

void examine_by_kind(SurveyedCert& cert, const CertSurvey& survey, CertReader& reader)
{
    switch (cert.certificate.place.kind) {
    case CertKind::File:
        return examine_file(cert, survey, reader);
    case CertKind::Kubeconfig:
        return examine_kubeconfig(cert, survey, reader);
    case CertKind::Secret:
        return examine_secret(cert, survey, reader);
    }
}

SurveyedCert survey_one(CertPlace place, const CertSurvey& survey, CertReader& reader)
{
    SurveyedCert cert{.location = survey.installed->locate(place.path)};
    cert.certificate.place = std::move(place);
    if (!cert.certificate.place.skip.empty()) {
        cert.certificate.skipped = cert.certificate.place.skip;
        return cert;
    }
    if (!cert.certificate.place.unclear.empty()) {
        cert.certificate.is_unclear = true;
        cert.certificate.error = cert.certificate.place.unclear;
        return cert;
    }
    auto text = survey.installed->read(cert.certificate.place.path);
    if (!text) {
        set_failure(cert.certificate, text.error(), survey);
        cert.certificate.lacks_key = lacks_key(cert.certificate.place, survey);
        return cert;
    }
    return survey_text(std::move(cert.certificate.place), std::move(*text), survey, reader);
}

/// An optional certificate of the profile that neither exists nor is named by a flag.
bool is_unused(const SurveyedCert& cert, const CertProfile& profile)
{
    const CertPlace& place = cert.certificate.place;
    return cert.text.empty() && !cert.certificate.skipped.empty() && place.skip.empty() &&
           std::ranges::any_of(profile.places, [&](const ProfilePlace& entry) {
               return entry.place.name == place.name && !entry.place.args.empty() &&
                      entry.place.need == CertNeed::Optional;
           });
}

}  // namespace

std::vector<Certificate> CertSurvey::certificates() const
{
    std::vector<Certificate> all;
    for (const SurveyedCert& cert : certs)
        all.push_back(cert.certificate);
    return all;
}

const SurveyedCert* CertSurvey::find(const std::string& name) const
{
    const auto found = std::ranges::find_if(
        certs, [&](const SurveyedCert& cert) { return cert.certificate.place.name == name; });
    return found == certs.end() ? nullptr : &*found;
}

const SurveyedCert* CertSurvey::find_path(const std::string& path) const
{
    const auto found = std::ranges::find_if(
        certs, [&path](const SurveyedCert& cert) { return cert.certificate.place.path == path; });
    return found == certs.end() ? nullptr : &*found;
}

std::optional<std::string> CertSurvey::issuer_text(const SurveyedCert& cert) const
{
    const std::string& issuer = cert.certificate.place.issuer;
    if (issuer == cert.certificate.place.name)
        return cert.text;
    const SurveyedCert* ca = find(issuer);
    if (ca == nullptr || ca->text.empty() || !ca->certificate.error.empty())
        return std::nullopt;
    return ca->text;
}

Beneath CertSurvey::beneath(std::string location) const
{
    return {.root = installed->root, .trusted = installed->data, .location = std::move(location)};
}

bool is_link(const std::string& location, const CertSurvey& survey)
{
    const auto opened = open_beneath(survey.beneath(location));
    return !opened && opened.error() == std::errc::too_many_symbolic_link_levels;
}

SurveyedCert survey_text(CertPlace place, std::string text, const CertSurvey& survey,
                         CertReader& reader)
{
    SurveyedCert cert{.location = survey.installed->locate(place.path), .text = std::move(text)};
    cert.certificate.place = std::move(place);
    examine_by_kind(cert, survey, reader);
    const bool has_problem =
        !cert.certificate.error.empty() || cert.certificate.facts.key_matches == false;
    if (has_problem && lacks_key(cert.certificate.place, survey))
        cert.certificate.lacks_key = true;
    if (cert.certificate.place.repair != CertRepair::None && is_link(cert.location, survey))
        cert.certificate.first = advice_for_link(cert.certificate.place);
    allow_self_made(cert.certificate, *survey.installed);
    allow_unknown_ca(cert.certificate);
    allow_known_parts(cert.certificate, survey.installed->root);
    return cert;
}

Result<CertSurvey> survey_certificates(const Context& context)
{
    auto profile = load_profile(context.root, context.config.certs.profile);
    if (!profile)
        return fail(profile.error());
    CertReader reader;
    return survey_certificates(context.root, std::move(*profile), reader);
}

Result<CertSurvey> survey_certificates(const Root& root, CertProfile profile, CertReader& reader)
{
    auto installed = read_installation(root, profile);
    if (!installed)
        return fail(installed.error());
    CertSurvey survey{.profile = std::move(profile), .installed = std::move(*installed)};
    if (!survey.installed || !survey.installed->has_certificates)
        return survey;
    SurveyedPlaces places = places_to_survey(survey.profile, *survey.installed);
    survey.args = std::move(places.args);
    for (CertPlace& place : places.all) {
        SurveyedCert cert = survey_one(std::move(place), survey, reader);
        if (!is_unused(cert, survey.profile))
            survey.certs.push_back(std::move(cert));
    }
    limit_repairs(survey);
    note_lacking_names(survey, reader);
    note_refused_servers(survey, reader);
    return survey;
}

}  // namespace clockguard
