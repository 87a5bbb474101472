// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/kubeconfig_reading.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/base64.hpp"
#include "clockguard/core/base/yaml_scalar.hpp"

namespace clockguard {

const YamlNode* KubeconfigReading::find(const YamlNode* mapping, std::string_view key) const
{
    if (mapping == nullptr)
        return nullptr;
    const auto found =
        std::find_if(mapping->members.rbegin(), mapping->members.rend(),
                     [&](const auto& member) { return nodes_[member.first].text == key; });
    if (found == mapping->members.rend() || is_null(nodes_[found->second]))
        return nullptr;
    return &nodes_[found->second];
}

std::string KubeconfigReading::text(const YamlNode* mapping, std::string_view key)
{
    const YamlNode* node = find(mapping, key);
    if (node != nullptr && !is_text(*node))
        refuse(fmt::format("has a '{}' that is not text", key));
    return node == nullptr ? "" : node->text;
}

bool KubeconfigReading::truth(const YamlNode* mapping, std::string_view key)
{
    const YamlNode* node = find(mapping, key);
    const auto truth = node == nullptr ? false : truth_of(*node);
    if (!truth)
        refuse(fmt::format("has a '{}' that is neither true nor false", key));
    return truth.value_or(false);
}

KubeconfigReading::Entries KubeconfigReading::entries(std::string_view list, std::string_view part)
{
    Entries all;
    const YamlNode* node = find(root(), list);
    if (node != nullptr && node->kind != YamlKind::Sequence)
        refuse(fmt::format("has '{}' that are no list", list));
    for (const std::size_t number : node == nullptr ? std::vector<std::size_t>{} : node->items)
        add(all, nodes_[number], list, part);
    return all;
}

const YamlNode* KubeconfigReading::mapping(const YamlNode* parent, std::string_view key)
{
    const YamlNode* node = find(parent, key);
    if (node != nullptr && node->kind != YamlKind::Mapping)
        refuse_form(key);
    return node;
}

std::vector<const YamlNode*> KubeconfigReading::items(const YamlNode* parent, std::string_view key)
{
    std::vector<const YamlNode*> all;
    const YamlNode* node = find(parent, key);
    if (node != nullptr && node->kind != YamlKind::Sequence)
        refuse_form(key);
    for (const std::size_t number : node == nullptr ? std::vector<std::size_t>{} : node->items)
        if (!is_null(nodes_[number]))
            all.push_back(&nodes_[number]);
    return all;
}

void KubeconfigReading::texts(const YamlNode* parent, std::string_view key)
{
    for (const YamlNode* item : items(parent, key))
        if (!is_text(*item))
            refuse_form(key);
}

void KubeconfigReading::mappings(const YamlNode* parent, std::string_view key,
                                 std::initializer_list<const char*> texts)
{
    for (const YamlNode* item : items(parent, key)) {
        if (item->kind != YamlKind::Mapping)
            refuse_form(key);
        for (const char* name : texts)
            text(item, name);
    }
}

std::vector<std::string> KubeconfigReading::names(const YamlNode* mapping) const
{
    std::vector<std::string> all;
    for (const auto& member :
         mapping == nullptr ? std::vector<std::pair<std::size_t, std::size_t>>{} : mapping->members)
        all.push_back(nodes_[member.first].text);
    return all;
}

std::optional<EmbeddedData> KubeconfigReading::data(const YamlNode* mapping, std::string_view key)
{
    const YamlNode* node = find(mapping, key);
    std::string bare = node == nullptr ? "" : node->text;
    std::erase_if(bare, [](char c) { return c == '\n' || c == '\r'; });
    auto decoded = decode_base64(bare);
    const bool has_blanks = !decoded && bare.find_first_of(" \t") != std::string::npos;
    if (node != nullptr && (node->is_tagged || has_blanks))
        unclear_ = fmt::format("has '{}' in a form that cannot be read here", key);
    else if (node != nullptr && (!is_text(*node) || !decoded))
        refuse(fmt::format("has a '{}' that is not base64", key));
    if (bare.empty() || !decoded)
        return std::nullopt;
    return EmbeddedData{.text = std::move(*decoded),
                        .begin = node->begin,
                        .size = node->size,
                        .is_shared = node->is_shared};
}

void KubeconfigReading::refuse(std::string why)
{
    if (refusal_.empty())
        refusal_ = std::move(why);
}

void KubeconfigReading::refuse_form(std::string_view key)
{
    refuse(fmt::format("has a '{}' of another form than kubectl's", key));
}

void KubeconfigReading::add(Entries& all, const YamlNode& entry, std::string_view list,
                            std::string_view part)
{
    const YamlNode* value = find(&entry, part);
    const bool is_whole =
        is_null(entry) ||
        (entry.kind == YamlKind::Mapping && (value == nullptr || value->kind == YamlKind::Mapping));
    if (!is_whole)
        refuse(fmt::format("has {} of another form than kubectl's", list));
    std::string name = text(&entry, "name");
    if (!all.emplace(name, value).second)
        refuse(fmt::format("has two '{}' in its {}", name, list));
}

}  // namespace clockguard
