// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <array>
#include <functional>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include "support/chrony_packets.hpp"

namespace clockguard {

inline std::uint32_t sequence_of(const Bytes& request)
{
    std::uint32_t sequence = 0;
    for (std::size_t i = 8; i < 12; ++i)
        sequence = sequence << 8U | std::to_integer<std::uint32_t>(request.at(i));
    return sequence;
}

inline ChronyCommand command_of(const Bytes& request)
{
    return static_cast<ChronyCommand>(std::to_integer<unsigned>(request.at(4)) << 8U |
                                      std::to_integer<unsigned>(request.at(5)));
}

/// Answers datagrams, on a free UDP port of the loopback or on a Unix socket, as the test says. It
/// shares its UDP port with whoever asks for that (SO_REUSEADDR), as chronyd does.
class FakeChronyd {
public:
    using Answer = std::function<std::vector<Bytes>(const Bytes&)>;

    explicit FakeChronyd(Answer answer, const std::string& path = {})
        : answer_{std::move(answer)}, socket_{path.empty() ? open_udp() : open_unix(path)},
          thread_{[this] { serve(); }}
    {
    }
    FakeChronyd(const FakeChronyd&) = delete;
    FakeChronyd& operator=(const FakeChronyd&) = delete;
    ~FakeChronyd()
    {
        ::eventfd_write(stop_, 1);
        thread_.join();
        ::close(socket_);
        ::close(stop_);
    }

    int port() const
    {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        return ntohs(address.sin_port);
    }

private:
    static int open_udp()
    {
        const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        // Not before: a free port is wanted.
        const int share = 1;
        ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &share, sizeof share);
        return fd;
    }

    static int open_unix(const std::string& path)
    {
        const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
        ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        return fd;
    }

    void serve()
    {
        std::array<pollfd, 2> waiting{pollfd{socket_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
        while (::poll(waiting.data(), waiting.size(), -1) > 0 && waiting[1].revents == 0)
            answer_one();
    }

    void answer_one()
    {
        Bytes request(1024);
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const ssize_t got = ::recvfrom(socket_, request.data(), request.size(), 0,
                                       reinterpret_cast<sockaddr*>(&from), &size);
        if (got <= 0)
            return;
        request.resize(static_cast<std::size_t>(got));
        for (const Bytes& reply : answer_(request))
            ::sendto(socket_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from),
                     size);
    }

    Answer answer_;
    int socket_;
    int stop_ = ::eventfd(0, EFD_CLOEXEC);
    std::thread thread_;
};

}  // namespace clockguard
