// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/cert_profile_toml.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "support/profiles.hpp"

namespace clockguard {
namespace {

using std::chrono::days;

std::string refusal_of(const std::string& toml)
{
    const auto profile = parse_profile(toml, "k.toml");
    return profile ? "accepted" : to_text(profile.error());
}

TEST(Profile, ReadsEveryKey)
{
    const CertProfile profile = profile_from(profile_with(
        "[[certificate]]\nname = \"api\"\non = \"both\"\npath = \"/etc/k/api.crt\"\n"
        "key = \"tls/api.key\"\nrepair = \"reissue\"\nneed = \"optional\"\n"
        "args = [\"api --cert --key\", \"agent --cert\"]\n"
        "unless = \"tls/new\"\nrenew = \"k renew\"\nmake_key = \"k key\"\nremake = \"k "
        "init\"\nlifetime = \"365d\"\n"
        "[[certificate]]\nname = \"conf\"\nkind = \"kubeconfig\"\npath = \"c\"\n"
        "trusts = \"ca\"\ncalls = \"api\"\n"
        "[[certificate]]\nname = \"served\"\nkind = \"secret\"\npath = \"s\"\n",
        "folders = [\"tls\"]\nreissue = true\nhold = [\"k.service\"]\nkubectl = \"k kubectl\"\n"
        "[node]\nworker = \"!server\"\nmaster = \"etcd\"\nstopped = \"/run/s\"\n"
        "joining = \"join\"\n"
        "[args]\nfolder = \"args\"\ndata = \"K_DATA\"\nwithin = [\"/etc/ssl\"]\n"
        "[older]\nwithout = [\"tls/new.crt\"]\nwhy = \"K 1 had none\"\n"));

    EXPECT_EQ(profile.title, "K");
    EXPECT_EQ(profile.data, "/var/k");
    EXPECT_EQ(profile.folders, std::vector<std::string>{"/var/k/tls"});
    EXPECT_TRUE(profile.reissue);
    EXPECT_EQ(profile.hold, std::vector<std::string>{"k.service"});
    EXPECT_EQ(profile.kubectl, "k kubectl");
    EXPECT_EQ(profile.node.worker, "!/var/k/server");
    EXPECT_EQ(profile.node.master, "/var/k/etcd");
    EXPECT_EQ(profile.node.stopped, "/run/s");
    EXPECT_EQ(profile.node.joining, "/var/k/join");
    EXPECT_EQ(profile.older.without, std::vector<std::string>{"/var/k/tls/new.crt"});
    EXPECT_EQ(profile.older.why, "K 1 had none");
    EXPECT_EQ(profile.args.folder, "/var/k/args");
    EXPECT_EQ(profile.args.variable, "K_DATA");
    EXPECT_EQ(profile.args.within, std::vector<std::string>{"/etc/ssl"});
    ASSERT_EQ(profile.places.size(), 4U);
    EXPECT_EQ(profile.places[2].place.trusts, "ca");
    EXPECT_EQ(profile.places[2].place.calls, "api");
    EXPECT_EQ(profile.places[3].place.kind, CertKind::Secret);
    const ProfilePlace& api = profile.places[1];
    EXPECT_TRUE(api.on_control_plane && api.on_worker);
    EXPECT_EQ(api.place.name, "api");
    EXPECT_EQ(api.place.unless, "/var/k/tls/new");
    EXPECT_EQ(api.place.kind, CertKind::File);
    EXPECT_EQ(api.place.path, "/etc/k/api.crt");
    EXPECT_EQ(api.place.key_path, "/var/k/tls/api.key");
    EXPECT_EQ(api.place.repair, CertRepair::Reissue);
    EXPECT_EQ(api.place.need, CertNeed::Optional);
    EXPECT_EQ(to_text(api.place.renew), "k renew");
    EXPECT_EQ(to_text(api.place.make_key), "k key");
    EXPECT_EQ(api.place.remake, "k init");
    EXPECT_EQ(api.place.lifetime, days{365});
    ASSERT_EQ(api.place.args.size(), 2U);
    EXPECT_EQ(api.place.args[0].file, "api");
    EXPECT_EQ(api.place.args[0].flag, "--cert");
    EXPECT_EQ(api.place.args[0].key_flag, "--key");
    EXPECT_EQ(api.place.args[1].key_flag, "");
}

TEST(Profile, NamesTheLineOfWhatItDoesNotUnderstand)
{
    EXPECT_EQ(refusal_of("title = \"K\"\ndatum = 1\n"),
              "cannot read profile 'k.toml': line 2: unknown key 'datum' (did you mean 'data'?)");
    EXPECT_EQ(refusal_of("[node]\nstoped = \"x\"\n"),
              "cannot read profile 'k.toml': line 2: unknown key 'stoped' (did you mean "
              "'stopped'?)");
    EXPECT_EQ(
        refusal_of(profile_with("[[certificate]]\nname = \"x\"\nrepair = \"burn\"\n")),
        "cannot read profile 'k.toml': line 9: 'repair': 'burn' is not one of: none, reissue, "
        "redate, redate-shared");
    EXPECT_EQ(
        refusal_of(profile_with("lifetime = \"for ever\"\n")),
        "cannot read profile 'k.toml': line 7: 'lifetime': 'for ever' is not a length of time "
        "(write it like 365d)");
    EXPECT_EQ(refusal_of(profile_with("kind = 1\n")),
              "cannot read profile 'k.toml': line 7: 'kind': '1' "
              "is not one of: file, kubeconfig, secret");
    EXPECT_EQ(refusal_of("title = [\"K\"]\n"),
              "cannot read profile 'k.toml': line 1: 'title': must be a string");
    EXPECT_EQ(refusal_of("folders = \"tls\"\n"),
              "cannot read profile 'k.toml': line 1: 'folders': must be a list of strings");
    EXPECT_EQ(refusal_of("node = 1\n"),
              "cannot read profile 'k.toml': line 1: 'node' must be a table");
    EXPECT_EQ(refusal_of("certificate = 1\n"),
              "cannot read profile 'k.toml': line 1: write every certificate as [[certificate]]");
}

TEST(Profile, NamesTheCertificateThatDoesNotFitTheRest)
{
    EXPECT_EQ(refusal_of(profile_with("[[certificate]]\nname = \"x\"\n")),
              "cannot read profile 'k.toml': line 7: a certificate needs 'name' and 'path'");
    EXPECT_EQ(refusal_of(profile_with("[[certificate]]\nname = \"ca\"\npath = \"b\"\n")),
              "cannot read profile 'k.toml': line 7: there are two certificates 'ca'");
    EXPECT_EQ(
        refusal_of(profile_with("[[certificate]]\nname = \"x\"\npath = \"x\"\nissuer = \"no\"\n")),
        "cannot read profile 'k.toml': line 7: its issuer 'no' must come before it");
    EXPECT_EQ(
        refusal_of(profile_with("[[certificate]]\nname = \"x\"\npath = \"x\"\nissuer = \"ca\"\n"
                                "on = \"both\"\n")),
        "cannot read profile 'k.toml': line 7: its issuer 'ca' must come before it");
    EXPECT_EQ(
        refusal_of(profile_with("[[certificate]]\nname = \"x\"\npath = \"x\"\ncopy_of = \"ca\"\n")),
        "cannot read profile 'k.toml': line 7: only a kubeconfig is a copy");
    EXPECT_EQ(
        refusal_of(profile_with("[[certificate]]\nname = \"x\"\npath = \"x\"\ntrusts = \"ca\"\n")),
        "cannot read profile 'k.toml': line 7: only a kubeconfig trusts a CA");
    EXPECT_EQ(refusal_of(profile_with(
                  "[[certificate]]\nname = \"x\"\nkind = \"kubeconfig\"\npath = \"x\"\n"
                  "trusts = \"y\"\n")),
              "cannot read profile 'k.toml': line 7: 'y', which it trusts, must come before it");
    EXPECT_EQ(
        refusal_of(
            profile_with("[[certificate]]\nname = \"x\"\nkind = \"kubeconfig\"\npath = \"x\"\n"
                         "key = \"y\"\n")),
        "cannot read profile 'k.toml': line 7: a kubeconfig or a secret holds its key itself");
    EXPECT_EQ(
        refusal_of(profile_with("[[certificate]]\nname = \"x\"\nkind = \"secret\"\npath = \"x\"\n"
                                "repair = \"reissue\"\n")),
        "cannot read profile 'k.toml': line 7: a secret is not repaired");
    EXPECT_EQ(
        refusal_of(profile_with("[[certificate]]\nname = \"x\"\npath = \"x\"\ncalls = \"ca\"\n")),
        "cannot read profile 'k.toml': line 7: only a kubeconfig calls a server");
    EXPECT_EQ(refusal_of(profile_with(
                  "[[certificate]]\nname = \"x\"\nkind = \"kubeconfig\"\npath = \"x\"\n"
                  "calls = \"y\"\n")),
              "cannot read profile 'k.toml': line 7: 'y', which it calls, must come before it");
    EXPECT_EQ(refusal_of(profile_with(
                  "[[certificate]]\nname = \"x\"\nkind = \"kubeconfig\"\npath = \"x\"\n"
                  "copy_of = \"y\"\n")),
              "cannot read profile 'k.toml': line 7: 'y', of which it is a copy, must come "
              "before it");
}

TEST(Profile, RefusesFlagsThatCannotBeMeant)
{
    const auto refused = [](const std::string& args, const std::string& more = "") {
        return refusal_of(
            profile_with("args = [\"" + args + "\"]\n" + more, "[args]\nfolder = \"args\"\n"));
    };
    for (const char* args : {"api", "", " --cert", "api cert", "api --cert key", "api --a --b --c",
                             "../api --cert", "tls/api --cert", ".. --cert", "api --"})
        EXPECT_EQ(refused(args),
                  fmt::format("cannot read profile 'k.toml': line 9: 'args': '{}' is not an args "
                              "file with one or two flags",
                              args));
    EXPECT_EQ(refused("api --cert", "kind = \"kubeconfig\"\n"), "accepted");
    EXPECT_EQ(refused("api --cert --key", "kind = \"kubeconfig\"\n"),
              "cannot read profile 'k.toml': line 5: a kubeconfig embeds its key");
    EXPECT_EQ(refusal_of(profile_with("args = [\"api --cert\"]\n")),
              "cannot read profile 'k.toml': line 3: 'args' needs [args] with 'folder'");
}

TEST(Profile, RefusesWhatLacksTheWholeOfIt)
{
    EXPECT_EQ(refusal_of(""), "cannot read profile 'k.toml': a profile needs 'title' and at least "
                              "one [[certificate]]");
    EXPECT_EQ(refusal_of("title = \"K\"\ndata = \"var/k\"\n"
                         "[[certificate]]\nname = \"ca\"\npath = \"ca.crt\"\n"),
              "cannot read profile 'k.toml': 'data' must be an absolute path without a slash at "
              "its end");
}

/// The place of a certificate with one more key.
CertPlace place_with(const std::string& key)
{
    const CertProfile profile =
        profile_from(profile_with("[[certificate]]\nname = \"x\"\npath = \"x\"\n" + key + "\n"));
    return profile.places.empty() ? CertPlace{} : profile.places.back().place;
}

TEST(Profile, KnowsEveryWordOfAChoice)
{
    EXPECT_EQ(place_with("kind = \"file\"").kind, CertKind::File);
    EXPECT_EQ(place_with("kind = \"kubeconfig\"").kind, CertKind::Kubeconfig);
    EXPECT_EQ(place_with("kind = \"secret\"").kind, CertKind::Secret);
    EXPECT_EQ(place_with("repair = \"none\"").repair, CertRepair::None);
    EXPECT_EQ(place_with("repair = \"reissue\"").repair, CertRepair::Reissue);
    EXPECT_EQ(place_with("repair = \"redate\"").repair, CertRepair::Redate);
    EXPECT_EQ(place_with("repair = \"redate-shared\"").repair, CertRepair::RedateShared);
    EXPECT_EQ(place_with("need = \"always\"").need, CertNeed::Always);
    EXPECT_EQ(place_with("need = \"optional\"").need, CertNeed::Optional);
    EXPECT_EQ(place_with("use = \"any\"").use, CertUse::Any);
    EXPECT_EQ(place_with("use = \"server\"").use, CertUse::Server);
    EXPECT_EQ(place_with("use = \"client\"").use, CertUse::Client);
    EXPECT_EQ(place_with("subject = \"CN=x\"").subject, "CN=x");
}

TEST(Profile, SaysOfAnOlderReleaseWhetherItMadeOneItself)
{
    EXPECT_EQ(place_with("in_older = \"absent\"").need, CertNeed::UnlessOlder);
    EXPECT_FALSE(place_with("in_older = \"absent\"").self_made_when_older);
    EXPECT_EQ(place_with("in_older = \"self-made\"").need, CertNeed::UnlessOlder);
    EXPECT_TRUE(place_with("in_older = \"self-made\"").self_made_when_older);
}

TEST(Profile, SaysWhichNodesACertificateIsOn)
{
    struct Case {
        const char* on;
        bool control_plane;
        bool worker;
    };
    for (const Case& each : {Case{"control-plane", true, false}, Case{"worker", false, true},
                             Case{"both", true, true}}) {
        const CertProfile profile =
            profile_from(profile_with(fmt::format("[[certificate]]\nname = \"x\"\npath = \"x\"\n"
                                                  "on = \"{}\"\nrenew_on_worker = \"k join\"\n",
                                                  each.on)));
        EXPECT_EQ(profile.places.back().on_control_plane, each.control_plane) << each.on;
        EXPECT_EQ(profile.places.back().on_worker, each.worker) << each.on;
        EXPECT_EQ(to_text(profile.places.back().renew_on_worker), "k join");
    }
}

/// One name may stand for two certificates, if no node has both.
TEST(Profile, WantsWhatAnotherNamesOnEachNodeThatThatIsOn)
{
    const std::string on_worker = "[[certificate]]\nname = \"ca\"\npath = \"w\"\non = \"worker\"\n";
    const std::string on_both =
        "[[certificate]]\nname = \"x\"\npath = \"x\"\nissuer = \"ca\"\non = \"both\"\n";

    EXPECT_EQ(refusal_of(profile_with(on_worker + on_both)), "accepted");
    EXPECT_EQ(refusal_of(profile_with(on_worker + on_worker)),
              "cannot read profile 'k.toml': line 11: there are two certificates 'ca'");
}

TEST(Profile, TakesALengthOfTimeForALifetime)
{
    EXPECT_EQ(place_with("lifetime = \"30d\"").lifetime, days{30});
    for (const char* none : {"0s", "-1d", "infinity", "365"})
        EXPECT_EQ(refusal_of(profile_with(fmt::format("lifetime = \"{}\"\n", none))),
                  fmt::format("cannot read profile 'k.toml': line 7: 'lifetime': '{}' is not a "
                              "length of time (write it like 365d)",
                              none));
}

TEST(Profile, WantsAFolderWithoutASlashAtItsEnd)
{
    EXPECT_EQ(refusal_of("title = \"K\"\ndata = \"/var/k/\"\n"
                         "[[certificate]]\nname = \"ca\"\npath = \"ca.crt\"\n"),
              "cannot read profile 'k.toml': 'data' must be an absolute path without a slash at "
              "its end");
    EXPECT_EQ(refusal_of("title = \"K\"\ndata = \"/var/k\"\n"),
              "cannot read profile 'k.toml': a profile needs 'title' and at least one "
              "[[certificate]]");
}

}  // namespace
}  // namespace clockguard
