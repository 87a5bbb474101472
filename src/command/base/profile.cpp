// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/profile.hpp"

#include <array>
#include <set>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/certs/cert_profile_toml.hpp"
#include "clockguard/core/certs/data_folder.hpp"
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

/// A profile's file, or one that was built in.
struct ProfileText {
    std::string name{};  // for messages
    std::string toml{};
};

Result<ProfileText> read_profile_text(const Root& root, const std::string& name)
{
    for (const char* folder : folders) {
        const std::string file = fmt::format("{}/{}{}", folder, name, ending);
        auto text = read_guarded_file(root, file);
        if (text)
            return ProfileText{.name = root.path(file), .toml = std::move(*text)};
        if (text.error().code != std::errc::no_such_file_or_directory)
            return fail(fmt::format("cannot use profile '{}': {}", name, to_text(text.error())));
    }
    return ProfileText{.name = name, .toml = std::string{builtin_profile(name)}};
}

/// Of a folder its "*.yaml", the last first: what comes later counts.
std::vector<std::string> files_of(const Root& root, const DataNaming& naming)
{
    if (!naming.file.ends_with('/'))
        return {naming.file};
    std::vector<std::string> files;
    for (const std::string& name :
         list_folder(root, naming.file).value_or(std::vector<std::string>{}))
        if (name.ends_with(".yaml"))
            files.insert(files.begin(), naming.file + name);
    return files;
}

Result<std::optional<std::string>> read_named_folder(const Root& root, const DataNaming& naming)
{
    const auto text = read_file(root, naming.file);
    if (!text && text.error().code == std::errc::no_such_file_or_directory)
        return std::nullopt;
    auto folder = text ? named_folder(*text, naming) : fail(text.error());
    if (text && !folder)
        return fail(fmt::format("file '{}': {}", root.path(naming.file), folder.error().what));
    return folder;
}

/// Where the data are; nothing where no file says that they are elsewhere.
Result<std::optional<std::string>> find_data(const Root& root, const CertProfile& profile)
{
    for (const DataNaming& naming : profile.data_in)
        for (const std::string& file : files_of(root, naming)) {
            auto folder = read_named_folder(root, {.file = file, .word = naming.word});
            if (!folder)
                return fail(fmt::format("cannot find the data of {}: {}", profile.title,
                                        folder.error().what),
                            folder.error().code);
            if (*folder)
                return folder;
        }
    return std::nullopt;
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
    const auto text = read_profile_text(root, name);
    if (!text)
        return fail(text.error());
    auto profile = parse_profile(text->toml, text->name);
    if (!profile || profile->data_in.empty())
        return profile;
    const auto data = find_data(root, *profile);
    if (!data)
        return fail(data.error());
    if (!*data)
        return profile;
    return parse_profile(with_data_at(text->toml, profile->data, **data), text->name);
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
