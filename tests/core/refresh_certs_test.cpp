// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/refresh_certs.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using enum RefreshCertsOutcome;
using Units = std::vector<std::string>;

const std::string kubelite = "snap.microk8s.daemon-kubelite.service";

std::string objection(const std::string& active, const std::string& enablement,
                      const NodeFacts& node = {})
{
    return refresh_certs_objection(
        node, {{.unit = kubelite, .active = active, .enablement = enablement}});
}

TEST(RestartedWith, IsKnownOfTheLeavesThatTheCommandMakes)
{
    EXPECT_EQ(restarted_with("server"),
              (Units{kubelite, "snap.microk8s.daemon-cluster-agent.service"}));
    EXPECT_EQ(restarted_with("front-proxy-client"), Units{kubelite});
    for (const char* other : {"ca", "front-proxy-ca", "client", "client.config", "cluster", ""})
        EXPECT_EQ(restarted_with(other), Units{}) << other;
}

TEST(RefreshCertsObjection, IsNoneWhereMicrok8sRuns)
{
    EXPECT_EQ(objection("active", "enabled"), "");
    EXPECT_EQ(objection("activating", "enabled"), "");
    EXPECT_EQ(objection("active", "enabled-runtime"), "");
}

TEST(RefreshCertsObjection, IsThatTheCommandWouldStartIt)
{
    EXPECT_EQ(objection("inactive", "enabled"),
              kubelite + " is inactive, and the command would start it");
    EXPECT_EQ(objection("failed", "enabled"),
              kubelite + " is failed, and the command would start it");
    EXPECT_EQ(objection("", ""), kubelite + " is unknown, and the command would start it");
    EXPECT_EQ(objection("active", "enabled", {.is_stopped = true}),
              "MicroK8s was stopped (microk8s stop), and the command would start it");
}

TEST(RefreshCertsObjection, IsThatSomebodySwitchedItOff)
{
    EXPECT_EQ(objection("active", "disabled"),
              kubelite + " is disabled: it was stopped on purpose");
    EXPECT_EQ(objection("active", "masked"), kubelite + " is masked: it was stopped on purpose");
    EXPECT_EQ(objection("active", ""), kubelite + " is not enabled: it was stopped on purpose");
}

TEST(Weigh, GoesByTheFile)
{
    const Result<int> in_vain = fail("cannot run '/snap/bin/microk8s': not done after 6m00s");

    EXPECT_EQ(weigh({.exit_code = 0, .is_new = true, .is_sound = true}), Done);
    EXPECT_EQ(weigh({.exit_code = 4, .is_new = true, .is_sound = true}), NotRestarted);
    EXPECT_EQ(weigh({.exit_code = in_vain, .is_new = true, .is_sound = true}), NotRestarted);
    EXPECT_EQ(weigh({.exit_code = 0, .is_new = false, .is_sound = true}), Failed);
    EXPECT_EQ(weigh({.exit_code = 0, .is_new = true, .is_sound = false}), Failed);
    EXPECT_EQ(weigh({.exit_code = 20, .is_new = false, .is_sound = false}), Failed);
    EXPECT_EQ(weigh({.exit_code = in_vain}), Failed);
}

TEST(Weigh, KnowsThatSnapdIsBusy)
{
    const std::string busy = "error: snap \"microk8s\" has \"auto-refresh\" change in progress\n";

    EXPECT_EQ(weigh({.exit_code = 1, .output = busy}), Busy);
    EXPECT_EQ(weigh({.exit_code = 4, .output = busy, .is_new = true, .is_sound = true}),
              NotRestarted);
    EXPECT_EQ(weigh({.exit_code = 4, .output = busy, .is_new = true}), Failed);
}

TEST(RefreshCertsRun, IsToldInOneLine)
{
    EXPECT_EQ(to_text(RefreshCertsRun{.exit_code = 0}),
              "exit code 0, but the certificate is the same as before");
    EXPECT_EQ(to_text(RefreshCertsRun{.exit_code = 0, .is_new = true}),
              "exit code 0, but the new certificate is not sound");
    EXPECT_EQ(to_text(RefreshCertsRun{
                  .exit_code = 20,
                  .output = "Creating new certificates\nCertificate generation failed.\n\n"}),
              "exit code 20: Certificate generation failed.");
    EXPECT_EQ(to_text(RefreshCertsRun{.exit_code = 50}), "exit code 50");
    EXPECT_EQ(to_text(RefreshCertsRun{.exit_code = 1, .output = "\033[31mred\a"}),
              "exit code 1: [31mred");
    EXPECT_EQ(to_text(RefreshCertsRun{.exit_code = 1, .output = std::string(300, 'x')}),
              "exit code 1: " + std::string(200, 'x'));
    EXPECT_EQ(to_text(RefreshCertsRun{}), "not run");
}

}  // namespace
}  // namespace clockguard
