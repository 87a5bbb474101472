// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "clockguard/core/clock/chrony_wire.hpp"
#include "clockguard/core/clock/udp_listeners.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "edge/clock/chrony_socket.hpp"

namespace clockguard {

/// One place at which chronyd may listen: a UDP port of the loopback, or its Unix socket.
struct Endpoint {
    std::optional<Loopback> udp{};
    int port = 0;
    std::string socket{};
};

/// "UDP 127.0.0.1:323", "'/run/chrony/chronyd.sock'"
std::string to_text(const Endpoint& endpoint);

/// How long answers are waited for. An endpoint that has answered once may use the whole time.
struct Patience {
    Uptime first_answer{};
    Uptime until{};
};

/// A datagram socket connected to one endpoint, and the name it is bound to, which goes with it.
/// Nothing here blocks longer than the patience.
class Connection {
public:
    Connection(Fd socket, OwnName own_name, const Patience& patience);

    /// Sends one request and waits for its own answer, which is checked; late answers to earlier
    /// ones are passed over. An error with no words of its own has those of its code.
    [[nodiscard]] Result<Bytes> ask(ChronyCommand command, std::uint32_t index = 0);

    /// The same about the source with this address.
    [[nodiscard]] Result<Bytes> ask_about(ChronyCommand command,
                                          std::span<const std::byte, 20> address);

    /// Whether chronyd takes all its commands here: over the Unix socket alone.
    bool takes_commands() const { return !own_name_.path().empty(); }

    /// Whether anything came back, of use or not.
    bool was_answered() const { return answered_; }

    /// Whether an answer did not come.
    bool has_lost() const { return unanswered_ > 0; }

private:
    Result<Bytes> exchange(const Bytes& request, ChronyCommand command, std::uint32_t sequence);
    Result<Bytes> receive();

    Fd socket_;
    OwnName own_name_;
    Patience patience_;
    bool answered_ = false;
    int unanswered_ = 0;
};

[[nodiscard]] Result<Connection, std::error_code> open_connection(const Endpoint& endpoint,
                                                                  const Patience& patience);

}  // namespace clockguard
