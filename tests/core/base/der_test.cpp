// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/der.hpp"

#include <string>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::string_literals;

TEST(Der, IsTakenValueByValue)
{
    const std::string two = "\x06\x01\x2A\x05\x00"s;
    std::string_view text = two;

    EXPECT_EQ(take_der(text, der::sequence), std::nullopt);
    EXPECT_EQ(take_der(text, der::object_identifier), "\x2A");
    const auto last = take_der(text);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->tag, 5U);
    EXPECT_EQ(last->content, "");
    EXPECT_EQ(take_der(text), std::nullopt);
}

/// A value of so many bytes.
std::string value(const std::string& length, std::size_t bytes)
{
    return "\x04"s + length + std::string(bytes, 'x');
}

TEST(Der, HasEveryLengthInItsShortestForm)
{
    for (const std::string& text :
         {value("\x00"s, 0), value("\x7F"s, 127), value("\x81\x80"s, 128), value("\x81\xFF"s, 255),
          value("\x82\x01\x00"s, 256), value("\x83\x01\x00\x00"s, 65536)})
        EXPECT_TRUE(is_der(text)) << text.size();
    for (const std::string& text :
         {value("\x81\x7F"s, 127), value("\x81\x00"s, 0), value("\x82\x00\x80"s, 128),
          value("\x80"s, 2), value("\x85\x00\x00\x00\x01\x00"s, 256), value("\x02"s, 1),
          value("\x82\x01"s, 1), "\x04"s, "\x1F\x01\x00"s})
        EXPECT_FALSE(is_der(text)) << text.size();
}

TEST(Der, HasNoStringInPieces)
{
    EXPECT_TRUE(is_der("\x30\x03\x04\x01x"s));
    EXPECT_TRUE(is_der("\xA0\x03\x04\x01x\x31\x00"s));
    EXPECT_FALSE(is_der("\x24\x03\x04\x01x"s));
    EXPECT_FALSE(is_der("\x30\x03\x04\x02x"s));
    EXPECT_TRUE(is_der(""));
}

TEST(Der, HasOneByteForYesAndOneForNo)
{
    EXPECT_TRUE(is_der("\x01\x01\x00\x01\x01\xFF"s));
    for (const std::string& text : {"\x01\x01\x01"s, "\x01\x00"s, "\x01\x02\xFF\xFF"s})
        EXPECT_FALSE(is_der(text));
}

/// No stack limits it.
TEST(Der, MayBeNestedDeeply)
{
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
        const std::size_t size = text.size();
        std::string head{'\x30'};
        if (size >= 0x10000)
            head += {'\x83', static_cast<char>(size >> 16U)};
        else if (size >= 0x100)
            head += '\x82';
        else if (size >= 0x80)
            head += '\x81';
        if (size >= 0x100)
            head += static_cast<char>(size >> 8U);
        text.insert(0, head + static_cast<char>(size));
    }

    EXPECT_TRUE(is_der(text));
    EXPECT_FALSE(is_der(text + '\x05'));
}

TEST(Der, KnowsAnIdentifier)
{
    for (const std::string& text :
         {"\x2A"s, "\x2A\x86\x48\x86\xF7\x0D"s, "\x2A\x87\xFF\xFF\xFF\x7F"s}) {
        EXPECT_TRUE(is_identifier(text));
        EXPECT_TRUE(is_short_identifier(text));
    }
    for (const std::string& text : {""s, "\x86"s, "\x2A\x80\x01"s}) {
        EXPECT_FALSE(is_identifier(text));
        EXPECT_FALSE(is_short_identifier(text));
    }
    EXPECT_TRUE(is_identifier("\x69\x88\x80\x80\x80\x00"s));
    EXPECT_FALSE(is_short_identifier("\x69\x88\x80\x80\x80\x00"s));
}

}  // namespace
}  // namespace clockguard
