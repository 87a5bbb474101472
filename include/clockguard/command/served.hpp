// SPDX-License-Identifier: Apache-2.0
// Whether a server of MicroK8s really serves the certificate that is in its file.
#pragma once

#include <array>
#include <functional>
#include <string>

#include "clockguard/core/result.hpp"
#include "clockguard/core/time.hpp"

namespace clockguard {

/// One that serves server.crt on this machine.
struct TlsServer {
    const char* name = nullptr;  // "API server"
    const char* daemon = nullptr;
    int port = 0;

    std::string unit() const;
};

/// The API server takes a new file by itself, within a second as a rule (fsnotify), at most a
/// minute later; cluster-agent reads its file when it starts, and only then.
inline constexpr std::array tls_servers{TlsServer{"API server", "kubelite", 16443},
                                        TlsServer{"cluster agent", "cluster-agent", 25000}};

enum class Served { AsFile, Other, NotRunning, Unknown };

struct ServedAnswer {
    Served served = Served::Unknown;
    std::string why{};  // where it is unknown
};

struct ServedQuestion {
    int port = 0;
    std::string serial{};      // of the file
    Span patience{};           // for it to be served
    bool is_starting = false;  // nobody listening yet is worth waiting for too
};

struct ServedWorld {
    std::function<Result<std::string>(int port)> serial{};  // bounded in time
    std::function<void(Span)> wait{};
};

/// Looks until the file's certificate is served, and tells what was seen last.
ServedAnswer watch_served(const ServedQuestion& question, const ServedWorld& world);

/// "serves the new certificate", "not running"
std::string to_text(const ServedAnswer& answer);

/// What CG208 says of a server that serves another certificate than its file.
std::string not_served(const TlsServer& server);

}  // namespace clockguard
