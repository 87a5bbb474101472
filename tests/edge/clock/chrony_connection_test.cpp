// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/chrony_connection.hpp"

#include <algorithm>
#include <array>
#include <sys/socket.h>
#include <system_error>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/datagram.hpp"
#include "support/chrony_folder.hpp"
#include "support/datagrams.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

Patience up_to(Span time)
{
    return {.first_answer = uptime_now() + time, .until = uptime_now() + time};
}

/// An open connection; the test ends where it cannot be opened.
Connection connected(const Endpoint& endpoint, const Patience& patience)
{
    auto opened = open_connection(endpoint, patience);
    if (!opened)
        throw std::system_error{opened.error()};
    return std::move(*opened);
}

/// What comes of a question for TRACKING.
std::string answer_over(Connection& chronyd)
{
    const auto reply = chronyd.ask(ChronyCommand::Tracking);
    if (!reply)
        return to_text(reply.error());
    const auto said = parse_tracking(*reply);
    return said ? fmt::format("stratum {}", said->stratum) : to_text(said.error());
}

TEST(ChronyConnection, AsksOverTheSocketAndOverUdp)
{
    const ChronyFolder folder;
    const FakeChronyd local{of_stratum(3), folder.socket};
    const FakeChronyd udp{of_stratum(4)};

    Connection over_socket = connected({.socket = folder.socket}, up_to(1s));
    Connection over_udp = connected({.udp = Loopback::Ipv4, .port = udp.port()}, up_to(1s));

    EXPECT_EQ(answer_over(over_socket), "stratum 3");
    EXPECT_EQ(answer_over(over_udp), "stratum 4");
    EXPECT_TRUE(over_socket.takes_commands());
    EXPECT_FALSE(over_udp.takes_commands());
}

TEST(ChronyConnection, PassesOverLateAnswersToEarlierQuestions)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{[](const Bytes& request) {
                                  const auto sequence = sequence_of(request);
                                  return std::vector<Bytes>{
                                      tracking_reply({.sequence = sequence - 1, .stratum = 1}),
                                      tracking_reply({.sequence = sequence, .stratum = 5})};
                              },
                              folder.socket};
    Connection connection = connected({.socket = folder.socket}, up_to(1s));

    EXPECT_EQ(answer_over(connection), "stratum 5");
    EXPECT_FALSE(connection.has_lost());
}

/// What has been sent there.
Bytes request_to(const Fd& chronyd)
{
    Bytes request(1024);
    const ssize_t got = ::recv(chronyd.get(), request.data(), request.size(), MSG_DONTWAIT);
    request.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return request;
}

std::string part_of(const Bytes& request, std::size_t begin, std::size_t size)
{
    const std::string text = hex(request);
    return text.size() < 2 * (begin + size) ? text : text.substr(2 * begin, 2 * size);
}

TEST(ChronyConnection, AsksAboutTheSourceThatIsMeant)
{
    const ChronyFolder folder;
    const Fd chronyd = listen_for_datagrams(folder.socket);
    Connection connection = connected({.socket = folder.socket}, up_to(0s));
    std::array<std::byte, 20> address{};
    address[0] = std::byte{10};
    address[17] = std::byte{1};

    static_cast<void>(connection.ask(ChronyCommand::SourceData, 258));
    const Bytes about_a_source = request_to(chronyd);
    static_cast<void>(connection.ask_about(ChronyCommand::NtpData, address));
    const Bytes about_an_address = request_to(chronyd);

    EXPECT_EQ(part_of(about_a_source, 4, 2), "000f");
    EXPECT_EQ(part_of(about_a_source, 20, 4), "00000102");
    EXPECT_EQ(part_of(about_an_address, 4, 2), "0039");
    EXPECT_EQ(part_of(about_an_address, 20, 20), "0a00000000000000000000000000000000010000");
    EXPECT_NE(part_of(about_a_source, 8, 4), part_of(about_an_address, 8, 4));
}

TEST(ChronyConnection, TellsWhatChronydRefuses)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{[](const Bytes& request) {
                                  return std::vector<Bytes>{reply_to(ChronyCommand::Tracking,
                                                                     sequence_of(request), 1, 2)};
                              },
                              folder.socket};
    Connection connection = connected({.socket = folder.socket}, up_to(1s));

    EXPECT_EQ(answer_over(connection),
              "chronyd does not answer this here (not authorised): Operation not permitted");
    EXPECT_TRUE(connection.was_answered());
    EXPECT_FALSE(connection.has_lost());
}

TEST(ChronyConnection, GivesUpOnAChronydThatIsSilent)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{silent, folder.socket};
    Connection connection = connected({.socket = folder.socket}, up_to(10ms));

    EXPECT_EQ(answer_over(connection), "not answering");
    EXPECT_FALSE(connection.was_answered());
    EXPECT_TRUE(connection.has_lost());
}

/// What is silent at first leaves time to what is asked after it.
TEST(ChronyConnection, HasTheWholeTimeOnceItWasAnswered)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{of_stratum(3), folder.socket};
    const Uptime now = uptime_now();

    Connection late =
        connected({.socket = folder.socket}, {.first_answer = now, .until = now + 1h});
    EXPECT_EQ(answer_over(late), "not answering");

    Connection once =
        connected({.socket = folder.socket}, {.first_answer = now + 1h, .until = now});
    EXPECT_EQ(answer_over(once), "stratum 3");
    EXPECT_EQ(answer_over(once), "not answering");
    EXPECT_TRUE(once.has_lost());
}

/// A stopped chronyd: its socket is there, and its queue is full.
TEST(ChronyConnection, DoesNotWaitForRoomInTheQueueOfAHungChronyd)
{
    const ChronyFolder folder;
    const Fd hung = listen_for_datagrams(folder.socket);
    const auto other = connect_datagram(folder.socket);
    ASSERT_TRUE(other);
    while (::send(other->get(), "x", 1, MSG_DONTWAIT) == 1) {
    }
    Connection connection = connected({.socket = folder.socket}, up_to(1h));

    EXPECT_EQ(answer_over(connection), "not answering");
    EXPECT_FALSE(connection.was_answered());
}

TEST(ChronyConnection, SaysThatAPortIsClosed)
{
    const int port = FakeChronyd{silent}.port();
    Connection connection = connected({.udp = Loopback::Ipv4, .port = port}, up_to(1s));

    const auto reply = connection.ask(ChronyCommand::Tracking);

    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().what, "");
    EXPECT_EQ(reply.error().code, std::errc::connection_refused);
}

TEST(ChronyConnection, IsNotOpenedToASocketThatIsNotThere)
{
    const ChronyFolder folder;

    const auto opened = open_connection({.socket = folder.socket}, up_to(1s));

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), std::errc::no_such_file_or_directory);
}

TEST(ChronyEndpoint, IsNamedByItsAddressOrItsPath)
{
    EXPECT_EQ(to_text(Endpoint{.udp = Loopback::Ipv4, .port = 323}), "UDP 127.0.0.1:323");
    EXPECT_EQ(to_text(Endpoint{.udp = Loopback::Ipv6, .port = 324}), "UDP [::1]:324");
    EXPECT_EQ(to_text(Endpoint{.socket = "/run/chrony/chronyd.sock"}),
              "'/run/chrony/chronyd.sock'");
}

}  // namespace
}  // namespace clockguard
