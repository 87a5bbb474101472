// SPDX-License-Identifier: Apache-2.0
// What kubectl makes of a kubeconfig: what it refuses, the current context, and whom that calls.
#include "clockguard/core/certs/kubeconfig.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/base64.hpp"
#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/yaml_scalar.hpp"
#include "clockguard/core/certs/kubeconfig_reading.hpp"
#include "clockguard/core/certs/server_call.hpp"

namespace clockguard {
namespace {

using Entries = KubeconfigReading::Entries;
using Reading = KubeconfigReading;

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
