// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/chrony_socket.hpp"

#include <sys/stat.h>

#include "edge/base/file_writing.hpp"

namespace clockguard {
namespace {

std::optional<struct stat> look_at(const std::string& path)
{
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? std::optional{about} : std::nullopt;
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

}  // namespace clockguard
