// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/clock/hyperv.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

TEST(HypervPresence, IsKnownByTheFirmwaresNames)
{
    const Tree tree{{"/sys/class/dmi/id/sys_vendor", "Microsoft Corporation\n"},
                    {"/sys/class/dmi/id/product_name", "Virtual Machine\n"},
                    {"/sys/bus/vmbus/uevent", ""}};

    const HypervPresence seen = read_hyperv_presence({.folder = tree.folder()});

    EXPECT_EQ(seen.vendor, "Microsoft Corporation");
    EXPECT_EQ(seen.product, "Virtual Machine");
    EXPECT_TRUE(seen.has_vmbus);
    EXPECT_TRUE(seen.is_hyperv());
}

TEST(HypervPresence, IsNotThatOfAnotherMachine)
{
    EXPECT_FALSE(HypervPresence{}.is_hyperv());
    EXPECT_FALSE((HypervPresence{.vendor = "QEMU", .product = "Virtual Machine"}.is_hyperv()));
    EXPECT_FALSE((HypervPresence{.vendor = "Microsoft Corporation", .product = "Surface Laptop"}
                      .is_hyperv()));
    const Tree tree{{"/sys/bus/pci/uevent", ""}};
    EXPECT_FALSE(read_hyperv_presence({.folder = tree.folder()}).has_vmbus);
}

TEST(HypervFacts, TellHowTheMachineWasBootedAndWhoseItIs)
{
    const Tree tree{{"/sys/firmware/acpi/tables/FACP", ""}};
    const Root root{.folder = tree.folder()};

    EXPECT_FALSE(read_hyperv_facts(root).booted_by_efi);
    EXPECT_FALSE(read_hyperv_facts(root).azure);
    std::filesystem::create_directories(tree.path("/sys/firmware/efi"));
    tree.write("/sys/class/dmi/id/chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77\n");
    EXPECT_TRUE(read_hyperv_facts(root).booted_by_efi);
    EXPECT_TRUE(read_hyperv_facts(root).azure);
}

}  // namespace
}  // namespace clockguard
