// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/cert_identity.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

#include <fmt/core.h>

namespace clockguard {
namespace {

/// The parts of a name as RFC 2253 writes it: a comma or a plus parts them, a backslash before it
/// does not.
std::vector<std::string_view> parts_of(std::string_view name)
{
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (name[at] == '\\')
            ++at;
        else if (name[at] == ',' || name[at] == '+') {
            parts.push_back(name.substr(begin, at - begin));
            begin = at + 1;
        }
    }
    parts.push_back(name.substr(std::min(begin, name.size())));
    return parts;
}

bool gives_rights(std::string_view part)
{
    return part.starts_with("CN=system:") || part.starts_with("O=system:");
}

/// "CN=system:node:*" is any node.
bool is_like(std::string_view part, std::string_view wanted)
{
    return wanted.ends_with('*') ? part.starts_with(wanted.substr(0, wanted.size() - 1))
                                 : part == wanted;
}

bool is_of_its_place(std::string_view part, const std::string& subject)
{
    const auto wanted = parts_of(subject);
    return std::ranges::any_of(wanted, [&](std::string_view one) { return is_like(part, one); });
}

}  // namespace

std::string identity_objection(const Certificate& certificate)
{
    const auto& [place, facts] = std::tie(certificate.place, certificate.facts);
    if (place.is_authority())
        return {};
    if (facts.is_ca)
        return "it is a CA's certificate in a place for another";
    if (place.use == CertUse::Server && !facts.serves)
        return "its extended key usage is not that of a server";
    if (place.use == CertUse::Client && !facts.calls)
        return "its extended key usage is not that of a client";
    for (const std::string_view part : parts_of(facts.subject))
        if (gives_rights(part) && !is_of_its_place(part, place.subject))
            return fmt::format("its subject '{}' has rights ({}) that this place must not have",
                               facts.subject, part);
    return {};
}

}  // namespace clockguard
