// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/chrony_connection.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <fmt/core.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/datagram.hpp"
#include "clockguard/edge/base/random.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "clockguard/edge/base/wait_for.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

Error not_answering()
{
    return {.what = "not answering"};
}

Result<Fd, std::error_code> open_udp4(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect_datagram(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

Result<Fd, std::error_code> open_udp6(int port)
{
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(static_cast<std::uint16_t>(port));
    address.sin6_addr = in6addr_loopback;
    return connect_datagram(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

/// Whether a datagram is there before `until`.
Result<bool, std::error_code> wait_for_datagram(const Fd& socket, Uptime until)
{
    const Span left = until - uptime_now();
    if (left <= 0s)
        return false;
    const auto ready = wait_for(socket.get(), POLLIN, left);
    if (!ready && ready.error() != std::errc::interrupted)
        return fail(ready.error());
    return true;
}

}  // namespace

std::string to_text(const Endpoint& endpoint)
{
    if (endpoint.udp)
        return to_text(*endpoint.udp, endpoint.port);
    return fmt::format("'{}'", endpoint.socket);
}

Connection::Connection(Fd socket, OwnName own_name, const Patience& patience)
    : socket_{std::move(socket)}, own_name_{std::move(own_name)}, patience_{patience}
{
}

Result<Bytes> Connection::receive()
{
    for (;;) {
        const auto ready =
            wait_for_datagram(socket_, answered_ ? patience_.until : patience_.first_answer);
        if (!ready)
            return fail("", ready.error());
        if (!*ready)
            return fail(not_answering());
        Bytes packet(1024);
        const auto got = sys(::recv(socket_.get(), packet.data(), packet.size(), MSG_DONTWAIT));
        if (!got && got.error() == std::errc::resource_unavailable_try_again)
            continue;
        if (!got)
            return fail("", got.error());
        answered_ = true;
        packet.resize(static_cast<std::size_t>(*got));
        return packet;
    }
}

Result<Bytes> Connection::ask(ChronyCommand command, std::uint32_t index)
{
    const std::uint32_t sequence = random_number();
    return exchange(encode_request(command, sequence, index), command, sequence);
}

Result<Bytes> Connection::ask_about(ChronyCommand command, std::span<const std::byte, 20> address)
{
    const std::uint32_t sequence = random_number();
    return exchange(encode_request_about(command, sequence, address), command, sequence);
}

Result<Bytes> Connection::exchange(const Bytes& request, ChronyCommand command,
                                   std::uint32_t sequence)
{
    ++unanswered_;
    // A chronyd that hangs takes no more once its queue is full; waiting for room could be for
    // ever.
    const auto sent =
        sys(::send(socket_.get(), request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    if (!sent && sent.error() == std::errc::resource_unavailable_try_again)
        return fail(not_answering());
    if (!sent)
        return fail("", sent.error());
    for (;;) {
        auto reply = receive();
        if (!reply)
            return reply;
        const auto checked = check_reply(*reply, command, sequence);
        if (!checked && checked.error().code == std::errc::operation_would_block)
            continue;
        --unanswered_;
        return checked ? reply : fail(checked.error());
    }
}

Result<Connection, std::error_code> open_connection(const Endpoint& endpoint,
                                                    const Patience& patience)
{
    if (!endpoint.udp) {
        auto own = open_unix(endpoint.socket);
        if (!own)
            return fail(own.error());
        return Connection{std::move(own->socket), std::move(own->name), patience};
    }
    auto socket =
        *endpoint.udp == Loopback::Ipv4 ? open_udp4(endpoint.port) : open_udp6(endpoint.port);
    if (!socket)
        return fail(socket.error());
    return Connection{std::move(*socket), {}, patience};
}

}  // namespace clockguard
