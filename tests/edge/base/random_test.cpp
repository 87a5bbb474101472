// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/random.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "clockguard/edge/base/folder.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

/// As it is early at boot (getrandom(2)), for what is left of this process.
bool empty_the_pool()
{
    std::array<sock_filter, 4> rules{
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 0, 1),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    const sock_fprog filter{.len = rules.size(), .filter = rules.data()};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

int names_without_randomness(const Folder& folder)
{
    if (!empty_the_pool() || random_number() != random_number())
        return 2;
    const auto one = folder.make_beside("state");
    const auto other = folder.make_beside("state");
    return one && other ? 0 : 1;
}

TEST(RandomNumber, ChangesFromOneToTheNext)
{
    EXPECT_NE(random_number(), random_number());
}

TEST(RandomNumber, LeavesRoomForAnotherNameWhereTheKernelHasNone)
{
    const Tree tree;
    const auto folder = Folder::of({.location = tree.path("/state")});
    ASSERT_TRUE(folder);

    EXPECT_EXIT(::_exit(names_without_randomness(*folder)), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace clockguard
