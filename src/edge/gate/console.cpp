// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/console.hpp"

#include <array>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <fmt/core.h>

#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/datagram.hpp"
#include "clockguard/edge/base/sys.hpp"
#include "clockguard/edge/base/wait_for.hpp"

namespace clockguard {
namespace {

constexpr const char* console_socket = "/run/clockguard/console";
constexpr const char* console_device = "/dev/console";

}  // namespace

void send_to_console(const Root& root, std::string_view line)
{
    offer_datagram(root.path(console_socket), line);
}

Result<std::optional<std::string>> next_console_line(int descriptor, Span longest)
{
    const auto ready = wait_for(descriptor, POLLIN, longest);
    if (!ready)
        return fail("cannot wait for the gate's lines", ready.error());
    if (!*ready)
        return std::nullopt;
    std::array<char, 1024> line{};
    const auto size = sys(::read(descriptor, line.data(), line.size()));
    if (!size)
        return fail("cannot read the gate's lines", size.error());
    if (*size == 0)
        return std::nullopt;
    return std::string{line.data(), static_cast<std::size_t>(*size)};
}

Result<void> write_console(const Root& root, std::string_view text, Span longest)
{
    const Uptime until = uptime_now() + longest;
    const auto console =
        open_in_root(root, console_device, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
    if (!console)
        return fail(fmt::format("cannot open '{}'", root.path(console_device)), console.error());
    while (!text.empty()) {
        const auto written = sys(::write(console->get(), text.data(), text.size()));
        if (written)
            text.remove_prefix(static_cast<std::size_t>(*written));
        else if (written.error() != std::errc::resource_unavailable_try_again ||
                 !wait_for(console->get(), POLLOUT, until - uptime_now()).value_or(false))
            return fail(fmt::format("cannot write '{}'", root.path(console_device)),
                        written.error());
    }
    return {};
}

}  // namespace clockguard
