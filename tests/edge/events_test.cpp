// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/events.hpp"

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const std::vector<std::string> chronyds{"chronyd.sock", "chronyd.pid"};

/// What has happened by now wakes at once, or never.
bool wakes(Events& events)
{
    return events.wait(0s).files_changed;
}

TEST(Events, WakeForTheNamesThatCount)
{
    const Tree tree{{"/chrony/other", ""}};
    Events events{{{.path = tree.path("/chrony"), .names = chronyds}}};

    tree.write("/chrony/chronyd.sock", "");
    EXPECT_TRUE(wakes(events));
    tree.write("/chrony/chronyd.pid", "7");
    EXPECT_TRUE(wakes(events));
}

TEST(Events, SleepOnForOurOwnSocketInChronydsFolder)
{
    const Tree tree{{"/chrony/other", ""}};
    Events events{{{.path = tree.path("/chrony"), .names = chronyds}}};

    tree.write("/chrony/clockguard.7.0badcafe.sock", "");

    EXPECT_FALSE(wakes(events));
}

TEST(Events, WakeForAllNamesWhereNoneIsGiven)
{
    const Tree tree{{"/timesync/other", ""}};
    Events events{{{.path = tree.path("/timesync")}}};

    tree.write("/timesync/synchronized", "");

    EXPECT_TRUE(wakes(events));
}

TEST(Events, WakeForAFolderThatComesIntoBeingAndWatchItThen)
{
    const Tree tree;
    Events events{
        {{.path = tree.path("/chrony"), .names = chronyds}, {.path = tree.path("/timesync")}}};

    tree.write("/unrelated/file", "");
    EXPECT_FALSE(wakes(events));
    tree.write("/chrony/clockguard.7.0badcafe.sock", "");
    EXPECT_TRUE(wakes(events));
    tree.write("/chrony/clockguard.8.0badcafe.sock", "");
    EXPECT_FALSE(wakes(events));
    tree.write("/chrony/chronyd.sock", "");
    EXPECT_TRUE(wakes(events));
}

TEST(Events, WatchAFolderThatIsMadeAnew)
{
    const Tree tree{{"/chrony/other", ""}};
    Events events{{{.path = tree.path("/chrony"), .names = chronyds}}};

    std::filesystem::remove_all(tree.path("/chrony"));
    EXPECT_TRUE(wakes(events));
    tree.write("/chrony/other", "");
    EXPECT_TRUE(wakes(events));
    tree.write("/chrony/chronyd.sock", "");
    EXPECT_TRUE(wakes(events));
}

}  // namespace
}  // namespace clockguard
