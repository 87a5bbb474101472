// SPDX-License-Identifier: Apache-2.0
// Whether a server of MicroK8s really serves the certificate that is in its file.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/core/base/result.hpp"
#include "clockguard/core/base/time.hpp"
#include "clockguard/edge/certs/x509_served.hpp"

namespace clockguard {

/// One that serves server.crt on this machine, unless its args file names another.
struct TlsServer {
    const char* name = nullptr;  // "API server"
    const char* daemon = nullptr;
    const char* named = nullptr;      // the name of the other in a survey
    const char* args = nullptr;       // its args file
    const char* bind_flag = nullptr;  // whose value is an address, which a port may follow
    const char* port_flag = nullptr;  // whose value is a port, which an address may precede
    int port = 0;                     // as a rule
    Span timeout{};                   // for a new file to be served

    std::string unit() const;
};

/// The API server takes a new file by itself, within a second as a rule (fsnotify); where it got no
/// inotify watch, a timer of one minute does (dynamic_serving_content.go). cluster-agent reads its
/// file when it starts, and only then.
inline constexpr std::array tls_servers{
    TlsServer{"API server", "kubelite", "kube-apiserver:tls-cert-file", "kube-apiserver",
              "--bind-address", "--secure-port", 16443, std::chrono::seconds{75}},
    TlsServer{"cluster agent", "cluster-agent", "cluster-agent:certfile", "cluster-agent", "--bind",
              "--bind", 25000, std::chrono::seconds{10}}};

/// Where its flags say that it listens: on the loopback where that is among all addresses, or where
/// the flags name none.
TlsEndpoint endpoint_of(const TlsServer& server, const CertSurvey& survey);

/// The certificate that it should serve; null where there is none, it cannot be read, or the
/// distribution is another.
const SurveyedCert* served_by(const TlsServer& server, const CertSurvey& survey);

enum class Served { AsFile, Other, NotRunning, Unknown };

struct ServedAnswer {
    Served served = Served::Unknown;
    std::string why{};  // where it is unknown
};

struct ServedQuestion {
    TlsEndpoint endpoint{};
    std::string serial{};      // of the file
    Span timeout{};            // for it to be served
    bool is_starting = false;  // wait also while no server listens
};

struct ServedWorld {
    std::function<Result<std::string>(const TlsEndpoint&)> serial{};  // bounded in time
    std::function<void(Span)> wait{};
};

/// Asks the server until it serves the file's certificate or the time is over. Returns the last
/// answer.
ServedAnswer watch_served(const ServedQuestion& question, const ServedWorld& world);

/// "serves the new certificate", "not running"
std::string to_text(const ServedAnswer& answer);

/// What the servers serve of the certificates of these names, which were replaced: a line for each,
/// and CG208 for one that serves another.
struct ServedReport {
    std::vector<std::string> lines{};  // "API server: serves the new certificate"
    std::vector<Finding> failed{};
};

ServedReport check_served(const std::vector<std::string>& replaced, const CertSurvey& survey,
                          const ServedWorld& world);

/// CG208: a server serves another certificate than this one, its file's.
Finding not_served(const TlsServer& server, const TlsEndpoint& endpoint, const std::string& name);

}  // namespace clockguard
