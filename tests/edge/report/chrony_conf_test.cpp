// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/report/chrony_conf.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/report/chrony_conf.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

TEST(ReadChronyConf, ReadsWhatDistributionsPutBesideChronyConf)
{
    const std::string source = "pool time.example nts\n";
    const auto asks = [](const Tree& tree) {
        return asks_with_nts(read_chrony_conf({tree.folder()}));
    };

    EXPECT_TRUE(asks(Tree{{"/etc/chrony.conf", source}}));
    EXPECT_TRUE(asks(Tree{{"/etc/chrony/chrony.conf", "rtcsync"},
                          {"/etc/chrony/sources.d/ubuntu-ntp-pools.sources", source}}));
    EXPECT_FALSE(asks(Tree{{"/etc/chrony/sources.d/README", source}}));
    EXPECT_FALSE(asks(Tree{}));
}

}  // namespace
}  // namespace clockguard
