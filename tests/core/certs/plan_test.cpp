// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/cert_profile_toml.hpp"
#include "clockguard/core/certs/plan.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

std::vector<CertPlace> places_of_microk8s(NodeRole role)
{
    const auto profile = parse_profile(builtin_profile("microk8s"), "microk8s");
    return cert_places(profile.value_or(CertProfile{}), role);
}

using enum CertState;

/// A node with every certificate valid, but for those that a test names.
CertsVerdict node_with(const std::vector<std::pair<std::string, CertState>>& states,
                       NodeRole role = NodeRole::Single)
{
    CertsVerdict verdict;
    for (CertPlace& place : places_of_microk8s(role)) {
        CertState state = place.skip.empty() ? Valid : Skipped;
        for (const auto& [name, wanted] : states)
            if (name == place.name)
                state = wanted;
        const std::string why = state == Skipped && place.skip.empty() ? "unused" : place.skip;
        verdict.certificates.push_back({{.place = std::move(place), .skipped = why}, state});
    }
    return verdict;
}

const CertSelection not_yet_valid{.not_yet_valid = true};

std::string word_for(CertActionKind kind)
{
    switch (kind) {
    case CertActionKind::Redate:
        return "re-date";
    case CertActionKind::Reissue:
        return "re-issue";
    case CertActionKind::Embed:
    case CertActionKind::EmbedPair:
        return "embed";
    }
    return {};
}

std::string text_of(const CertPlan& plan)
{
    std::string text;
    for (const CertAction& action : plan.actions)
        text += word_for(action.kind) + " " + action.name + "\n";
    for (const Finding& finding : plan.refused)
        text += finding.code + " " + finding.subject + " " + finding.message + "\n";
    for (const Finding& finding : plan.unknown)
        text += finding.code + " " + finding.subject + " " + finding.message + "\n";
    return text;
}

TEST(Plan, ReissuesWhatTheIncidentBroke)
{
    const auto verdict = node_with({{"server", NotYetValid}, {"front-proxy-client", NotYetValid}});

    EXPECT_EQ(text_of(plan(verdict, not_yet_valid, {})),
              "re-issue server\nre-issue front-proxy-client\n");
}

TEST(Plan, DoesNothingForAHealthyNode)
{
    const CertSelection all{.not_yet_valid = true, .expired = true, .expiring = true};

    EXPECT_EQ(text_of(plan(node_with({}), all, {})), "");
}

TEST(Plan, SelectsByStateAndNothingElse)
{
    for (const CertState state : {Valid, NotYetValid, Expired, Expiring, KeyMismatch, ChainBroken,
                                  Unreadable, Missing, Skipped}) {
        const auto verdict = node_with({{"server", state}});
        const auto acts = [&](const CertSelection& select) {
            return !plan(verdict, select, {}).actions.empty();
        };
        EXPECT_EQ(acts({.not_yet_valid = true}), state == NotYetValid) << to_text(state);
        EXPECT_EQ(acts({.expired = true}), state == Expired) << to_text(state);
        EXPECT_EQ(acts({.expiring = true}), state == Expiring) << to_text(state);
        EXPECT_FALSE(acts({})) << to_text(state);
    }
}

TEST(Plan, DoesNotTakeWhatItCannotReadForGood)
{
    auto verdict = node_with({{"server", Unreadable}});
    verdict.certificates[1].certificate.error = "cannot read 'server.crt': Input/output error";

    EXPECT_EQ(text_of(plan(verdict, not_yet_valid, {})),
              "CG214 server cannot be read and may need to be re-issued: cannot read 'server.crt': "
              "Input/output error\n");
    EXPECT_EQ(text_of(plan(verdict, {.names = {"client"}}, {})), "re-issue client\n"
                                                                 "embed client.config\n");
}

TEST(Plan, DoesNotTakeWhatIsNotThereForGood)
{
    auto verdict = node_with({{"server", Missing}});
    verdict.certificates[1].certificate.is_missing = true;

    EXPECT_EQ(text_of(plan(verdict, not_yet_valid, {})),
              "CG214 server cannot be re-issued: "
              "'/var/snap/microk8s/current/certs/server.crt' is missing\n");
    EXPECT_EQ(plan(verdict, not_yet_valid, {}).unknown.front().severity, Severity::Failure);
}

TEST(Plan, SignsAnewWhatIsSignedWeakly)
{
    auto verdict = node_with({{"server", ChainBroken}});
    CertFacts& facts = verdict.certificates[1].certificate.facts;
    facts.signed_by_issuer = true;
    EXPECT_EQ(text_of(plan(verdict, {.names = {"server"}}, {})).substr(0, 5), "CG212");
    facts.weak_digest = "SHA1";

    EXPECT_EQ(text_of(plan(verdict, {.names = {"server"}}, {})), "re-issue server\n");
}

TEST(Plan, TellsOfAKubeconfigThatItCannotReadBesideWhatItMayHoldACopyOf)
{
    auto verdict = node_with({{"client.config", Unreadable}});
    for (JudgedCertificate& judged : verdict.certificates)
        judged.certificate.is_unclear = judged.state == Unreadable;
    const CertPlan made = plan(verdict, {.names = {"client"}}, {});

    EXPECT_EQ(text_of(made), "re-issue client\n"
                             "CG214 client.config cannot be read and may need to be re-issued: \n");
    EXPECT_EQ(made.unknown.front().severity, Severity::Note);
}

TEST(Plan, ReissuesWhatIsNamedIfOnlyItsDatesAreInQuestion)
{
    for (const CertState state : {Valid, NotYetValid, Expired, Expiring, KeyMismatch, ChainBroken,
                                  Unreadable, Missing, Skipped}) {
        const bool mendable =
            state == Valid || state == NotYetValid || state == Expired || state == Expiring;
        const CertPlan made = plan(node_with({{"server", state}}), {.names = {"server"}}, {});
        EXPECT_EQ(made.actions.size(), mendable ? 1U : 0U) << to_text(state);
        EXPECT_EQ(made.refused.size(), mendable ? 0U : 1U) << to_text(state);
    }
}

TEST(Plan, SaysThatANameIsUnknown)
{
    EXPECT_EQ(text_of(plan(node_with({}), {.names = {"sever"}}, {})),
              "CG212 sever cannot be re-issued: there is no certificate of this name\n");
}

TEST(Plan, RedatesTheFrontProxyCaBeforeWhatItSigned)
{
    const auto verdict =
        node_with({{"front-proxy-ca", NotYetValid}, {"front-proxy-client", NotYetValid}});

    EXPECT_EQ(text_of(plan(verdict, not_yet_valid, {})),
              "re-date front-proxy-ca\nre-issue front-proxy-client\n");
}

/// Entry 2 of the reality: a single node that was installed under a wrong clock.
TEST(Plan, RedatesTheCaOfASingleNodeFromTheFutureUntold)
{
    const auto verdict = node_with({{"ca", NotYetValid}, {"server", NotYetValid}});

    EXPECT_EQ(text_of(plan(verdict, not_yet_valid, {})),
              "re-date ca\nre-issue server\nembed client.config\nembed controller.config\n"
              "embed scheduler.config\nembed proxy.config\nembed kubelet.config\n");
}

TEST(Plan, NeverRedatesACaThatAnotherHasSigned)
{
    auto verdict = node_with({{"ca", NotYetValid}});
    for (JudgedCertificate& judged : verdict.certificates)
        if (judged.certificate.place.name == "ca")
            judged.certificate.facts = {.issuer = "CN=corporate", .has_other_issuer = true};

    EXPECT_EQ(text_of(plan(verdict, {.not_yet_valid = true, .include_ca = true}, {})),
              "CG212 ca cannot be re-issued: 'CN=corporate' has signed it, and the key for that is "
              "not on this node\n");
}

TEST(Plan, MendsACopyOfTheCaThatIsNotValidAndNothingElse)
{
    auto verdict = node_with({});
    for (JudgedCertificate& judged : verdict.certificates)
        if (judged.certificate.place.name == "client.config") {
            judged.state = Skipped;
            judged.certificate.login = "a token";
            judged.certificate.embeds_other_ca = true;
            judged.certificate.old_ca =
                CertFacts{.not_after = std::chrono::floor<std::chrono::seconds>(verdict.now) -
                                       std::chrono::days{1}};
        }

    EXPECT_EQ(text_of(plan(verdict, {.expired = true}, {})), "embed client.config\n");
    EXPECT_EQ(text_of(plan(verdict, not_yet_valid, {})), "");
}

TEST(Plan, TouchesAnExpiredClusterCaOnlyWhenTold)
{
    const auto verdict = node_with({{"ca", Expired}, {"server", Expired}});

    EXPECT_EQ(text_of(plan(verdict, {.expired = true}, {})),
              "CG212 ca cannot be re-issued: other nodes and kubeconfigs hold copies of it. Add "
              "--include-ca to re-date it.\n"
              "CG212 server cannot be re-issued: its CA 'ca' is itself expired\n");
    EXPECT_EQ(text_of(plan(verdict, {.expired = true, .include_ca = true}, {})),
              "re-date ca\nre-issue server\nembed client.config\nembed controller.config\n"
              "embed scheduler.config\nembed proxy.config\nembed kubelet.config\n");
}

TEST(Plan, TouchesACaThatOtherNodesHoldOnlyWhenTold)
{
    const auto verdict = node_with({{"ca", NotYetValid}}, NodeRole::Master);
    const NodeFacts master{.role = NodeRole::Master};

    EXPECT_EQ(text_of(plan(verdict, not_yet_valid, master)),
              "CG212 ca cannot be re-issued: other nodes and kubeconfigs hold copies of it. Add "
              "--include-ca to re-date it.\n");
    EXPECT_EQ(
        text_of(plan(verdict, {.not_yet_valid = true, .include_ca = true}, master)).substr(0, 11),
        "re-date ca\n");
}

TEST(Plan, RefusesWhatAWorkerCannotSign)
{
    const auto verdict = node_with({{"kubelet", NotYetValid}}, NodeRole::Worker);

    EXPECT_EQ(text_of(plan(verdict, not_yet_valid, {.role = NodeRole::Worker})),
              "CG212 kubelet cannot be re-issued: a worker's certificates are signed by the "
              "control plane: join this node again\n");
}

TEST(Plan, SkipsWhatAWorkerDoesNotUse)
{
    EXPECT_EQ(text_of(plan(node_with({}, NodeRole::Worker), {.names = {"server"}},
                           {.role = NodeRole::Worker})),
              "CG212 server cannot be re-issued: this node is a worker, which does not use it\n");
}

TEST(Plan, LetsAKubeconfigFollowItsFile)
{
    EXPECT_EQ(text_of(plan(node_with({}), {.names = {"client"}}, {})),
              "re-issue client\nembed client.config\n");
    EXPECT_EQ(text_of(plan(node_with({{"client", Expired}, {"client.config", Expired}}),
                           {.expired = true}, {})),
              "re-issue client\nembed client.config\n");
}

TEST(Plan, ReissuesAKubeconfigThatHasACertificateOfItsOwn)
{
    CertsVerdict verdict = node_with({{"client.config", Expired}});

    EXPECT_EQ(text_of(plan(verdict, {.expired = true}, {})), "re-issue client.config\n");
    for (JudgedCertificate& judged : verdict.certificates)
        judged.certificate.differs_from_file = true;
    EXPECT_EQ(text_of(plan(verdict, {.names = {"client"}}, {})), "re-issue client\n");
}

TEST(Plan, RenewsTheFileOfAKubeconfigThatIsNamedAlone)
{
    EXPECT_EQ(text_of(plan(node_with({}), {.names = {"proxy.config"}}, {})),
              "re-issue proxy\nembed proxy.config\n");
    EXPECT_EQ(text_of(plan(node_with({{"proxy", KeyMismatch}}), {.names = {"proxy.config"}}, {})),
              "re-issue proxy.config\n");
}

TEST(Plan, NeverReissuesBelowACaThatIsNotUsable)
{
    const NodeFacts master{.role = NodeRole::Master};
    for (const CertState ca : {NotYetValid, Expired, KeyMismatch, Unreadable, Missing, Skipped}) {
        const auto verdict = node_with({{"ca", ca}, {"server", NotYetValid}}, NodeRole::Master);
        EXPECT_TRUE(plan(verdict, not_yet_valid, master).actions.empty()) << to_text(ca);
    }
}

TEST(Plan, SignsNothingWithAKeyThatIsNotTheCas)
{
    const auto verdict = node_with({{"ca", KeyMismatch}, {"server", NotYetValid}});

    EXPECT_EQ(text_of(plan(verdict, {.names = {"server", "ca"}, .include_ca = true}, {})),
              "CG218 ca cannot be re-issued: its key ('/var/snap/microk8s/current/certs/ca.key') "
              "does not match the CA's certificate\n"
              "CG218 server cannot be re-issued: the key of its CA 'ca' "
              "('/var/snap/microk8s/current/certs/ca.key') does not match the CA's certificate\n");
}

}  // namespace
}  // namespace clockguard
