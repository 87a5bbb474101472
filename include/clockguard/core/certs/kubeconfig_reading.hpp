// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/yaml.hpp"
#include "clockguard/core/certs/kubeconfig.hpp"

namespace clockguard {

/// The values of a kubeconfig, as client-go decodes them (clientcmd/api/v1): what that refuses is
/// kept, the first such alone, and so is what cannot be told here. What is read after it is not
/// used.
class KubeconfigReading {
public:
    /// What belongs to each name in one of the lists of a kubeconfig; nothing where it is empty.
    using Entries = std::map<std::string, const YamlNode*>;

    /// The document must outlive it.
    explicit KubeconfigReading(const YamlDocument& document) : nodes_{document.nodes} {}

    const YamlNode* root() const { return nodes_.empty() ? nullptr : &nodes_.front(); }

    /// The value of a key; nothing where it is not given or null.
    const YamlNode* find(const YamlNode* mapping, std::string_view key) const;

    std::string text(const YamlNode* mapping, std::string_view key);

    bool truth(const YamlNode* mapping, std::string_view key);

    Entries entries(std::string_view list, std::string_view part);

    /// The value of a key that is a mapping or nothing.
    const YamlNode* mapping(const YamlNode* parent, std::string_view key);

    /// The list of a key holds texts alone.
    void texts(const YamlNode* parent, std::string_view key);

    /// Each in the list of a key is a mapping with such texts.
    void mappings(const YamlNode* parent, std::string_view key,
                  std::initializer_list<const char*> texts);

    /// The keys of a mapping.
    std::vector<std::string> names(const YamlNode* mapping) const;

    /// Go takes base64 with line ends in it, and no blanks (encoding/base64). A folded line end is
    /// one: what was meant can be seen, and is not called spoilt.
    std::optional<EmbeddedData> data(const YamlNode* mapping, std::string_view key);

    void refuse(std::string why);
    void doubt(std::string why) { unclear_ = std::move(why); }

    const std::string& refusal() const { return refusal_; }
    const std::string& unclear() const { return unclear_; }

private:
    std::vector<const YamlNode*> items(const YamlNode* parent, std::string_view key);
    void add(Entries& all, const YamlNode& entry, std::string_view list, std::string_view part);
    void refuse_form(std::string_view key);

    const std::vector<YamlNode>& nodes_;
    std::string refusal_{};
    std::string unclear_{};
};

}  // namespace clockguard
