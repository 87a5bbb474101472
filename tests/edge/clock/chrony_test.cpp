// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/chrony.hpp"

#include <atomic>
#include <csignal>
#include <mutex>
#include <sys/wait.h>
#include <thread>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/edge/base/clocks.hpp"
#include "support/chrony_folder.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

Uptime in(Span time)
{
    return uptime_now() + time;
}

std::string answer_of(const ChronyAddress& address, Span time = 1s)
{
    const auto said = query_tracking(address, in(time));
    return said ? fmt::format("stratum {}", said->stratum) : to_text(said.error());
}

TEST(QueryTracking, HearsChronydOverItsSocketAndLeavesNothingBehind)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{of_stratum(3), folder.socket};

    const auto said = query_tracking({.socket = folder.socket}, in(1s));

    ASSERT_TRUE(said) << to_text(said.error());
    EXPECT_EQ(said->stratum, 3);
    EXPECT_GT(said->taken_at, Instant{});
    EXPECT_EQ(folder.tree.snapshot().size(), 3U);
}

TEST(QueryTracking, EndsByASignalWithNothingLeftBehind)
{
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        const ChronyFolder folder;
        std::atomic<pid_t> child = 0;
        const FakeChronyd chronyd{[&](const Bytes& request) {
                                      while (child == 0)
                                          std::this_thread::yield();
                                      ::kill(child, signal);
                                      return of_stratum(3)(request);
                                  },
                                  folder.socket};
        child = ::fork();
        if (child == 0) {
            std::signal(signal, SIG_DFL);  // a shell's background jobs ignore SIGINT
            static_cast<void>(query_tracking({.socket = folder.socket}, in(10s)));
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);

        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal);
        EXPECT_EQ(folder.tree.snapshot().size(), 3U);
    }
}

TEST(QueryTracking, TurnsToUdpWhereThereIsNoSocket)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{of_stratum(3)};

    EXPECT_EQ(answer_of(folder.address_with(chronyd)), "stratum 3");
}

TEST(QueryTracking, TurnsToUdpWhereTheSocketIsSilent)
{
    const ChronyFolder folder;
    const FakeChronyd hung{silent, folder.socket};
    const FakeChronyd chronyd{of_stratum(3)};

    EXPECT_EQ(answer_of(folder.address_with(chronyd)), "stratum 3");
}

TEST(QueryTracking, BelievesTheSocketWhateverUdpSays)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{of_stratum(3), folder.socket};
    const FakeChronyd impostor{of_stratum(1)};

    EXPECT_EQ(answer_of(folder.address_with(impostor)), "stratum 3");
}

TEST(QueryTracking, TakesARefusalOfTheSocketAsFinal)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{[](const Bytes& request) {
                                  return std::vector<Bytes>{reply_to(ChronyCommand::Tracking,
                                                                     sequence_of(request), 1, 2)};
                              },
                              folder.socket};
    const FakeChronyd impostor{of_stratum(1)};

    EXPECT_EQ(answer_of(folder.address_with(impostor)),
              fmt::format("cannot ask chronyd: '{}': chronyd does not answer this here (not "
                          "authorised)",
                          folder.socket));
}

TEST(QueryTracking, TakesGarbageFromTheSocketAsFinal)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{[](const Bytes&) { return std::vector<Bytes>{from_hex("cafe")}; },
                              folder.socket};
    const FakeChronyd impostor{of_stratum(1)};

    EXPECT_EQ(answer_of(folder.address_with(impostor)),
              fmt::format("cannot ask chronyd: '{}': chronyd's answer is cut short: 2 bytes",
                          folder.socket));
}

TEST(QueryTracking, DoesNotBelieveASocketThatEveryUserCanReplace)
{
    const ChronyFolder folder;
    const FakeChronyd impostor{of_stratum(1), folder.socket};
    std::filesystem::permissions(folder.tree.path("/chrony"), std::filesystem::perms{01777});
    const FakeChronyd chronyd{of_stratum(3)};

    EXPECT_EQ(answer_of({.socket = folder.socket}),
              fmt::format("cannot ask chronyd: '{}' is in a folder that every user may write (mode "
                          "1777), so its answers are not used",
                          folder.socket));
    EXPECT_EQ(answer_of(folder.address_with(chronyd)), "stratum 3");
    EXPECT_FALSE(nudge_chrony({.socket = folder.socket}, in(1s)));
}

TEST(QueryTracking, DoesNotBelieveASocketWhoseFolderIsOpenedMeanwhile)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{[&](const Bytes& request) {
                                  std::filesystem::permissions(folder.tree.path("/chrony"),
                                                               std::filesystem::perms{0777});
                                  return of_stratum(1)(request);
                              },
                              folder.socket};

    EXPECT_EQ(answer_of({.socket = folder.socket}),
              fmt::format("cannot ask chronyd: '{}' is in a folder that every user may write (mode "
                          "0777), so its answers are not used",
                          folder.socket));
}

TEST(QueryTracking, DoesNotBelieveOneOfTwoListeners)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{of_stratum(1)};
    const Beside beside{chronyd.port()};
    ASSERT_TRUE(beside.is_bound());

    EXPECT_EQ(answer_of(folder.address_with(chronyd)),
              fmt::format("{}UDP 127.0.0.1:{} has 2 listeners, so its answers are not used",
                          folder.without_socket(), chronyd.port()));
}

TEST(QueryTracking, DoesNotBelieveAListenerThatCameMeanwhile)
{
    const ChronyFolder folder;
    std::atomic<int> port = 0;
    std::optional<Beside> beside;
    const FakeChronyd chronyd{[&](const Bytes& request) {
        beside.emplace(port);
        return of_stratum(1)(request);
    }};
    port = chronyd.port();

    EXPECT_EQ(answer_of(folder.address_with(chronyd)),
              fmt::format("{}UDP 127.0.0.1:{} has 2 listeners, so its answers are not used",
                          folder.without_socket(), chronyd.port()));
}

TEST(QueryTracking, SaysWhyNoAnswerCame)
{
    const ChronyFolder folder;

    EXPECT_EQ(answer_of({.port = 1, .socket = folder.socket}),
              folder.without_socket() + "nothing listens on UDP 127.0.0.1:1");
    EXPECT_EQ(answer_of({}), "cannot ask chronyd: no address is known");
}

TEST(QueryTracking, GivesUpOnAChronydThatIsSilent)
{
    const ChronyFolder folder;
    const FakeChronyd chronyd{silent, folder.socket};

    EXPECT_EQ(answer_of({.socket = folder.socket}, 10ms),
              fmt::format("cannot ask chronyd: '{}': not answering", folder.socket));
}

/// Claims so many sources, all reached, and counts how many it was asked about.
struct ManySources {
    unsigned known = 0;
    Uptime tells_from{};  // no earlier of any source
    std::atomic<int> asked = 0;

    std::vector<Bytes> answer(const Bytes& request)
    {
        const auto sequence = sequence_of(request);
        if (command_of(request) == ChronyCommand::Activity)
            return {reply_to(ChronyCommand::Activity, sequence, 12)};
        if (command_of(request) == ChronyCommand::NSources)
            return {count(sequence)};
        if (command_of(request) == ChronyCommand::NtpData)
            return {reply_to(ChronyCommand::NtpData, sequence, 16)};
        ++asked;
        sleep_until(tells_from);
        Bytes reply = reply_to(ChronyCommand::SourceData, sequence, 3);
        reply[59] = std::byte{1};
        return {reply};
    }

    Bytes count(std::uint32_t sequence) const
    {
        Bytes reply = reply_to(ChronyCommand::NSources, sequence, 2);
        reply[30] = std::byte(known >> 8U);
        reply[31] = std::byte(known & 0xFFU);
        return reply;
    }
};

/// Sources by their number: those of an address, those that have none, and the name of each.
struct NamedSources {
    std::vector<std::string> names{"pool.example", "pool.example", "pool.example", "other.example"};
    std::size_t resolved = 1;

    std::vector<Bytes> answer(const Bytes& request) const
    {
        const auto sequence = sequence_of(request);
        const auto index = std::to_integer<std::size_t>(request.at(23));
        Bytes reply = reply_to(command_of(request), sequence, 0);
        if (command_of(request) == ChronyCommand::Activity) {
            reply[7] = std::byte{12};
            reply[47] = std::byte(names.size() - resolved);
        } else if (command_of(request) == ChronyCommand::NSources) {
            reply[7] = std::byte{2};
            reply[31] = std::byte(names.size());
        } else if (command_of(request) == ChronyCommand::SourceData) {
            reply[7] = std::byte{3};
            reply[31] = std::byte(index);  // the last octet of an address, or the number
            reply[45] = std::byte(index < resolved ? 1 : 3);
            reply[59] = std::byte(index < resolved ? 1 : 0);
        } else {
            reply[7] = std::byte{19};
            reply.resize(284);
            std::ranges::transform(names.at(index), reply.begin() + 28,
                                   [](char letter) { return static_cast<std::byte>(letter); });
        }
        return {reply};
    }
};

TEST(QuerySources, LeavesOutTheEmptyPlacesOfAPool)
{
    const ChronyFolder folder;
    const NamedSources named;
    const FakeChronyd chronyd{[&](const Bytes& request) { return named.answer(request); },
                              folder.socket};

    const auto sources = query_sources({.socket = folder.socket}, in(10s));

    ASSERT_TRUE(sources) << to_text(sources.error());
    ASSERT_TRUE(*sources);
    EXPECT_EQ((*sources)->known, 2);
    EXPECT_EQ((*sources)->asked, 2);
    EXPECT_EQ((*sources)->unresolved, 1);
    EXPECT_EQ((*sources)->all.size(), 2U);
}

TEST(QuerySources, AsksTheFirst64)
{
    const ChronyFolder folder;
    ManySources many{.known = 1000};
    const FakeChronyd chronyd{[&](const Bytes& request) { return many.answer(request); },
                              folder.socket};

    const auto sources = query_sources({.socket = folder.socket}, in(10s));

    ASSERT_TRUE(sources) << to_text(sources.error());
    ASSERT_TRUE(*sources);
    EXPECT_EQ((*sources)->known, 1000);
    EXPECT_EQ((*sources)->asked, 64);
    EXPECT_EQ((*sources)->reached, 64);
    EXPECT_EQ(many.asked, 64);
}

TEST(QuerySources, AsksOnceMoreWhereOneVanishesMeanwhile)
{
    for (const ChronyCommand command : {ChronyCommand::SourceData, ChronyCommand::NtpData}) {
        const ChronyFolder folder;
        ManySources several{.known = 3};
        const FakeChronyd chronyd{[&](const Bytes& request) -> std::vector<Bytes> {
                                      if (command_of(request) != command || several.asked == 0 ||
                                          several.known != 3)
                                          return several.answer(request);
                                      several.known = 2;
                                      return {reply_to(command, sequence_of(request), 1, 4)};
                                  },
                                  folder.socket};

        const auto sources = query_sources({.socket = folder.socket}, in(10s));

        ASSERT_TRUE(sources) << to_text(sources.error());
        ASSERT_TRUE(*sources);
        EXPECT_EQ((*sources)->known, 2);
        EXPECT_EQ((*sources)->asked, 2);
        EXPECT_EQ((*sources)->reached, 2);
    }
}

TEST(QuerySources, FailsWhereOneVanishesAgain)
{
    const ChronyFolder folder;
    ManySources several{.known = 3};
    const FakeChronyd chronyd{[&](const Bytes& request) -> std::vector<Bytes> {
                                  if (command_of(request) != ChronyCommand::NtpData)
                                      return several.answer(request);
                                  return {
                                      reply_to(ChronyCommand::NtpData, sequence_of(request), 1, 4)};
                              },
                              folder.socket};

    EXPECT_FALSE(query_sources({.socket = folder.socket}, in(10s)));
    EXPECT_EQ(several.asked, 2);
}

TEST(QuerySources, FailsWhereAnAnswerDoesNotCome)
{
    const ChronyFolder folder;
    ManySources one{.known = 1};
    const FakeChronyd chronyd{[&](const Bytes& request) -> std::vector<Bytes> {
                                  if (command_of(request) == ChronyCommand::NtpData)
                                      return {};
                                  return one.answer(request);
                              },
                              folder.socket};

    EXPECT_FALSE(query_sources({.socket = folder.socket}, in(50ms)));
}

TEST(QuerySources, KnowsNothingOfThemWhereTheyMayNotBeAskedFor)
{
    for (const std::uint16_t status : std::array<std::uint16_t, 3>{1, 2, 3}) {
        const ChronyFolder folder;
        const FakeChronyd chronyd{[&](const Bytes& request) {
            return std::vector<Bytes>{
                reply_to(command_of(request), sequence_of(request), 1, status)};
        }};

        const auto sources = query_sources(folder.address_with(chronyd), in(10s));

        ASSERT_TRUE(sources) << to_text(sources.error());
        EXPECT_FALSE(*sources);
    }
}

TEST(QuerySources, HasOneDeadlineForAllOfThem)
{
    const ChronyFolder folder;
    const Uptime until = in(20ms);
    ManySources many{.known = 8, .tells_from = until};
    const FakeChronyd chronyd{[&](const Bytes& request) { return many.answer(request); },
                              folder.socket};

    EXPECT_FALSE(query_sources({.socket = folder.socket}, until));
    // The first is told at the deadline itself, and may still be heard.
    EXPECT_LE(many.asked, 2);
}

std::vector<std::string> commands_of(Result<void> (*act)(const ChronyAddress&, Uptime))
{
    const ChronyFolder folder;
    std::mutex guard;
    std::vector<std::string> heard;
    {
        const FakeChronyd chronyd{
            [&](const Bytes& request) {
                const std::lock_guard lock{guard};
                heard.push_back(hex(Bytes(request.begin() + 4, request.begin() + 6)));
                return std::vector<Bytes>{reply_to(command_of(request), sequence_of(request), 1)};
            },
            folder.socket};
        EXPECT_TRUE(act({.socket = folder.socket}, in(1s)));
    }
    return heard;
}

TEST(NudgeChrony, PutsSourcesOnlineAndAsksThemAll)
{
    EXPECT_EQ(commands_of(nudge_chrony), (std::vector<std::string>{"0001", "0003"}));
}

TEST(BurstChrony, PutsNothingOnline)
{
    EXPECT_EQ(commands_of(burst_chrony), (std::vector<std::string>{"0003"}));
}

TEST(PutSourcesOnline, DoesNothingElse)
{
    EXPECT_EQ(commands_of(put_sources_online), (std::vector<std::string>{"0001"}));
}

TEST(NudgeChrony, CommandsNoUdp)
{
    const FakeChronyd chronyd{[](const Bytes& request) {
        return std::vector<Bytes>{reply_to(command_of(request), sequence_of(request), 1)};
    }};

    EXPECT_FALSE(nudge_chrony({.port = chronyd.port()}, in(10ms)));
}

}  // namespace
}  // namespace clockguard
