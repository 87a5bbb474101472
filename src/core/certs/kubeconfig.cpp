// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/kubeconfig.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "clockguard/core/base/base64.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/yaml_scalar.hpp"
#include "clockguard/core/certs/server_call.hpp"

namespace clockguard {
namespace {

/// What belongs to each name in one of the lists of a kubeconfig; nothing where it is empty.
using Entries = std::map<std::string, const YamlNode*>;

/// A kubeconfig as client-go goes through it (clientcmd): what that refuses, and what cannot be
/// told here, ends the search. Whatever is found after it is not used.
class Reading {
public:
    explicit Reading(const YamlDocument& document) : nodes_{document.nodes} {}

    const YamlNode* root() const { return nodes_.empty() ? nullptr : &nodes_.front(); }

    /// The value of a key; nothing where it is not given or null.
    const YamlNode* find(const YamlNode* mapping, std::string_view key) const
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

    std::string text(const YamlNode* mapping, std::string_view key)
    {
        const YamlNode* node = find(mapping, key);
        if (node != nullptr && !is_text(*node))
            refuse(fmt::format("has a '{}' that is not text", key));
        return node == nullptr ? "" : node->text;
    }

    bool truth(const YamlNode* mapping, std::string_view key)
    {
        const YamlNode* node = find(mapping, key);
        const auto truth = node == nullptr ? false : truth_of(*node);
        if (!truth)
            refuse(fmt::format("has a '{}' that is neither true nor false", key));
        return truth.value_or(false);
    }

    Entries entries(std::string_view list, std::string_view part)
    {
        Entries all;
        const YamlNode* node = find(root(), list);
        if (node != nullptr && node->kind != YamlKind::Sequence)
            refuse(fmt::format("has '{}' that are no list", list));
        for (const std::size_t number : node == nullptr ? std::vector<std::size_t>{} : node->items)
            add(all, nodes_[number], list, part);
        return all;
    }

    /// The value of a key that is a mapping or nothing.
    const YamlNode* mapping(const YamlNode* parent, std::string_view key)
    {
        const YamlNode* node = find(parent, key);
        if (node != nullptr && node->kind != YamlKind::Mapping)
            refuse_form(key);
        return node;
    }

    /// What is in the list of a key.
    std::vector<const YamlNode*> items(const YamlNode* parent, std::string_view key)
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

    void texts(const YamlNode* parent, std::string_view key)
    {
        for (const YamlNode* item : items(parent, key))
            if (!is_text(*item))
                refuse_form(key);
    }

    /// Each of a list is a mapping with such texts.
    void mappings(const YamlNode* parent, std::string_view key,
                  std::initializer_list<const char*> texts)
    {
        for (const YamlNode* item : items(parent, key)) {
            if (item->kind != YamlKind::Mapping)
                refuse_form(key);
            for (const char* name : texts)
                text(item, name);
        }
    }

    /// The keys of a mapping.
    std::vector<std::string> names(const YamlNode* mapping) const
    {
        std::vector<std::string> all;
        for (const auto& member : mapping == nullptr
                                      ? std::vector<std::pair<std::size_t, std::size_t>>{}
                                      : mapping->members)
            all.push_back(nodes_[member.first].text);
        return all;
    }

    /// Go takes base64 with line ends in it, and no blanks (encoding/base64). A folded line end is
    /// one: what was meant can be seen, and is not called spoilt.
    std::optional<EmbeddedData> data(const YamlNode* mapping, std::string_view key)
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

    void refuse(std::string why)
    {
        if (refusal_.empty())
            refusal_ = std::move(why);
    }

    void refuse_form(std::string_view key)
    {
        refuse(fmt::format("has a '{}' of another form than kubectl's", key));
    }

    void doubt(std::string why) { unclear_ = std::move(why); }

    const std::string& refusal() const { return refusal_; }
    const std::string& unclear() const { return unclear_; }

private:
    void add(Entries& all, const YamlNode& entry, std::string_view list, std::string_view part)
    {
        const YamlNode* value = find(&entry, part);
        const bool is_whole =
            is_null(entry) || (entry.kind == YamlKind::Mapping &&
                               (value == nullptr || value->kind == YamlKind::Mapping));
        if (!is_whole)
            refuse(fmt::format("has {} of another form than kubectl's", list));
        std::string name = text(&entry, "name");
        if (!all.emplace(name, value).second)
            refuse(fmt::format("has two '{}' in its {}", name, list));
    }

    const std::vector<YamlNode>& nodes_;
    std::string refusal_{};
    std::string unclear_{};
};

struct Lists {
    Entries contexts{};
    Entries clusters{};
    Entries users{};
};

struct Context {
    const YamlNode* cluster = nullptr;
    const YamlNode* user = nullptr;
    std::string cluster_name{};
    std::string user_name{};
};

/// Nothing in the texts of another kind or version is a kubeconfig's.
void check_kind(Reading& reading)
{
    const std::string kind = reading.text(reading.root(), "kind");
    const std::string version = reading.text(reading.root(), "apiVersion");
    if (!kind.empty() && kind != "Config")
        reading.refuse(fmt::format("is of kind '{}', not 'Config'", kind));
    if (!version.empty() && version != "v1")
        reading.refuse(fmt::format("is of apiVersion '{}', not 'v1'", version));
}

void check_texts(Reading& reading, const Entries& entries, std::initializer_list<const char*> keys)
{
    for (const auto& [name, entry] : entries)
        for (const char* key : keys)
            reading.text(entry, key);
}

void check_extensions(Reading& reading, const YamlNode* parent)
{
    reading.mappings(parent, "extensions", {"name"});
}

void check_program(Reading& reading, const YamlNode* user)
{
    const YamlNode* exec = reading.mapping(user, "exec");
    for (const char* key : {"apiVersion", "command", "installHint", "interactiveMode"})
        reading.text(exec, key);
    reading.texts(exec, "args");
    reading.mappings(exec, "env", {"name", "value"});
    reading.truth(exec, "provideClusterInfo");
    const YamlNode* provider = reading.mapping(user, "auth-provider");
    reading.text(provider, "name");
    const YamlNode* config = reading.mapping(provider, "config");
    for (const std::string& key : reading.names(config))
        reading.text(config, key);
}

void check_impersonation(Reading& reading, const YamlNode* user)
{
    reading.texts(user, "as-groups");
    const YamlNode* extra = reading.mapping(user, "as-user-extra");
    for (const std::string& key : reading.names(extra))
        reading.texts(extra, key);
}

/// All is decoded before any of it is used (k8s.io/client-go, clientcmd/api/v1).
void check_values(Reading& reading, const Lists& lists)
{
    const YamlNode* preferences = reading.mapping(reading.root(), "preferences");
    reading.truth(preferences, "colors");
    check_extensions(reading, preferences);
    check_extensions(reading, reading.root());
    for (const Entries* entries : {&lists.contexts, &lists.clusters, &lists.users})
        for (const auto& [name, entry] : *entries)
            check_extensions(reading, entry);
    check_texts(reading, lists.contexts, {"cluster", "user", "namespace"});
    check_texts(reading, lists.clusters,
                {"server", "tls-server-name", "certificate-authority", "proxy-url"});
    check_texts(reading, lists.users,
                {"client-certificate", "client-key", "token", "tokenFile", "as", "as-uid",
                 "username", "password"});
    for (const auto& [name, cluster] : lists.clusters) {
        reading.data(cluster, "certificate-authority-data");
        for (const char* key : {"insecure-skip-tls-verify", "disable-compression"})
            reading.truth(cluster, key);
    }
    for (const auto& [name, user] : lists.users) {
        for (const char* key : {"client-certificate-data", "client-key-data"})
            reading.data(user, key);
        check_program(reading, user);
        check_impersonation(reading, user);
    }
}

const YamlNode* find(const Entries& entries, const std::string& name)
{
    const auto found = entries.find(name);
    return found == entries.end() ? nullptr : found->second;
}

Context context_of(Reading& reading, const Lists& lists, const YamlNode* context)
{
    const std::string cluster = reading.text(context, "cluster");
    const std::string user = reading.text(context, "user");
    return {.cluster = find(lists.clusters, cluster),
            .user = find(lists.users, user),
            .cluster_name = cluster,
            .user_name = user};
}

const YamlNode* only_one(Reading& reading, const Entries& entries)
{
    if (entries.size() > 1)
        reading.doubt("names no current context, and has several");
    return entries.size() == 1 ? entries.begin()->second : nullptr;
}

/// The one that is meant where none is said to be the current one.
Context current_context(Reading& reading, const Lists& lists, const std::string& current)
{
    if (current.empty() && lists.contexts.size() != 1)
        return {.cluster = only_one(reading, lists.clusters),
                .user = only_one(reading, lists.users)};
    const auto context = current.empty() ? lists.contexts.begin() : lists.contexts.find(current);
    if (context != lists.contexts.end())
        return context_of(reading, lists, context->second);
    reading.refuse(
        fmt::format("has the current context '{}', and no context of that name", current));
    return {};
}

/// What of a program's entry kubectl does not do without (clientcmd, validateAuthInfo).
void check_whole_program(Reading& reading, const YamlNode* user)
{
    const YamlNode* exec = reading.find(user, "exec");
    if (exec == nullptr)
        return;
    for (const char* key : {"apiVersion", "command"})
        if (reading.text(exec, key).empty())
            reading.refuse(fmt::format("has a program to log in with, and no '{}' of it", key));
    const std::string version = reading.text(exec, "apiVersion");
    const bool has_default = version.ends_with("/v1beta1") || version.ends_with("/v1alpha1");
    if (!has_default && reading.text(exec, "interactiveMode").empty())
        reading.refuse("has a program to log in with, and no 'interactiveMode' of it");
    if (reading.find(user, "auth-provider") != nullptr)
        reading.refuse("has two programs to log in with");
}

std::string login_of(Reading& reading, const YamlNode* user)
{
    check_whole_program(reading, user);
    const bool has_token = !reading.text(user, "token").empty();
    const std::string name = reading.text(user, "username");
    const std::string password = reading.text(user, "password");
    const bool has_password = !name.empty() || !password.empty();
    if (has_token && has_password)
        reading.refuse("has a token and a password for one user");
    if (has_token || !reading.text(user, "tokenFile").empty())
        return "a token";
    if (has_password)
        return "a password";
    return reading.find(user, "exec") != nullptr || reading.find(user, "auth-provider") != nullptr
               ? "a program"
               : "";
}

/// Of what is both embedded and named one would be passed over.
void check_conflicts(Reading& reading, const Kubeconfig& config)
{
    const auto check = [&](const auto& data, const std::string& file, const char* key) {
        if (data && !file.empty())
            reading.refuse(fmt::format("has both '{}' and '{}-data'", key, key));
    };
    const bool has_certificate = config.certificate || !config.certificate_file.empty();
    check(config.ca, config.ca_file, "certificate-authority");
    check(config.certificate, config.certificate_file, "client-certificate");
    if (has_certificate)
        check(config.key, config.key_file, "client-key");
    if (config.is_insecure && (config.ca || !config.ca_file.empty()))
        reading.refuse("has a CA and 'insecure-skip-tls-verify'");
}

/// What is left of a file that was torn: its user could not use it.
std::string lack_of(const Kubeconfig& config)
{
    const bool has_certificate = config.certificate || !config.certificate_file.empty();
    if (has_certificate && !config.key && config.key_file.empty())
        return "has a certificate without its key";
    if (!has_certificate && config.login.empty())
        return "has no user that could authenticate";
    if (config.server.empty())
        return "names no server";
    return is_url(config.server)
               ? ""
               : fmt::format("names the server '{}', which is no URL", config.server);
}

/// Through which a client would go (client-go, clientcmd, parseProxyURL).
void check_proxy(Reading& reading, const YamlNode* cluster)
{
    const std::string proxy = reading.text(cluster, "proxy-url");
    const auto colon = proxy.find(':');
    const std::string scheme = colon == proxy.npos ? "" : proxy.substr(0, colon);
    const bool is_known = is_same_word(scheme, "http") || is_same_word(scheme, "https") ||
                          is_same_word(scheme, "socks5");
    if (!proxy.empty() && !is_known)
        reading.refuse(
            fmt::format("names the proxy '{}', which is no URL of http, https or socks5", proxy));
}

/// A machine that is reached by several addresses has a cluster for each, with one CA.
std::vector<EmbeddedData> other_places_of(const EmbeddedData& ca, Reading& reading,
                                          const Entries& clusters)
{
    std::vector<EmbeddedData> places;
    const auto is_known = [&](const EmbeddedData& data) {
        return data.begin == ca.begin ||
               std::ranges::find(places, data.begin, &EmbeddedData::begin) != places.end();
    };
    for (const auto& [name, cluster] : clusters) {
        auto data = reading.data(cluster, "certificate-authority-data");
        if (data && data->text == ca.text && !is_known(*data))
            places.push_back(std::move(*data));
    }
    return places;
}

Kubeconfig take_config(Reading& reading, const Lists& lists)
{
    const std::string current = reading.text(reading.root(), "current-context");
    const Context context = current_context(reading, lists, current);
    Kubeconfig config{.ca = reading.data(context.cluster, "certificate-authority-data"),
                      .certificate = reading.data(context.user, "client-certificate-data"),
                      .key = reading.data(context.user, "client-key-data"),
                      .ca_file = reading.text(context.cluster, "certificate-authority"),
                      .certificate_file = reading.text(context.user, "client-certificate"),
                      .key_file = reading.text(context.user, "client-key"),
                      .login = login_of(reading, context.user),
                      .user = context.user_name,
                      .cluster = context.cluster_name,
                      .server = reading.text(context.cluster, "server"),
                      .tls_server_name = reading.text(context.cluster, "tls-server-name"),
                      .is_insecure = reading.truth(context.cluster, "insecure-skip-tls-verify"),
                      .has_current_context = !current.empty(),
                      .only_context =
                          lists.contexts.size() == 1 ? lists.contexts.begin()->first : ""};
    check_proxy(reading, context.cluster);
    if (config.ca)
        config.same_cas = other_places_of(*config.ca, reading, lists.clusters);
    return config;
}

Result<Kubeconfig> read_kubeconfig(Reading& reading)
{
    check_kind(reading);
    const Lists lists{.contexts = reading.entries("contexts", "context"),
                      .clusters = reading.entries("clusters", "cluster"),
                      .users = reading.entries("users", "user")};
    check_values(reading, lists);
    Kubeconfig config = take_config(reading, lists);
    check_conflicts(reading, config);
    if (reading.refusal().empty() && reading.unclear().empty())
        reading.refuse(lack_of(config));
    if (!reading.refusal().empty())
        return fail(reading.refusal());
    return reading.unclear().empty() ? std::move(config) : Kubeconfig{.unclear = reading.unclear()};
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
    if (!document->unread.empty())
        return Kubeconfig{.unclear = document->unread};
    Reading reading{*document};
    if (reading.root() == nullptr || reading.root()->kind != YamlKind::Mapping)
        return fail("is not a kubeconfig");
    return read_kubeconfig(reading);
}

std::string replace_data(std::string_view text, const EmbeddedData& data, std::string_view value)
{
    return fmt::format("{}{}{}", text.substr(0, data.begin), encode_base64(value),
                       text.substr(data.begin + data.size));
}

}  // namespace clockguard
