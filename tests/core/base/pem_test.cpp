// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/base/pem.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

const std::string one = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----";

TEST(FindCertificates, FindsEachAndLeavesTheTextAround)
{
    const std::string text = "subject\n" + one + "\n" + one + "\n";

    const auto blocks = find_certificates(text);

    ASSERT_TRUE(blocks);
    ASSERT_EQ(blocks->size(), 2U);
    EXPECT_EQ(text.substr((*blocks)[1].begin, (*blocks)[1].size), one);
    EXPECT_EQ(replace_block(text, (*blocks)[0], "new\n"), "subject\nnew\n" + one + "\n");
}

std::size_t count(std::string_view text)
{
    const auto blocks = find_certificates(text);
    return blocks ? blocks->size() : 0;
}

TEST(FindCertificates, TakesNoneThatAnotherIsJoinedTo)
{
    // `cat a b` without a line end, and the same with five dashes lost.
    EXPECT_EQ(count(one + one), 0U);
    EXPECT_EQ(count(one + one.substr(5)), 0U);
    EXPECT_EQ(count(one + one + "\n" + one), 1U);
    EXPECT_EQ(count(one + " \t\r\n" + one), 2U);
    EXPECT_EQ(count(one + "\r\n" + one + "\r"), 1U);
}

TEST(FindCertificates, PassesOverWhatIsTornBeforeAndBehind)
{
    EXPECT_EQ(count(one.substr(0, 31) + "\n" + one), 1U);
    EXPECT_EQ(count(one + "\n" + one.substr(0, 31) + "\n"), 1U);
    EXPECT_EQ(count("-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n" + one), 1U);
    EXPECT_EQ(count("-----END CERTIFICATE-----\n" + one), 1U);
    EXPECT_EQ(count("-----BEGIN X509 CRL-----\nAA==\n-----END X509 CRL-----\n" + one), 1U);
}

TEST(FindCertificates, TakesBlanksAndHeaders)
{
    for (const auto& [text, headers] :
         {std::pair{"-----BEGIN CERTIFICATE-----  \n\nA\tA\r\n\n ==\n-----END CERTIFICATE-----",
                    false},
          {"-----BEGIN CERTIFICATE-----\r\nX-Foo: bar\r\n\r\nAA==\r\n"
           "-----END CERTIFICATE-----\r\n",
           true},
          {"-----BEGIN CERTIFICATE-----\nX-Foo: -----BEGIN CERTIFICATE-----\n\nAA==\n"
           "-----END CERTIFICATE-----\n",
           true}}) {
        const auto blocks = find_certificates(text);

        ASSERT_TRUE(blocks) << text;
        EXPECT_EQ(blocks->front().bytes, std::string(1, '\0'));
        EXPECT_EQ(blocks->front().has_headers, headers);
    }
}

TEST(FindCertificates, RefusesWhatIsTorn)
{
    const auto why_not = [](std::string_view text) { return find_certificates(text).error().what; };
    EXPECT_EQ(why_not(""), "is empty");
    EXPECT_EQ(why_not("text"), "holds no certificate");
    EXPECT_EQ(why_not("\xef\xbb\xbf" + one), "holds no certificate");
    EXPECT_EQ(why_not("  " + one), "holds no certificate");
    EXPECT_EQ(why_not(one.substr(0, 31)), "is cut off: a certificate in it has no end");
    EXPECT_EQ(why_not(one.substr(0, one.size() - 1)), "holds no certificate that is whole");
    EXPECT_EQ(why_not(one + one), "holds no certificate that is whole");
    EXPECT_EQ(why_not("-----BEGIN CERTIFICATE-----\nAA==\n-----END X509 CERTIFICATE-----\n"),
              "holds no certificate that is whole");
}

TEST(FindPrivateKey, TakesTheFirstOfAnyKind)
{
    const auto type = [](const std::string& text) {
        const auto key = find_private_key(text);
        return key ? key->type : "none";
    };
    const auto key = [](const std::string& kind) {
        return "-----BEGIN " + kind + "-----\nAA==\n-----END " + kind + "-----\n";
    };

    EXPECT_EQ(type(key("RSA PRIVATE KEY") + key("PRIVATE KEY")), "RSA PRIVATE KEY");
    EXPECT_EQ(type(key("EC PARAMETERS") + one + "\n" + key("EC PRIVATE KEY")), "EC PRIVATE KEY");
    EXPECT_EQ(type(key("PUBLIC KEY")), "none");
    EXPECT_EQ(type("\xef\xbb\xbf" + key("PRIVATE KEY")), "none");
    EXPECT_TRUE(is_encrypted_key(key("ENCRYPTED PRIVATE KEY") + key("PRIVATE KEY")));
    EXPECT_FALSE(is_encrypted_key(key("PRIVATE KEY") + key("ENCRYPTED PRIVATE KEY")));
    EXPECT_FALSE(is_encrypted_key("# Proc-Type: 4,ENCRYPTED\n" + key("PRIVATE KEY")));
    EXPECT_TRUE(is_encrypted_key("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
                                 "DEK-Info: AES-256-CBC,00\n\nAA==\n"
                                 "-----END RSA PRIVATE KEY-----\n"));
}

}  // namespace
}  // namespace clockguard
