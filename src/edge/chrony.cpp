// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/chrony.hpp"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "clockguard/core/chrony_wire.hpp"
#include "clockguard/edge/clocks.hpp"
#include "clockguard/edge/fd.hpp"
#include "clockguard/edge/sys.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// chronyd answers in microseconds; a second is for a machine that has other things to do.
constexpr Span patience = 1s;

std::uint32_t random_number()
{
    std::uint32_t number = 0;
    // Fails only before the kernel's pool is filled; the process id is no secret but is fresh.
    if (::getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number)
        number = static_cast<std::uint32_t>(::getpid());
    return number;
}

/// A datagram socket connected to chronyd, and the name it was bound to if it has one.
class Line {
public:
    Line(Fd socket, std::string bound) : socket_{std::move(socket)}, bound_{std::move(bound)} {}
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;
    Line& operator=(Line&&) = delete;
    Line(Line&& other) noexcept
        : socket_{std::move(other.socket_)}, bound_{std::exchange(other.bound_, {})}
    {
    }
    ~Line()
    {
        if (!bound_.empty())
            ::unlink(bound_.c_str());
    }

    int get() const { return socket_.get(); }

private:
    Fd socket_;
    std::string bound_;
};

Result<Fd, std::error_code> open_datagram(int family)
{
    const auto opened = sys(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!opened)
        return fail(opened.error());
    return Fd{*opened};
}

template <class Address>
Result<void, std::error_code> connect_to(const Fd& socket, const Address& address)
{
    const auto connected =
        sys(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
    if (!connected)
        return fail(connected.error());
    return {};
}

Result<Line, std::error_code> open_udp4(int port)
{
    auto socket = open_datagram(AF_INET);
    if (!socket)
        return fail(socket.error());
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto connected = connect_to(*socket, address);
    if (!connected)
        return fail(connected.error());
    return Line{std::move(*socket), {}};
}

Result<Line, std::error_code> open_udp6(int port)
{
    auto socket = open_datagram(AF_INET6);
    if (!socket)
        return fail(socket.error());
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(static_cast<std::uint16_t>(port));
    address.sin6_addr = in6addr_loopback;
    const auto connected = connect_to(*socket, address);
    if (!connected)
        return fail(connected.error());
    return Line{std::move(*socket), {}};
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

Result<Line, std::error_code> open_unix(const std::string& path)
{
    const auto address = unix_address(path);
    if (!address)
        return fail(address.error());
    auto socket = open_datagram(AF_UNIX);
    if (!socket)
        return fail(socket.error());
    // First look whether anybody is there, so that no name is left in a folder for nothing.
    const auto connected = connect_to(*socket, *address);
    if (!connected)
        return fail(connected.error());
    const std::string folder = path.substr(0, path.rfind('/'));
    std::string own =
        fmt::format("{}/clockguard.{}.{:08x}.sock", folder, ::getpid(), random_number());
    const auto bound = bind_for_everyone(*socket, own);
    if (!bound)
        return fail(bound.error());
    return Line{std::move(*socket), std::move(own)};
}

Error unanswered(std::error_code code)
{
    return {.what = "no answer", .code = code};
}

/// The next datagram, waiting no longer than `until`.
Result<Bytes> receive(const Line& line, Uptime until)
{
    for (;;) {
        const Span left = until - uptime_now();
        if (left <= 0s)
            return fail(unanswered(std::make_error_code(std::errc::timed_out)));
        pollfd waiting{.fd = line.get(), .events = POLLIN, .revents = 0};
        const auto ready = sys(::poll(&waiting, 1, static_cast<int>(left / 1ms) + 1));
        if (!ready && ready.error() != std::errc::interrupted)
            return fail(unanswered(ready.error()));
        if (!ready || *ready == 0)
            continue;
        Bytes packet(1024);
        const auto got = sys(::recv(line.get(), packet.data(), packet.size(), MSG_DONTWAIT));
        if (!got && got.error() == std::errc::resource_unavailable_try_again)
            continue;
        if (!got)
            return fail(unanswered(got.error()));
        packet.resize(static_cast<std::size_t>(*got));
        return packet;
    }
}

/// Sends one request and waits for its own answer; late answers to earlier ones are passed over.
Result<Bytes> exchange(const Line& line, const Bytes& request, ChronyCommand command,
                       std::uint32_t sequence)
{
    const auto sent = sys(::send(line.get(), request.data(), request.size(), MSG_NOSIGNAL));
    if (!sent)
        return fail(unanswered(sent.error()));
    const Uptime until = uptime_now() + patience;
    for (;;) {
        auto reply = receive(line, until);
        if (!reply)
            return reply;
        const auto checked = check_reply(*reply, command, sequence);
        if (checked)
            return reply;
        if (checked.error().code != std::errc::operation_would_block)
            return fail(checked.error());
    }
}

Result<Bytes> ask(const Line& line, ChronyCommand command, std::uint32_t index = 0)
{
    const std::uint32_t sequence = random_number();
    return exchange(line, encode_request(command, sequence, index), command, sequence);
}

/// One way to chronyd: how it is called in messages, and how it is opened.
struct Way {
    std::string name{};
    Result<Line, std::error_code> line = fail(std::error_code{});
};

Way open_way(const ChronyAddress& address, std::size_t which)
{
    switch (which) {
    case 0:
        return {fmt::format("127.0.0.1 port {}", *address.port), open_udp4(*address.port)};
    case 1:
        return {fmt::format("::1 port {}", *address.port), open_udp6(*address.port)};
    default:
        return {fmt::format("'{}'", address.socket), open_unix(address.socket)};
    }
}

std::vector<std::size_t> ways_to(const ChronyAddress& address)
{
    std::vector<std::size_t> ways;
    if (address.port)
        ways = {0, 1};
    if (!address.socket.empty())
        ways.push_back(2);
    return ways;
}

/// Tries each way until `question` gets its answer; else tells why none did.
template <class Answer, class Question>
Result<Answer> by_any_way(const ChronyAddress& address, Question question)
{
    std::string reasons;
    for (const std::size_t which : ways_to(address)) {
        const Way way = open_way(address, which);
        auto answer = way.line ? question(*way.line) : Result<Answer>{fail("", way.line.error())};
        if (answer)
            return answer;
        const Error& why = answer.error();
        // ::1 refuses exactly when 127.0.0.1 does; saying it twice tells nothing new.
        if (which == 1 && why.code == std::errc::connection_refused)
            continue;
        reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", way.name,
                               why.code ? why.code.message() : why.what);
    }
    if (reasons.empty())
        return fail("cannot ask chronyd: no address is known");
    return fail(fmt::format("cannot ask chronyd: {}", reasons));
}

Result<ChronyTracking> ask_tracking(const Line& line)
{
    const auto reply = ask(line, ChronyCommand::Tracking);
    if (!reply)
        return fail(reply.error());
    auto said = parse_tracking(*reply);
    if (said)
        said->taken_at = wall_now();
    return said;
}

Result<int> count_reached(const Line& line, int known)
{
    int reached = 0;
    for (int index = 0; index < known; ++index) {
        const auto reply = ask(line, ChronyCommand::SourceData, static_cast<std::uint32_t>(index));
        if (!reply)
            return fail(reply.error());
        const auto source = parse_source(*reply);
        if (!source)
            return fail(source.error());
        reached += source->reach != 0 ? 1 : 0;
    }
    return reached;
}

Result<ChronySources> ask_sources(const Line& line)
{
    const auto activity_reply = ask(line, ChronyCommand::Activity);
    if (!activity_reply)
        return fail(activity_reply.error());
    const auto activity = parse_activity(*activity_reply);
    const auto count_reply = ask(line, ChronyCommand::NSources);
    if (!activity || !count_reply)
        return fail(activity ? count_reply.error() : activity.error());
    const auto known = parse_source_count(*count_reply);
    if (!known)
        return fail(known.error());
    const auto reached = count_reached(line, *known);
    if (!reached)
        return fail(reached.error());
    return ChronySources{.known = *known,
                         .reached = *reached,
                         .unresolved = activity->unresolved,
                         .offline = activity->offline};
}

}  // namespace

Result<ChronyTracking> query_tracking(const ChronyAddress& address)
{
    return by_any_way<ChronyTracking>(address, ask_tracking);
}

Result<ChronySources> query_sources(const ChronyAddress& address)
{
    return by_any_way<ChronySources>(address, ask_sources);
}

Result<void> nudge_chrony(const ChronyAddress& address)
{
    const auto line = open_unix(address.socket);
    if (!line)
        return fail(fmt::format("cannot command chronyd over '{}'", address.socket), line.error());
    const auto online = ask(*line, ChronyCommand::OnOffline);
    if (!online)
        return fail(online.error());
    const std::uint32_t sequence = random_number();
    const auto burst = exchange(*line, encode_burst(sequence), ChronyCommand::Burst, sequence);
    if (!burst)
        return fail(burst.error());
    return {};
}

}  // namespace clockguard
