// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509_served.hpp"

#include <csignal>
#include <thread>

#include <arpa/inet.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clockguard/edge/base/fd.hpp"
#include "support/cert_pair.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// A TLS server on a port of its own that greets one client and goes.
class OneGreeting {
public:
    explicit OneGreeting(const TestCert& cert) : cert_{cert}
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
        ::listen(listener_.get(), 1);
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { greet(); }};
    }
    OneGreeting(const OneGreeting&) = delete;
    OneGreeting& operator=(const OneGreeting&) = delete;
    ~OneGreeting() { thread_.join(); }

    int port() const { return port_; }

private:
    void greet()
    {
        // Whoever asks hangs up as soon as it has seen the certificate.
        sigset_t pipe;
        ::sigemptyset(&pipe);
        ::sigaddset(&pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        const Fd client{::accept(listener_.get(), nullptr, nullptr)};
        const Handle<SSL_CTX, SSL_CTX_free> context{SSL_CTX_new(TLS_server_method())};
        SSL_CTX_use_certificate(context.get(), parse_pem(cert_.pem).get());
        SSL_CTX_use_PrivateKey(context.get(), cert_.key.get());
        const Handle<SSL, SSL_free> ssl{SSL_new(context.get())};
        SSL_set_fd(ssl.get(), client.get());
        SSL_accept(ssl.get());
    }

    const TestCert& cert_;
    Fd listener_{::socket(AF_INET, SOCK_STREAM, 0)};
    int port_ = 0;
    std::thread thread_{};
};

TEST(ServedSerial, IsThatOfTheServersCertificate)
{
    const Pair pair;
    const OneGreeting server{pair.leaf};

    const auto serial = query_served_serial({.port = server.port()}, 10s);

    ASSERT_TRUE(serial) << to_text(serial.error());
    EXPECT_EQ(*serial, "5D1F");
}

TEST(ServedSerial, AsksAnyAddress)
{
    for (const auto& [address, named] :
         {std::pair{"::1", "[::1]:1"}, {"127.0.0.9", "127.0.0.9:1"}}) {
        const auto serial = query_served_serial({.address = address, .port = 1}, 10s);

        ASSERT_FALSE(serial);
        EXPECT_EQ(serial.error().what, fmt::format("cannot ask '{}' for its certificate", named));
        EXPECT_NE(serial.error().code, std::errc::invalid_argument);
    }
    EXPECT_EQ(query_served_serial({.address = "192.0.2.1", .port = 1}, 10s).error().code,
              std::errc::address_not_available);
    EXPECT_EQ(query_served_serial({.address = "nowhere"}, 10s).error().code,
              std::errc::invalid_argument);
}

TEST(ServedSerial, TellsThatNobodyListens)
{
    const Fd unused{::socket(AF_INET, SOCK_STREAM, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(unused.get(), reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(unused.get(), reinterpret_cast<sockaddr*>(&address), &size);

    const auto serial = query_served_serial({.port = ntohs(address.sin_port)}, 10s);

    ASSERT_FALSE(serial);
    EXPECT_TRUE(serial.error().code == std::errc::connection_refused) << to_text(serial.error());
}

}  // namespace
}  // namespace clockguard
