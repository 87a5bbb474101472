// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/release.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(ParseMinor, ReadsASnapsVersion)
{
    EXPECT_EQ(parse_minor("name: microk8s\nversion: v1.34.2\n"), 34);
    EXPECT_EQ(parse_minor("version: 'v1.35.0'\n"), 35);
    EXPECT_EQ(parse_minor("version: \"1.28\"\n"), 28);
    for (const char* odd : {"", "version: \n", "version: v1.\n", "version: 2.1.30\n",
                            "version: latest 1.30\n", " version: v1.30\n"})
        EXPECT_EQ(parse_minor(odd), std::nullopt) << odd;
}

}  // namespace
}  // namespace clockguard
