// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/path.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(Path, HasAFolderAndAName)
{
    EXPECT_EQ(folder_of("/run/chrony/chronyd.sock"), "/run/chrony");
    EXPECT_EQ(folder_of("/run//x"), "/run");
    EXPECT_EQ(folder_of("/x"), "/");
    EXPECT_EQ(folder_of("/"), "/");
    EXPECT_EQ(folder_of("x"), ".");
    EXPECT_EQ(name_of("/run/chrony/chronyd.sock"), "chronyd.sock");
    EXPECT_EQ(name_of("x"), "x");
}

TEST(Path, StandsBesideAnother)
{
    EXPECT_EQ(path_beside("/x/kubeconfig", "ca.crt"), "/x/ca.crt");
    EXPECT_EQ(path_beside("/kubeconfig", "ca.crt"), "/ca.crt");
    EXPECT_EQ(path_beside("kubeconfig", "ca.crt"), "ca.crt");
    EXPECT_EQ(path_beside("/x/kubeconfig", "/y/ca.crt"), "/y/ca.crt");
}

}  // namespace
}  // namespace clockguard
