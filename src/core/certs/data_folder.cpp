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

/// systemd.syntax(7): a backslash at a line's end goes on with the next.
std::optional<std::string> value_of_flag(std::string text, std::string_view flag)
{
    constexpr std::string_view continued = "\\\n";
    for (auto at = text.find(continued); at != std::string::npos; at = text.find(continued, at))
        text.replace(at, continued.size(), continued.size(), ' ');
    return find_flag(text, flag);
}

}  // namespace

Named named_folder(std::string_view text, const DataNaming& naming)
{
    auto value = naming.file.ends_with(".yaml")
                     ? value_in_yaml(text, naming.word)
                     : Named{value_of_flag(std::string{text}, naming.word)};
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
