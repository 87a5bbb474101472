// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/config.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

#include <fmt/core.h>

#include "clockguard/core/base/config_keys.hpp"
#include "clockguard/core/base/suggest.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/toml_reader.hpp"

namespace clockguard {
namespace {

using Done = Result<void>;

std::string known_hint(std::string_view name)
{
    return did_you_mean(name, setting_names());
}

/// The value as the environment would write it: lists by commas.
Result<std::string> written(const TomlValue& value)
{
    if (value.kind == TomlKind::Text)
        return value.text;
    if (value.kind != TomlKind::List)
        return fail(value.text.empty() ? "must be a string, whole number, boolean or list"
                                       : value.text);
    return joined(value.items, ",");
}

/// Puts one value in its place; on failure the configuration is as before.
Done apply_setting(Config& config, const std::string& name, std::string_view value)
{
    const SettingKey* key = find_setting(name);
    if (key == nullptr)
        return fail(fmt::format("unknown setting '{}'{}", name, known_hint(name)));
    Config attempt = config;
    const auto set = key->set(attempt, value);
    if (!set)
        return fail(fmt::format("'{}': {}", name, set.error().what));
    config = std::move(attempt);
    return {};
}

Result<std::string> read_key(const std::string& name, const TomlValue& key)
{
    const std::string removal = removal_of(name);
    if (!removal.empty())
        return fail(at_line(key, fmt::format("{}; delete this line", removal)));
    const SettingKey* const known = find_setting(name);
    if (known == nullptr)
        return fail(at_line(key, fmt::format("unknown key '{}'{}", name, known_hint(name))));
    if (key.kind == TomlKind::List && !known->is_list)
        return fail(at_line(key, fmt::format("'{}': must be one value, not a list", name)));
    const auto value = written(key);
    if (!value)
        return fail(at_line(key, fmt::format("'{}': {}", name, value.error().what)));
    Config trial;
    const auto fits = apply_setting(trial, name, *value);
    if (!fits)
        return fail(at_line(key, fits.error().what));
    return *value;
}

bool is_section(const std::string& name)
{
    return std::ranges::any_of(setting_keys(), [&](const SettingKey& key) {
        return std::string_view{key.name}.starts_with(name + ".");
    });
}

/// Why what is no table is not one of ours.
std::string no_section(const std::string& name)
{
    return is_section(name) ? fmt::format("'{0}': must be one table, [{0}]", name)
                            : fmt::format("unknown key '{}'{}", name, known_hint(name));
}

void read_section(const TomlValue& section, ReadSettings& into)
{
    if (section.kind != TomlKind::Table) {
        into.problems.push_back(at_line(section, no_section(section.key)));
        return;
    }
    for (const TomlValue& key : section.children) {
        const std::string name = fmt::format("{}.{}", section.key, key.key);
        const auto value = read_key(name, key);
        if (value)
            into.settings[name] = *value;
        else
            into.problems.push_back(value.error());
    }
}

ReadSettings read_settings(std::string_view text)
{
    const auto file = read_toml(text);
    if (!file)
        return {.problems = {file.error()}};
    ReadSettings read;
    for (const TomlValue& section : file->children)
        read_section(section, read);
    return read;
}

/// CLOCKGUARD_GATE_ON_TIMEOUT: "gate.on_timeout".
std::string setting_of(std::string_view variable)
{
    std::string name{variable};
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (const auto bar = name.find('_'); bar != std::string::npos)
        name[bar] = '.';
    return name;
}

Done read_variable(std::string_view variable, const std::string& name, std::string_view value)
{
    const std::string removal = removal_of(name);
    if (!removal.empty())
        return fail(
            fmt::format("cannot read environment variable '{}': {}; unset it", variable, removal));
    if (find_setting(name) == nullptr)
        return fail(fmt::format("cannot read environment variable '{}': unknown setting '{}'{}",
                                variable, name, known_hint(name)));
    Config trial;
    const auto fits = apply_setting(trial, name, value);
    if (!fits)
        return fail(fmt::format("cannot use the environment: {}", fits.error().what));
    return {};
}

}  // namespace

std::vector<std::string> setting_names()
{
    std::vector<std::string> names;
    std::ranges::transform(setting_keys(), std::back_inserter(names), &SettingKey::name);
    return names;
}

ReadSettings parse_toml(std::string_view text, std::string_view name)
{
    ReadSettings read = read_settings(text);
    for (Error& problem : read.problems)
        problem.what = fmt::format("cannot read configuration '{}': {}", name, problem.what);
    return read;
}

ReadSettings parse_environment(const char* const* variables)
{
    constexpr std::string_view prefix = "CLOCKGUARD_";
    ReadSettings read;
    for (; variables != nullptr && *variables != nullptr; ++variables) {
        const std::string_view variable = *variables;
        if (!variable.starts_with(prefix))
            continue;
        const auto equals = std::min(variable.find('='), variable.size());
        const std::string name = setting_of(variable.substr(prefix.size(), equals - prefix.size()));
        const std::string_view value = variable.substr(std::min(equals + 1, variable.size()));
        const auto usable = read_variable(variable.substr(0, equals), name, value);
        if (usable)
            read.settings[name] = value;
        else
            read.problems.push_back(usable.error());
    }
    return read;
}

Configuration apply_settings(Config config, const Settings& settings)
{
    Configuration done{.config = std::move(config)};
    for (const auto& [name, value] : settings) {
        const auto applied = apply_setting(done.config, name, value);
        if (!applied)
            done.problems.push_back(applied.error());
    }
    return done;
}

std::string to_text(OnTimeout choice)
{
    return choice == OnTimeout::Hold ? "hold" : "release";
}

}  // namespace clockguard
