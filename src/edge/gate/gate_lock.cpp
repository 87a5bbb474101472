// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/gate_lock.hpp"

#include <fcntl.h>
#include <string>
#include <sys/file.h>

#include <fmt/format.h>

#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

constexpr std::string_view lock_file = "/run/clockguard/gate.lock";

}  // namespace

Result<Fd> lock_gate(const Root& root)
{
    const std::string path = root.path(lock_file);
    const auto there = make_folders(path.substr(0, path.rfind('/')));
    if (!there)
        return fail(there.error());
    const auto opened = sys(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!opened)
        return fail(fmt::format("cannot open lock '{}'", path), opened.error());
    Fd lock{*opened};
    const auto locked = sys(::flock(lock.get(), LOCK_EX | LOCK_NB));
    if (!locked)
        return fail(fmt::format("cannot lock '{}'", path), locked.error());
    return lock;
}

bool is_gate_waiting(const Root& root)
{
    const auto opened =
        sys(::open(root.path(lock_file).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!opened)
        return false;
    const Fd lock{*opened};
    return ::flock(lock.get(), LOCK_SH | LOCK_NB) != 0;
}

}  // namespace clockguard
