// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/report/chrony_conf.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/report/chrony_conf.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

const std::string source = "pool time.example nts\n";

bool asks(const Tree& tree)
{
    return parse_chrony_conf(read_chrony_conf({tree.folder()})).asks_with_nts;
}

TEST(ReadChronyConf, ReadsItWhereDistributionsPutIt)
{
    EXPECT_TRUE(asks(Tree{{"/etc/chrony.conf", source}}));
    EXPECT_TRUE(asks(Tree{{"/etc/chrony/chrony.conf", source}}));
    EXPECT_FALSE(asks(Tree{}));
}

TEST(ReadChronyConf, ReadsWhatItIncludes)
{
    const std::string conf =
        "sourcedir /etc/chrony/sources.d\nconfdir /run/none /srv/ntp\ninclude /srv/o*.txt\n";

    EXPECT_TRUE(asks(Tree{{"/etc/chrony/chrony.conf", conf},
                          {"/etc/chrony/sources.d/ubuntu-ntp-pools.sources", source}}));
    EXPECT_TRUE(asks(Tree{{"/etc/chrony.conf", conf}, {"/srv/ntp/site.conf", source}}));
    EXPECT_TRUE(asks(Tree{{"/etc/chrony.conf", conf},
                          {"/srv/our.txt", "include /srv/more\n"},
                          {"/srv/more", source}}));
    EXPECT_FALSE(asks(Tree{{"/etc/chrony.conf", conf},
                           {"/etc/chrony/sources.d/README", source},
                           {"/etc/chrony/conf.d/not-named.conf", source},
                           {"/srv/ntp/.hidden.conf", source}}));
}

/// 25 million names would be compared, were each pattern looked for as often as it is written.
TEST(ReadChronyConf, LooksForEachPatternOnce)
{
    const Tree tree{{"/etc/chrony.conf", "confdir /etc/chrony.d\n"}};
    for (int file = 0; file < 5000; ++file)
        tree.write("/etc/chrony.d/" + std::to_string(file) + ".conf",
                   "include /etc/chrony.d/*.conf\n");

    EXPECT_FALSE(asks(tree));
}

TEST(ReadChronyConf, ReadsEachFileOnce)
{
    const Tree tree{{"/etc/chrony.conf", "include /etc/chrony.conf\nrtcsync\n"}};
    EXPECT_EQ(read_chrony_conf({tree.folder()}), "include /etc/chrony.conf\nrtcsync\n\n");
}

}  // namespace
}  // namespace clockguard
