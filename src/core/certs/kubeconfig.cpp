// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/kubeconfig.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "clockguard/core/base/base64.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/yaml.hpp"

namespace clockguard {
namespace {

/// A kubeconfig as its user goes through it. The first thing that cannot be told ends the search:
/// whatever is found after it is not used.
class Reading {
public:
    explicit Reading(const YamlDocument& document) : nodes_{document.nodes} {}

    const YamlNode* root() const { return nodes_.empty() ? nullptr : &nodes_.front(); }

    /// The value of a key; nothing where it is not given.
    const YamlNode* find(const YamlNode* mapping, std::string_view key)
    {
        const YamlNode* found = nullptr;
        if (mapping == nullptr || mapping->kind != YamlKind::Mapping)
            return nullptr;
        for (const auto& [name, value] : mapping->members) {
            if (nodes_[name].text == "<<")
                doubt("uses merge keys ('<<')");
            if (nodes_[name].text != key)
                continue;
            if (found != nullptr)
                doubt(fmt::format("has '{}' twice", key));
            found = &nodes_[value];
        }
        return found;
    }

    /// A scalar; empty where it is not given or null.
    std::string text(const YamlNode* mapping, std::string_view key)
    {
        const YamlNode* node = find(mapping, key);
        if (node == nullptr || node->kind != YamlKind::Scalar || is_null(*node))
            return {};
        return node->text;
    }

    /// What belongs to a name in one of the lists of a kubeconfig, or to the only one there is.
    const YamlNode* named(std::string_view list, std::string_view part, const std::string* name)
    {
        const YamlNode* all = find(root(), list);
        if (all == nullptr || all->kind != YamlKind::Sequence)
            return nullptr;
        const YamlNode* found = nullptr;
        for (const std::size_t number : all->items) {
            const YamlNode* entry = &nodes_[number];
            if (name != nullptr && text(entry, "name") != *name)
                continue;
            if (found != nullptr)
                doubt(name == nullptr ? "names no current context, and has several"
                                      : fmt::format("has two '{}' in its {}", *name, list));
            found = entry;
        }
        return find(found, part);
    }

    /// What belongs to each name in one of the lists.
    std::vector<const YamlNode*> all(std::string_view list, std::string_view part)
    {
        const YamlNode* entries = find(root(), list);
        std::vector<const YamlNode*> parts;
        if (entries != nullptr && entries->kind == YamlKind::Sequence)
            for (const std::size_t number : entries->items)
                parts.push_back(find(&nodes_[number], part));
        return parts;
    }

    /// Go takes base64 with line ends in it, and no blanks (encoding/base64).
    Result<std::optional<EmbeddedData>> data(const YamlNode* mapping, std::string_view key)
    {
        const YamlNode* node = find(mapping, key);
        if (node == nullptr || is_null(*node))
            return std::nullopt;
        std::string bare = node->text;
        std::erase_if(bare, [](char c) { return c == '\n' || c == '\r'; });
        auto decoded = decode_base64(bare);
        if (node->kind != YamlKind::Scalar || node->is_tagged ||
            (!decoded && bare.find_first_of(" \t") != std::string::npos)) {
            doubt(fmt::format("has '{}' in a form that cannot be read here", key));
            return std::nullopt;
        }
        if (bare.empty() || !decoded)
            return fail(fmt::format("'{}' is not base64", key));
        return EmbeddedData{.text = std::move(*decoded),
                            .begin = node->begin,
                            .size = node->size,
                            .is_shared = node->is_shared};
    }

    const std::string& unclear() const { return unclear_; }

private:
    static bool is_null(const YamlNode& node)
    {
        constexpr std::array nulls{"", "~", "null", "Null", "NULL"};
        return node.kind == YamlKind::Scalar && std::ranges::find(nulls, node.text) != nulls.end();
    }

    void doubt(std::string why)
    {
        if (unclear_.empty())
            unclear_ = std::move(why);
    }

    const std::vector<YamlNode>& nodes_;
    std::string unclear_{};
};

struct Context {
    const YamlNode* cluster = nullptr;
    const YamlNode* user = nullptr;
    std::string cluster_name{};
    std::string user_name{};
};

Context current_context(Reading& reading)
{
    const std::string current = reading.text(reading.root(), "current-context");
    if (current.empty())
        return {.cluster = reading.named("clusters", "cluster", nullptr),
                .user = reading.named("users", "user", nullptr)};
    const YamlNode* context = reading.named("contexts", "context", &current);
    const std::string cluster = reading.text(context, "cluster");
    const std::string user = reading.text(context, "user");
    return {.cluster = reading.named("clusters", "cluster", &cluster),
            .user = reading.named("users", "user", &user),
            .cluster_name = cluster,
            .user_name = user};
}

std::string login_of(Reading& reading, const YamlNode* user)
{
    for (const char* key : {"token", "tokenFile"})
        if (!reading.text(user, key).empty())
            return "a token";
    if (!reading.text(user, "username").empty())
        return "a password";
    return reading.find(user, "exec") != nullptr || reading.find(user, "auth-provider") != nullptr
               ? "a program"
               : "";
}

/// What is left of a file that was torn: its user could not use it.
std::string lack_of(const Kubeconfig& config)
{
    const bool has_certificate = config.certificate || !config.certificate_file.empty();
    if (has_certificate && !config.key && config.key_file.empty())
        return "has a certificate without its key";
    return has_certificate || !config.login.empty() ? "" : "has no user that could authenticate";
}

/// A machine that is reached by several addresses has a cluster for each, with one CA.
std::vector<EmbeddedData> other_places_of(const EmbeddedData& ca, Reading& reading)
{
    std::vector<EmbeddedData> places;
    const auto is_known = [&](const EmbeddedData& data) {
        return data.begin == ca.begin ||
               std::ranges::find(places, data.begin, &EmbeddedData::begin) != places.end();
    };
    for (const YamlNode* cluster : reading.all("clusters", "cluster")) {
        auto data = reading.data(cluster, "certificate-authority-data");
        if (data && *data && (*data)->text == ca.text && !is_known(**data))
            places.push_back(std::move(**data));
    }
    return places;
}

Result<Kubeconfig> read_kubeconfig(Reading& reading)
{
    const Context context = current_context(reading);
    auto ca = reading.data(context.cluster, "certificate-authority-data");
    auto certificate = reading.data(context.user, "client-certificate-data");
    auto key = reading.data(context.user, "client-key-data");
    Kubeconfig config{.ca_file = reading.text(context.cluster, "certificate-authority"),
                      .certificate_file = reading.text(context.user, "client-certificate"),
                      .key_file = reading.text(context.user, "client-key"),
                      .login = login_of(reading, context.user),
                      .user = context.user_name,
                      .cluster = context.cluster_name,
                      .server = reading.text(context.cluster, "server"),
                      .is_insecure =
                          reading.text(context.cluster, "insecure-skip-tls-verify") == "true"};
    if (!reading.unclear().empty())
        return Kubeconfig{.unclear = reading.unclear()};
    for (auto* data : {&ca, &certificate, &key})
        if (!*data)
            return fail(data->error());
    config.ca = std::move(*ca);
    if (config.ca)
        config.same_cas = other_places_of(*config.ca, reading);
    config.certificate = std::move(*certificate);
    config.key = std::move(*key);
    std::string lack = lack_of(config);
    if (!lack.empty())
        return fail(std::move(lack));
    return config;
}

}  // namespace

Result<Kubeconfig> parse_kubeconfig(std::string_view text)
{
    constexpr std::size_t limit = 256U << 10U;
    if (trimmed(text).empty())
        return fail("is empty");
    if (text.find_first_not_of('\0') == std::string_view::npos)
        return fail("is not a kubeconfig");
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        return Kubeconfig{.unclear = "is written in UTF-16"};
    if (text.size() > limit)
        return Kubeconfig{.unclear = fmt::format("is longer than {} KiB", limit >> 10U)};
    const auto document = parse_yaml(text);
    if (!document)
        return fail(document.error());
    Reading reading{*document};
    if (reading.root() == nullptr || reading.root()->kind != YamlKind::Mapping)
        return fail("is not a kubeconfig");
    return read_kubeconfig(reading);
}

bool is_local(std::string_view server)
{
    const auto scheme = server.find("://");
    const std::string_view rest =
        scheme == std::string_view::npos ? server : server.substr(scheme + 3);
    if (rest.starts_with("[::1]"))
        return true;
    const std::string_view host = rest.substr(0, rest.find_first_of(":/"));
    return host == "127.0.0.1" || host == "localhost";
}

std::string replace_data(std::string_view text, const EmbeddedData& data, std::string_view value)
{
    return fmt::format("{}{}{}", text.substr(0, data.begin), encode_base64(value),
                       text.substr(data.begin + data.size));
}

}  // namespace clockguard
