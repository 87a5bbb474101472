// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/data_folder.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/yaml.hpp"
#include "clockguard/core/base/yaml_scalar.hpp"
#include "clockguard/core/certs/daemon_args.hpp"

namespace clockguard {
namespace {

using Named = Result<std::optional<std::string>>;

bool is_in_path(char c)
{
    return is_letter(c) || is_digit(c) ||
           std::string_view{"/._-+@"}.find(c) != std::string_view::npos;
}

Named value_in_yaml(std::string_view text, std::string_view key)
{
    const auto document = parse_yaml(text);
    if (!document)
        return fail(document.error());
    if (!document->unread.empty())
        return fail(document->unread);
    const YamlNode* value = nullptr;
    if (!document->nodes.empty())
        for (const auto& [name, node] : document->nodes.front().members)
            if (document->nodes[name].text == key)
                value = &document->nodes[node];
    if (value == nullptr || is_null(*value))
        return std::nullopt;
    if (!is_text(*value))
        return fail(fmt::format("{} is no text", key));
    return value->text;
}

/// How a unit is run.
struct UnitLines {
    std::string command{};
    std::string environment{};
};

/// An empty value takes back what came before (systemd.service(5)).
void take_assignment(UnitLines& unit, std::string_view line)
{
    const auto mark = line.find('=');
    if (mark == std::string_view::npos)
        return;
    const std::string_view name = trimmed(line.substr(0, mark));
    const std::string_view value = trimmed(line.substr(mark + 1));
    if (name == "ExecStart")
        unit.command = value;
    if (name == "Environment")
        unit.environment = value.empty() ? "" : fmt::format("{} {}", unit.environment, value);
}

/// A backslash at a line's end goes on with the next, past comments (systemd.syntax(7)).
UnitLines read_unit(std::string_view text)
{
    UnitLines unit;
    std::string whole;
    while (!text.empty()) {
        std::string_view line = trimmed(take_line(text));
        if (line.starts_with('#') || line.starts_with(';'))
            continue;
        const bool goes_on = line.ends_with('\\');
        line.remove_suffix(goes_on ? 1 : 0);
        whole.append(line).append(" ");
        if (goes_on)
            continue;
        take_assignment(unit, whole);
        whole.clear();
    }
    take_assignment(unit, whole);
    return unit;
}

std::optional<std::string> value_in_unit(std::string_view text, std::string_view word)
{
    const UnitLines unit = read_unit(text);
    return find_flag(word.starts_with('-') ? unit.command : unit.environment, word);
}

Named value_in(std::string_view text, const DataNaming& naming)
{
    if (naming.file.ends_with(".yaml") || naming.file.ends_with(".yml"))
        return value_in_yaml(text, naming.word);
    return naming.file.ends_with(".service") ? value_in_unit(text, naming.word)
                                             : find_flag(text, naming.word);
}

}  // namespace

Named named_folder(std::string_view text, const DataNaming& naming)
{
    auto value = value_in(text, naming);
    if (!value || !*value || (*value)->empty())
        return value ? Named{std::nullopt} : value;
    std::string& folder = **value;
    if (!folder.starts_with('/') || !std::ranges::all_of(folder, is_in_path))
        return fail(fmt::format("{} is '{}', no plain absolute path", naming.word, folder));
    while (folder.size() > 1 && folder.ends_with('/'))
        folder.pop_back();
    return value;
}

std::string with_data_at(std::string_view toml, std::string_view data, std::string_view folder)
{
    std::string text;
    for (auto at = toml.find(data); at != std::string_view::npos; at = toml.find(data)) {
        const auto rest = toml.substr(at + data.size());
        const bool is_whole = rest.empty() || rest.front() == '/' || !is_in_path(rest.front());
        text.append(toml.substr(0, at)).append(is_whole ? folder : data);
        toml = rest;
    }
    return text.append(toml);
}

}  // namespace clockguard
