// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/chrony_conf.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

TEST(ChronyConf, FindsASourceThatIsAskedWithNts)
{
    EXPECT_TRUE(asks_with_nts("# Ubuntu\npool 1.ntp.ubuntu.com iburst maxsources 1 nts prefer\n"));
    EXPECT_TRUE(asks_with_nts("\tServer time.example  nts"));
}

TEST(ChronyConf, IsNotMisledByTheWordElsewhere)
{
    EXPECT_FALSE(asks_with_nts(""));
    EXPECT_FALSE(asks_with_nts("server time.example iburst\n"));
    EXPECT_FALSE(asks_with_nts("#server time.example nts\n"));
    EXPECT_FALSE(asks_with_nts("server nts iburst\nntsdumpdir /var/lib/chrony\n"));
    EXPECT_FALSE(asks_with_nts("ntstrustedcerts nts nts\n"));
}

}  // namespace
}  // namespace clockguard
