// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/kept_copies.hpp"

#include <algorithm>

#include "clockguard/edge/certs/certificate_store.hpp"

namespace clockguard {
namespace {

/// Whether only another file repairs it. An undo does not create a file that is missing.
bool needs_another_file(const Certificate& certificate, Instant now)
{
    const CertState state = judge(certificate, now, {});
    return !certificate.is_denied && !certificate.is_unclear &&
           (state == CertState::Unreadable || state == CertState::KeyMismatch);
}

/// Whether all files of a backup are valid now.
bool is_valid_now(const Backup& backup, const CertSurvey& survey, Instant now)
{
    CertReader reader;
    return std::ranges::all_of(backup.files, [&](const BackupFile& file) {
        const SurveyedCert* present = survey.find_path(file.path);
        auto text = read_backup(survey.installed->root, backup, file);
        if (present == nullptr || !text)
            return false;
        const Certificate kept =
            survey_text(present->certificate.place, std::move(*text), survey, reader).certificate;
        return is_usable(judge(kept, now, {})) && !kept.embeds_other_ca;
    });
}

/// The name of the first that holds a file.
std::string backup_for(const std::string& path, const std::vector<Backup>& backups)
{
    for (const Backup& backup : backups)
        if (std::ranges::find(backup.files, path, &BackupFile::path) != backup.files.end())
            return backup.name;
    return {};
}

}  // namespace

std::vector<Certificate> with_kept_copies(const CertSurvey& survey, Instant now)
{
    std::vector<Certificate> all = survey.certificates();
    if (std::ranges::none_of(all,
                             [&](const Certificate& one) { return needs_another_file(one, now); }))
        return all;
    // Where the backups cannot be read, none is named.
    auto backups = list_backups(survey.installed->root).value_or(BackupList{}).usable;
    std::erase_if(backups,
                  [&](const Backup& backup) { return !is_valid_now(backup, survey, now); });
    for (Certificate& certificate : all)
        if (needs_another_file(certificate, now))
            certificate.kept_in = backup_for(certificate.place.path, backups);
    return all;
}

}  // namespace clockguard
