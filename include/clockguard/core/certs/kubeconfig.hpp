// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// One value embedded in a kubeconfig, decoded, and where its base64 stands in the text.
struct EmbeddedData {
    std::string text{};
    std::size_t begin = 0;
    std::size_t size = 0;
    bool is_shared = false;  // another place of the file stands for the same bytes
};

/// What the current context of a kubeconfig is about. Of CA, certificate and key each is embedded
/// or named: kubectl refuses both.
struct Kubeconfig {
    std::string unclear{};  // why it cannot be judged, though it may be sound; nothing else is set
    std::optional<EmbeddedData> ca{};
    std::vector<EmbeddedData> same_cas{};  // the same text in the file's other clusters
    std::optional<EmbeddedData> certificate{};
    std::optional<EmbeddedData> key{};
    std::string ca_file{};  // as it is written: relative to the kubeconfig's folder
    std::string certificate_file{};
    std::string key_file{};
    std::string login{};  // how it authenticates without a certificate: "a token"
    std::string user{};   // the names of the current context's; empty: it has none
    std::string cluster{};
    std::string server{};             // "https://127.0.0.1:16443"
    std::string tls_server_name{};    // what its certificate is to be for instead; empty: its host
    bool is_insecure = false;         // trusts every server
    bool has_current_context = true;  // else the only one is told here, and kubectl uses none
    std::string only_context{};       // the name of the only context; empty: it has none or several
};

/// Reads a kubeconfig in any form that YAML has. An error means that its user cannot read it
/// either.
[[nodiscard]] Result<Kubeconfig> parse_kubeconfig(std::string_view text);

/// The text with one embedded value replaced, all else kept byte by byte.
std::string replace_data(std::string_view text, const EmbeddedData& data, std::string_view value);

}  // namespace clockguard
