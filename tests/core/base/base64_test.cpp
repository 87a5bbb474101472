// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/base64.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::string_view_literals;

TEST(Base64, GoesThereAndBack)
{
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
        bytes += static_cast<char>(i * 7);
    }
}

TEST(Base64, KnowsTheVectorsOfItsStandard)
{
    EXPECT_EQ(encode_base64(""), "");
    EXPECT_EQ(encode_base64("f"), "Zg==");
    EXPECT_EQ(encode_base64("fo"), "Zm8=");
    EXPECT_EQ(encode_base64("foo"), "Zm9v");
    EXPECT_EQ(encode_base64("foob"), "Zm9vYg==");
    EXPECT_EQ(decode_base64("Zm9vYmE="), "fooba");
    EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
}

TEST(Base64, RefusesWhatIsNone)
{
    for (const char* text : {"Zg=", "Zg", "Zm9vYm", "Z===", "Zm=v", "Zm9v\n", "Zm 9", "Zg==Zg=="})
        EXPECT_EQ(decode_base64(text), std::nullopt) << text;
}

TEST(Base64, KnowsEachOfItsDigits)
{
    const std::string_view bytes = "\x00\x10\x83\x10\x51\x87\x20\x92\x8b\x30\xd3\x8f\x41\x14\x93"
                                   "\x51\x55\x97\x61\x96\x9b\x71\xd7"
                                   "\x9f\x82\x18\xa3\x92\x59\xa7\xa2\x9a\xab\xb2\xdb\xaf\xc3\x1c"
                                   "\xb3\xd3\x5d\xb7\xe3\x9e\xbb\xf3"
                                   "\xdf\xbf"sv;
    const std::string_view text =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    EXPECT_EQ(encode_base64(bytes), text);
    EXPECT_EQ(decode_base64(std::string{text}), bytes);
}

}  // namespace
}  // namespace clockguard
