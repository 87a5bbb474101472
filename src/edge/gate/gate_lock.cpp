// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/gate_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fmt/core.h>

#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr const char* lock_file = "/run/clockguard/gate.lock";

/// The lock is root's alone to open, or others could hold it; that it is held, the kernel tells
/// everybody: "1: FLOCK  ADVISORY  WRITE 715 00:19:1234 0 EOF" (proc_locks(5)). A gate that may
/// wait counts as one that waits.
bool is_listed_as_held(const Root& root)
{
    const auto lock = open_in_root(root, lock_file, O_PATH | O_NOFOLLOW);
    struct stat about {};
    const auto locks = read_file("/proc/locks");
    if (!lock || ::fstat(lock->get(), &about) != 0 || !locks)
        return true;
    const std::string place = fmt::format(" {:02x}:{:02x}:{} ", ::major(about.st_dev),
                                          ::minor(about.st_dev), about.st_ino);
    return locks->find(place) != std::string::npos;
}

bool is_taken(const Result<Fd>& lock)
{
    return !lock && lock.error().code == std::errc::resource_unavailable_try_again;
}

}  // namespace

Result<Fd> lock_gate(const Root& root)
{
    constexpr int attempts = 20;
    auto lock = take_lock(root, lock_file);
    for (int i = 1; i < attempts && is_taken(lock); ++i) {
        sleep_for(50ms);
        lock = take_lock(root, lock_file);
    }
    return lock;
}

bool is_gate_waiting(const Root& root)
{
    const auto lock = open_in_root(root, lock_file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!lock)
        return lock.error() == std::errc::permission_denied && is_listed_as_held(root);
    return ::flock(lock->get(), LOCK_SH | LOCK_NB) != 0;
}

}  // namespace clockguard
