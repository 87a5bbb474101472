// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/gate/nudger.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// A chronyd that counts what it is told, and a clock that goes on by itself.
struct Played {
    Uptime now{};
    int nudged = 0;
    int put_online = 0;
    Result<ChronyActivity> activity = fail("not answering");
    Nudger nudger{{.uptime = [this] { return now; },
                   .nudge =
                       [this] {
                           ++nudged;
                           return Result<void>{};
                       },
                   .activity = [this] { return activity; },
                   .put_online =
                       [this] {
                           ++put_online;
                           return Result<void>{};
                       }}};

    void pass(Span time, const WakeReasons& woken, const std::optional<ChronySources>& sources)
    {
        nudger.after_wait(woken, {.chrony_sources = sources});
        for (const Uptime end = now + time; now < end; now += 50ms)
            nudger.after_wait({}, {.chrony_sources = sources});
    }
};

const WakeReasons route{.network_changed = true, .route_came = true};
const ChronySources silent{.known = 4, .asked = 4};
const ChronySources answering{.known = 4, .asked = 4, .reached = 1};

TEST(Nudger, HurriesChronydWhenARouteComes)
{
    Played played;

    played.pass(5s, route, silent);

    EXPECT_EQ(played.nudged, 1);
}

TEST(Nudger, DoesNothingForAddressesAndLinksAlone)
{
    Played played;

    played.pass(1h, {.network_changed = true}, silent);

    EXPECT_EQ(played.nudged, 0);
}

TEST(Nudger, DoesNothingWhileSourcesAnswer)
{
    Played played;

    played.pass(1h, route, answering);

    EXPECT_EQ(played.nudged, 0);
}

TEST(Nudger, DoesNothingWhileItIsNotKnownWhatSourcesDo)
{
    Played played;

    played.pass(1h, route, std::nullopt);

    EXPECT_EQ(played.nudged, 0);
}

TEST(Nudger, HurriesAChronydThatStartsAfterTheRouteCame)
{
    Played played;

    played.pass(1min, route, std::nullopt);
    played.pass(1s, {}, silent);

    EXPECT_EQ(played.nudged, 1);
}

TEST(Nudger, PutsOnlineWhatWentOfflineInTheMeantime)
{
    Played played;
    played.pass(1s, {}, silent);
    played.activity = ChronyActivity{.offline = 1};

    played.nudger.end();

    EXPECT_EQ(played.put_online, 1);
}

TEST(Nudger, LeavesOfflineWhatWasSoAtTheBegin)
{
    Played played;
    ChronySources by_configuration = silent;
    by_configuration.offline = 2;
    played.pass(1s, {}, by_configuration);
    played.activity = ChronyActivity{.offline = 2};

    played.nudger.end();

    EXPECT_EQ(played.put_online, 0);
}

TEST(Nudger, PutsNothingOnlineWhereItDoesNotKnowTheBegin)
{
    Played played;
    played.activity = ChronyActivity{.offline = 1};

    played.nudger.end();

    EXPECT_EQ(played.put_online, 0);
}

}  // namespace
}  // namespace clockguard
