// SPDX-License-Identifier: Apache-2.0
#include "command/certs/kubeconfig_parts.hpp"

#include <utility>

#include <fmt/core.h>

#include "clockguard/core/base/path.hpp"

namespace clockguard {
namespace {

KubeconfigPart take_part(const std::optional<EmbeddedData>& data, const std::string& named,
                         const CertPlace& place, const CertSurvey& survey)
{
    if (data || named.empty())
        return {.text = data ? data->text : ""};
    // client-go, clientcmd, ResolvePaths.
    KubeconfigPart part{.path = normal_path(path_beside(place.path, named), survey.args.data)};
    if (!is_allowed(part.path, survey.profile)) {
        part.is_unclear = true;
        part.error = Error{
            .what = fmt::format("names '{}', which is outside {}", part.path, survey.profile.data)};
        return part;
    }
    auto text = survey.installed->read(part.path);
    if (text)
        part.text = std::move(*text);
    else
        part.error = text.error();
    return part;
}

}  // namespace

KubeconfigParts take_parts(const Kubeconfig& config, const CertPlace& place,
                           const CertSurvey& survey)
{
    return {.ca = take_part(config.ca, config.ca_file, place, survey),
            .certificate = take_part(config.certificate, config.certificate_file, place, survey),
            .key = take_part(config.key, config.key_file, place, survey)};
}

std::optional<std::string> key_of(const Kubeconfig& config, const CertPlace& place,
                                  const CertSurvey& survey)
{
    KubeconfigPart part = take_part(config.key, config.key_file, place, survey);
    return part.text.empty() ? std::nullopt : std::optional{std::move(part.text)};
}

}  // namespace clockguard
