// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/chrony_connection.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

std::uint32_t random_number()
{
    std::uint32_t number = 0;
    // Fails only before the kernel's pool is filled; the process id is no secret but is fresh.
    if (::getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number)
        number = static_cast<std::uint32_t>(::getpid());
    return number;
}

Error not_answering()
{
    return {.what = "not answering"};
}

template <class Address>
Result<Fd, std::error_code> open_datagram(const Address& address, int family)
{
    const auto opened = sys(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!opened)
        return fail(opened.error());
    Fd socket{*opened};
    const auto connected =
        sys(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
    if (!connected)
        return fail(connected.error());
    return socket;
}

Result<Fd, std::error_code> open_udp4(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return open_datagram(address, AF_INET);
}

Result<Fd, std::error_code> open_udp6(int port)
{
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(static_cast<std::uint16_t>(port));
    address.sin6_addr = in6addr_loopback;
    return open_datagram(address, AF_INET6);
}

Result<sockaddr_un, std::error_code> unix_address(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return fail(std::make_error_code(std::errc::filename_too_long));
    path.copy(static_cast<char*>(address.sun_path), path.size());
    return address;
}

/// chronyd answers to a path name only, and must be allowed to write to it: as its own user, in its
/// own folder, one level deep (Debian's AppArmor profile). Bound with its final mode, so that there
/// is no moment at which a chmod could be led astray.
Result<void, std::error_code> bind_for_everyone(const Fd& socket, const std::string& path)
{
    const auto address = unix_address(path);
    if (!address)
        return fail(address.error());
    const mode_t before = ::umask(0);
    const auto bound =
        sys(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address));
    ::umask(before);
    if (!bound)
        return fail(bound.error());
    return {};
}

Result<Connection, std::error_code> open_unix(const std::string& path, const Patience& patience)
{
    const auto address = unix_address(path);
    if (!address)
        return fail(address.error());
    // Connected first, so that no name is left in a folder for nothing.
    auto socket = open_datagram(*address, AF_UNIX);
    if (!socket)
        return fail(socket.error());
    const std::string folder = path.substr(0, path.rfind('/'));
    std::string own =
        fmt::format("{}/clockguard.{}.{:08x}.sock", folder, ::getpid(), random_number());
    const auto bound = bind_for_everyone(*socket, own);
    if (!bound)
        return fail(bound.error());
    return Connection{std::move(*socket), std::move(own), patience};
}

/// Whether a datagram is there before `until`.
Result<bool, std::error_code> wait_for_datagram(const Fd& socket, Uptime until)
{
    const Span left = until - uptime_now();
    if (left <= 0s)
        return false;
    pollfd waiting{.fd = socket.get(), .events = POLLIN, .revents = 0};
    const auto ready = sys(::poll(&waiting, 1, static_cast<int>(left / 1ms) + 1));
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

Connection::Connection(Fd socket, std::string own_name, const Patience& patience)
    : socket_{std::move(socket)}, own_name_{std::move(own_name)}, patience_{patience}
{
}

Connection::Connection(Connection&& other) noexcept
    : socket_{std::move(other.socket_)}, own_name_{std::exchange(other.own_name_, {})},
      patience_{other.patience_}, answered_{other.answered_}
{
}

Connection::~Connection()
{
    if (!own_name_.empty())
        ::unlink(own_name_.c_str());
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

Result<Bytes> Connection::ask_ntp_data(std::span<const std::byte, 20> address)
{
    const std::uint32_t sequence = random_number();
    return exchange(encode_ntp_data_request(sequence, address), ChronyCommand::NtpData, sequence);
}

Result<Bytes> Connection::exchange(const Bytes& request, ChronyCommand command,
                                   std::uint32_t sequence)
{
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
        if (checked)
            return reply;
        if (checked.error().code != std::errc::operation_would_block)
            return fail(checked.error());
    }
}

Result<Connection, std::error_code> open_connection(const Endpoint& endpoint,
                                                    const Patience& patience)
{
    if (!endpoint.udp)
        return open_unix(endpoint.socket, patience);
    auto socket =
        *endpoint.udp == Loopback::Ipv4 ? open_udp4(endpoint.port) : open_udp6(endpoint.port);
    if (!socket)
        return fail(socket.error());
    return Connection{std::move(*socket), {}, patience};
}

}  // namespace clockguard
