// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/kept_copies.hpp"

#include <algorithm>

#include "clockguard/edge/certs/certificate_store.hpp"

namespace clockguard {
namespace {

/// Whether nothing but another file helps. An undo refuses to make one that is missing.
bool is_spoilt(const Certificate& certificate, Instant now)
{
    const CertState state = judge(certificate, now, {});
    return !certificate.is_denied && !certificate.is_unclear &&
           (state == CertState::Unreadable || state == CertState::KeyMismatch);
}

bool is_held(const Backup& backup, const std::string& path)
{
    return std::ranges::find(backup.files, path, &BackupFile::path) != backup.files.end();
}

bool is_sound(const Backup& backup, const BackupFile& file, const CertSurvey& survey, Instant now)
{
    const auto present = std::ranges::find_if(survey.certs, [&](const SurveyedCert& cert) {
        return cert.certificate.place.path == file.path;
    });
    auto text = read_backup(survey.installed->root, backup, file);
    if (present == survey.certs.end() || !text)
        return false;
    CertReader reader;
    const SurveyedCert kept =
        survey_text(present->certificate.place, std::move(*text), survey, reader);
    return is_usable(judge(kept.certificate, now, {})) && !kept.certificate.embeds_other_ca;
}

std::string backup_for(const std::string& path, const std::vector<Backup>& backups,
                       const CertSurvey& survey, Instant now)
{
    const auto found = std::ranges::find_if(backups, [&](const Backup& backup) {
        return is_held(backup, path) &&
               std::ranges::all_of(backup.files, [&](const BackupFile& file) {
                   return is_sound(backup, file, survey, now);
               });
    });
    return found == backups.end() ? "" : found->name;
}

}  // namespace

std::vector<Certificate> with_kept_copies(const CertSurvey& survey, Instant now)
{
    std::vector<Certificate> all = survey.certificates();
    if (std::ranges::none_of(all, [&](const Certificate& one) { return is_spoilt(one, now); }))
        return all;
    // Where the backups cannot be read, none is named.
    const BackupList backups = list_backups(survey.installed->root).value_or(BackupList{});
    for (Certificate& certificate : all)
        if (is_spoilt(certificate, now))
            certificate.kept_in = backup_for(certificate.place.path, backups.usable, survey, now);
    return all;
}

}  // namespace clockguard
