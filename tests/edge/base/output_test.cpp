// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/output.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "clockguard/edge/base/fd.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

struct Pipe {
    Pipe()
    {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        from = Fd{ends[0]};
        into = Fd{ends[1]};
    }

    Fd from{};
    Fd into{};
};

/// Writes until nothing more goes in; the flags stay as they were.
void fill(int descriptor)
{
    const int flags = ::fcntl(descriptor, F_GETFL);
    ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
    while (::write(descriptor, "x", 1) == 1) {
    }
    ::fcntl(descriptor, F_SETFL, flags);
}

std::string read_some(int descriptor)
{
    std::array<char, 64> buffer{};
    const auto got = ::read(descriptor, buffer.data(), buffer.size());
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
}

TEST(WriteWhatFits, WaitsForNoReaderOfAPipe)
{
    const Pipe pipe;
    fill(pipe.into.get());
    const int flags = ::fcntl(pipe.into.get(), F_GETFL);

    write_what_fits(pipe.into.get(), "dropped\n");

    EXPECT_EQ(::fcntl(pipe.into.get(), F_GETFL), flags);
}

TEST(WriteWhatFits, WaitsForNoJournalThatStandsStill)
{
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const Fd ours{ends[0]};
    const Fd theirs{ends[1]};

    write_what_fits(ours.get(), "kept\n");
    EXPECT_EQ(read_some(theirs.get()), "kept\n");
    fill(ours.get());
    write_what_fits(ours.get(), "dropped\n");
}

TEST(WriteWhatFits, WritesWhereThereIsRoom)
{
    const Pipe pipe;
    const Tree tree{{"/file", ""}};
    const Fd file{::open(tree.path("/file").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};

    write_what_fits(pipe.into.get(), "a line\n");
    write_what_fits(file.get(), "one\n");
    write_what_fits(file.get(), "two\n");

    EXPECT_EQ(read_some(pipe.from.get()), "a line\n");
    EXPECT_EQ(tree.read("/file"), "one\ntwo\n");
}

TEST(WriteAllOf, TellsWhatWasLost)
{
    std::signal(SIGPIPE, SIG_IGN);
    Pipe pipe;
    const Fd full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};

    EXPECT_TRUE(write_all_of(pipe.into.get(), "read\n"));
    EXPECT_EQ(read_some(pipe.from.get()), "read\n");
    pipe.from = Fd{};
    const auto unread = write_all_of(pipe.into.get(), "lost\n");
    const auto no_room = write_all_of(full.get(), "lost\n");

    ASSERT_FALSE(unread);
    EXPECT_EQ(unread.error(), std::errc::broken_pipe);
    ASSERT_FALSE(no_room);
    EXPECT_EQ(no_room.error(), std::errc::no_space_on_device);
    std::signal(SIGPIPE, SIG_DFL);
}

}  // namespace
}  // namespace clockguard
