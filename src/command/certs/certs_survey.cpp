// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_survey.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "clockguard/command/base/profile.hpp"
#include "clockguard/core/certs/daemon_args.hpp"
#include "clockguard/core/certs/kubeconfig.hpp"

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

/// Why a place may be empty, or nothing.
std::string excuse(const CertPlace& place, const CertSurvey& survey)
{
    switch (place.need) {
    case CertNeed::Always:
        break;
    case CertNeed::UnlessOlder:
        return survey.installed->is_older ? survey.profile.older.why : "";
    case CertNeed::Optional:
        return "it is not there";
    }
    return {};
}

void note_failure(Certificate& certificate, const Error& error, const CertSurvey& survey)
{
    if (is_absent(error)) {
        certificate.skipped = excuse(certificate.place, survey);
        certificate.is_missing = certificate.skipped.empty();
        return;
    }
    certificate.is_denied = is_denied(error);
    certificate.error = to_text(error);
}

/// The texts of a CA that was surveyed before what it signed.
std::optional<std::string> issuer_text(const CertSurvey& survey, const SurveyedCert& cert)
{
    const std::string& issuer = cert.certificate.place.issuer;
    if (issuer == cert.certificate.place.name)
        return cert.text;
    const SurveyedCert* ca = survey.find(issuer);
    if (ca == nullptr || ca->text.empty() || !ca->certificate.error.empty())
        return std::nullopt;
    return ca->text;
}

void examine(SurveyedCert& cert, const CertTexts& texts, CertReader& reader)
{
    auto facts = reader.read(texts);
    if (facts)
        cert.certificate.facts = std::move(*facts);
    else
        cert.certificate.error =
            fmt::format("certificate '{}' {}", cert.location, facts.error().what);
}

/// A CA that another has signed is trusted as it is; and what is in its file beside it may be what
/// its key is for.
void allow_for_its_ca(Certificate& certificate)
{
    CertFacts& facts = certificate.facts;
    if (facts.sha256.empty())
        return;
    if (facts.signer != facts.sha256)
        facts.key_matches.reset();
    if (!facts.has_other_issuer)
        return;
    facts.signed_by_issuer.reset();
    certificate.place.repair = CertRepair::None;
}

/// A CA's key may be kept elsewhere, a leaf's may not: its user reads both.
void examine_file(SurveyedCert& cert, const CertSurvey& survey, CertReader& reader)
{
    const CertPlace& place = cert.certificate.place;
    CertTexts texts{.certificate = cert.text,
                    .issuer = issuer_text(survey, cert),
                    .is_pool = place.issuer == place.name};
    if (!place.key_path.empty()) {
        const auto key = survey.installed->read(place.key_path);
        if (key)
            texts.key = *key;
        else if (place.issuer != place.name && !is_denied(key.error()))
            cert.certificate.error = to_text(key.error());
    }
    if (cert.certificate.error.empty())
        examine(cert, texts, reader);
    if (place.issuer == place.name)
        allow_for_its_ca(cert.certificate);
}

void compare_with_file(Certificate& certificate, const CertSurvey& survey)
{
    const SurveyedCert* file = survey.find(certificate.place.copy_of);
    if (file == nullptr || file->certificate.facts.sha256.empty())
        return;
    const CertFacts& facts = file->certificate.facts;
    certificate.differs_from_file = facts.sha256 != certificate.facts.sha256;
    certificate.is_of_another = facts.subject != certificate.facts.subject;
}

/// Whether one of a CA's certificates is among these, any that its key fits.
bool holds_any(const std::vector<std::string>& digests, const CertFacts& ca)
{
    const auto is_held = [&](const std::string& digest) {
        return std::ranges::find(digests, digest) != digests.end();
    };
    return is_held(ca.signer) || std::ranges::any_of(ca.anchors, [&](const CertFacts& anchor) {
               return is_held(anchor.sha256);
           });
}

/// Whether it trusts what its CA signs with; more than that may be in both.
void compare_with_ca(Certificate& certificate, const CertSurvey& survey, const std::string& trusted,
                     CertReader& reader)
{
    const SurveyedCert* ca = survey.find(certificate.place.issuer);
    if (ca == nullptr || ca->certificate.facts.sha256.empty())
        return;
    const auto embedded = reader.read({.certificate = trusted});
    certificate.embeds_other_ca = !embedded || !holds_any(embedded->all, ca->certificate.facts);
    if (embedded && certificate.embeds_other_ca && holds_other_copies(trusted, ca->text))
        certificate.old_ca = *embedded;
}

/// "/x/y" of "y" beside "/x/kubeconfig" (client-go, clientcmd, ResolvePaths).
std::string path_beside(const CertPlace& place, const std::string& named)
{
    return named.starts_with('/') ? named : place.path.substr(0, place.path.rfind('/') + 1) + named;
}

bool has_a_line(const CertSurvey& survey, const std::string& path)
{
    return std::ranges::any_of(survey.certs, [&](const SurveyedCert& cert) {
        return cert.certificate.place.path == path;
    });
}

/// A certificate that the kubeconfig names is a file like any other; where it is in the list, it is
/// judged there.
void examine_named(SurveyedCert& cert, const CertSurvey& survey, const Kubeconfig& config,
                   CertReader& reader)
{
    Certificate& certificate = cert.certificate;
    const DataNames data{.link = survey.profile.data, .target = survey.installed->data};
    if (!cert.certificate.place.unclear.empty()) {
        cert.certificate.is_unclear = true;
        cert.certificate.error = cert.certificate.place.unclear;
        return cert;
    }
    const std::string named = path_beside(certificate.place, config.certificate_file);
    const std::string path = plain_path(named, data).value_or("");
    certificate.place.repair = CertRepair::None;
    if (path.empty() || !is_allowed(path, survey.profile)) {
        certificate.skipped =
            fmt::format("it names '{}', which is outside {}", named, survey.profile.data);
        return;
    }
    if (has_a_line(survey, path)) {
        certificate.skipped = fmt::format("it names '{}', which has a line of its own", path);
        return;
    }
    const auto text = survey.installed->read(path);
    if (!text) {
        certificate.error = to_text(text.error());
        return;
    }
    CertTexts texts{.certificate = *text, .issuer = issuer_text(survey, cert)};
    const auto key_path = plain_path(path_beside(certificate.place, config.key_file), data);
    if (config.key)
        texts.key = config.key->text;
    else if (const auto key = key_path && is_allowed(*key_path, survey.profile)
                                  ? survey.installed->read(*key_path)
                                  : fail("");
             key)
        texts.key = *key;
    examine(cert, texts, reader);
}

void examine_embedded(SurveyedCert& cert, const CertSurvey& survey, const Kubeconfig& config,
                      CertReader& reader)
{
    CertTexts texts{.certificate = config.certificate->text, .issuer = issuer_text(survey, cert)};
    if (config.key)
        texts.key = config.key->text;
    examine(cert, texts, reader);
    if (cert.certificate.error.empty())
        compare_with_file(cert.certificate, survey);
}

void examine_kubeconfig(SurveyedCert& cert, const CertSurvey& survey, CertReader& reader)
{
    Certificate& certificate = cert.certificate;
    const auto config = parse_kubeconfig(cert.text);
    if (!config || !config->unclear.empty()) {
        certificate.is_unclear = config.has_value();
        certificate.error =
            config ? fmt::format("kubeconfig '{}' cannot be judged: it {}", cert.location,
                                 config->unclear)
                   : fmt::format("kubeconfig '{}' {}", cert.location, config.error().what);
        return;
    }
    if (config->certificate)
        examine_embedded(cert, survey, *config, reader);
    else if (!config->certificate_file.empty())
        examine_named(cert, survey, *config, reader);
    else {
        certificate.login = config->login;
        certificate.skipped = fmt::format("it authenticates with {}", config->login);
    }
    if (certificate.error.empty() && config->ca)
        compare_with_ca(certificate, survey, config->ca->text, reader);
}

/// Unset for one that is not there, or is passed over with a complaint. No daemon has a hundredth
/// of the limit; the file may be written by others than root, and every word of it is looked at.
std::optional<std::string> read_args(const std::string& path, CertSurvey& survey)
{
    constexpr std::size_t args_limit = 256U << 10U;
    auto text = survey.installed->read(path);
    if (text && text->size() <= args_limit)
        return std::move(*text);
    if (text)
        survey.complaints.push_back(
            fmt::format("args file '{}' is {} KiB long, limit {} KiB, ignoring it",
                        survey.installed->locate(path), text->size() >> 10U, args_limit >> 10U));
    else if (!is_absent(text.error()))
        survey.complaints.push_back(fmt::format("{}, ignoring it", to_text(text.error())));
    return std::nullopt;
}

/// The places, and where the daemons are told that their files are.
std::vector<CertPlace> all_places(CertSurvey& survey)
{
    const ArgsFiles& files = survey.profile.args;
    const Installation& installed = *survey.installed;
    const auto places = cert_places(survey.profile, installed.node.role);
    DaemonArgs& args = survey.args;
    args = {.data = {
                .variable = files.variable, .link = survey.profile.data, .target = installed.data}};
    std::set<std::string> read;
    for (const CertPlace& place : places)
        for (const ArgFlag& arg : place.args)
            if (read.insert(arg.file).second)
                if (auto text = read_args(files.folder + "/" + arg.file, survey))
                    args.texts[arg.file] = std::move(*text);
    return with_told(places, survey.profile, args);
}

/// A file that somebody named in an args file may have a CA that we know nothing of.
void allow_for_another_ca(Certificate& certificate)
{
    if (certificate.place.told_by.empty() || certificate.facts.signed_by_issuer.value_or(false))
        return;
    certificate.facts.signed_by_issuer.reset();
    certificate.embeds_other_ca = false;
    certificate.place.repair = CertRepair::None;
}

/// A kubelet of before 1.28 made its certificate itself, for a year, with a CA of its own whose
/// name is the node's and "-ca@" and a date (k8s.io/client-go, util/cert,
/// GenerateSelfSignedCertKey), and makes it anew where there is none. Nothing verifies it.
void allow_for_self_made(Certificate& certificate, const Installation& installed)
{
    CertPlace& place = certificate.place;
    const bool is_named_so = certificate.facts.issuer.find("-ca@") != std::string::npos;
    if (!place.self_made_when_older || certificate.facts.signed_by_issuer.value_or(false) ||
        !(installed.is_older || is_named_so))
        return;
    certificate.facts.signed_by_issuer.reset();
    place.issuer.clear();
    place.repair = CertRepair::None;
    place.renew = fmt::format("rm -f {} {}; snap restart microk8s.daemon-kubelite", place.path,
                              place.key_path);
}

SurveyedCert survey_one(CertPlace place, const CertSurvey& survey, CertReader& reader)
{
    SurveyedCert cert{.location = survey.installed->locate(place.path)};
    cert.certificate.place = std::move(place);
    if (!cert.certificate.place.skip.empty()) {
        cert.certificate.skipped = cert.certificate.place.skip;
        return cert;
    }
    auto text = survey.installed->read(cert.certificate.place.path);
    if (!text) {
        note_failure(cert.certificate, text.error(), survey);
        return cert;
    }
    return survey_text(std::move(cert.certificate.place), std::move(*text), survey, reader);
}

/// What only some nodes have, as the flags tell, where neither it nor a flag is there.
bool is_of_no_use(const SurveyedCert& cert, const CertProfile& profile)
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

Beneath CertSurvey::beneath(std::string location) const
{
    return {.root = installed->root, .trusted = installed->data, .location = std::move(location)};
}

SurveyedCert survey_text(CertPlace place, std::string text, const CertSurvey& survey,
                         CertReader& reader)
{
    SurveyedCert cert{.location = survey.installed->locate(place.path), .text = std::move(text)};
    cert.certificate.place = std::move(place);
    if (cert.certificate.place.kind == CertKind::File)
        examine_file(cert, survey, reader);
    else
        examine_kubeconfig(cert, survey, reader);
    allow_for_self_made(cert.certificate, *survey.installed);
    allow_for_another_ca(cert.certificate);
    return cert;
}

Result<CertSurvey> survey_certificates(const Context& context)
{
    CertReader reader;
    return survey_certificates(context, reader);
}

Result<CertSurvey> survey_certificates(const Context& context, CertReader& reader)
{
    auto profile = load_profile(context.root, context.config.certs.profile);
    if (!profile)
        return fail(profile.error());
    auto installed = read_installation(context.root, *profile);
    if (!installed)
        return fail(installed.error());
    CertSurvey survey{.profile = std::move(*profile), .installed = std::move(*installed)};
    if (!survey.installed || !survey.installed->has_certificates)
        return survey;
    for (CertPlace& place : all_places(survey)) {
        SurveyedCert cert = survey_one(std::move(place), survey, reader);
        if (!is_of_no_use(cert, survey.profile))
            survey.certs.push_back(std::move(cert));
    }
    return survey;
}

}  // namespace clockguard
