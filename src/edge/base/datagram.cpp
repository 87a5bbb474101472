// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/datagram.hpp"

#include <poll.h>

#include "clockguard/edge/base/sys.hpp"
#include "clockguard/edge/base/wait_for.hpp"

namespace clockguard {

Result<sockaddr_un, std::error_code> unix_address(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty())
        return fail(std::make_error_code(std::errc::invalid_argument));
    if (path.size() >= sizeof address.sun_path)
        return fail(std::make_error_code(std::errc::filename_too_long));
    path.copy(static_cast<char*>(address.sun_path), path.size());
    return address;
}

Result<Fd, std::error_code> connect_datagram(const sockaddr* address, socklen_t size)
{
    const auto opened =
        sys(::socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!opened)
        return fail(opened.error());
    Fd socket{*opened};
    const auto connected = sys(::connect(socket.get(), address, size));
    if (!connected)
        return fail(connected.error());
    return socket;
}

Result<Fd, std::error_code> connect_datagram(const std::string& path)
{
    const auto address = unix_address(path);
    if (!address)
        return fail(address.error());
    return connect_datagram(reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
}

void offer_datagram(const std::string& path, std::string_view text, Span longest)
{
    const auto socket = connect_datagram(path);
    if (!socket)
        return;
    if (longest > Span::zero())
        static_cast<void>(wait_for(socket->get(), POLLOUT, longest));
    [[maybe_unused]] const auto dropped =
        ::send(socket->get(), text.data(), text.size(), MSG_NOSIGNAL);
}

}  // namespace clockguard
