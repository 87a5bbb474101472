// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/advice.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(Advice, IsTypedByWhoIsNotRoot)
{
    EXPECT_EQ(to_text(CommandLine{.steps = {"systemctl stop k3s", "k3s certificate rotate"}}),
              "sudo systemctl stop k3s; sudo k3s certificate rotate");
    EXPECT_EQ(to_text(CommandLine{.steps = {"a", "b"}, .stops_at_failure = true}),
              "sudo a && sudo b");
    EXPECT_EQ(to_text(CommandLine{.steps = {"ls -l /dev/ptp0"}, .as_root = false}),
              "ls -l /dev/ptp0");
}

TEST(Advice, SaysWhatACommandIsFor)
{
    EXPECT_EQ(to_text(Advice{}), "");
    EXPECT_EQ(to_text(Advice{"join the node again"}), "join the node again");
    EXPECT_EQ(to_text(Advice{.words = "Fix", .command = {.steps = {"a"}}}), "Fix: sudo a");
    EXPECT_EQ(to_text(Advice{.command = {.steps = {"a"}}}), "sudo a");
    EXPECT_EQ(to_text(Advice{.explained_in = "CG205"}), "clockguard explain CG205");
    EXPECT_EQ(to_text(Advice{.words = "decrypt it", .explained_in = "CG217"}),
              "decrypt it: clockguard explain CG217");
}

TEST(Advice, LeadsToTheDiskOfAnotherMachineWhereItCan)
{
    const Advice ours{.command = {.steps = {"clockguard certs undo"}, .takes_root = true}};
    const Advice theirs{.command = {.steps = {"systemctl stop k3s"}}};
    const Advice words{"join the node again"};

    EXPECT_EQ(to_text(for_disk(ours, "/mnt")), "sudo clockguard certs undo --root /mnt");
    EXPECT_EQ(to_text(for_disk(ours, "/mnt/its disk")),
              "sudo clockguard certs undo --root '/mnt/its disk'");
    EXPECT_EQ(to_text(for_disk(theirs, "/mnt")), "on that machine: sudo systemctl stop k3s");
    EXPECT_EQ(to_text(for_disk({.words = "Fix", .command = theirs.command}, "/mnt")),
              "Fix, on that machine: sudo systemctl stop k3s");
    EXPECT_EQ(to_text(for_disk(words, "/mnt")), "join the node again");
    EXPECT_EQ(to_text(for_disk(ours, "/")), "sudo clockguard certs undo");
    EXPECT_EQ(to_text(for_disk(theirs, "/")), "sudo systemctl stop k3s");
}

}  // namespace
}  // namespace clockguard
