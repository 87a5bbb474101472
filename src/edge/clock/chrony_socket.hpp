// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "clockguard/core/base/result.hpp"
#include "clockguard/core/clock/chrony_socket.hpp"
#include "clockguard/edge/base/end_signals.hpp"
#include "clockguard/edge/base/fd.hpp"

namespace clockguard {

/// Who owns the folder of chronyd's Unix socket could as well answer on the socket itself:
/// believing that user over UDP gives nothing away. Only root can make a folder in /run.
std::optional<std::uint32_t> owner_of_folder(const std::string& socket);

/// Nothing where it cannot be looked at: it cannot be connected to either, which tells why.
std::optional<SocketPlace> read_socket_place(const std::string& socket);

/// The name of our own socket. While it is there, the signals that ask for an end wait, so that it
/// is taken away first.
class OwnName {
public:
    OwnName() = default;
    explicit OwnName(std::string path);
    OwnName(const OwnName&) = delete;
    OwnName& operator=(const OwnName&) = delete;
    OwnName& operator=(OwnName&&) = delete;
    OwnName(OwnName&& other) noexcept;
    ~OwnName();

    const std::string& path() const { return path_; }

private:
    std::unique_ptr<HeldEndSignals> held_{};
    std::string path_{};  // empty: none
};

struct OwnSocket {
    Fd socket{};
    OwnName name{};
};

/// Connected to chronyd's socket, and bound to a name beside it.
[[nodiscard]] Result<OwnSocket, std::error_code> open_unix(const std::string& path);

}  // namespace clockguard
