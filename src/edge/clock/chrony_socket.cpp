// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/chrony_socket.hpp"

#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "clockguard/core/base/path.hpp"
#include "clockguard/edge/base/datagram.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/random.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

std::optional<struct stat> look_at(const std::string& path)
{
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? std::optional{about} : std::nullopt;
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

/// What a clockguard that was killed has left: no process has it open, so that it refuses.
void remove_dead_names(const std::string& folder)
{
    for (const std::string& name : list_folder(folder).value_or(std::vector<std::string>{})) {
        if (!name.starts_with("clockguard.") || !name.ends_with(".sock"))
            continue;
        const std::string path = fmt::format("{}/{}", folder, name);
        if (const auto alive = connect_datagram(path);
            !alive && alive.error() == std::errc::connection_refused)
            ::unlink(path.c_str());
    }
}

}  // namespace

std::optional<std::uint32_t> owner_of_folder(const std::string& socket)
{
    const auto folder = look_at(folder_of(socket));
    return folder ? std::optional<std::uint32_t>{folder->st_uid} : std::nullopt;
}

std::optional<SocketPlace> read_socket_place(const std::string& socket)
{
    const auto folder = look_at(folder_of(socket));
    const auto found = look_at(socket);
    if (!folder || !found)
        return std::nullopt;
    return SocketPlace{.owner = found->st_uid,
                       .folder_owner = folder->st_uid,
                       .folder_mode = folder->st_mode & 07777U};
}

OwnName::OwnName(std::string path)
    : held_{std::make_unique<HeldEndSignals>()}, path_{std::move(path)}
{
}

OwnName::OwnName(OwnName&& other) noexcept
    : held_{std::move(other.held_)}, path_{std::exchange(other.path_, {})}
{
}

OwnName::~OwnName()
{
    if (!path_.empty())
        ::unlink(path_.c_str());
}

Result<OwnSocket, std::error_code> open_unix(const std::string& path)
{
    // Connected first, so that no name is left in a folder for nothing.
    auto socket = connect_datagram(path);
    if (!socket)
        return fail(socket.error());
    const std::string folder = folder_of(path);
    remove_dead_names(folder);
    OwnName own{fmt::format("{}/clockguard.{}.{:08x}.sock", folder, ::getpid(), random_number())};
    const auto bound = bind_for_everyone(*socket, own.path());
    if (!bound)
        return fail(bound.error());
    return OwnSocket{.socket = std::move(*socket), .name = std::move(own)};
}

}  // namespace clockguard
