// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <optional>

#include <gtest/gtest.h>

#include "clockguard/edge/gate/console.hpp"
#include "support/datagrams.hpp"
#include "support/program.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// What `clockguard console` does with these lines on its standard input; they end, which those of
/// systemd's socket do not.
Ran hand_over(const Tree& tree, std::initializer_list<std::string> lines)
{
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    {
        const Fd into{ends[0]};
        for (const std::string& line : lines)
            EXPECT_EQ(::send(into.get(), line.data(), line.size(), 0),
                      static_cast<ssize_t>(line.size()));
    }
    const Fd from{ends[1]};
    return run_clockguard({"--root", tree.folder(), "console"}, {}, Starter::Systemd, from.get());
}

TEST(ConsoleCommand, WritesEachLineWithoutAnythingThatCommandsATerminal)
{
    const Tree tree{{"/dev/console", ""}};

    const Ran ran = hand_over(tree, {"one", "\x1b[2Jtwo\nand \xe2\x82\xac"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_EQ(tree.read("/dev/console"),
              "clockguard: one\nclockguard: \\u001b[2Jtwo\\u000aand \\u20ac\n");
}

TEST(ConsoleCommand, GoesOnWithoutAConsole)
{
    const Tree tree;

    const Ran ran = hand_over(tree, {"one", "two"});

    EXPECT_EQ(ran.exit_code, 0);
    const std::string line = "clockguard: cannot open '" + tree.path("/dev/console") +
                             "': No such file or directory, ignoring\n";
    EXPECT_EQ(ran.err, line + line);
}

TEST(ConsoleCommand, EndsWhereItsLinesCannotBeRead)
{
    const Tree tree{{"/dev/console", ""}};
    const Fd folder{::open(tree.folder().c_str(), O_RDONLY | O_CLOEXEC)};

    const Ran ran =
        run_clockguard({"--root", tree.folder(), "console"}, {}, Starter::Systemd, folder.get());

    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_EQ(ran.err, "clockguard: cannot read the gate's lines: Is a directory\n");
}

/// All that waits on a socket.
std::string drain(const Fd& socket)
{
    std::string all;
    while (const auto line = next_console_line(socket.get(), 0s).value())
        all += *line + "\n";
    return all;
}

TEST(GateCommand, HandsItsLinesToTheConsoleInItsUnitAlone)
{
    const Tree tree{{"/proc/sys/kernel/random/boot_id", "b1\n"}, {"/run/clockguard/x", ""}};
    const Fd console = listen_for_datagrams(tree.path("/run/clockguard/console"));
    const std::vector<std::string> gate{"--root", tree.folder(), "gate", "--timeout", "0s"};

    run_clockguard(gate);
    EXPECT_EQ(drain(console), "");
    run_clockguard(gate, {}, Starter::Systemd);

    const std::string told = drain(console);
    EXPECT_TRUE(told.starts_with("holding MicroK8s until")) << told;
    EXPECT_NE(told.find("\nstarting MicroK8s anyway"), std::string::npos) << told;
}

}  // namespace
}  // namespace clockguard
