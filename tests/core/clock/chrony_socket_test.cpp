// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/chrony_socket.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

constexpr std::uint32_t chrony = 102;
constexpr std::uint32_t nobody = 65534;

std::string objection(std::uint32_t owner, std::uint32_t folder_owner, std::uint32_t mode)
{
    return socket_objection("/run/s",
                            {.owner = owner, .folder_owner = folder_owner, .folder_mode = mode});
}

/// Debian's unit makes the folder with 0700, chronyd itself with 0770 less the umask of a daemon;
/// without a user of its own chronyd and the folder are root's.
TEST(SocketObjection, HasNoneToWhatChronydMakes)
{
    for (const std::uint32_t mode : {0700U, 0750U, 0770U, 0755U})
        for (const std::uint32_t user : {0U, chrony}) {
            EXPECT_EQ(objection(user, user, mode), "");
            EXPECT_EQ(objection(0, user, mode), "");
        }
}

TEST(SocketObjection, IsMadeToASocketOfAnother)
{
    const std::string theirs = "'/run/s' belongs to user 65534, not to root or chrony, so its "
                               "answers are not used";

    EXPECT_EQ(objection(nobody, chrony, 0700), theirs);
    EXPECT_EQ(objection(nobody, 0, 0755), theirs);
}

TEST(SocketObjection, IsMadeToAFolderThatEveryUserMayWrite)
{
    EXPECT_EQ(objection(0, 0, 01777),
              "'/run/s' is in a folder that every user may write (mode 1777), so its answers are "
              "not used");
    EXPECT_EQ(objection(nobody, nobody, 0777),
              "'/run/s' is in a folder that every user may write (mode 0777), so its answers are "
              "not used");
}

}  // namespace
}  // namespace clockguard
