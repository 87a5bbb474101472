// SPDX-License-Identifier: Apache-2.0
#include "command/certs/kubeconfig_renewal.hpp"

#include <gtest/gtest.h>

#include "support/config_node.hpp"

namespace clockguard {
namespace {

const TestDates gone = dates("2015-05-01T09:12:00Z", "2025-04-29T09:12:00Z");
const TestDates future = dates("2026-04-03T08:07:34Z", "2036-03-31T08:07:34Z");

TEST(KubeconfigRenewal, RenewsACertificateWhoseKeyIsInAFile)
{
    ConfigNode node;
    node.tree.write("/certs/client.crt", node.from_ca(future).pem);
    node.write(node.ca_data(), ConfigNode::data("client-certificate", node.from_ca(future).pem) +
                                   ", client-key: ../certs/client.key");
    EXPECT_EQ(node.check().code, ExitCode::Critical);

    EXPECT_EQ(node.refresh().code, ExitCode::Healthy);

    EXPECT_EQ(node.check().code, ExitCode::Healthy) << node.check().out;
}

TEST(KubeconfigRenewal, RenewsAValueThatOtherPlacesStandFor)
{
    ConfigNode node;
    const std::string old = encode_base64(node.from_ca(future).pem);
    node.write(node.ca_data(),
               fmt::format("client-certificate-data: &c {}, {}, x: *c", old,
                           ConfigNode::data("client-key", node.cert("client").key_pem())));

    EXPECT_EQ(node.refresh().code, ExitCode::Healthy);

    EXPECT_EQ(node.check().code, ExitCode::Healthy) << node.check().out;
    EXPECT_EQ(node.tree.read(client_kubeconfig).find(old), std::string::npos);
    EXPECT_NE(node.tree.read(client_kubeconfig).find("&c "), std::string::npos);
    EXPECT_NE(node.tree.read(client_kubeconfig).find("x: *c"), std::string::npos);
}

TEST(KubeconfigRenewal, GetsTheNewCaForEachOfItsClusters)
{
    ConfigNode node;
    const std::string old = make_cert({.name = "10.152.183.1",
                                       .not_before = gone.from,
                                       .not_after = gone.until,
                                       .is_ca = true,
                                       .key = node.tree.ca_key})
                                .pem;
    node.write(ConfigNode::data("certificate-authority", old), node.user_data());
    node.tree.write(client_kubeconfig, node.tree.read(client_kubeconfig) + "extensions: []\n");
    std::string text = node.tree.read(client_kubeconfig);
    text.insert(text.find("contexts:"),
                fmt::format("- name: lan\n  cluster: {{certificate-authority-data: {}}}\n",
                            encode_base64(old)));
    node.tree.write(client_kubeconfig, text);

    EXPECT_EQ(node.refresh({.select = {.names = {"client.config"}}, .yes = true}).code,
              ExitCode::Healthy);

    EXPECT_EQ(node.check().code, ExitCode::Healthy) << node.check().out;
    EXPECT_EQ(node.tree.read(client_kubeconfig).find(encode_base64(old)), std::string::npos);
}

/// What becomes of client.config where these were renewed before it.
Result<Reissued> renewed(const ConfigNode& node, CertActionKind kind,
                         std::map<std::string, std::string> before = {})
{
    const CertSurvey survey = node.survey();
    const SurveyedCert* cert = survey.find("client.config");
    if (cert == nullptr)
        return fail("no client.config");
    return renew_kubeconfig(
        *cert, kind,
        {.survey = survey, .now = at("2026-03-03T08:20:11Z"), .renewed_texts = std::move(before)});
}

std::string why_not(const Result<Reissued>& result)
{
    return result ? "done" : to_text(result.error());
}

TEST(RenewKubeconfig, EmbedsWhatWasRenewedBesideItAndElseNothing)
{
    ConfigNode node;
    node.write(node.ca_data(), node.user_data());
    const std::string kept = node.tree.read(client_kubeconfig);
    const std::string anew = node.from_ca(future).pem;

    const auto same = renewed(node, CertActionKind::Embed);
    const auto other = renewed(node, CertActionKind::Embed, {{"client", anew}});

    ASSERT_TRUE(same && other) << why_not(same) << why_not(other);
    EXPECT_EQ(same->text, kept);
    EXPECT_NE(other->text.find(encode_base64(anew)), std::string::npos);
    EXPECT_EQ(to_text(Instant{other->facts.not_before}), "2026-04-03T08:07:34Z");
}

TEST(RenewKubeconfig, EmbedsNothingOfAFileThatItHadNothingOf)
{
    ConfigNode node;
    node.write(node.ca_data(), node.user_data(node.from_ca(gone)));
    const std::string kept = node.tree.read(client_kubeconfig);

    const auto left = renewed(node, CertActionKind::Embed, {{"client", node.from_ca(future).pem}});

    ASSERT_TRUE(left) << why_not(left);
    EXPECT_EQ(left->text, kept);
}

TEST(RenewKubeconfig, TakesCertificateAndKeyOfTheFileTogether)
{
    ConfigNode node;
    node.write(node.ca_data(), node.user_data(node.cert("proxy")));

    const auto pair = renewed(node, CertActionKind::EmbedPair);

    ASSERT_TRUE(pair) << why_not(pair);
    EXPECT_NE(pair->text.find(encode_base64(node.cert("client").pem)), std::string::npos);
    EXPECT_NE(pair->text.find(encode_base64(node.cert("client").key_pem())), std::string::npos);
}

TEST(RenewKubeconfig, GivesNoOtherUserOfItACertificateWithoutItsKey)
{
    ConfigNode node;
    const TestCert& proxy = node.cert("proxy");
    node.write(node.ca_data(),
               fmt::format("client-certificate-data: {}, client-key-data: &k {}, x: *k",
                           encode_base64(proxy.pem), encode_base64(proxy.key_pem())));

    EXPECT_EQ(why_not(renewed(node, CertActionKind::EmbedPair)),
              "other users in it have the same certificate or key (a YAML alias)");
}

TEST(RenewKubeconfig, SignsNothingThatItDoesNotEmbed)
{
    ConfigNode node;
    const std::string named = "client-certificate: ../certs/client.crt, client-key: "
                              "../certs/client.key";
    node.write(node.ca_data(), named);

    EXPECT_EQ(why_not(renewed(node, CertActionKind::Reissue)), "it embeds no certificate");
    EXPECT_EQ(why_not(renewed(node, CertActionKind::Embed)), "the new kubeconfig is not whole");
}

TEST(RenewKubeconfig, IsNoSuccessWhereTheResultDoesNotFitItsKeyOrItsCa)
{
    ConfigNode node;
    node.write(node.ca_data(), node.user_data());
    const TestCert stranger = node.stranger();

    EXPECT_EQ(why_not(renewed(node, CertActionKind::Embed, {{"client", stranger.pem}})),
              "the new kubeconfig does not fit its key and its CA");
    EXPECT_EQ(why_not(renewed(node, CertActionKind::Embed, {{"ca", stranger.pem}})),
              "the new kubeconfig does not fit its key and its CA");
}

TEST(RenewKubeconfig, NeedsNoCertificateOfWhoLogsInOtherwise)
{
    ConfigNode node;
    node.write(ConfigNode::data("certificate-authority", node.stranger().pem), "token: x");

    const auto trusting = renewed(node, CertActionKind::Embed);

    ASSERT_TRUE(trusting) << why_not(trusting);
    EXPECT_NE(trusting->text.find(node.ca_data()), std::string::npos) << trusting->text;
}

}  // namespace
}  // namespace clockguard
