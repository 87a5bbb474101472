// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/machine.hpp"

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

TEST(Machine, IsNamedWithItsBootAndItsSystem)
{
    const Tree tree{
        {"/proc/sys/kernel/hostname", "edge-07\n"},
        {"/proc/sys/kernel/random/boot_id", "0e9c1b1c-4a53-4b8e-9c0e-3f1d2a4b5c6d\n"},
        {"/proc/sys/kernel/osrelease", "6.1.0-40-amd64\n"},
        {"/etc/os-release", "ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"}};

    const ReportHost host = read_host({.folder = tree.folder()});

    EXPECT_EQ(host.hostname, "edge-07");
    EXPECT_EQ(host.boot_id, "0e9c1b1c-4a53-4b8e-9c0e-3f1d2a4b5c6d");
    EXPECT_EQ(host.kernel, "6.1.0-40-amd64");
    EXPECT_EQ(host.os, "Debian GNU/Linux 12 (bookworm)");
}

TEST(Machine, IsNamelessWhereNothingCanBeRead)
{
    const Tree tree;

    const ReportHost host = read_host({.folder = tree.folder()});

    EXPECT_EQ(host.hostname + host.boot_id + host.kernel + host.os, "");
    EXPECT_TRUE(read_system_ids({.folder = tree.folder()}).empty());
}

TEST(Machine, KnowsItsSystemAndThoseThatItIsLike)
{
    const Tree tree{{"/etc/os-release", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"}};

    EXPECT_EQ(read_system_ids({.folder = tree.folder()}),
              (std::vector<std::string>{"rocky", "rhel", "centos", "fedora"}));
}

TEST(Machine, RunsOnAzureByItsAssetTagAlone)
{
    const std::string tag = "/sys/class/dmi/id/chassis_asset_tag";
    const Tree tree{{"/sys/class/dmi/id/sys_vendor", "Microsoft Corporation\n"}};
    const Root root{.folder = tree.folder()};

    EXPECT_FALSE(runs_on_azure(root));
    tree.write(tag, "7783-7084-3265-9085-8269-3286-77\n");
    EXPECT_TRUE(runs_on_azure(root));
    tree.write(tag, "7783-7084-3265-9085-8269-3286-78\n");
    EXPECT_FALSE(runs_on_azure(root));
    tree.write(tag, "7783-7084-3265-9085-8269-3286-770\n");
    EXPECT_FALSE(runs_on_azure(root));
}

TEST(Machine, IsSwitchedOffByAWordOfTheKernelsCommandLine)
{
    const Tree tree;
    const Root root{.folder = tree.folder()};
    const auto is_off_by = [&](const std::string& line) {
        tree.write("/proc/cmdline", line);
        return switched_off(root);
    };

    EXPECT_FALSE(switched_off(root));
    for (const char* off : {"clockguard=off\n", "quiet clockguard=off\n", "clockguard=off quiet\n",
                            "ro clockguard=off quiet\n"})
        EXPECT_TRUE(is_off_by(off)) << off;
    for (const char* on : {"quiet\n", "clockguard=offline\n", "myclockguard=off\n",
                           "clockguard=on\n", "clockguard=\n", "init=/x,clockguard=off\n"})
        EXPECT_FALSE(is_off_by(on)) << on;
}

}  // namespace
}  // namespace clockguard
