// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_survey.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "clockguard/command/base/profile.hpp"
#include "clockguard/command/certs/kubeconfig_survey.hpp"
#include "clockguard/command/certs/server_names.hpp"
#include "clockguard/core/base/path.hpp"
#include "clockguard/core/certs/daemon_args.hpp"
#include "clockguard/core/certs/tls_secret_json.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/folder.hpp"
#include "clockguard/edge/certs/release.hpp"
#include "clockguard/edge/certs/x509_keys.hpp"
#include "command/certs/cert_exceptions.hpp"

namespace clockguard {
namespace {

bool is_absent(const Error& error)
{
    return error.code == std::errc::no_such_file_or_directory;
}

bool is_denied(const Error& error)
{
    return error.code == std::errc::permission_denied;
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
    certificate.is_denied = is_denied(error);
    certificate.is_unclear =
        certificate.place.kind == CertKind::Kubeconfig && error.code == std::errc::file_too_large;
    certificate.error = to_text(error);
}

/// Whether its key is missing or cannot be used. A key that may not be read may be a good one.
bool lacks_key(const CertPlace& place, const CertSurvey& survey)
{
    if (place.kind != CertKind::File || place.key_path.empty() || place.is_authority())
        return false;
    const auto key = survey.installed->read(place.key_path);
    return key ? !is_usable_key(*key) : !is_denied(key.error());
}

bool is_link_at(const std::string& location, const CertSurvey& survey)
{
    const auto opened = open_beneath(survey.beneath(location));
    return !opened && opened.error() == std::errc::too_many_symbolic_link_levels;
}

/// clockguard writes through no link; MicroK8s does.
Advice advice_for_link(const CertPlace& place)
{
    return place.renew.empty()
               ? Advice{"put the file itself in the place of the link that leads to it"}
               : place.renew;
}

/// The key of a CA may be kept elsewhere; a daemon reads the certificate and key of a leaf.
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
        else if (!place.is_authority() && !is_denied(key.error()))
            cert.certificate.error = to_text(key.error());
        else
            cert.certificate.lacks_key = !is_denied(key.error());
    }
    if (cert.certificate.error.empty())
        examine(cert.certificate, cert.location, texts, reader);
    if (place.is_authority())
        relax_ca_checks(cert.certificate);
}

/// No daemon has a hundredth of the limit; the file may be written by others than root, and every
/// word of it is looked at.
Result<std::string> read_args(const std::string& path, const Installation& installed)
{
    constexpr std::size_t limit = 256U << 10U;
    auto text = installed.read(path);
    if (text && text->size() > limit)
        return fail(fmt::format("args file '{}' is {} KiB long, limit {} KiB",
                                installed.locate(path), text->size() >> 10U, limit >> 10U));
    return text;
}

/// Stands for all that its flags may name.
CertPlace unread_args(const std::string& path, const Error& error)
{
    return {.name = fmt::format("{}/{}", name_of(folder_of(path)), name_of(path)),
            .path = path,
            .unclear =
                fmt::format("{}: which certificates its flags name is not known", to_text(error))};
}

std::set<std::string> args_files_of(const std::vector<CertPlace>& places)
{
    std::set<std::string> files;
    for (const CertPlace& place : places)
        for (const ArgFlag& arg : place.args)
            files.insert(arg.file);
    return files;
}

void skip_what_is_replaced(std::vector<CertPlace>& places, const Installation& installed)
{
    for (CertPlace& place : places)
        if (!place.unless.empty() && file_exists(installed.root, installed.inside(place.unless)))
            place.skip = fmt::format("'{}' is used instead", place.unless);
}

/// The places, and the files that the flags of the daemons name.
std::vector<CertPlace> all_places(CertSurvey& survey)
{
    const ArgsFiles& files = survey.profile.args;
    const Installation& installed = *survey.installed;
    auto places = cert_places(survey.profile, installed.node.role);
    skip_what_is_replaced(places, installed);
    DaemonArgs& args = survey.args;
    args = {.data = {
                .variable = files.variable, .link = survey.profile.data, .target = installed.data}};
    std::vector<CertPlace> unread;
    for (const std::string& file : args_files_of(places)) {
        const std::string path = fmt::format("{}/{}", files.folder, file);
        auto text = read_args(path, installed);
        if (text)
            args.texts[file] = std::move(*text);
        else if (!is_absent(text.error()))
            unread.push_back(unread_args(path, text.error()));
    }
    auto all = with_named_files(places, survey.profile, args);
    all.insert(all.end(), unread.begin(), unread.end());
    return all;
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
            !is_link_at(survey.installed->locate(ca->certificate.place.key_path), survey))
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

/// A release that knows what others do not.
void forget_known_parts(CertSurvey& survey)
{
    for (SurveyedCert& cert : survey.certs) {
        StrangePart& part = cert.certificate.facts.strange_part;
        if (part.known_since != 0 && read_minor(survey.installed->root) >= part.known_since)
            part = {};
    }
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

void examine(Certificate& certificate, const std::string& location, const CertTexts& texts,
             CertReader& reader)
{
    auto facts = reader.read(texts);
    if (facts)
        certificate.facts = std::move(*facts);
    else
        certificate.error = fmt::format("certificate '{}' {}", location, facts.error().what);
    certificate.holds_none = !facts;
}

Beneath CertSurvey::beneath(std::string location) const
{
    return {.root = installed->root, .trusted = installed->data, .location = std::move(location)};
}

bool is_link(const SurveyedCert& cert, const CertSurvey& survey)
{
    return is_link_at(cert.location, survey);
}

SurveyedCert survey_text(CertPlace place, std::string text, const CertSurvey& survey,
                         CertReader& reader)
{
    SurveyedCert cert{.location = survey.installed->locate(place.path), .text = std::move(text)};
    cert.certificate.place = std::move(place);
    examine_by_kind(cert, survey, reader);
    const bool has_problem =
        !cert.certificate.error.empty() || cert.certificate.facts.key_matches == false;
    if (has_problem && !cert.certificate.place.is_authority())
        cert.certificate.lacks_key = lacks_key(cert.certificate.place, survey);
    if (cert.certificate.place.repair != CertRepair::None && is_link(cert, survey))
        cert.certificate.first = advice_for_link(cert.certificate.place);
    allow_self_made(cert.certificate, *survey.installed);
    allow_unknown_ca(cert.certificate);
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
    for (CertPlace& place : all_places(survey)) {
        SurveyedCert cert = survey_one(std::move(place), survey, reader);
        if (!is_unused(cert, survey.profile))
            survey.certs.push_back(std::move(cert));
    }
    drop_vain_renewals(survey);
    note_linked_keys(survey);
    leave_to_other_signers(survey);
    note_lacking_names(survey, reader);
    forget_known_parts(survey);
    return survey;
}

}  // namespace clockguard
