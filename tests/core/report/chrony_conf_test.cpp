// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/chrony_conf.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

bool asks_with_nts(std::string_view text)
{
    return parse_chrony_conf(text).asks_with_nts;
}

std::vector<std::string> places(std::string_view text)
{
    std::vector<std::string> found;
    for (const ConfPlace& place : more_chrony_conf(text))
        found.push_back(place.folder + " " + place.pattern);
    return found;
}

TEST(ChronyConf, FindsASourceThatIsAskedWithNts)
{
    EXPECT_TRUE(asks_with_nts("# Ubuntu\npool 1.ntp.ubuntu.com iburst maxsources 1 nts prefer\n"));
    EXPECT_TRUE(asks_with_nts("\tServer time.example  nts"));
}

TEST(ChronyConf, IsNotMisledByTheWordElsewhere)
{
    EXPECT_FALSE(asks_with_nts(""));
    EXPECT_FALSE(asks_with_nts("server"));
    EXPECT_FALSE(asks_with_nts("server time.example iburst\n"));
    EXPECT_FALSE(asks_with_nts("#server time.example nts\n"));
    EXPECT_FALSE(asks_with_nts("server nts iburst\nntsdumpdir /var/lib/chrony\n"));
    EXPECT_FALSE(asks_with_nts("ntstrustedcerts nts nts\n"));
}

TEST(ChronyConf, KnowsWhoKeepsTheHardwareClock)
{
    EXPECT_TRUE(parse_chrony_conf("makestep 1 3\nRTCsync\r\n").has_rtcsync);
    EXPECT_FALSE(parse_chrony_conf("#rtcsync\n! rtcsync\nrtconutc\n").has_rtcsync);
    EXPECT_TRUE(parse_chrony_conf("rtcfile /var/lib/chrony/rtc\n").has_rtcfile);
    EXPECT_TRUE(parse_chrony_conf("makestep 1 3\n").is_known);
    EXPECT_FALSE(parse_chrony_conf("\n").is_known);
}

TEST(ChronyConf, KnowsWhereMoreStands)
{
    using Places = std::vector<std::string>;
    EXPECT_EQ(
        places("confdir /etc/chrony/conf.d /run/chrony\nsourcedir /run/chrony-dhcp\n"),
        (Places{"/etc/chrony/conf.d *.conf", "/run/chrony *.conf", "/run/chrony-dhcp *.sources"}));
    EXPECT_EQ(places("include /etc/site/chrony-[ab].conf\n"), Places{"/etc/site chrony-[ab].conf"});
    EXPECT_EQ(places("include /chrony.conf\n"), Places{"/ chrony.conf"});
    EXPECT_EQ(places("#include /etc/a\ninclude\nconfdir\ninclude name\n"), Places{". name"});
}

}  // namespace
}  // namespace clockguard
