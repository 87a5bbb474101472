// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/release.hpp"

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

TEST(ReadMinor, FindsTheSnapWhereverSnapsAre)
{
    for (const char* path : {"/snap/microk8s/current/meta/snap.yaml",
                             "/var/lib/snapd/snap/microk8s/current/meta/snap.yaml"}) {
        const Tree tree{{path, "name: microk8s\nversion: v1.34.2\n"}};

        EXPECT_EQ(read_minor({.folder = tree.folder()}), 34) << path;
    }
    const Tree tree;
    EXPECT_EQ(read_minor({.folder = tree.folder()}), std::nullopt);
}

}  // namespace
}  // namespace clockguard
