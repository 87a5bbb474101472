// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/report/own_units.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

using Units = std::vector<std::string>;

const std::string early = "clockguard-early.service";
const std::string timer = "clockguard-recheck.timer";
const std::string packaged = "/usr/lib/systemd/system/";
const std::string linked = "/etc/systemd/system/";

/// As systemctl enable does: what the link points to is of no matter, and may be in another root.
void link(const Tree& tree, const std::string& at, const std::string& to)
{
    const std::filesystem::path path{tree.path(at)};
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::create_symlink(to, path);
}

TEST(DisabledUnits, AreThoseThatNoTargetStarts)
{
    const Tree tree{{packaged + early, "[Unit]\n"}, {packaged + timer, "[Unit]\n"}};
    EXPECT_EQ(list_disabled_units({tree.folder()}), (Units{early, timer}));

    link(tree, linked + "sysinit.target.wants/" + early, packaged + early);
    EXPECT_EQ(list_disabled_units({tree.folder()}), Units{timer});

    link(tree, "/run/systemd/system/timers.target.wants/" + timer, packaged + timer);
    EXPECT_EQ(list_disabled_units({tree.folder()}), Units{});
}

TEST(DisabledUnits, AreNoneWhereNoneIsInstalled)
{
    const Tree tree;

    EXPECT_EQ(list_disabled_units({tree.folder()}), Units{});
}

TEST(DisabledUnits, AreNotThoseThatAnAdministratorMasked)
{
    const Tree tree{
        {packaged + early, "[Unit]\n"}, {packaged + timer, "[Unit]\n"}, {linked + timer, ""}};
    std::filesystem::create_directories(tree.path("/dev/null"));
    link(tree, linked + early, "/dev/null");

    EXPECT_EQ(list_disabled_units({tree.folder()}), Units{});
}

TEST(DisabledUnits, AreNotHiddenByAFolderOfAnotherKind)
{
    const Tree tree{{packaged + early, "[Unit]\n"}, {linked + "sysinit.target.d/" + early, ""}};

    EXPECT_EQ(list_disabled_units({tree.folder()}), Units{early});
}

}  // namespace
}  // namespace clockguard
