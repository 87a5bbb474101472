// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/served.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono_literals;

/// What is seen of a server that answers so, one at each look; "-" is nobody there, "?" no answer.
std::string seen(const std::vector<std::string>& answers, bool is_starting, int* looks = nullptr)
{
    std::size_t look = 0;
    const ServedWorld world{
        .serial = [&](const TlsEndpoint&) -> Result<std::string> {
            const std::string& answer = answers[std::min(look++, answers.size() - 1)];
            if (answer == "-")
                return fail("no", std::make_error_code(std::errc::connection_refused));
            if (answer == "?")
                return fail("cannot ask '127.0.0.1:16443'",
                            std::make_error_code(std::errc::timed_out));
            return answer;
        },
        .wait = [](Span) {}};
    const std::string text = to_text(watch_served(
        {.endpoint = {.port = 16443}, .serial = "AB", .timeout = 2s, .is_starting = is_starting},
        world));
    if (looks != nullptr)
        *looks = static_cast<int>(look);
    return text;
}

TEST(WatchServed, WaitsForTheNewCertificateOnly)
{
    int looks = 0;

    EXPECT_EQ(seen({"5D", "5D", "AB"}, false, &looks), "serves the new certificate");
    EXPECT_EQ(looks, 3);
    EXPECT_EQ(seen({"5D"}, false, &looks), "still serves another certificate");
    EXPECT_EQ(looks, 5);
    EXPECT_EQ(seen({"-", "AB"}, false, &looks), "not running");
    EXPECT_EQ(looks, 1);
    EXPECT_EQ(seen({"?", "AB"}, false, &looks),
              "not known: cannot ask '127.0.0.1:16443': Connection timed out");
    EXPECT_EQ(looks, 1);
}

TEST(WatchServed, WaitsForOneThatStarts)
{
    EXPECT_EQ(seen({"-", "?", "5D", "AB"}, true), "serves the new certificate");
    EXPECT_EQ(seen({"-"}, true), "not running");
}

/// Entry 15 of the reality: what the flags say.
TEST(EndpointOf, IsWhatTheFlagsSay)
{
    const auto endpoint = [](const TlsServer& server, const std::string& args) {
        CertSurvey survey;
        survey.args.texts[server.args] = args;
        return to_text(endpoint_of(server, survey));
    };
    const auto& [api, agent] = tls_servers;

    EXPECT_EQ(endpoint(api, "--secure-port=6443\n"), "127.0.0.1:6443");
    EXPECT_EQ(endpoint(api, "--bind-address=10.0.0.5\n"), "10.0.0.5:16443");
    EXPECT_EQ(endpoint(api, "--bind-address=fd00::5 --secure-port=6443\n"), "[fd00::5]:6443");
    EXPECT_EQ(endpoint(agent, "cluster-agent --bind 0.0.0.0:26000 --x"), "127.0.0.1:26000");
    EXPECT_EQ(endpoint(agent, "--bind=[::]:26001"), "127.0.0.1:26001");
    EXPECT_EQ(endpoint(agent, "--bind=[fd00::5]:26001"), "[fd00::5]:26001");
    EXPECT_EQ(endpoint(agent, "--bind=10.0.0.5:26001"), "10.0.0.5:26001");
    EXPECT_EQ(endpoint(agent, "--bind=:26001"), "127.0.0.1:26001");
    EXPECT_EQ(endpoint(agent, "--bind=localhost:26001"), "127.0.0.1:26001");
    for (const char* odd :
         {"", "--secure-port=", "--secure-port=0", "--secure-port=65536", "--secure-port=16x",
          "# --secure-port=1", "--bind-address=", "--bind-address=::", "--bind-address=[",
          "--bind-address=0.0.0.0", "--bind-address=fe"})
        EXPECT_EQ(endpoint(api, odd), "127.0.0.1:16443") << odd;
    EXPECT_EQ(to_text(endpoint_of(agent, {})), "127.0.0.1:25000");
}

/// Entry 14 of the reality: without an inotify watch kube-apiserver looks once a minute.
TEST(WatchServed, IsPatientWithATimerOfAMinute)
{
    const TlsServer& api = tls_servers.front();
    Span waited{};
    const ServedWorld world{.serial = [&](const TlsEndpoint&) -> Result<std::string> {
                                return waited < 60s ? "5D" : "AB";
                            },
                            .wait = [&](Span pause) { waited += pause; }};

    const ServedAnswer answer = watch_served(
        {.endpoint = endpoint_of(api, {}), .serial = "AB", .timeout = api.timeout}, world);

    EXPECT_EQ(to_text(answer), "serves the new certificate");
    EXPECT_GE(waited, 60s);
}

}  // namespace
}  // namespace clockguard
