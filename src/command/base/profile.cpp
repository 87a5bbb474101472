// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/profile.hpp"

#include <array>
#include <set>

#include <fmt/core.h>

#include "clockguard/core/base/path.hpp"
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

using Names = std::vector<std::string>;

Names list_or_none(const Root& root, const std::string& folder)
{
    return list_folder(root, folder).value_or(Names{});
}

/// Of a folder its "*.yaml" and "*.yml", the last first: what comes later counts.
Names configuration_in(const Root& root, const std::string& folder)
{
    Names files;
    for (const std::string& name : list_or_none(root, folder))
        if (name.ends_with(".yaml") || name.ends_with(".yml"))
            files.insert(files.begin(), folder + name);
    return files;
}

/// Those whose names have anything for the asterisk. A unit that is elsewhere may have additions
/// here ("k3s.service.d").
Names matching(const Root& root, const std::string& pattern)
{
    const std::string folder = folder_of(pattern) + "/";
    const std::string_view name = std::string_view{pattern}.substr(folder.size());
    const auto star = name.find('*');
    std::set<std::string> files;
    for (std::string one : list_or_none(root, folder)) {
        if (one.ends_with(".service.d"))
            one.resize(one.size() - 2);
        if (one.size() + 1 >= name.size() && one.starts_with(name.substr(0, star)) &&
            one.ends_with(name.substr(star + 1)))
            files.insert(folder + one);
    }
    return {files.begin(), files.end()};
}

Names files_of(const Root& root, const DataNaming& naming)
{
    if (naming.file.ends_with('/'))
        return configuration_in(root, naming.file);
    return naming.file.find('*') == std::string::npos ? Names{naming.file}
                                                      : matching(root, naming.file);
}

/// A unit with its additions (systemd.unit(5)), of which each may change what came before.
Result<std::string> read_with_additions(const Root& root, const std::string& file)
{
    auto text = read_file(root, file);
    if (!file.ends_with(".service"))
        return text;
    for (const std::string& name : list_or_none(root, file + ".d")) {
        const auto more = name.ends_with(".conf")
                              ? read_file(root, fmt::format("{}.d/{}", file, name))
                              : fail("");
        if (more)
            text = fmt::format("{}\n{}", text.value_or(""), *more);
    }
    return text;
}

Result<std::optional<std::string>> read_named_folder(const Root& root, const DataNaming& naming)
{
    const auto text = read_with_additions(root, naming.file);
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
