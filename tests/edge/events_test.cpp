// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/events.hpp"

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

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
    Events events{{tree.path("/run")}};
    tree.write("/run/b", "");

    EXPECT_TRUE(events.wait(10s).files_changed);
}

TEST(Events, EndByTheirTimeAndBySignalWhateverCannotBeOpened)
{
    for (const rlim_t most : {0, 3, 4, 5, 6})
        EXPECT_EQ(code_of([most] {
                      open_no_more_files(most);
                      Events events{{"/run"}};
                      if (events.wait(1ms).told_to_stop)
                          return 1;
                      ::raise(SIGTERM);
                      return events.wait(1h).told_to_stop ? 0 : 2;
                  }),
                  0)
            << "with " << most << " files";
}

TEST(Events, EndWherePollIsRefused)
{
    EXPECT_EQ(code_of([] {
                  Events events{{"/run"}};
                  open_no_more_files(0);
                  if (events.wait(1ms).told_to_stop)
                      return 1;
                  ::raise(SIGINT);
                  return events.wait(1h).told_to_stop ? 0 : 2;
              }),
              0);
}

TEST(Events, LeaveSignalsAsTheyWere)
{
    EXPECT_EQ(code_of([] {
                  {
                      const Events events{{"/run"}};
                  }
                  ::raise(SIGTERM);
                  return 0;
              }),
              128 + SIGTERM);
}

}  // namespace
}  // namespace clockguard
