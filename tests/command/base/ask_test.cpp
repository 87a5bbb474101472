// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/base/ask.hpp"

#include <array>
#include <cstdlib>
#include <poll.h>

#include <gtest/gtest.h>

#include "clockguard/edge/base/fd.hpp"
#include "support/child.hpp"

namespace clockguard {
namespace {

enum Choice { Yes, No, NotAsked };

int ask_to_go()
{
    const auto answer = ask_on_terminal("Go? ");
    if (!answer)
        return NotAsked;
    return *answer ? Yes : No;
}

/// Both ends of a terminal.
struct Terminal {
    Fd keyboard{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
    Fd line = [this] {
        ::unlockpt(keyboard.get());
        return Fd{::open(::ptsname(keyboard.get()), O_RDWR | O_NOCTTY | O_CLOEXEC)};
    }();

    void type(const std::string& text) const
    {
        EXPECT_EQ(::write(keyboard.get(), text.data(), text.size()),
                  static_cast<ssize_t>(text.size()));
    }

    /// All that it shows until the question stands there.
    std::string read_question() const
    {
        std::string shown;
        std::array<char, 256> more{};
        while (shown.find("Go? ") == std::string::npos) {
            const ssize_t size = ::read(keyboard.get(), more.data(), more.size());
            if (size <= 0)
                break;
            shown.append(more.data(), static_cast<std::size_t>(size));
        }
        return shown;
    }
};

/// What comes of the question where this is typed, some of it before it is asked.
int answer_to(const std::string& typed, const std::string& typed_before = "")
{
    Terminal terminal;
    terminal.type(typed_before);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(terminal.line.get(), STDIN_FILENO);
        ::dup2(terminal.line.get(), STDOUT_FILENO);
        pollfd early{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        if (!typed_before.empty())
            ::poll(&early, 1, -1);
        ::_exit(ask_to_go());
    }
    terminal.line = Fd{};
    terminal.read_question();
    terminal.type(typed);
    return end_of(child);
}

TEST(AskOnTerminal, TakesYesForYesAndAllElseForNo)
{
    for (const char* yes : {"y\n", "yes\n", " Y \n", "YES\n"})
        EXPECT_EQ(answer_to(yes), Yes) << yes;
    const std::string end_of_input = "\x04";
    for (const std::string& no : {std::string{"\n"}, std::string{"n\n"}, std::string{"yeah\n"},
                                  std::string{"ye\n"}, end_of_input})
        EXPECT_EQ(answer_to(no), No) << no;
}

TEST(AskOnTerminal, TakesNothingThatWasTypedBefore)
{
    EXPECT_EQ(answer_to("n\n", "y\n"), No);
    EXPECT_EQ(answer_to("y\n", "n\n"), Yes);
}

TEST(AskOnTerminal, AsksNothingWhereEitherEndIsNoTerminal)
{
    const Terminal terminal;

    const Ran no_output = run_in_child(ask_to_go, terminal.line.get());
    const Ran no_input = run_in_child([&terminal] {
        ::dup2(terminal.line.get(), STDOUT_FILENO);
        return ask_to_go();
    });

    EXPECT_EQ(no_output.exit_code, NotAsked);
    EXPECT_EQ(no_output.out, "");
    EXPECT_EQ(no_input.exit_code, NotAsked);
}

}  // namespace
}  // namespace clockguard
