// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/daemon_args.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace clockguard {
namespace {

const DataNames k8s{.variable = "K_DATA", .link = "/var/k/current", .target = "/var/k/7"};

CertProfile profile_with(std::vector<std::string> within = {})
{
    CertProfile profile{
        .title = "K", .data = k8s.link, .reissue = true, .args = {.within = std::move(within)}};
    profile.places = {{.place = {.name = "ca",
                                 .path = "/var/k/current/ca.crt",
                                 .key_path = "/var/k/current/ca.key",
                                 .issuer = "ca",
                                 .repair = CertRepair::RedateShared,
                                 .args = {{.file = "api", .flag = "--client-ca-file"}}}},
                      {.place = {.name = "server",
                                 .path = "/var/k/current/server.crt",
                                 .key_path = "/var/k/current/server.key",
                                 .issuer = "ca",
                                 .repair = CertRepair::Reissue,
                                 .renew = {"k renew"},
                                 .args = {{.file = "api", .flag = "--cert", .key_flag = "--key"},
                                          {.file = "agent", .flag = "--cert", .key_flag = "--key"},
                                          {.file = "api", .flag = "--sni", .key_flag = "--sni"}}}}};
    return profile;
}

/// What two args files make of that profile.
std::vector<CertPlace> named_by_flags(const std::string& api, const std::string& agent = "",
                                      const CertProfile& profile = profile_with())
{
    return with_named_files(cert_places(profile, NodeRole::Single), profile,
                            {.texts = {{"api", api}, {"agent", agent}}, .data = k8s});
}

std::string names_of(const std::vector<CertPlace>& places)
{
    std::string names;
    for (const CertPlace& place : places)
        names += place.name + (place.need == CertNeed::Optional ? "? " : " ");
    return names;
}

TEST(FindFlag, ReadsWhatKubeliteReads)
{
    EXPECT_EQ(find_flag("--a=1\n--b=2\n", "--b"), "2");
    EXPECT_EQ(find_flag("agent --bind 0.0.0.0 --cert \"${D}/x.crt\" --t 240", "--cert"),
              "${D}/x.crt");
    EXPECT_EQ(find_flag("  --a='1'\r\n", "--a"), "1");
    EXPECT_EQ(find_flag("--a=1\n--a=2\n", "--a"), "2");
    EXPECT_EQ(find_flag("--a=b=c\n", "--a"), "b=c");
    EXPECT_EQ(find_flag("--a=\n", "--a"), "");
}

TEST(FindFlag, FindsNothingInWhatIsNotTheFlag)
{
    EXPECT_EQ(find_flag("", "--a"), std::nullopt);
    EXPECT_EQ(find_flag("# --a=1\n  # --a=1\n", "--a"), std::nullopt);
    EXPECT_EQ(find_flag("--b=1 # was --a=1\n", "--a"), std::nullopt);
    EXPECT_EQ(find_flag("--ab=1\n-a=1\n", "--a"), std::nullopt);
    EXPECT_EQ(find_flag("--b\n--a", "--a"), std::nullopt);
}

TEST(PlainPath, HasOneFormForEachFile)
{
    for (const char* value :
         {"${K_DATA}/tls/x.crt", "$K_DATA/tls/x.crt", "/var/k/current/tls/x.crt",
          "/var/k/7/tls/x.crt", "/var//k/./7/tls/x.crt"})
        EXPECT_EQ(plain_path(value, k8s), "/var/k/current/tls/x.crt") << value;
    EXPECT_EQ(plain_path("/etc/k/x.crt", k8s), "/etc/k/x.crt");
    EXPECT_EQ(plain_path("/var/k/77/x.crt", k8s), "/var/k/77/x.crt");
}

TEST(PlainPath, GoesUpAsTheKernelDoes)
{
    EXPECT_EQ(plain_path("${K_DATA}/args/../certs/x.crt", k8s), "/var/k/current/certs/x.crt");
    EXPECT_EQ(plain_path("/var/k/7/../7/x.crt", k8s), "/var/k/current/x.crt");
    EXPECT_EQ(plain_path("${K_DATA}/../x.crt", k8s), "/var/k/x.crt");
    EXPECT_EQ(plain_path("/../../x.crt", k8s), "/x.crt");
}

TEST(PlainPath, RefusesWhatNamesNoCertainFile)
{
    for (const char* value : {"", "x.crt", "tls/x.crt", "/var/k/current/..", "/var/k/current/",
                              "${K_DATA/x.crt", "$K_DATAS/x.crt", "${OTHER}/x.crt"})
        EXPECT_EQ(plain_path(value, k8s), std::nullopt) << value;
}

TEST(Told, ChangesNothingWhereThePathsAreTheProfiles)
{
    EXPECT_EQ(
        names_of(named_by_flags("--cert=${K_DATA}/server.crt\n--client-ca-file=/var/k/7/ca.crt\n")),
        "ca server ");
    EXPECT_EQ(names_of(named_by_flags("")), "ca server ");
    EXPECT_EQ(names_of(with_named_files(cert_places(profile_with(), NodeRole::Single),
                                        profile_with(), {.data = k8s})),
              "ca server ");
}

TEST(Told, SaysOfWhatNamesNoCertainFileThatItDoes)
{
    for (const char* value : {"relative.crt", "${OTHER}/x.crt"}) {
        const auto places = named_by_flags(fmt::format("--cert={}\n", value));

        ASSERT_EQ(names_of(places), "ca server? api:cert ");
        EXPECT_EQ(
            places[2].unclear,
            fmt::format("api --cert names '{}', and clockguard cannot tell where that is", value));
    }
}

TEST(Told, TakesUnderscoresInTheNamesOfFlags)
{
    EXPECT_EQ(find_flag("--tls_cert-file=a\n", "--tls-cert-file"), "a");
    EXPECT_EQ(find_flag("--tls_cert_file b\n", "--tls-cert-file"), "b");
    EXPECT_EQ(find_flag("--tls_cert_files=a\n", "--tls-cert-file"), std::nullopt);
    EXPECT_EQ(find_flag("--tls-cert-file=a_b\n", "--tls-cert-file"), "a_b");
}

TEST(Told, FindsAFileInTheFolderThatAFlagNames)
{
    CertProfile profile = profile_with();
    profile.places.back().place.args = {
        {.file = "api", .flag = "--cert", .key_flag = "--key"},
        {.file = "api", .flag = "--dir/server.crt", .key_flag = "--dir/server.key"}};
    const std::string folder = "--dir=${K_DATA}/other\n";

    const auto places = named_by_flags(folder, "", profile);
    ASSERT_EQ(names_of(places), "ca server? api:dir/server.crt? ");
    EXPECT_EQ(places[2].path, "/var/k/current/other/server.crt");
    EXPECT_EQ(places[2].key_path, "/var/k/current/other/server.key");

    EXPECT_EQ(names_of(named_by_flags(folder + "--cert=${K_DATA}/server.crt\n", "", profile)),
              "ca server ");
    EXPECT_EQ(names_of(named_by_flags("--dir=\n", "", profile)), "ca server ");
}

TEST(Told, ExpandsWhatSnapdSets)
{
    const DataNames snap{
        .variable = "SNAP_DATA", .link = "/var/snap/x/current", .target = "/var/snap/x/9"};

    EXPECT_EQ(plain_path("${SNAP_COMMON}/a.crt", snap), "/var/snap/x/common/a.crt");
    EXPECT_EQ(plain_path("$SNAP/a.crt", snap), "/snap/x/current/a.crt");
    EXPECT_EQ(plain_path("${SNAP_DATA}/${HOSTNAME}.crt", snap), std::nullopt);
}

TEST(Told, AddsWhatAFlagNames)
{
    const auto places = named_by_flags("--cert=${K_DATA}/own.crt\n--key=${K_DATA}/own.key\n");

    ASSERT_EQ(names_of(places), "ca server? api:cert ");
    EXPECT_EQ(places[2].path, "/var/k/current/own.crt");
    EXPECT_EQ(places[2].key_path, "/var/k/current/own.key");
    EXPECT_EQ(places[2].issuer, "ca");
    EXPECT_EQ(places[2].named_by_flag, "api --cert");
    EXPECT_EQ(places[2].repair, CertRepair::Reissue);
    EXPECT_TRUE(places[2].renew.empty());
    EXPECT_EQ(places[2].skip, "");
}

TEST(Told, AddsEveryPairThatOneFlagNames)
{
    const auto places = named_by_flags("--sni=${K_DATA}/a.crt,${K_DATA}/a.key:*.example,example\n"
                                       "--sni ${K_DATA}/b.crt,/etc/b.key\n--sni=c.crt\n--sni=\n"
                                       "--sni=${K_DATA}/server.crt,${K_DATA}/server.key\n");

    EXPECT_EQ(names_of(places), "ca server api:sni api:sni-2 api:sni-3 ");
    ASSERT_EQ(places.size(), 5U);
    EXPECT_EQ(places[2].path, "/var/k/current/a.crt");
    EXPECT_EQ(places[2].key_path, "/var/k/current/a.key");
    EXPECT_EQ(places[2].repair, CertRepair::Reissue);
    EXPECT_EQ(places[2].named_by_flag, "api --sni");
    EXPECT_EQ(places[3].path, "/var/k/current/b.crt");
    EXPECT_EQ(places[3].repair, CertRepair::None);
    EXPECT_EQ(places[4].unclear,
              "api --sni names 'c.crt', and clockguard cannot tell where that is");
}

TEST(Told, StillExpectsTheFileThatAnotherDaemonUses)
{
    EXPECT_EQ(names_of(named_by_flags("--cert=/var/k/7/own.crt\n", "--cert /var/k/7/server.crt")),
              "ca server api:cert ");
    EXPECT_EQ(names_of(named_by_flags("--cert=/var/k/7/own.crt\n", "--cert /var/k/7/own.crt")),
              "ca server? api:cert ");
    EXPECT_EQ(names_of(named_by_flags("--cert=/var/k/7/ca.crt\n")), "ca server? ");
}

TEST(Told, FollowsAKeyThatMovedAlone)
{
    EXPECT_EQ(
        named_by_flags("--cert=${K_DATA}/server.crt\n--key=${K_DATA}/moved.key\n")[1].key_path,
        "/var/k/current/moved.key");
    EXPECT_EQ(named_by_flags("--cert=${K_DATA}/server.crt\n--key=/etc/moved.key\n")[1].key_path,
              "/var/k/current/server.key");
}

TEST(Told, SignsNothingAnewWithoutAKeyOrForACa)
{
    EXPECT_EQ(named_by_flags("--cert=${K_DATA}/own.crt\n")[2].repair, CertRepair::None);
    EXPECT_EQ(named_by_flags("--cert=${K_DATA}/own.crt\n--key=/etc/own.key\n")[2].repair,
              CertRepair::None);

    const auto places = named_by_flags("--client-ca-file=${K_DATA}/bundle.crt\n");
    ASSERT_EQ(names_of(places), "ca? api:client-ca-file server ");
    EXPECT_EQ(places[1].repair, CertRepair::None);
    EXPECT_EQ(places[1].issuer, "api:client-ca-file");
    EXPECT_EQ(places[1].key_path, "");
}

TEST(Told, LooksAtNothingOutsideWhatTheProfileAllows)
{
    const std::string outside = "--cert=/etc/ssl/own.crt\n--key=/etc/ssl/own.key\n";

    const CertPlace refused = named_by_flags(outside)[2];
    EXPECT_EQ(refused.unclear,
              "api --cert names '/etc/ssl/own.crt', which is outside /var/k/current");
    EXPECT_EQ(refused.key_path, "");
    EXPECT_EQ(refused.repair, CertRepair::None);

    const CertPlace allowed = named_by_flags(outside, "", profile_with({"/etc/ssl"}))[2];
    EXPECT_EQ(allowed.skip, "");
    EXPECT_EQ(allowed.key_path, "/etc/ssl/own.key");
    EXPECT_EQ(allowed.repair, CertRepair::None);

    EXPECT_NE(named_by_flags(outside, "", profile_with({"/etc/ss"}))[2].unclear, "");
}

TEST(Told, LeavesAWorkersUnusedPlacesAlone)
{
    const CertProfile profile = profile_with();

    EXPECT_EQ(
        names_of(with_named_files(cert_places(profile, NodeRole::Worker), profile,
                                  {.texts = {{"api", "--cert=/var/k/7/own.crt\n"}}, .data = k8s})),
        "ca server ");
}

}  // namespace
}  // namespace clockguard
