// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/clock/reference_id.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

std::uint32_t id_of(std::string_view text)
{
    std::uint32_t id = 0;
    for (std::size_t place = 0; place < 4; ++place)
        id = id << 8U | (place < text.size() ? static_cast<unsigned char>(text[place]) : 0U);
    return id;
}

TEST(ReferenceId, IsTextOrAddress)
{
    EXPECT_EQ(reference_text(id_of("PHC0")), "PHC0");
    EXPECT_EQ(reference_text(id_of("GPS")), "GPS");
    EXPECT_EQ(reference_text(0xC0000201), "192.0.2.1");
    EXPECT_EQ(reference_text(0x1B5B324A), "27.91.50.74");  // ESC [ 2 J is no text
    EXPECT_EQ(reference_text(0x47005000), "71.0.80.0");    // a zero in the midst is no text
    EXPECT_EQ(reference_text(0), "0.0.0.0");
}

TEST(ReferenceId, KnowsThoseThatFollowNobody)
{
    for (const std::uint32_t id :
         {0x7F7F0101U, 0x7F7F0100U, 0x7F7F0701U, id_of("LOCL"), id_of("LCL"), id_of("LOOP"),
          id_of("VMTP"), id_of("FREE"), id_of("PHC0"), id_of("RTC1"), id_of("PHC")})
        EXPECT_TRUE(is_no_source({.id = id, .stratum = 1, .root_delay = 1ms}))
            << reference_text(id);
    for (const std::uint32_t id :
         {0xC0000201U, 0x7F7F1401U, id_of("GPS"), id_of("PTP"), id_of("FLY"), 0x50484321U})
        EXPECT_FALSE(is_no_source({.id = id, .stratum = 2})) << reference_text(id);
    EXPECT_TRUE(is_own_clock(0x7F7F0101));
    EXPECT_FALSE(is_own_clock(0x7F7F0100));
}

TEST(ReferenceId, KnowsAnOrphanFromAServerThatFollowsItsOwnMachine)
{
    EXPECT_TRUE(is_no_source({.id = 0x7F000001, .stratum = 5}));
    EXPECT_FALSE(is_no_source({.id = 0x7F000001, .stratum = 3, .root_delay = 15us}));
}

TEST(ReferenceId, KnowsAServerThatNamesNothingFromOneThatWasNotHeard)
{
    EXPECT_TRUE(is_no_source({.stratum = 1}));
    EXPECT_FALSE(is_no_source({.stratum = 2}));
    EXPECT_FALSE(is_no_source({}));
}

TEST(ReferenceId, IsTheAddressOfAServer)
{
    ChronySource server;
    server.address = {std::byte{192}, std::byte{0}, std::byte{2}, std::byte{7}};
    EXPECT_FALSE(reference_id_of(server));  // UNSPEC
    server.address[17] = std::byte{1};
    EXPECT_EQ(reference_id_of(server), 0xC0000207U);
    server.is_reference_clock = true;
    EXPECT_FALSE(reference_id_of(server));
}

/// Of 2001:db8::123, by md5sum(1).
TEST(ReferenceId, IsTheDigestOfAServerOfIpv6)
{
    ChronySource server;
    server.address = {std::byte{0x20}, std::byte{0x01}, std::byte{0x0D}, std::byte{0xB8}};
    server.address[14] = std::byte{0x01};
    server.address[15] = std::byte{0x23};
    server.address[17] = std::byte{2};

    EXPECT_EQ(reference_id_of(server), 0xC975CECCU);
}

TEST(ReferenceId, KnowsReceiversOfTime)
{
    for (const char* name : {"GPS", "GPS0", "PPS1", "NMEA", "DCF"})
        EXPECT_TRUE(is_reference_clock(id_of(name), {})) << name;
    for (const char* name : {"PHC0", "HOST", "HYPV", "PTP", "SHM0", "GPSX"})
        EXPECT_FALSE(is_reference_clock(id_of(name), {})) << name;
    EXPECT_TRUE(is_reference_clock(id_of("SHM0"), {"SHM0"}));
    EXPECT_FALSE(is_reference_clock(id_of("SHM1"), {"SHM0"}));
}

}  // namespace
}  // namespace clockguard
