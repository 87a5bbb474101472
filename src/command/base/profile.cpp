// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/profile.hpp"

#include <array>
#include <set>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/certs/cert_profile_toml.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/guarded.hpp"
#include "clockguard/edge/certs/installation.hpp"

namespace clockguard {
namespace {

/// The first that has the profile wins.
constexpr std::array folders{"/etc/clockguard/profiles", "/usr/share/clockguard/profiles"};

constexpr std::string_view ending = ".toml";

std::set<std::string> profile_names(const Root& root)
{
    const auto builtin = builtin_profile_names();
    std::set<std::string> names{builtin.begin(), builtin.end()};
    for (const char* folder : folders)
        for (const std::string& file :
             list_folder(root, folder).value_or(std::vector<std::string>{}))
            if (file.ends_with(ending))
                names.insert(file.substr(0, file.size() - ending.size()));
    return names;
}

}  // namespace

Result<void> find_profile(const Root& root, const std::string& name)
{
    if (!builtin_profile(name).empty())
        return {};
    const auto known = profile_names(root);
    if (known.contains(name))
        return {};
    return fail(fmt::format("cannot find profile '{}' (certs.profile); there are: {}", name,
                            joined(known, ", ")));
}

Result<CertProfile> load_profile(const Root& root, const std::string& name)
{
    const auto found = find_profile(root, name);
    if (!found)
        return fail(found.error());
    for (const char* folder : folders) {
        const std::string file = fmt::format("{}/{}{}", folder, name, ending);
        const std::string path = root.path(file);
        const auto text = read_guarded_file(root, file);
        if (text)
            return parse_profile(*text, path);
        if (text.error().code != std::errc::no_such_file_or_directory)
            return fail(fmt::format("cannot use profile '{}': {}", name, to_text(text.error())));
    }
    return parse_profile(builtin_profile(name), name);
}

std::string distribution_name(const Root& root, const std::string& profile)
{
    const auto known = load_profile(root, profile);
    return known ? known->title : "MicroK8s";
}

std::string other_distribution(const Root& root, const std::string& profile)
{
    for (const std::string& name : builtin_profile_names()) {
        if (name == profile)
            continue;
        const auto other = load_profile(root, name);
        if (!other)
            continue;
        const auto installed = read_installation(root, *other);
        if (installed && *installed && (*installed)->has_certificates)
            return fmt::format("{} is: to have its certificates judged, set certs.profile = \"{}\" "
                               "in /etc/clockguard/clockguard.toml",
                               other->title, name);
    }
    return {};
}

}  // namespace clockguard
