// SPDX-License-Identifier: Apache-2.0
// Output that cannot be written: by hand it is exit 74, and the gate ends as ever.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <gtest/gtest.h>

#include "clockguard/edge/base/fd.hpp"
#include "support/program.hpp"

namespace clockguard {
namespace {

enum class Reader { Full, Gone, Closed, Stuck };

Fd descriptor_of(Reader reader)
{
    if (reader == Reader::Full)
        return Fd{::open("/dev/full", O_WRONLY)};
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    Fd into{ends[1]};
    if (reader == Reader::Stuck) {
        static std::vector<Fd> unread;
        unread.emplace_back(ends[0]);
        ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
        while (::write(ends[1], "x", 1) == 1) {
        }
        ::fcntl(ends[1], F_SETFL, 0);
    } else {
        ::close(ends[0]);
    }
    return into;
}

/// Starts clockguard with standard output and error there. `on_pipe` is what becomes of SIGPIPE.
pid_t start(Reader reader, const std::vector<std::string>& arguments,
            void (*on_pipe)(int) = SIG_DFL)
{
    const Fd there = descriptor_of(reader);
    const pid_t child = ::fork();
    if (child != 0)
        return child;
    std::signal(SIGPIPE, on_pipe);
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO})
        reader == Reader::Closed ? ::close(descriptor) : ::dup2(there.get(), descriptor);
    ::alarm(60);
    become_clockguard(arguments, {});
}

TEST(LostOutput, IsAFailureOfItsOwnByHand)
{
    const Tree tree;
    const std::string sound = tree.folder();

    for (const Reader reader : {Reader::Full, Reader::Gone, Reader::Closed})
        for (const auto& words :
             std::vector<std::vector<std::string>>{{"--version"},
                                                   {"--help"},
                                                   {"explain"},
                                                   {"rehearse", "--root", sound},
                                                   {"rehearse", "--root", sound, "-o", "json"},
                                                   {"certs", "check", "--root", sound}}) {
            EXPECT_EQ(end_of(start(reader, words)), 74) << words.front();
            EXPECT_EQ(end_of(start(reader, words, SIG_IGN)), 74) << words.front();
        }
}

TEST(LostOutput, LeavesOtherFailuresAsTheyAre)
{
    const Tree tree;

    EXPECT_EQ(end_of(start(Reader::Full, {"--verbos"})), 64);
    EXPECT_EQ(end_of(start(Reader::Full, {"status", "--root", tree.folder()})), 3);
}

TEST(LostOutput, ChangesNoGate)
{
    for (const Reader reader : {Reader::Full, Reader::Gone, Reader::Closed, Reader::Stuck}) {
        const Tree tree;
        tree.write("/run/clockguard", "a file where a folder should be");

        EXPECT_EQ(end_of(start(reader, {"gate", "--root", tree.folder(), "--timeout", "0s"})), 0);
    }
}

TEST(LostOutput, LeavesAGateThatHoldsItsEars)
{
    for (const Reader reader : {Reader::Full, Reader::Stuck}) {
        const Tree tree{{"/proc/sys/kernel/random/boot_id", "b1\n"}};
        const pid_t gate = start(
            reader, {"gate", "--root", tree.folder(), "--timeout", "0s", "--on-timeout", "hold"});
        // It holds, and is heard: status waits for the record that says so.
        while (tree.read("/run/clockguard/state.json").find("timeout_held") == std::string::npos)
            ::poll(nullptr, 0, 5);

        ::kill(gate, SIGTERM);

        EXPECT_EQ(end_of(gate), 75);
    }
}

/// Starts a gate that can write no byte into any file.
pid_t start_without_files(const Tree& tree)
{
    const pid_t child = ::fork();
    if (child != 0)
        return child;
    const rlimit nothing{.rlim_cur = 0, .rlim_max = 0};
    ::setrlimit(RLIMIT_FSIZE, &nothing);
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO})
        ::dup2(::open("/dev/null", O_WRONLY), descriptor);
    ::alarm(60);
    become_clockguard({"gate", "--root", tree.folder(), "--timeout", "0s"}, {});
}

TEST(LostOutput, EndsNoGateThatCanFillNoFile)
{
    const Tree tree{{"/proc/sys/kernel/random/boot_id", "b1\n"}};

    EXPECT_EQ(end_of(start_without_files(tree)), 0);

    for (const auto& entry : std::filesystem::directory_iterator{tree.path("/run/clockguard")})
        EXPECT_EQ(entry.path().filename(), "gate.lock");
}

TEST(LostOutput, GoesIntoNoFileThatIsOpenedInstead)
{
    const Tree tree{{"/proc/sys/kernel/random/boot_id", "b1\n"}};

    end_of(start(Reader::Closed, {"gate", "--root", tree.folder(), "--timeout", "0s"}));

    EXPECT_TRUE(tree.read("/run/clockguard/state.json").starts_with("{"));
    EXPECT_EQ(tree.read("/run/clockguard/state.json").find("NOT VERIFIED after"),
              std::string::npos);
}

TEST(Ascii, IsAllThatIsWrittenWhereThatIsAsked)
{
    const Ran plain = run_clockguard({"explain", "caf\303\251"});
    const Ran ascii = run_clockguard({"--ascii", "explain", "caf\303\251"});

    EXPECT_NE(plain.err.find("caf\303\251"), std::string::npos) << plain.err;
    EXPECT_NE(ascii.err.find("caf\\u00e9"), std::string::npos) << ascii.err;
    EXPECT_EQ(ascii.exit_code, plain.exit_code);
}

/// What clockguard writes to a terminal of so many columns, on both outputs.
std::string on_terminal(const std::string& columns, const std::vector<std::string>& arguments)
{
    const Fd terminal{::posix_openpt(O_RDWR | O_NOCTTY)};
    ::unlockpt(terminal.get());
    const pid_t child = ::fork();
    if (child == 0) {
        const Fd other_side{::open(::ptsname(terminal.get()), O_RDWR | O_NOCTTY)};
        for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO})
            ::dup2(other_side.get(), descriptor);
        become_clockguard(arguments, {"COLUMNS=" + columns});
    }
    end_of(child);
    std::array<char, 4096> text{};
    const auto length = ::read(terminal.get(), text.data(), text.size());
    return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

TEST(Terminal, GetsLinesOfItsWidth)
{
    const Tree tree;
    const std::vector<std::string> words{"status", "--root", tree.folder()};

    const std::string shown = on_terminal("40", words);

    const auto lines = std::count(shown.begin(), shown.end(), '\n');
    EXPECT_TRUE(shown.starts_with("clockguard: no gate is on record in\r\n'")) << shown;
    EXPECT_GT(lines, 2) << shown;
    EXPECT_EQ(run_clockguard(words, {"COLUMNS=40"}).err,
              "clockguard: no gate is on record in '" + tree.folder() +
                  "': a machine's /run is not on its disk\n");
}

}  // namespace
}  // namespace clockguard
