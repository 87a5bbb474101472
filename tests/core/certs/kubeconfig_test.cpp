// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/kubeconfig.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace clockguard {
namespace {

const std::string as_microk8s_writes_it = "apiVersion: v1\n"
                                          "clusters:\n"
                                          "- cluster:\n"
                                          "    certificate-authority-data: Y2E=\n"
                                          "    server: https://127.0.0.1:16443\n"
                                          "  name: microk8s-cluster\n"
                                          "contexts:\n"
                                          "- context:\n"
                                          "    cluster: microk8s-cluster\n"
                                          "    user: admin\n"
                                          "  name: microk8s\n"
                                          "current-context: microk8s\n"
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

/// A kubeconfig of one user, written in a form of YAML.
std::string with_user(const std::string& user)
{
    return "kind: Config\nclusters: [{name: c, cluster: {server: 'https://127.0.0.1:16443'}}]\n"
           "contexts: [{name: x, context: {cluster: c, user: admin}}]\ncurrent-context: x\n"
           "users:\n- name: admin\n  user: " +
           user;
}

/// What is read of it, or why not.
std::string seen_in(const std::string& text)
{
    const auto config = parse_kubeconfig(text);
    if (!config)
        return to_text(config.error());
    if (!config->unclear.empty())
        return "unclear: it " + config->unclear;
    return config->certificate ? config->certificate->text : config->login;
}

TEST(Kubeconfig, MayHaveAnyFormThatYamlHas)
{
    EXPECT_EQ(seen_in(with_user("{client-certificate-data: Y2VydA==, client-key-data: a2V5}\n")),
              "cert");
    EXPECT_EQ(seen_in(with_user("{\"client-certificate-data\": \"Y2VydA==\","
                                "'client-key-data': 'a2V5'}\n")),
              "cert");
    EXPECT_EQ(
        seen_in(
            "{\"kind\": \"Config\", \"clusters\": [{\"name\": \"c\", \"cluster\": "
            "{\"server\": \"https://127.0.0.1:16443\"}}], \"users\": [{\"name\": \"a\", \"user\": "
            "{\"client-certificate-data\": \"Y2VydA==\", \"client-key-data\": \"a2V5\"}}]}"),
        "cert");
    EXPECT_EQ(seen_in(with_user("\r\n    # client-key-data: old\r\n"
                                "    ? client-certificate-data\r\n    : Y2VydA==  # ours\r\n"
                                "    \"client-key-data\":   \"a2V5\"\r\n")),
              "cert");
    EXPECT_EQ(seen_in(with_user("\n    client-certificate-data: |\n      Y2Vy\n      dA==\n"
                                "    client-key-data: a2V5\n")),
              "cert");
    EXPECT_EQ(seen_in("\xEF\xBB\xBF" + with_user("{client-certificate-data: &c Y2VydA==, "
                                                 "client-key-data: *c}\n")),
              "cert");
    EXPECT_EQ(seen_in(as_microk8s_writes_it + "---\nkind: Other\n"), "cert");
    EXPECT_EQ(seen_in(as_microk8s_writes_it + "-\n"), "cert");
}

TEST(Kubeconfig, IsReadAsItsCurrentContextSays)
{
    const std::string two =
        "contexts:\n- name: one\n  context: {cluster: c1, user: u1}\n"
        "- name: two\n  context: {cluster: c2, user: u2}\n"
        "clusters:\n- name: c1\n  cluster: {certificate-authority-data: Y2Ex, server: h}\n"
        "- name: c2\n  cluster: {certificate-authority-data: Y2Ey, server: h}\n"
        "users:\n- name: u1\n  user: {token: t}\n"
        "- name: u2\n  user: {client-certificate-data: Y2VydA==, "
        "client-key-data: a2V5}\n";

    const auto config = parse_kubeconfig("current-context: two\n" + two);

    ASSERT_TRUE(config && config->ca && config->certificate);
    EXPECT_EQ(config->ca->text, "ca2");
    EXPECT_EQ(config->certificate->text, "cert");
    EXPECT_EQ(seen_in("current-context: one\n" + two), "a token");
    EXPECT_EQ(seen_in(two), "unclear: it names no current context, and has several");
}

TEST(Kubeconfig, MayUseATokenOrAProgramOrFilesInstead)
{
    EXPECT_EQ(seen_in(with_user("{token: abc}\n")), "a token");
    EXPECT_EQ(seen_in(with_user("{tokenFile: /x}\n")), "a token");
    EXPECT_EQ(seen_in(with_user("{username: admin, password: x}\n")), "a password");
    EXPECT_EQ(seen_in(with_user("{exec: {command: aws, apiVersion: c/v1beta1}}\n")), "a program");
    const auto config =
        parse_kubeconfig(with_user("{client-certificate: a.crt, client-key: ../a.key}\n"));
    ASSERT_TRUE(config) << to_text(config.error());
    EXPECT_EQ(config->certificate_file, "a.crt");
    EXPECT_EQ(config->key_file, "../a.key");
}

TEST(Kubeconfig, TakesEveryNullOfYamlForNothing)
{
    for (const char* null : {"", "~", "null", "Null", "NULL", "''"})
        EXPECT_EQ(
            seen_in(with_user(fmt::format("{{client-certificate-data: {}, token: abc}}\n", null))),
            "a token")
            << null;
}

TEST(Kubeconfig, IsUnclearWhereItsUserMightReadIt)
{
    EXPECT_EQ(seen_in(with_user("\n    client-certificate-data: >-\n      Y2Vy\n      dA==\n"
                                "    client-key-data: a2V5\n")),
              "unclear: it has 'client-certificate-data' in a form that cannot be read here");
    EXPECT_EQ(seen_in(with_user("{client-certificate-data: !!binary Y2VydA==}\n")),
              "unclear: it has 'client-certificate-data' in a form that cannot be read here");
    EXPECT_EQ(seen_in(std::string{"\xFF\xFEk\0i\0", 6}), "unclear: it is written in UTF-16");
    EXPECT_EQ(seen_in(with_user("{token: x}\n") + std::string(300'000, '#')),
              "unclear: it is longer than 256 KiB");
    std::string many = with_user("{token: t}\n");
    for (int i = 0; i < 3000; ++i)
        many += fmt::format("- {{name: u{}, user: {{token: t}}}}\n", i);
    EXPECT_EQ(seen_in(many), "unclear: it has more than 10000 values");
}

TEST(Kubeconfig, IsRefusedWhereItsUserCouldNotReadItEither)
{
    EXPECT_EQ(seen_in(""), "is empty");
    EXPECT_EQ(seen_in(" \n\t\n"), "is empty");
    EXPECT_EQ(seen_in(std::string(512, '\0')), "is not a kubeconfig");
    EXPECT_EQ(seen_in("- a\n- b\n"), "is not a kubeconfig");
    EXPECT_EQ(seen_in(with_user("{client-certificate-data: Y2V\n")),
              "is not YAML: did not find expected ',' or '}' (line 8)");
    EXPECT_EQ(seen_in(with_user("{client-certificate-data: Y2V}\n")),
              "has a 'client-certificate-data' that is not base64");
    EXPECT_EQ(seen_in(with_user("{client-certificate-data: Y2VydA==}\n")),
              "has a certificate without its key");
    EXPECT_EQ(seen_in(with_user("{client-certificate-data: }\n")),
              "has no user that could authenticate");
    EXPECT_EQ(seen_in("kind: Config\n"), "has no user that could authenticate");
}

const std::string sound_user = "{client-certificate-data: Y2VydA==, client-key-data: a2V5}\n";

/// A sound one with one of its words exchanged, or others added.
std::string changed(std::string_view from, std::string_view to)
{
    std::string text = with_user(sound_user);
    return text.replace(text.find(from), from.size(), to);
}

TEST(Kubeconfig, IsRefusedInTheFormsThatKubectlRefuses)
{
    const auto refusal = [](std::string_view from, std::string_view to) {
        return seen_in(changed(from, to));
    };
    EXPECT_EQ(refusal("kind: Config", "kind: Pod"), "is of kind 'Pod', not 'Config'");
    EXPECT_EQ(refusal("kind: Config", "kind: 3"), "has a 'kind' that is not text");
    EXPECT_EQ(refusal("kind: Config", "apiVersion: v2"), "is of apiVersion 'v2', not 'v1'");
    EXPECT_EQ(refusal("current-context: x", "current-context: y2"),
              "has the current context 'y2', and no context of that name");
    EXPECT_EQ(refusal("current-context: x", "current-context: on"),
              "has a 'current-context' that is not text");
    EXPECT_EQ(refusal("contexts: [", "contexts: [{name: z}, {name: z}, "),
              "has two 'z' in its contexts");
    EXPECT_EQ(refusal("users:\n", "users:\n- name: admin\n"), "has two 'admin' in its users");
    EXPECT_EQ(refusal("users:\n", "users:\n- admin\n"), "has users of another form than kubectl's");
    EXPECT_EQ(refusal("users:\n", "users:\n- {name: b, user: {client-key-data: '%'}}\n"),
              "has a 'client-key-data' that is not base64");
    EXPECT_EQ(refusal("users:\n-", "users:\n "), "has 'users' that are no list");
    EXPECT_EQ(refusal("{server: 'https://127.0.0.1:16443'}", "{}"), "names no server");
    for (const char* proxy : {"ftp://proxy:3128", "proxy:3128", "http", "127.0.0.1"})
        EXPECT_EQ(
            refusal("16443'}", fmt::format("16443', proxy-url: '{}'}}", proxy)),
            fmt::format("names the proxy '{}', which is no URL of http, https or socks5", proxy));
    for (const char* proxy : {"", "http://proxy.example.:3128", "HTTPS://p", "socks5://p:1080"})
        EXPECT_EQ(refusal("16443'}", fmt::format("16443', proxy-url: '{}'}}", proxy)),
                  refusal("16443'}", "16443'}"));
    EXPECT_EQ(refusal("{cluster: c,", "{cluster: d,"), "names no server");
    EXPECT_EQ(refusal("server:", "insecure-skip-tls-verify: 'true', server:"),
              "has a 'insecure-skip-tls-verify' that is neither true nor false");
    EXPECT_EQ(refusal("16443'", "16443 '"),
              "names the server 'https://127.0.0.1:16443 ', which is no URL");
}

TEST(Kubeconfig, IsDecodedWithWhatItsCurrentContextDoesNotUse)
{
    EXPECT_EQ(seen_in(changed("cluster: c,", "namespace: 1, cluster: c,")),
              "has a 'namespace' that is not text");
    EXPECT_EQ(seen_in(changed("users:\n", "users:\n- {name: b, user: {token: 123}}\n")),
              "has a 'token' that is not text");
    EXPECT_EQ(seen_in(changed("clusters: [", "clusters: [{name: d, cluster: {server: 1}}, ")),
              "has a 'server' that is not text");
    EXPECT_EQ(seen_in(changed("server:", "disable-compression: maybe, server:")),
              "has a 'disable-compression' that is neither true nor false");
}

TEST(Kubeconfig, IsRefusedWhereOneOfTwoWouldBePassedOver)
{
    EXPECT_EQ(seen_in(changed("server:", "certificate-authority-data: Y2E=, certificate-authority: "
                                         "ca.crt, server:")),
              "has both 'certificate-authority' and 'certificate-authority-data'");
    EXPECT_EQ(seen_in(changed("client-key-data:", "client-certificate: c.crt, client-key-data:")),
              "has both 'client-certificate' and 'client-certificate-data'");
    EXPECT_EQ(seen_in(changed("client-key-data:", "client-key: c.key, client-key-data:")),
              "has both 'client-key' and 'client-key-data'");
    EXPECT_EQ(seen_in(changed("server:", "certificate-authority-data: Y2E=, "
                                         "insecure-skip-tls-verify: yes, server:")),
              "has a CA and 'insecure-skip-tls-verify'");
    EXPECT_EQ(seen_in(with_user("{token: x, password: y2}\n")),
              "has a token and a password for one user");
    EXPECT_EQ(seen_in(with_user("{token: 12345}\n")), "has a 'token' that is not text");
    EXPECT_EQ(seen_in(with_user("{username: a, password: 12345}\n")),
              "has a 'password' that is not text");
}

TEST(Kubeconfig, NeedsNeitherKindNorVersion)
{
    for (const char* kind : {"kind: ''", "kind:", "x: 1", "apiVersion: v1", "apiVersion: ~"})
        EXPECT_EQ(seen_in(changed("kind: Config", kind)), "cert") << kind;
}

/// As kubectl does: the last of a key, in the order in which merges are written.
TEST(Kubeconfig, CountsTheLastOfAKey)
{
    EXPECT_EQ(seen_in(with_user("{client-certificate-data: b2xk, client-key-data: a2V5, "
                                "client-certificate-data: Y2VydA==}\n")),
              "cert");
    const std::string base = "base: &b {client-certificate-data: b2xk, client-key-data: a2V5}\n";
    EXPECT_EQ(seen_in(base + with_user("{<<: *b}\n")), "old");
    EXPECT_EQ(seen_in(base + with_user("{<<: *b, client-certificate-data: Y2VydA==}\n")), "cert");
    EXPECT_EQ(seen_in(base + with_user("{client-certificate-data: Y2VydA==, <<: *b}\n")), "old");
    EXPECT_EQ(seen_in(base + with_user("{\"<<\": *b}\n")), "has no user that could authenticate");
}

TEST(Kubeconfig, TellsWhetherItNamesACurrentContext)
{
    const auto named = parse_kubeconfig(with_user(sound_user));
    ASSERT_TRUE(named);
    EXPECT_TRUE(named->has_current_context);
    for (const char* none : {"current-context: ''", "current-context: null", "x: 1"}) {
        const auto config = parse_kubeconfig(changed("current-context: x", none));
        ASSERT_TRUE(config && config->certificate) << none;
        EXPECT_FALSE(config->has_current_context) << none;
        EXPECT_EQ(config->only_context, "x");
        EXPECT_EQ(config->user, "admin");
    }
}

/// The certificate in a user's form, exchanged.
std::string exchanged(const std::string& text)
{
    const auto config = parse_kubeconfig(text);
    return config && config->certificate ? replace_data(text, *config->certificate, "other") : "";
}

TEST(Kubeconfig, IsChangedInItsOwnForm)
{
    const std::string key = "    client-key-data: a2V5 # \xC3\xA9\n";

    EXPECT_EQ(exchanged(with_user(
                  "\n    # \xC3\xBC\n    client-certificate-data: \"Y2VydA==\" # c\n" + key)),
              with_user("\n    # \xC3\xBC\n    client-certificate-data: \"b3RoZXI=\" # c\n" + key));
    EXPECT_EQ(exchanged(with_user("\r\n    client-certificate-data: 'Y2VydA=='\r\n" + key)),
              with_user("\r\n    client-certificate-data: 'b3RoZXI='\r\n" + key));
    EXPECT_EQ(exchanged(with_user(
                  "\n    client-certificate-data: |  # c\n      Y2Vy\n      dA==\n\n" + key)),
              with_user("\n    client-certificate-data: |  # c\n      b3RoZXI=\n\n" + key));
    EXPECT_EQ(exchanged("\xEF\xBB\xBF" +
                        with_user("{client-certificate-data: Y2VydA==, client-key-data: a2V5}\n")),
              "\xEF\xBB\xBF" +
                  with_user("{client-certificate-data: b3RoZXI=, client-key-data: a2V5}\n"));
}

TEST(Kubeconfig, TellsWhatOtherPlacesStandFor)
{
    const auto config = parse_kubeconfig(
        "x: &u {client-certificate-data: Y2VydA==, client-key-data: a2V5}\n" + with_user("*u\n"));

    ASSERT_TRUE(config && config->certificate);
    EXPECT_TRUE(config->certificate->is_shared);
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

TEST(Kubeconfig, IsRefusedForAValueOfAnotherTypeWhereverItStands)
{
    const auto refusal = [](const std::string& text) {
        const auto config = parse_kubeconfig(text);
        return config ? "read" : to_text(config.error());
    };
    const std::string exec = "exec: {command: aws, apiVersion: c/v1beta1, ";
    const std::string oidc = "auth-provider: {name: oidc, ";

    for (const std::string& more :
         {std::string{"extensions: [{name: e, extension: {a: 1}}, null]"},
          std::string{"as-groups: [a], as-user-extra: {k: [v]}, as-uid: u"},
          exec + "args: [a], env: [{name: A, value: '1'}], provideClusterInfo: true}",
          oidc + "config: {a: b}}"})
        EXPECT_EQ(refusal(with_user("{token: t, " + more + "}\n")), "read") << more;
    for (const auto& [more, key] : {std::pair{std::string{"extensions: {}"}, "extensions"},
                                    {"extensions: [e]", "extensions"},
                                    {"as-groups: a", "as-groups"},
                                    {"as-groups: [1]", "as-groups"},
                                    {"as-user-extra: [v]", "as-user-extra"},
                                    {"as-user-extra: {k: v}", "k"},
                                    {"exec: aws", "exec"},
                                    {exec + "args: -v}", "args"},
                                    {exec + "args: [1]}", "args"},
                                    {exec + "env: [A]}", "env"},
                                    {"auth-provider: oidc", "auth-provider"},
                                    {oidc + "config: [a]}", "config"}})
        EXPECT_EQ(refusal(with_user("{token: t, " + more + "}\n")),
                  fmt::format("has a '{}' of another form than kubectl's", key))
            << more;
    for (const auto& [more, key] : {std::pair{exec + "env: [{name: A, value: 1}]}", "value"},
                                    {oidc + "config: {a: 1}}", "a"},
                                    {"as-uid: 1", "as-uid"}})
        EXPECT_EQ(refusal(with_user("{token: t, " + more + "}\n")),
                  fmt::format("has a '{}' that is not text", key));
    EXPECT_EQ(refusal(as_microk8s_writes_it + "preferences: []\n"),
              "has a 'preferences' of another form than kubectl's");
    EXPECT_EQ(refusal(as_microk8s_writes_it + "preferences: {colors: 1}\n"),
              "has a 'colors' that is neither true nor false");
    EXPECT_EQ(refusal(as_microk8s_writes_it + "extensions: {}\n"),
              "has a 'extensions' of another form than kubectl's");
}

TEST(Kubeconfig, IsRefusedForHalfAProgramToLogInWith)
{
    EXPECT_EQ(seen_in(with_user("{exec: {command: aws}}\n")),
              "has a program to log in with, and no 'apiVersion' of it");
    EXPECT_EQ(seen_in(with_user("{exec: {apiVersion: c/v1beta1}}\n")),
              "has a program to log in with, and no 'command' of it");
    EXPECT_EQ(seen_in(with_user("{exec: {command: aws, apiVersion: c/v1}}\n")),
              "has a program to log in with, and no 'interactiveMode' of it");
    EXPECT_EQ(
        seen_in(with_user("{exec: {command: aws, apiVersion: c/v1, interactiveMode: Never}}\n")),
        "a program");
    EXPECT_EQ(seen_in(with_user(
                  "{exec: {command: aws, apiVersion: c/v1beta1}, auth-provider: {name: oidc}}\n")),
              "has two programs to log in with");
}

}  // namespace
}  // namespace clockguard
