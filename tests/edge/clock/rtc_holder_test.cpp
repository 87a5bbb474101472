// SPDX-License-Identifier: Apache-2.0
#include "edge/clock/rtc_holder.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

/// A process with one file open, called so or with no name that can be read.
void add_process(const Tree& tree, const std::string& id, const std::string& file,
                 const std::string& name)
{
    std::filesystem::create_directories(tree.path("/proc/" + id + "/fd"));
    std::filesystem::create_symlink(file, tree.path("/proc/" + id + "/fd/3"));
    if (!name.empty())
        tree.write("/proc/" + id + "/comm", name + "\n");
}

std::string holder_in(const Tree& tree)
{
    return holder_of({.folder = tree.folder()}, "/dev/rtc0");
}

TEST(RtcHolder, IsTheProcessThatHasTheDeviceOpen)
{
    const Tree tree;
    add_process(tree, "700", "/dev/rtc1", "cron");
    add_process(tree, "1071", "/dev/rtc0", "chronyd");
    std::filesystem::create_symlink("/dev/null", tree.path("/proc/1071/fd/0"));

    EXPECT_EQ(holder_in(tree), "chronyd, pid 1071");
}

TEST(RtcHolder, IsNamelessWhereItsNameCannotBeRead)
{
    const Tree tree;
    add_process(tree, "1071", "/dev/rtc0", "");

    EXPECT_EQ(holder_in(tree), "a program, pid 1071");
}

TEST(RtcHolder, IsAnotherProgramWhereNoneIsSeen)
{
    const Tree tree;
    EXPECT_EQ(holder_in(tree), "another program");

    add_process(tree, "1071", "/dev/rtc01", "cron");
    add_process(tree, "1072", "/dev/rtc", "cron");
    add_process(tree, "self", "/dev/rtc0", "chronyd");
    add_process(tree, ":1", "/dev/rtc0", "chronyd");
    tree.write("/proc/9", "no process");
    EXPECT_EQ(holder_in(tree), "another program");
}

}  // namespace
}  // namespace clockguard
