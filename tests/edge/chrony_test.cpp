// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/chrony.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/fake_chronyd.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

std::string answer_of(const ChronyAddress& address)
{
    const auto said = query_tracking(address);
    return said ? "answered" : to_text(said.error());
}

TEST(QueryTracking, HearsChronydOverUdp)
{
    const FakeChronyd chronyd{[](const Bytes& request) {
        return std::vector<Bytes>{tracking_reply({.sequence = sequence_of(request)})};
    }};

    const auto said = query_tracking({.port = chronyd.port()});

    ASSERT_TRUE(said) << to_text(said.error());
    EXPECT_EQ(said->stratum, 3);
    EXPECT_GT(said->taken_at, Instant{});
}

TEST(QueryTracking, HearsChronydOverItsSocketAndLeavesNothingBehind)
{
    const Tree tree;
    const FakeChronyd chronyd{[](const Bytes& request) {
                                  return std::vector<Bytes>{
                                      tracking_reply({.sequence = sequence_of(request)})};
                              },
                              tree.path("/chronyd.sock")};

    EXPECT_EQ(answer_of({.socket = tree.path("/chronyd.sock")}), "answered");
    EXPECT_EQ(tree.snapshot().size(), 1U);
}

TEST(QueryTracking, TurnsToTheSocketWhereUdpIsClosed)
{
    const Tree tree;
    const FakeChronyd chronyd{[](const Bytes& request) {
                                  return std::vector<Bytes>{
                                      tracking_reply({.sequence = sequence_of(request)})};
                              },
                              tree.path("/chronyd.sock")};

    EXPECT_EQ(answer_of({.port = 1, .socket = tree.path("/chronyd.sock")}), "answered");
}

TEST(QueryTracking, SaysWhyNobodyAnswers)
{
    EXPECT_EQ(answer_of({.port = 1, .socket = "/nonexistent/chronyd.sock"}),
              "cannot ask chronyd: 127.0.0.1 port 1: Connection refused; "
              "'/nonexistent/chronyd.sock': No such file or directory");
    EXPECT_EQ(answer_of({}), "cannot ask chronyd: no address is known");
}

TEST(QueryTracking, PassesOverLateAnswersToEarlierQuestions)
{
    const FakeChronyd chronyd{[](const Bytes& request) {
        return std::vector<Bytes>{
            tracking_reply({.sequence = sequence_of(request) - 1, .stratum = 1}),
            tracking_reply({.sequence = sequence_of(request), .stratum = 5})};
    }};

    const auto said = query_tracking({.port = chronyd.port()});

    ASSERT_TRUE(said) << to_text(said.error());
    EXPECT_EQ(said->stratum, 5);
}

TEST(QueryTracking, RefusesGarbage)
{
    const FakeChronyd chronyd{[](const Bytes&) { return std::vector<Bytes>{from_hex("cafe")}; }};

    EXPECT_EQ(answer_of({.port = chronyd.port()}),
              fmt::format("cannot ask chronyd: 127.0.0.1 port {}: chronyd's answer is cut short: "
                          "2 bytes",
                          chronyd.port()));
}

TEST(QueryTracking, GivesUpOnAChronydThatIsSilent)
{
    const FakeChronyd chronyd{[](const Bytes&) { return std::vector<Bytes>{}; }};

    EXPECT_EQ(
        answer_of({.port = chronyd.port()}),
        fmt::format("cannot ask chronyd: 127.0.0.1 port {}: Connection timed out", chronyd.port()));
}

}  // namespace
}  // namespace clockguard
