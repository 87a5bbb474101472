// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/codes.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/version.hpp"
#include "clockguard/core/report/builtin_codes.hpp"

namespace clockguard {
namespace {

struct Group {
    std::string_view first;  // the number of its first code
    std::string_view heading;
};

constexpr std::array groups{Group{"100", "System clock and hardware clock"},
                            Group{"130", "Why a boot started at a wrong time"},
                            Group{"200", "Certificates"},
                            Group{"300", "Time sources"},
                            Group{"310", "Hyper-V and other hosts"},
                            Group{"400", "Boot gate"},
                            Group{"410", "MicroK8s after a wrong clock"}};

/// A package's file has the version in its name.
void fill_in_version(std::string& command)
{
    constexpr std::string_view placeholder = "{version}";
    if (const auto at = command.find(placeholder); at != std::string::npos)
        command.replace(at, placeholder.size(), version);
}

/// Unset for a file that is wrong, which a test rules out.
std::optional<Code> to_code(const BuiltinCode& file)
{
    auto code = parse_code(file.name, file.toml);
    if (!code)
        return std::nullopt;
    for (Remedy& remedy : code->remedies)
        fill_in_version(remedy.command);
    return *code;
}

bool share_one(const std::vector<std::string>& some, const std::vector<std::string>& others)
{
    return std::ranges::find_first_of(some, others) != some.end();
}

}  // namespace

std::vector<std::string> code_names()
{
    std::vector<std::string> names;
    for (const BuiltinCode& file : builtin_codes())
        names.emplace_back(file.name);
    return names;
}

std::optional<Code> find_code(std::string_view name)
{
    for (const BuiltinCode& file : builtin_codes())
        if (is_same_word(file.name, name))
            return to_code(file);
    return std::nullopt;
}

std::vector<Code> list_codes()
{
    std::vector<Code> codes;
    for (const BuiltinCode& file : builtin_codes())
        if (auto code = to_code(file))
            codes.push_back(std::move(*code));
    return codes;
}

std::string_view group_of(std::string_view name)
{
    std::string_view heading;
    for (const Group& group : groups)
        if (name.size() == 5 && group.first <= name.substr(2))
            heading = group.heading;
    return heading;
}

bool applies(const Remedy& remedy, const CommandTarget& here)
{
    const bool this_profile = remedy.profiles.empty() || share_one(remedy.profiles, {here.profile});
    const bool this_system =
        remedy.systems.empty() || here.systems.empty() || share_one(remedy.systems, here.systems);
    return this_profile && this_system;
}

std::string title_of(std::string_view name, std::string_view detail)
{
    const auto code = find_code(name);
    if (!code)
        return std::string{detail};
    return detail.empty() ? code->title : fmt::format("{}: {}", code->title, detail);
}

std::optional<Remedy> remedy_for(std::string_view name, const CommandTarget& here)
{
    const auto code = find_code(name);
    if (!code)
        return std::nullopt;
    const auto first = std::ranges::find_if(code->remedies, [&](const Remedy& remedy) {
        return !remedy.looks && applies(remedy, here);
    });
    return first == code->remedies.end() ? std::nullopt : std::optional{*first};
}

std::vector<std::string> system_ids(std::string_view os_release)
{
    std::vector<std::string> ids;
    for (const std::string_view key : {"ID", "ID_LIKE"})
        for (const std::string_view word : words_of(os_release_value(os_release, key)))
            ids.emplace_back(word);
    return ids;
}

}  // namespace clockguard
