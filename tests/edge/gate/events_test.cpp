// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/events.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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

/// Runs it in a process of its own, which alarm(2) ends by a signal if it hangs.
template <class Child>
int code_of(Child child)
{
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::alarm(20);
        ::_exit(child());
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void open_no_more_files(rlim_t most)
{
    const rlimit limit{.rlim_cur = most, .rlim_max = most};
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

TEST(Events, TellOfAFileThatComes)
{
    const Tree tree{{"/run/a", ""}};
    Events events{{{.path = tree.path("/run")}}};
    tree.write("/run/b", "");

    EXPECT_TRUE(events.wait(10s).files_changed);
}

TEST(Events, EndByTheirTimeAndBySignalWhateverCannotBeOpened)
{
    for (const rlim_t most : {0UL, 3UL, 4UL, 5UL, 6UL})
        EXPECT_EQ(code_of([most] {
                      open_no_more_files(most);
                      Events events{{{.path = "/run"}}};
                      if (events.wait(1ms).stop_requested)
                          return 1;
                      ::raise(SIGTERM);
                      return events.wait(1h).stop_requested ? 0 : 2;
                  }),
                  0)
            << "with " << most << " files";
}

TEST(Events, EndWherePollIsRefused)
{
    EXPECT_EQ(code_of([] {
                  Events events{{{.path = "/run"}}};
                  open_no_more_files(0);
                  if (events.wait(1ms).stop_requested)
                      return 1;
                  ::raise(SIGINT);
                  return events.wait(1h).stop_requested ? 0 : 2;
              }),
              0);
}

TEST(Events, EndWithTheTerminalUnlessToldToOutliveIt)
{
    const auto ends_where_hangup = [](auto* before, Span longest) {
        return code_of([&] {
            std::signal(SIGHUP, before);
            Events events{{{.path = "/run"}}};
            ::raise(SIGHUP);
            return events.wait(longest).stop_requested ? 1 : 0;
        });
    };

    EXPECT_EQ(ends_where_hangup(SIG_DFL, 1h), 1);
    EXPECT_EQ(ends_where_hangup(SIG_IGN, 1ms), 0);
}

TEST(Events, LeaveSignalsAsTheyWere)
{
    EXPECT_EQ(code_of([] {
                  {
                      const Events events{{{.path = "/run"}}};
                  }
                  ::raise(SIGTERM);
                  return 0;
              }),
              128 + SIGTERM);
}

}  // namespace
}  // namespace clockguard
