// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clockguard/core/certs/certificate.hpp"

namespace clockguard {

/// The texts that a certificate is examined with, all in PEM. Of its own file the first certificate
/// counts; any in the CA's may have signed it.
struct CertTexts {
    std::string certificate{};
    std::optional<std::string> key{};
    std::optional<std::string> issuer{};  // the CA's certificate
    bool is_pool = false;                 // `certificate` is a CA's file, of which all count
    /// As a client does with what its kubeconfig trusts (k8s.io/client-go, transport,
    /// rootCertPool), and no daemon with a CA's file.
    bool passes_over_junk = false;
};

/// Reads a certificate and compares it with its key and its CA. A key or CA that cannot be read
/// fits nothing.
[[nodiscard]] Result<CertFacts> read_certificate(const CertTexts& texts);

/// The same for many certificates. What was parsed and verified once is remembered: the same CA is
/// behind nearly all, and kubeconfigs embed copies.
class CertReader {
public:
    CertReader();
    CertReader(CertReader&& other) noexcept;
    CertReader& operator=(CertReader&& other) noexcept;
    CertReader(const CertReader&) = delete;
    CertReader& operator=(const CertReader&) = delete;
    ~CertReader();

    [[nodiscard]] Result<CertFacts> read(const CertTexts& texts);

    /// Whether a server's certificate (PEM) is for a host, by its subject alternative names.
    bool is_for_host(std::string_view certificate, const std::string& host);

private:
    struct Memory;
    std::unique_ptr<Memory> memory_;
};

/// A certificate to be signed anew.
struct ReissueOrder {
    std::string certificate{};     // the whole file in PEM
    std::string ca_certificate{};  // empty: self-signed
    std::string ca_key{};
    std::string ca_key_name{};        // for messages: "/var/.../ca.key"
    std::chrono::seconds lifetime{};  // none: as long as before
    std::chrono::sys_seconds now{};
};

struct Reissued {
    std::string text{};  // the whole file, with nothing but the certificate exchanged
    CertFacts facts{};
};

}  // namespace clockguard
