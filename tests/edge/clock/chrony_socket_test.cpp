// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/chrony_socket.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clockguard/edge/base/files.hpp"
#include "support/chrony_folder.hpp"
#include "support/datagrams.hpp"

namespace clockguard {
namespace {

std::vector<std::string> names_in_chronys(const Tree& tree)
{
    return list_folder(tree.path("/chrony")).value_or(std::vector<std::string>{});
}

TEST(OwnSocket, HasANameThatChronydMayWriteToAndThatGoesWithIt)
{
    const ChronyFolder folder;
    const Fd chronyd = listen_for_datagrams(folder.socket);
    {
        const auto own = open_unix(folder.socket);

        ASSERT_TRUE(own) << own.error().message();
        const std::string& name = own->name.path();
        EXPECT_TRUE(name.starts_with(folder.tree.path("/chrony/clockguard."))) << name;
        EXPECT_TRUE(name.ends_with(".sock")) << name;
        struct stat about {};
        ASSERT_EQ(::stat(name.c_str(), &about), 0);
        EXPECT_EQ(about.st_mode & 07777U, 0777U);
        EXPECT_TRUE(S_ISSOCK(about.st_mode));
    }
    EXPECT_EQ(names_in_chronys(folder.tree), (std::vector<std::string>{"chronyd.sock", "keep"}));
}

TEST(OwnSocket, IsConnectedToChronyd)
{
    const ChronyFolder folder;
    const Fd chronyd = listen_for_datagrams(folder.socket);
    const auto own = open_unix(folder.socket);
    ASSERT_TRUE(own);

    ASSERT_EQ(::send(own->socket.get(), "hello", 5, MSG_DONTWAIT), 5);
    char text[16]{};
    sockaddr_un from{};
    socklen_t size = sizeof from;
    ASSERT_EQ(::recvfrom(chronyd.get(), text, sizeof text, MSG_DONTWAIT,
                         reinterpret_cast<sockaddr*>(&from), &size),
              5);

    EXPECT_STREQ(text, "hello");
    EXPECT_EQ(std::string{static_cast<const char*>(from.sun_path)}, own->name.path());
}

TEST(OwnSocket, KeepsTheUmask)
{
    const ChronyFolder folder;
    const Fd chronyd = listen_for_datagrams(folder.socket);
    const auto own = open_unix(folder.socket);
    ASSERT_TRUE(own);

    EXPECT_EQ(::umask(022), 022U);
}

TEST(OwnSocket, IsAnotherForEachThatAsks)
{
    const ChronyFolder folder;
    const Fd chronyd = listen_for_datagrams(folder.socket);

    const auto one = open_unix(folder.socket);
    const auto other = open_unix(folder.socket);

    ASSERT_TRUE(one && other);
    EXPECT_NE(one->name.path(), other->name.path());
    EXPECT_EQ(names_in_chronys(folder.tree).size(), 4U);
}

TEST(OwnSocket, IsNotMadeWhereChronydIsNotThere)
{
    const ChronyFolder folder;

    const auto own = open_unix(folder.socket);

    ASSERT_FALSE(own);
    EXPECT_EQ(own.error(), std::errc::no_such_file_or_directory);
    EXPECT_EQ(names_in_chronys(folder.tree), std::vector<std::string>{"keep"});
}

TEST(OwnSocket, TidiesUpAfterOneThatWasKilled)
{
    const ChronyFolder folder;
    const Fd chronyd = listen_for_datagrams(folder.socket);
    for (const char* dead : {"clockguard.1.0000000a.sock", "clockguard.sock.old", "other.sock"})
        static_cast<void>(listen_for_datagrams(folder.tree.path("/chrony/") + dead));
    const Fd alive = listen_for_datagrams(folder.tree.path("/chrony/clockguard.1.0000000b.sock"));

    static_cast<void>(open_unix(folder.socket));

    EXPECT_EQ(names_in_chronys(folder.tree),
              (std::vector<std::string>{"chronyd.sock", "clockguard.1.0000000b.sock",
                                        "clockguard.sock.old", "keep", "other.sock"}));
}

TEST(OwnName, GoesWithTheLastThatHasIt)
{
    const Tree tree{{"/x.sock", ""}};
    {
        OwnName first{tree.path("/x.sock")};
        {
            const OwnName second{std::move(first)};
            EXPECT_EQ(second.path(), tree.path("/x.sock"));
            EXPECT_TRUE(file_exists(tree.path("/x.sock")));
        }
        EXPECT_FALSE(file_exists(tree.path("/x.sock")));
        tree.write("/x.sock", "another's");
    }
    EXPECT_TRUE(file_exists(tree.path("/x.sock")));
}

TEST(SocketPlace, TellsWhoCanHavePutItThere)
{
    const ChronyFolder folder;
    const Fd chronyd = listen_for_datagrams(folder.socket);
    std::filesystem::permissions(folder.tree.path("/chrony"), std::filesystem::perms{01770});

    const auto place = read_socket_place(folder.socket);

    ASSERT_TRUE(place);
    EXPECT_EQ(place->owner, ::geteuid());
    EXPECT_EQ(place->folder_owner, ::geteuid());
    EXPECT_EQ(place->folder_mode, 01770U);
    EXPECT_EQ(owner_of_folder(folder.socket), ::geteuid());
}

TEST(SocketPlace, IsUnknownWhereItCannotBeLookedAt)
{
    const ChronyFolder folder;

    EXPECT_FALSE(read_socket_place(folder.socket));
    EXPECT_EQ(owner_of_folder(folder.socket), ::geteuid());
    EXPECT_FALSE(read_socket_place(folder.tree.path("/none/chronyd.sock")));
    EXPECT_FALSE(owner_of_folder(folder.tree.path("/none/chronyd.sock")));
}

}  // namespace
}  // namespace clockguard
