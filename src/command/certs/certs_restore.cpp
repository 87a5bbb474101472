// SPDX-License-Identifier: Apache-2.0
#include "command/certs/certs_restore.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/certs/kubeconfig.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/folder.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/certs/x509.hpp"

namespace clockguard {
namespace {

/// A certificate whose key has been replaced since would break what runs now.
Result<void> check_key(const CertSurvey& survey, const Restoration& restoration)
{
    const SurveyedCert* present = survey.find_path(restoration.file.path);
    if (present == nullptr || present->certificate.place.key_path.empty())
        return {};
    const auto key = survey.installed->read(present->certificate.place.key_path);
    if (!key)
        return {};
    const auto facts = read_certificate({.certificate = restoration.change.after, .key = *key});
    if (facts && facts->key_matches == false)
        return fail(cannot_undo(fmt::format("'{}' now has another key", restoration.file.name)));
    return {};
}

/// Whether a refresh may have replaced it: the profile has a certificate there in some role, or a
/// flag names it now.
bool is_in_place(const CertSurvey& survey, const std::string& path)
{
    return std::ranges::any_of(
               survey.profile.places,
               [&](const ProfilePlace& entry) { return entry.place.path == path; }) ||
           std::ranges::any_of(survey.certs, [&](const SurveyedCert& cert) {
               return cert.certificate.place.path == path;
           });
}

/// Whether it is what a refresh replaces, or a part of that.
bool is_cert_or_kubeconfig(const std::string& text)
{
    if (text.find("-----BEGIN CERTIFICATE-----") != std::string::npos ||
        text.find("certificate-authority-data") != std::string::npos)
        return true;
    const auto config = parse_kubeconfig(text);
    return config && config->unclear.empty();
}

/// What a full disk or a power cut leaves of it: nothing, or zeros.
bool is_lost(const std::string& text)
{
    return text.find_first_not_of('\0') == std::string::npos;
}

/// The text of the file now. An error where it is a link or another kind of file.
Result<std::string> read_present(const CertSurvey& survey, const Restoration& restoration,
                                 const std::string& kept)
{
    const FileChange& change = restoration.change;
    if (!is_in_place(survey, change.path))
        return fail(cannot_undo(
            fmt::format("'{}' is not one of {}'s files", change.location, survey.profile.title)));
    auto text = read_beneath(survey.beneath(change.location));
    if (!text)
        return fail(cannot_undo(fmt::format("'{}': {}; its old content is in '{}'", change.location,
                                            why_not(text.error()), kept)));
    if (!is_lost(*text) && !is_cert_or_kubeconfig(*text))
        return fail(cannot_undo(
            fmt::format("'{}' no longer holds a certificate; its old content is in '{}'",
                        change.location, kept)));
    return std::move(*text);
}

/// The text of a CA's file once all is restored.
std::optional<std::string> ca_after(const std::string& name, const std::vector<Restoration>& all,
                                    const CertSurvey& survey)
{
    const auto restored = std::ranges::find_if(
        all, [&](const Restoration& restoration) { return restoration.file.name == name; });
    if (restored != all.end())
        return restored->change.after;
    const SurveyedCert* ca = survey.find(name);
    return ca == nullptr || ca->text.empty() ? std::nullopt : std::optional{ca->text};
}

/// The place of a certificate that the CA of the profile must have signed.
const CertPlace* place_with_ca(const std::string& path, const CertSurvey& survey)
{
    const SurveyedCert* present = survey.find_path(path);
    if (present == nullptr)
        return nullptr;
    const CertPlace& place = present->certificate.place;
    return place.named_by_flag.empty() && !place.is_authority() ? &place : nullptr;
}

Result<CertFacts> facts_of(const std::string& text, std::optional<std::string> ca)
{
    const auto config = parse_kubeconfig(text);
    const bool embeds = config && config->certificate;
    return read_certificate(
        {.certificate = embeds ? config->certificate->text : text, .issuer = std::move(ca)});
}

/// Whether a kubeconfig trusts none of a CA's certificates.
bool trusts_another(const std::string& text, const std::string& ca)
{
    const auto config = parse_kubeconfig(text);
    if (!config || !config->ca)
        return false;
    const auto trusted = read_certificate(
        {.certificate = config->ca->text, .is_pool = true, .passes_over_junk = true});
    const auto present = read_certificate({.certificate = ca, .is_pool = true});
    return trusted && present &&
           std::ranges::find_first_of(trusted->all, present->all) == trusted->all.end();
}

}  // namespace

Error cannot_undo(std::string_view what)
{
    return {.what = fmt::format("cannot undo: {}", what)};
}

Result<std::vector<Restoration>> read_restorations(const Root& root, const Backup& backup,
                                                   const CertSurvey& survey)
{
    std::vector<Restoration> all;
    for (const BackupFile& file : backup.files) {
        const auto text = read_backup(root, backup, file);
        if (!text)
            return fail(text.error());
        if (!is_cert_or_kubeconfig(*text))
            return fail(cannot_undo(
                fmt::format("'{}' holds no certificate", location_of(root, backup, file))));
        all.push_back({.file = file,
                       .change = {.name = file.name,
                                  .path = file.path,
                                  .location = survey.installed->locate(file.path),
                                  .root = root,
                                  .data = survey.installed->data,
                                  .after = *text}});
    }
    return all;
}

Result<void> check_keys(const CertSurvey& survey, const std::vector<Restoration>& all)
{
    for (const Restoration& restoration : all) {
        auto fits = check_key(survey, restoration);
        if (!fits)
            return fits;
    }
    return {};
}

Result<std::vector<Restoration>> with_present(const Root& root, const Backup& backup,
                                              const CertSurvey& survey,
                                              std::vector<Restoration> all)
{
    for (Restoration& restoration : all) {
        auto present =
            read_present(survey, restoration, location_of(root, backup, restoration.file));
        if (!present)
            return fail(present.error());
        restoration.change.before = std::move(*present);
    }
    return all;
}

std::vector<std::string> restore_warnings(const std::vector<Restoration>& all,
                                          const CertSurvey& survey, Instant now)
{
    std::vector<std::string> lines;
    for (const auto& [file, change] : all) {
        const CertPlace* place = place_with_ca(file.path, survey);
        const auto ca = place == nullptr ? std::nullopt : ca_after(place->issuer, all, survey);
        const auto trusted =
            place == nullptr ? std::nullopt : ca_after(trusted_by(*place), all, survey);
        const auto facts = facts_of(change.after, ca);
        if (facts && facts->signed_by_issuer == false)
            lines.push_back(fmt::format("'{}' as of then is not signed by '{}' as of now",
                                        file.name, place->issuer));
        if (trusted && trusts_another(change.after, *trusted))
            lines.push_back(fmt::format("'{}' as of then trusts another CA than '{}' as of now",
                                        file.name, trusted_by(*place)));
        if (facts && now < facts->not_before)
            lines.push_back(fmt::format("the restored '{}' is not valid until {}", file.name,
                                        to_text(facts->not_before)));
        else if (facts && now > facts->not_after)
            lines.push_back(fmt::format("the restored '{}' expired at {}", file.name,
                                        to_text(facts->not_after)));
    }
    return lines;
}

}  // namespace clockguard
