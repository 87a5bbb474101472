// SPDX-License-Identifier: Apache-2.0
#include "command/certs/kubeconfig_advice.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using Steps = std::vector<std::string>;

/// A node with a CA and the certificate of a client, which its kubeconfig is to be a copy of.
CertSurvey survey_of_one()
{
    CertSurvey survey{.profile = {.kubectl = "/bin/kubectl"}};
    survey.certs = {
        {.certificate = {.place = {.name = "ca", .path = "/k/ca.crt"}}},
        {.certificate = {
             .place = {.name = "client", .path = "/k/client.crt", .key_path = "/k/client.key"}}}};
    return survey;
}

Certificate kubeconfig()
{
    return {.place = {.name = "client.config",
                      .kind = CertKind::Kubeconfig,
                      .path = "/k/client.config",
                      .issuer = "ca",
                      .copy_of = "client"}};
}

const Kubeconfig names_a_file{.certificate_file = "own.crt", .user = "admin", .cluster = "c"};

Steps renewal(Certificate certificate, const Kubeconfig& config = names_a_file,
              const CertSurvey& survey = survey_of_one())
{
    advise_by_hand(certificate, survey, config);
    return certificate.place.renew.command.steps;
}

const Steps set_credentials{"/bin/kubectl config --kubeconfig=/k/client.config set-credentials "
                            "admin --client-certificate=/k/client.crt "
                            "--client-key=/k/client.key --embed-certs"};

TEST(AdviseByHand, EmbedsThePairOfTheFile)
{
    EXPECT_EQ(renewal(kubeconfig()), set_credentials);
}

TEST(AdviseByHand, GivesThePairToTheUserItBelongsTo)
{
    Certificate of_another = kubeconfig();
    of_another.is_of_another = true;
    Certificate has_command = kubeconfig();
    has_command.place.renew = {.words = "write it again"};
    Certificate of_no_file = kubeconfig();
    of_no_file.place.copy_of = "";

    for (const Certificate& certificate : {of_another, has_command, of_no_file})
        EXPECT_EQ(renewal(certificate), Steps{});
}

TEST(AdviseByHand, HasAPairToGiveOnlyWhereItIsABetterOne)
{
    const Kubeconfig embeds{.certificate = EmbeddedData{.text = "x"}, .user = "admin"};
    CertSurvey can_be_signed = survey_of_one();
    can_be_signed.certs[1].certificate.place.repair = CertRepair::Reissue;
    Certificate differs = kubeconfig();
    differs.differs_from_file = true;
    Certificate wrong_key = kubeconfig();
    wrong_key.facts.key_matches = false;

    EXPECT_EQ(renewal(kubeconfig(), embeds), Steps{});
    EXPECT_EQ(renewal(kubeconfig(), embeds, can_be_signed), set_credentials);
    EXPECT_EQ(renewal(differs, embeds), set_credentials);
    EXPECT_EQ(renewal(wrong_key, embeds), set_credentials);
    EXPECT_EQ(renewal(kubeconfig(), {.user = "admin"}, can_be_signed), Steps{});
}

/// What is printed works as it is typed: no name needs quotes.
TEST(AdviseByHand, TypesNoNameThatAShellWouldReadOtherwise)
{
    const auto for_user = [](const char* name) {
        Kubeconfig config = names_a_file;
        config.user = name;
        return renewal(kubeconfig(), config).size();
    };

    for (const char* plain : {"admin", "A.z:0_9@k8s-1"})
        EXPECT_EQ(for_user(plain), 1U) << plain;
    for (const char* other : {"", "two words", "a;b", "$x", "a/b", "`x`", "a\nb", "{", "[", "^"})
        EXPECT_EQ(for_user(other), 0U) << other;
}

TEST(AdviseByHand, EmbedsTheCaForItsCluster)
{
    const auto advised = [](const Kubeconfig& config) {
        Certificate certificate = kubeconfig();
        advise_by_hand(certificate, survey_of_one(), config);
        return certificate.renew_ca.steps;
    };

    EXPECT_EQ(advised(names_a_file),
              Steps{"/bin/kubectl config --kubeconfig=/k/client.config set-cluster c "
                    "--certificate-authority=/k/ca.crt --embed-certs"});
    EXPECT_EQ(advised({.cluster = "two words"}), Steps{});
}

TEST(AdviseByHand, RenewsByTheCaWhereThatIsWhatCannotBeRead)
{
    Certificate certificate = kubeconfig();
    certificate.names_ca = true;
    EXPECT_EQ(renewal(certificate), set_credentials);

    certificate.error = "kubeconfig 'x' names a file that is of no use";

    EXPECT_EQ(renewal(certificate),
              Steps{"/bin/kubectl config --kubeconfig=/k/client.config set-cluster c "
                    "--certificate-authority=/k/ca.crt --embed-certs"});
    certificate.names_ca = false;
    EXPECT_EQ(renewal(certificate), set_credentials);
    certificate.names_ca = true;
    EXPECT_EQ(renewal(certificate, {.certificate_file = "own.crt", .user = "admin"}),
              set_credentials);
}

TEST(AdviseByHand, KnowsNothingWithoutTheKubectlOfTheDistribution)
{
    CertSurvey survey = survey_of_one();
    survey.profile.kubectl = "";

    EXPECT_EQ(renewal(kubeconfig(), names_a_file, survey), Steps{});
}

TEST(AdviseContext, ChoosesTheOnlyOneThereIs)
{
    const auto advised = [](const std::string& context,
                            const CertSurvey& survey = survey_of_one()) {
        Certificate certificate = kubeconfig();
        advise_context(certificate, survey, {.only_context = context});
        return certificate.choose_context;
    };
    CertSurvey no_kubectl = survey_of_one();
    no_kubectl.profile.kubectl = "";

    EXPECT_EQ(advised("x").command.steps,
              Steps{"/bin/kubectl config --kubeconfig=/k/client.config use-context x"});
    EXPECT_EQ(advised("x").explained_in, "");
    for (const Advice& unknown : {advised(""), advised("two words"), advised("x", no_kubectl)}) {
        EXPECT_EQ(unknown.command.steps, Steps{});
        EXPECT_EQ(unknown.explained_in, "CG222");
    }
}

}  // namespace
}  // namespace clockguard
