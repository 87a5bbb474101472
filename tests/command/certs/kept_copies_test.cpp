// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/certs_node.hpp"

namespace clockguard {
namespace {

const std::string client_config = "/credentials/client.config";
const std::string wrong_advice = "clockguard certs undo";

bool says(const Said& said, const std::string& text)
{
    return said.out.find(text) != std::string::npos;
}

/// client.config was from the future, and is torn after it was re-issued.
struct TornNode : Node {
    TornNode()
    {
        tree.special = {{"client", dates("2026-04-03T08:07:34Z", "2036-03-31T08:07:34Z")}};
        tree.build();
        EXPECT_EQ(refresh().code, ExitCode::Healthy);
    }

    void tear() const { tree.write(client_config, tree.read(client_config).substr(0, 1000)); }
};

TEST(KeptCopies, NameNoBackupOfWhatIsNotValid)
{
    TornNode node;
    node.tear();

    const Said said = node.check();

    EXPECT_EQ(said.code, ExitCode::Critical);
    EXPECT_TRUE(says(said, "write it again with the certificate and key of 'client': clockguard "
                           "explain CG209\n"))
        << said.out;
    EXPECT_FALSE(says(said, wrong_advice)) << said.out;
}

TEST(KeptCopies, NameTheBackupThatHoldsItWhole)
{
    TornNode node;
    EXPECT_EQ(node.refresh({.select = {.names = {"client.config"}}, .yes = true}).code,
              ExitCode::Healthy);
    node.tear();

    const Said said = node.check();
    ASSERT_TRUE(says(said, "clockguard certs undo --to 20260303T082011Z-2\n")) << said.out;

    EXPECT_EQ(node.undo("20260303T082011Z-2").code, ExitCode::Healthy);
    EXPECT_EQ(node.check().code, ExitCode::Healthy);
}

TEST(KeptCopies, NameNoBackupThatHoldsSomethingElseOfNoUse)
{
    TornNode node;
    EXPECT_EQ(node.refresh({.select = {.names = {"client.config", "client"}}, .yes = true}).code,
              ExitCode::Healthy);
    node.tear();
    node.tree.write("/certs/client.key", to_pem(make_key()));

    EXPECT_FALSE(says(node.check(), wrong_advice)) << node.check().out;
}

TEST(KeptCopies, NameNoneForACasKeyWhichNoBackupHolds)
{
    TornNode node;
    node.tree.write("/certs/ca.key", to_pem(make_key()));

    const Said said = node.check();

    EXPECT_TRUE(says(said, "put the CA's own key back: clockguard explain CG218\n")) << said.out;
    EXPECT_FALSE(says(said, wrong_advice)) << said.out;
}

}  // namespace
}  // namespace clockguard
