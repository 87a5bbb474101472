// SPDX-License-Identifier: Apache-2.0
#include "command/certs/kubeconfig_advice.hpp"

#include <algorithm>
#include <string>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

/// Whether a shell takes the word as it is.
bool is_plain(const std::string& word)
{
    return !word.empty() && std::ranges::all_of(word, [](char c) {
        return is_letter(c) || is_digit(c) || c == '.' || c == ':' || c == '_' || c == '@' ||
               c == '-';
    });
}

/// Whether the file has a pair of the same user that is better, or can be re-issued.
bool has_another_pair(const Certificate& certificate, const CertPlace& file,
                      const Kubeconfig& config)
{
    if (certificate.is_of_another)
        return false;
    const bool is_named = !config.certificate && !config.certificate_file.empty();
    return certificate.differs_from_file || is_named ||
           !certificate.facts.key_matches.value_or(true) ||
           (config.certificate && file.repair != CertRepair::None);
}

}  // namespace

void advise_by_hand(Certificate& certificate, const CertSurvey& survey, const Kubeconfig& config)
{
    CertPlace& place = certificate.place;
    const SurveyedCert* file = survey.find(place.copy_of);
    const SurveyedCert* ca = survey.find(trusted_by(place));
    const std::string& kubectl = survey.profile.kubectl;
    if (kubectl.empty())
        return;
    const std::string change = fmt::format("{} config --kubeconfig={}", kubectl, place.path);
    if (file != nullptr && place.renew.empty() && is_plain(config.user) &&
        has_another_pair(certificate, file->certificate.place, config))
        place.renew.command.steps = {fmt::format(
            "{} set-credentials {} --client-certificate={} --client-key={} --embed-certs", change,
            config.user, file->certificate.place.path, file->certificate.place.key_path)};
    if (ca != nullptr && is_plain(config.cluster))
        certificate.renew_ca.steps = {
            fmt::format("{} set-cluster {} --certificate-authority={} --embed-certs", change,
                        config.cluster, ca->certificate.place.path)};
    if (certificate.names_ca && !certificate.error.empty() && !certificate.renew_ca.empty())
        place.renew.command = certificate.renew_ca;
}

void advise_context(Certificate& certificate, const CertSurvey& survey, const Kubeconfig& config)
{
    const bool is_known = !survey.profile.kubectl.empty() && is_plain(config.only_context);
    if (is_known)
        certificate.choose_context.command.steps = {
            fmt::format("{} config --kubeconfig={} use-context {}", survey.profile.kubectl,
                        certificate.place.path, config.only_context)};
    else
        certificate.choose_context.explained_in = "CG222";
}

}  // namespace clockguard
