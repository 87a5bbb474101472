// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <fmt/core.h>

#include "clockguard/command/certs/certs_survey.hpp"
#include "clockguard/core/base/base64.hpp"
#include "support/certs_node.hpp"

namespace clockguard {

inline const std::string client_kubeconfig = "/credentials/client.config";

/// A node on which all is valid, but for a client.config that a test writes.
struct ConfigNode : Node {
    ConfigNode()
    {
        tree.leaves = tree.installed;
        tree.build();
    }

    CertSurvey survey() const
    {
        auto survey = survey_certificates(context());
        EXPECT_TRUE(survey) << to_text(survey.error());
        return std::move(survey).value_or(CertSurvey{});
    }

    const TestCert& cert(const std::string& name) const { return tree.certs.at(name); }

    std::string ca_data() const { return data("certificate-authority", cert("ca").pem); }

    std::string user_data() const { return user_data(cert("client")); }

    static std::string data(const std::string& key, const std::string& text)
    {
        return fmt::format("{}-data: {}", key, encode_base64(text));
    }

    static std::string user_data(const TestCert& user)
    {
        return data("client-certificate", user.pem) + ", " + data("client-key", user.key_pem());
    }

    void write(const std::string& ca, const std::string& user,
               const std::string& server = "https://127.0.0.1:16443") const
    {
        tree.write(client_kubeconfig,
                   fmt::format("clusters:\n- name: c\n  cluster: {{{}server: '{}'}}\n"
                               "contexts:\n- name: x\n  context: {{cluster: c, user: u}}\n"
                               "current-context: x\nusers:\n- name: u\n  user: {{{}}}\n",
                               ca.empty() ? "" : ca + ", ", server, user));
    }

    TestCert from_ca(const TestDates& when) const
    {
        return make_cert({.name = "client",
                          .not_before = when.from,
                          .not_after = when.until,
                          .issuer = &cert("ca"),
                          .key = cert("client").key});
    }

    TestCert stranger() const
    {
        return make_cert({.name = "stranger",
                          .not_before = tree.installed.from,
                          .not_after = tree.installed.until,
                          .is_ca = true});
    }
};

}  // namespace clockguard
