// SPDX-License-Identifier: Apache-2.0
// The certificate that a server on this machine really serves, whatever its file says.
#include "clockguard/edge/certs/x509_served.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <sys/socket.h>

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "clockguard/edge/base/wait_for.hpp"
#include "edge/base/shared_library.hpp"
#include "edge/certs/x509_handles.hpp"

namespace clockguard {
namespace {

/// A handshake, up to the server's certificate.
struct Libssl : SharedLibrary {
    Libssl() : SharedLibrary{"libssl.so.3"} {}

    CLOCKGUARD_FUNCTION(free_context, SSL_CTX_free);
    CLOCKGUARD_FUNCTION(new_context, SSL_CTX_new);
    CLOCKGUARD_FUNCTION(connect, SSL_connect);
    CLOCKGUARD_FUNCTION(free_connection, SSL_free);
    CLOCKGUARD_FUNCTION(peer_certificate, SSL_get1_peer_certificate);
    CLOCKGUARD_FUNCTION(error_of, SSL_get_error);
    CLOCKGUARD_FUNCTION(new_connection, SSL_new);
    CLOCKGUARD_FUNCTION(set_socket, SSL_set_fd);
    CLOCKGUARD_FUNCTION(client_method, TLS_client_method);
};

[[gnu::used, gnu::section(".note.dlopen")]] alignas(4) constexpr auto libssl_note = load_note(
    R"([{"soname":["libssl.so.3"],"priority":"recommended","feature":"tls",)"
    R"("description":"which certificate a server really serves"}])");

/// For those who have loaded it: ssl().connect().
const Libssl& ssl()
{
    return loaded<Libssl>();
}

using ContextPtr = Handle<SSL_CTX, freed_by<&Libssl::free_context>>;
using ConnectionPtr = Handle<SSL, freed_by<&Libssl::free_connection>>;

/// OpenSSL writes with write(2): a server that hangs up in the middle would end this program. Kept
/// back for as long as this lives, and thrown away at its end.
class NoSigpipe {
public:
    NoSigpipe()
    {
        ::sigemptyset(&pipe_);
        ::sigaddset(&pipe_, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    NoSigpipe(const NoSigpipe&) = delete;
    NoSigpipe& operator=(const NoSigpipe&) = delete;
    ~NoSigpipe()
    {
        const timespec at_once{};
        ::sigtimedwait(&pipe_, nullptr, &at_once);
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    sigset_t pipe_{};
    sigset_t before_{};
};

Error unheard(const TlsEndpoint& endpoint, std::error_code code)
{
    return {.what = fmt::format("cannot ask '{}' for its certificate", to_text(endpoint)),
            .code = code};
}

/// An address of either family, as connect(2) takes it.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

std::optional<SocketAddress> to_socket_address(const TlsEndpoint& endpoint)
{
    SocketAddress address;
    const auto port = htons(static_cast<std::uint16_t>(endpoint.port));
    sockaddr_in four{};
    if (::inet_pton(AF_INET, endpoint.address.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = port;
        address.size = sizeof four;
        std::memcpy(&address.storage, &four, sizeof four);
        return address;
    }
    sockaddr_in6 six{};
    if (::inet_pton(AF_INET6, endpoint.address.c_str(), &six.sin6_addr) != 1)
        return std::nullopt;
    six.sin6_family = AF_INET6;
    six.sin6_port = port;
    address.size = sizeof six;
    std::memcpy(&address.storage, &six, sizeof six);
    return address;
}

/// Waits until the socket can go on; false when the deadline has passed.
bool can_go_on(int socket, short events, Uptime deadline)
{
    const Span left = deadline - uptime_now();
    return left > Span::zero() && wait_for(socket, events, left).value_or(false);
}

/// Binds the socket to the address that it will connect to: that works with an address of this
/// machine alone (ip(7), EADDRNOTAVAIL). The address comes from a file that others than root may
/// write, and must not lead to another machine.
Result<void, std::error_code> stay_here(int socket, SocketAddress address)
{
    // At the same offset in both families.
    reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port = 0;
    const auto bound =
        sys(::bind(socket, reinterpret_cast<const sockaddr*>(&address.storage), address.size));
    if (!bound)
        return fail(bound.error());
    return {};
}

Result<Fd, std::error_code> connect_to(const TlsEndpoint& endpoint, Uptime deadline)
{
    const auto address = to_socket_address(endpoint);
    if (!address)
        return fail(std::make_error_code(std::errc::invalid_argument));
    const auto opened =
        sys(::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!opened)
        return fail(opened.error());
    Fd socket{*opened};
    const auto kept = stay_here(socket.get(), *address);
    if (!kept)
        return fail(kept.error());
    const auto connected = sys(::connect(
        socket.get(), reinterpret_cast<const sockaddr*>(&address->storage), address->size));
    if (!connected && connected.error() != std::errc::operation_in_progress)
        return fail(connected.error());
    if (!can_go_on(socket.get(), POLLOUT, deadline))
        return fail(std::make_error_code(std::errc::timed_out));
    int failure = 0;
    socklen_t size = sizeof failure;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failure, &size);
    if (failure != 0)
        return fail(std::error_code{failure, std::generic_category()});
    return socket;
}

/// Until the server's certificate is there: whether it would accept us does not matter.
Result<void, std::error_code> greet(SSL& connection, int socket, Uptime deadline)
{
    for (;;) {
        // What others left in the queue would be taken for ours (SSL_get_error(3)).
        ERR_clear_error();
        const int done = ssl().connect(&connection);
        if (done == 1)
            return {};
        const int wants = ssl().error_of(&connection, done);
        if (wants != SSL_ERROR_WANT_READ && wants != SSL_ERROR_WANT_WRITE)
            return fail(std::make_error_code(std::errc::protocol_error));
        const short events = wants == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        if (!can_go_on(socket, events, deadline))
            return fail(std::make_error_code(std::errc::timed_out));
    }
}

}  // namespace

std::string to_text(const TlsEndpoint& endpoint)
{
    if (endpoint.address.find(':') != std::string::npos)
        return fmt::format("[{}]:{}", endpoint.address, endpoint.port);
    return fmt::format("{}:{}", endpoint.address, endpoint.port);
}

Result<std::string> query_served_serial(const TlsEndpoint& endpoint,
                                        std::chrono::milliseconds limit)
{
    const Uptime deadline = uptime_now() + limit;
    const auto socket = connect_to(endpoint, deadline);
    if (!socket)
        return fail(unheard(endpoint, socket.error()));
    const auto library = load<Libssl>();
    if (!library)
        return fail(library.error());
    const NoSigpipe guard;
    const ContextPtr context{ssl().new_context(ssl().client_method())};
    const ConnectionPtr connection{context ? ssl().new_connection(context.get()) : nullptr};
    if (!connection || ssl().set_socket(connection.get(), socket->get()) != 1)
        return fail(unheard(endpoint, std::make_error_code(std::errc::not_enough_memory)));
    const auto greeted = greet(*connection, socket->get(), deadline);
    const X509Ptr served{ssl().peer_certificate(connection.get())};
    ERR_clear_error();
    if (!served)
        return fail(unheard(endpoint, greeted ? std::make_error_code(std::errc::protocol_error)
                                              : greeted.error()));
    return serial_text(*served);
}

}  // namespace clockguard
