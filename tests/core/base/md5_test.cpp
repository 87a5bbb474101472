// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/md5.hpp"

#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

std::uint32_t begins(std::string_view text)
{
    std::array<std::byte, 16> octets{};
    for (std::size_t place = 0; place < octets.size(); ++place)
        octets.at(place) = static_cast<std::byte>(text[place]);
    return first_of_md5(octets);
}

/// By md5sum(1).
TEST(Md5, BeginsAsItsDigest)
{
    EXPECT_EQ(begins("0123456789abcdef"), 0x4032AF8DU);
    EXPECT_EQ(begins(std::string_view{"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16}), 0x4AE71336U);
    EXPECT_EQ(begins("\xFF\xFE\xFD\xFC\xFB\xFA\xF9\xF8\xF7\xF6\xF5\xF4\xF3\xF2\xF1\xF0"),
              0x7070742EU);
}

}  // namespace
}  // namespace clockguard
