// SPDX-License-Identifier: Apache-2.0
#include "command/certs/reissue_state.hpp"

#include <gtest/gtest.h>

#include "support/config_node.hpp"

namespace clockguard {
namespace {

const std::chrono::sys_seconds today = at("2026-03-03T08:20:11Z");

struct SignedBy {
    ConfigNode node{};
    CertSurvey survey = node.survey();
    ReissueState state{.survey = survey, .now = today};

    Result<Reissued> sign(const std::string& name) const
    {
        const SurveyedCert* cert = survey.find(name);
        return cert == nullptr ? fail("no such certificate")
                               : sign_anew(cert->certificate.place, cert->text, state);
    }
};

std::string made_dates(const Result<Reissued>& made)
{
    if (!made)
        return to_text(made.error());
    return to_text(Instant{made->facts.not_before}) + " .. " +
           to_text(Instant{made->facts.not_after});
}

TEST(ReissueState, HasTheTextThatAFileWillHave)
{
    SignedBy by;
    by.state.renewed_texts["ca"] = "anew";

    EXPECT_EQ(by.state.text_of("ca"), "anew");
    EXPECT_EQ(by.state.text_of("server"), by.node.cert("server").pem);
    EXPECT_EQ(by.state.text_of("none"), "");
}

TEST(SignAnew, DatesALeafFromItsCaOnForTheLifetimeOfItsPlace)
{
    const SignedBy by;

    EXPECT_EQ(made_dates(by.sign("server")), "2025-05-01T09:12:00Z .. 2027-03-03T08:20:11Z");
}

TEST(SignAnew, SignsWithTheCaAsItWillBe)
{
    SignedBy by;
    by.state.renewed_texts["ca"] = make_cert({.name = "10.152.183.1",
                                              .not_before = at("2026-01-01T00:00:00Z"),
                                              .not_after = at("2026-07-01T00:00:00Z"),
                                              .is_ca = true,
                                              .key = by.node.tree.ca_key})
                                       .pem;

    EXPECT_EQ(made_dates(by.sign("server")), "2026-01-01T00:00:00Z .. 2026-07-01T00:00:00Z");
}

TEST(SignAnew, SignsACaWithItsOwnKey)
{
    const SignedBy by;

    const auto made = by.sign("front-proxy-ca");

    ASSERT_TRUE(made) << to_text(made.error());
    EXPECT_EQ(made->facts.subject, made->facts.issuer);
    EXPECT_EQ(to_text(Instant{made->facts.not_before}), "2025-03-03T08:20:11Z");
}

TEST(SignAnew, SaysWhatItHasNotToSignWith)
{
    SignedBy no_key;
    no_key.node.tree.remove("/certs/ca.key");
    SignedBy no_ca;
    std::erase_if(no_ca.survey.certs,
                  [](const SurveyedCert& cert) { return cert.certificate.place.name == "ca"; });
    SignedBy empty_ca;
    for (SurveyedCert& cert : empty_ca.survey.certs)
        if (cert.certificate.place.name == "ca")
            cert.text.clear();

    EXPECT_EQ(made_dates(no_key.sign("server")), "cannot read '" +
                                                     no_key.node.tree.path("/certs/ca.key") +
                                                     "': No such file or directory");
    EXPECT_EQ(made_dates(no_ca.sign("server")), "its CA 'ca' is missing");
    EXPECT_EQ(made_dates(empty_ca.sign("server")), "its CA 'ca' is missing");
}

}  // namespace
}  // namespace clockguard
