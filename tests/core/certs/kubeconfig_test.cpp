// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/kubeconfig.hpp"

#include <gtest/gtest.h>

#include "clockguard/core/base/base64.hpp"

namespace clockguard {
namespace {

const std::string as_microk8s_writes_it = "apiVersion: v1\n"
                                          "clusters:\n"
                                          "- cluster:\n"
                                          "    certificate-authority-data: Y2E=\n"
                                          "    server: https://127.0.0.1:16443\n"
                                          "kind: Config\n"
                                          "users:\n"
                                          "- name: admin\n"
                                          "  user:\n"
                                          "    client-certificate-data: Y2VydA==\n"
                                          "    client-key-data: a2V5\n";

TEST(Kubeconfig, IsReadAsMicrok8sWritesIt)
{
    const auto config = parse_kubeconfig(as_microk8s_writes_it);

    ASSERT_TRUE(config) << to_text(config.error());
    ASSERT_TRUE(config->ca && config->certificate && config->key);
    EXPECT_EQ(config->ca->text, "ca");
    EXPECT_EQ(config->certificate->text, "cert");
    EXPECT_EQ(config->key->text, "key");
}

TEST(Kubeconfig, MayQuoteAndCommentAndBeginAListItem)
{
    const auto config = parse_kubeconfig("kind: Config\r\n"
                                         "# client-key-data: old\n"
                                         "- certificate-authority-data:   \"Y2E=\"  # ours\r\n"
                                         "  client-certificate-data: 'Y2VydA=='\n");

    ASSERT_TRUE(config) << to_text(config.error());
    ASSERT_TRUE(config->ca && config->certificate);
    EXPECT_EQ(config->ca->text, "ca");
    EXPECT_EQ(config->certificate->text, "cert");
    EXPECT_FALSE(config->key);
}

TEST(Kubeconfig, MayUseATokenInstead)
{
    const auto config = parse_kubeconfig("kind: Config\nusers:\n- user:\n    token: abc\n");

    ASSERT_TRUE(config);
    EXPECT_FALSE(config->certificate);
}

TEST(Kubeconfig, IsRefusedInFormsThatWouldBeGuessedAt)
{
    const auto refusal = [](const std::string& text) {
        const auto config = parse_kubeconfig(text);
        return config ? "read" : to_text(config.error());
    };

    EXPECT_EQ(refusal(""), "is empty");
    EXPECT_EQ(refusal(" \n\t\n"), "is empty");
    EXPECT_EQ(refusal(std::string(512, '\0')), "is no kubeconfig");
    EXPECT_EQ(refusal("client-certificate-data: |\n  Y2Vy\n"),
              "'client-certificate-data' is no base64 on one line");
    EXPECT_EQ(refusal("client-certificate-data: >-\n  Y2Vy\n"),
              "'client-certificate-data' is no base64 on one line");
    EXPECT_EQ(refusal("client-certificate-data:\n"),
              "'client-certificate-data' is no base64 on one line");
    EXPECT_EQ(refusal("client-certificate-data: Y2Vy Y2Vy\n"),
              "'client-certificate-data' is no base64 on one line");
    EXPECT_EQ(refusal("client-certificate-data: Y2V\n"),
              "'client-certificate-data' is no base64 on one line");
    EXPECT_EQ(refusal("user: {client-certificate-data: Y2Vy}\n"),
              "'client-certificate-data' does not begin its line");
    EXPECT_EQ(refusal("{\"client-certificate-data\": \"Y2Vy\"}\n"),
              "'client-certificate-data' does not begin its line");
    EXPECT_EQ(refusal("client-key-data: a2V5\nclient-key-data: a2V5\n"),
              "has several 'client-key-data', of which only one can be meant");
}

TEST(Kubeconfig, KeepsEverythingButWhatIsReplaced)
{
    const auto config = parse_kubeconfig(as_microk8s_writes_it);
    ASSERT_TRUE(config && config->certificate);

    const std::string changed =
        replace_data(as_microk8s_writes_it, *config->certificate, "a longer one");

    std::string expected = as_microk8s_writes_it;
    expected.replace(expected.find("Y2VydA=="), 8, "YSBsb25nZXIgb25l");
    EXPECT_EQ(changed, expected);
}

TEST(Kubeconfig, LosesNothingInAnyTruncation)
{
    for (std::size_t size = 0; size < as_microk8s_writes_it.size(); ++size) {
        const auto config = parse_kubeconfig(as_microk8s_writes_it.substr(0, size));
        if (config && config->key) {
            EXPECT_EQ(size + 1, as_microk8s_writes_it.size());
        }
    }
}

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
    for (const char* text : {"Zg=", "Zg", "Z===", "Zm=v", "Zm9v\n", "Zm 9", "Zg==Zg=="})
        EXPECT_EQ(decode_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace clockguard
