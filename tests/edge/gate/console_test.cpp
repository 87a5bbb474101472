// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/gate/console.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/child.hpp"
#include "support/datagrams.hpp"
#include "support/no_descriptors.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

const std::string socket_path = "/run/clockguard/console";

/// A console that nobody reads, full.
Fd stuck_console(const Tree& tree)
{
    const std::string path = tree.path("/dev/console");
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
    Fd console{::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)};
    while (::write(console.get(), "x", 1) == 1) {
    }
    return console;
}

/// Whether a thread of this program waits for something: the state in proc_pid_stat(5), behind the
/// name in brackets.
bool is_asleep(pid_t thread)
{
    std::ifstream file{"/proc/self/task/" + std::to_string(thread) + "/stat"};
    const std::string stat{std::istreambuf_iterator<char>{file}, {}};
    const auto name = stat.rfind(") ");
    return name != stat.npos && stat.substr(name + 2, 1) == "S";
}

/// A reader who comes when the writer waits already.
void read_late(const Fd& console, pid_t writer)
{
    while (!is_asleep(writer))
        std::this_thread::yield();
    std::array<char, 8192> taken{};
    EXPECT_GT(::read(console.get(), taken.data(), taken.size()), 0);
}

TEST(SendToConsole, HandsOverLineByLine)
{
    const Tree tree{{"/run/clockguard/state.json", ""}};
    const Fd console = listen_for_datagrams(tree.path(socket_path));

    send_to_console(Root{tree.folder()}, "one");
    send_to_console(Root{tree.folder()}, std::string(2000, 'x'));

    EXPECT_EQ(next_console_line(console.get(), 1s).value(), "one");
    EXPECT_EQ(next_console_line(console.get(), 1s).value(), std::string(1024, 'x'));
    EXPECT_EQ(next_console_line(console.get(), 0s).value(), std::nullopt);
}

TEST(SendToConsole, WaitsForNobody)
{
    const Tree tree{{"/run/clockguard/state.json", ""}};

    send_to_console(Root{tree.folder()}, "nobody is there");
    const Fd console = listen_for_datagrams(tree.path(socket_path));
    for (int i = 0; i < 2000; ++i)
        send_to_console(Root{tree.folder()}, "nobody reads");

    EXPECT_EQ(next_console_line(console.get(), 1s).value(), "nobody reads");
}

TEST(NextConsoleLine, EndsWithAPipeAndTellsWhatCannotBeRead)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const Fd from{ends[0]};
    ::close(ends[1]);
    const Fd folder{::open("/", O_RDONLY | O_CLOEXEC)};

    EXPECT_EQ(next_console_line(from.get(), 1s).value(), std::nullopt);
    EXPECT_EQ(next_console_line(folder.get(), 1s).error().code, std::errc::is_a_directory);
}

TEST(NextConsoleLine, TellsThatItCannotWait)
{
    const auto line = [] {
        const NoDescriptors allowed;
        return next_console_line(STDIN_FILENO, 0s);
    }();

    ASSERT_FALSE(line);
    EXPECT_EQ(to_text(line.error()), "cannot wait for the gate's lines: Invalid argument");
}

TEST(WriteConsole, WritesAtTheEnd)
{
    const Tree tree{{"/dev/console", "boot\n"}};

    EXPECT_TRUE(write_console(Root{tree.folder()}, "one\n", 0s));
    EXPECT_TRUE(write_console(Root{tree.folder()}, "two\n", 0s));

    EXPECT_EQ(tree.read("/dev/console"), "boot\none\ntwo\n");
}

TEST(WriteConsole, WaitsForNoConsoleThatTakesNothing)
{
    const Tree none;
    const Tree stuck{{"/dev/null", ""}};
    const Fd full = stuck_console(stuck);

    EXPECT_EQ(write_console(Root{none.folder()}, "x\n", 1ms).error().code,
              std::errc::no_such_file_or_directory);
    EXPECT_EQ(write_console(Root{stuck.folder()}, "x\n", 1ms).error().code,
              std::errc::resource_unavailable_try_again);
}

/// A file that has grown to its limit can be written by poll(2), and not by write(2).
TEST(WriteConsole, DoesNotTryAgainWhatFailsForGood)
{
    const Tree tree{{"/dev/console", ""}};

    const Ran ran = run_in_child([&tree] {
        const rlimit none{.rlim_cur = 0, .rlim_max = 0};
        ::setrlimit(RLIMIT_FSIZE, &none);
        static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
        const auto written = write_console(Root{tree.folder()}, "x\n", 1min);
        return !written && written.error().code == std::errc::file_too_large ? 0 : 1;
    });

    EXPECT_EQ(ran.exit_code, 0);
}

TEST(WriteConsole, WaitsForASlowOne)
{
    const Tree tree{{"/dev/null", ""}};
    const Fd full = stuck_console(tree);
    std::thread reader{[&full, writer = ::gettid()] { read_late(full, writer); }};

    EXPECT_TRUE(write_console(Root{tree.folder()}, "x\n", 1min));

    reader.join();
}

}  // namespace
}  // namespace clockguard
