// SPDX-License-Identifier: Apache-2.0
// How a kubeconfig calls its server, and by which names a server's certificate answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clockguard/core/certs/kubeconfig.hpp"

namespace clockguard {

/// A server as it is called over TLS.
struct ServerCall {
    std::string host{};  // "127.0.0.1", "::1", "node.example"
    std::string name{};  // what its certificate must be for: the host, unless another is said
    int port = 443;
};

/// Nothing where no server's certificate is verified: without TLS, or with
/// insecure-skip-tls-verify. Nor for a name with letters beyond ASCII, which Go translates
/// (punycode) before it compares.
std::optional<ServerCall> server_call(const Kubeconfig& config);

/// Whether it names a host to be called, perhaps with a port (net/url, Parse).
bool is_url(std::string_view server);

/// Whether a server's URL is that of a server on the same machine.
bool is_local(std::string_view server);

/// Whether a DNS name of a certificate, which may begin with "*.", is for a host, as Go compares
/// them (crypto/x509, VerifyHostname).
bool matches_host(std::string_view pattern, std::string_view host);

}  // namespace clockguard
