// SPDX-License-Identifier: Apache-2.0
// The certificate that a server on this machine really serves, whatever its file says.
#include "clockguard/edge/certs/x509_served.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "edge/certs/x509_handles.hpp"

namespace clockguard {
namespace {

using ContextPtr = Handle<SSL_CTX, SSL_CTX_free>;
using SslPtr = Handle<SSL, SSL_free>;

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

Error unheard(int port, std::error_code code)
{
    return {.what = fmt::format("cannot ask '127.0.0.1:{}' for its certificate", port),
            .code = code};
}

/// Waits until the socket can go on; false when the deadline has passed.
bool wait_for(int socket, short events, Uptime deadline)
{
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - uptime_now());
    pollfd waiting{.fd = socket, .events = events, .revents = 0};
    return left.count() > 0 && ::poll(&waiting, 1, static_cast<int>(left.count())) > 0;
}

Result<Fd, std::error_code> connect_to(int port, Uptime deadline)
{
    const auto opened = sys(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!opened)
        return fail(opened.error());
    Fd socket{*opened};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto connected =
        sys(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
    if (!connected && connected.error() != std::errc::operation_in_progress)
        return fail(connected.error());
    if (!wait_for(socket.get(), POLLOUT, deadline))
        return fail(std::make_error_code(std::errc::timed_out));
    int failure = 0;
    socklen_t size = sizeof failure;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failure, &size);
    if (failure != 0)
        return fail(std::error_code{failure, std::generic_category()});
    return socket;
}

/// Until the server's certificate is there: whether it would accept us does not matter.
bool greet(SSL& ssl, int socket, Uptime deadline)
{
    for (;;) {
        const int done = SSL_connect(&ssl);
        if (done == 1)
            return true;
        const int wants = SSL_get_error(&ssl, done);
        if (wants != SSL_ERROR_WANT_READ && wants != SSL_ERROR_WANT_WRITE)
            return false;
        const short events = wants == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        if (!wait_for(socket, events, deadline))
            return false;
    }
}

}  // namespace

Result<std::string> query_served_serial(int port, std::chrono::milliseconds limit)
{
    const Uptime deadline = uptime_now() + limit;
    const auto socket = connect_to(port, deadline);
    if (!socket)
        return fail(unheard(port, socket.error()));
    const NoSigpipe guard;
    const ContextPtr context{SSL_CTX_new(TLS_client_method())};
    const SslPtr ssl{context ? SSL_new(context.get()) : nullptr};
    if (!ssl || SSL_set_fd(ssl.get(), socket->get()) != 1)
        return fail(unheard(port, std::make_error_code(std::errc::not_enough_memory)));
    const bool greeted = greet(*ssl, socket->get(), deadline);
    const X509Ptr served{SSL_get1_peer_certificate(ssl.get())};
    ERR_clear_error();
    if (!served)
        return fail(unheard(port, std::make_error_code(greeted ? std::errc::protocol_error
                                                               : std::errc::timed_out)));
    return serial_text(*served);
}

}  // namespace clockguard
