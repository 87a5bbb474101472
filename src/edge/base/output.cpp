// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/output.hpp"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/edge/base/fd.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

Fd open_unblocking(const std::string& path)
{
    return Fd{::open(path.c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
}

bool may_block(int descriptor)
{
    struct stat about {};
    return ::fstat(descriptor, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISCHR(about.st_mode));
}

void put(int descriptor, std::string_view text)
{
    [[maybe_unused]] const auto dropped = ::write(descriptor, text.data(), text.size());
}

/// What another user's terminal leaves: a short line where there is room for one.
void put_if_ready(int descriptor, std::string_view text)
{
    constexpr std::size_t short_line = 256;
    pollfd room{.fd = descriptor, .events = POLLOUT, .revents = 0};
    if (::poll(&room, 1, 0) == 1)
        put(descriptor, text.substr(0, short_line));
}

}  // namespace

void hold_standard_descriptors()
{
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(descriptor, F_GETFD) < 0)
            // The lowest number that is free is this one. It can be used the wrong way round only.
            static_cast<void>(
                ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
}

Result<void, std::error_code> write_all_of(int descriptor, std::string_view text)
{
    while (!text.empty()) {
        const auto put_there = sys(::write(descriptor, text.data(), text.size()));
        if (put_there) {
            text.remove_prefix(static_cast<std::size_t>(*put_there));
            continue;
        }
        // Another program may have made it non-blocking: it is theirs too.
        if (put_there.error() == std::errc::resource_unavailable_try_again) {
            pollfd room{.fd = descriptor, .events = POLLOUT, .revents = 0};
            ::poll(&room, 1, -1);
        } else if (put_there.error() != std::errc::interrupted) {
            return fail(put_there.error());
        }
    }
    return {};
}

void write_what_fits(int descriptor, std::string_view text)
{
    const auto sent =
        sys(::send(descriptor, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    if (sent || sent.error() != std::errc::not_a_socket)
        return;
    if (!may_block(descriptor))
        return put(descriptor, text);
    // Opened once more, a pipe or terminal can be written without waiting and without touching the
    // flags of the descriptor that we were given (open(2), proc(5)).
    const Fd again = open_unblocking(fmt::format("/proc/self/fd/{}", descriptor));
    if (again.get() >= 0)
        put(again.get(), text);
    else if (errno != ENXIO)  // a pipe without a reader
        put_if_ready(descriptor, text);
}

}  // namespace clockguard
