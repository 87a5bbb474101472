// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/datagram.hpp"

#include <array>
#include <fcntl.h>

#include <gtest/gtest.h>

#include "support/datagrams.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

TEST(ConnectDatagram, ReachesWhoListensAndNeverBlocks)
{
    const Tree tree;
    const Fd theirs = listen_for_datagrams(tree.path("/socket"));

    const auto ours = connect_datagram(tree.path("/socket"));

    ASSERT_TRUE(ours);
    EXPECT_NE(::fcntl(ours->get(), F_GETFL) & O_NONBLOCK, 0);
    EXPECT_EQ(::send(ours->get(), "one", 3, 0), 3);
    std::array<char, 8> got{};
    EXPECT_EQ(::recv(theirs.get(), got.data(), got.size(), 0), 3);
}

TEST(ConnectDatagram, TellsWhyNobodyIsThere)
{
    const Tree tree;
    static_cast<void>(listen_for_datagrams(tree.path("/left")));

    EXPECT_EQ(connect_datagram(tree.path("/none")).error(), std::errc::no_such_file_or_directory);
    EXPECT_EQ(connect_datagram(tree.path("/left")).error(), std::errc::connection_refused);
    EXPECT_EQ(connect_datagram(std::string(108, 'x')).error(), std::errc::filename_too_long);
    EXPECT_EQ(connect_datagram("").error(), std::errc::invalid_argument);
}

}  // namespace
}  // namespace clockguard
