// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/gate_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/base/files.hpp"

namespace clockguard {
namespace {

constexpr const char* lock_file = "/run/clockguard/gate.lock";

}  // namespace

Result<Fd> lock_gate(const Root& root)
{
    return take_lock(root, lock_file);
}

bool is_gate_waiting(const Root& root)
{
    const auto lock = open_in_root(root, lock_file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    return lock && ::flock(lock->get(), LOCK_SH | LOCK_NB) != 0;
}

}  // namespace clockguard
