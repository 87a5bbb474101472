// SPDX-License-Identifier: Apache-2.0
#include "command/certs/repair_limits.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

/// A node below a folder, with a CA whose key is there and a leaf that a command renews.
struct LimitsNode {
    Tree tree{{"/k/ca.key", "key"}};
    CertSurvey survey{
        .installed = Installation{.root = {.folder = tree.folder()}, .link = "/k", .data = "/k"}};

    LimitsNode()
    {
        survey.certs = {
            {.certificate = {.place = {.name = "ca", .key_path = "/k/ca.key", .issuer = "ca"}}},
            {.certificate = {.place = {.name = "leaf",
                                       .issuer = "ca",
                                       .repair = CertRepair::Reissue,
                                       .renew = {.words = "k renew"}}}}};
    }

    Certificate& ca() { return survey.certs[0].certificate; }

    Certificate limited_leaf()
    {
        limit_repairs(survey);
        return survey.certs[1].certificate;
    }

    void put_key_behind_a_link() const
    {
        std::filesystem::rename(tree.path("/k/ca.key"), tree.path("/kept.key"));
        std::filesystem::create_symlink("/kept.key", tree.path("/k/ca.key"));
    }
};

TEST(LimitRepairs, LeavesASoundNodeAsItsProfileSays)
{
    LimitsNode node;

    const Certificate leaf = node.limited_leaf();

    EXPECT_EQ(leaf.place.renew.words, "k renew");
    EXPECT_EQ(leaf.place.repair, CertRepair::Reissue);
    EXPECT_TRUE(leaf.first.empty());
}

TEST(LimitRepairs, AdvisesNoCommandThatWouldSignWithoutAKey)
{
    LimitsNode without_key;
    without_key.ca().lacks_key = true;
    LimitsNode of_ours;
    of_ours.ca().lacks_key = true;
    of_ours.survey.profile.reissue = true;
    LimitsNode worker;
    worker.ca().lacks_key = true;
    worker.survey.installed->node.role = NodeRole::Worker;

    EXPECT_TRUE(without_key.limited_leaf().place.renew.empty());
    EXPECT_EQ(of_ours.limited_leaf().place.renew.words, "k renew");
    EXPECT_EQ(worker.limited_leaf().place.renew.words, "k renew");
}

/// A CA makes itself anew, with a key of its own.
TEST(LimitRepairs, LeavesTheCaItsOwnRenewal)
{
    LimitsNode node;
    node.ca().lacks_key = true;
    node.ca().place.renew.words = "k renew ca";

    limit_repairs(node.survey);

    EXPECT_EQ(node.ca().place.renew.words, "k renew ca");
}

TEST(LimitRepairs, SaysWhatComesFirstWhereTheKeyIsBehindALink)
{
    LimitsNode node;
    node.put_key_behind_a_link();
    EXPECT_EQ(node.limited_leaf().first.words, "k renew");

    node.survey.certs[1].certificate.place.renew = {};
    EXPECT_EQ(node.limited_leaf().first.words,
              "put the key of 'ca' itself in the place of the link");
}

TEST(LimitRepairs, SaysNothingOfALinkWhereNothingIsSigned)
{
    LimitsNode not_signed;
    not_signed.put_key_behind_a_link();
    not_signed.survey.certs[1].certificate.place.repair = CertRepair::None;
    LimitsNode useless;
    useless.put_key_behind_a_link();
    useless.ca().lacks_key = true;
    useless.survey.profile.reissue = true;

    EXPECT_TRUE(not_signed.limited_leaf().first.empty());
    EXPECT_TRUE(useless.limited_leaf().first.empty());
}

TEST(LimitRepairs, LeavesToAnIntermediateCaWhatItSigned)
{
    const auto repair = [](std::vector<CertSigner> signers) {
        LimitsNode node;
        node.survey.certs[1].certificate.facts.signers = std::move(signers);
        return node.limited_leaf().place.repair;
    };

    EXPECT_EQ(repair({{.is_sent = true}}), CertRepair::None);
    EXPECT_EQ(repair({{.is_sent = true}, {.is_sent = false}}), CertRepair::Reissue);
    EXPECT_EQ(repair({{.is_sent = false}}), CertRepair::Reissue);
}

}  // namespace
}  // namespace clockguard
