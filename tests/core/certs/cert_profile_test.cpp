// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/cert_profile.hpp"
#include "clockguard/core/certs/cert_profile_toml.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace clockguard {
namespace {

using namespace std::chrono;

/// A profile with a CA, then what a test adds.
std::string with(const std::string& more, const std::string& top = "")
{
    return "title = \"K\"\ndata = \"/var/k\"\n" + top +
           "[[certificate]]\nname = \"ca\"\npath = \"tls/ca.crt\"\nissuer = \"ca\"\n" + more;
}

CertProfile profile_from(const std::string& toml)
{
    const auto profile = parse_profile(toml, "k.toml");
    EXPECT_TRUE(profile) << to_text(profile.error());
    return profile.value_or(CertProfile{});
}

std::string refusal_of(const std::string& toml)
{
    const auto profile = parse_profile(toml, "k.toml");
    return profile ? "accepted" : to_text(profile.error());
}

std::vector<std::string> names_of(const std::vector<CertPlace>& places)
{
    std::vector<std::string> names;
    std::ranges::transform(places, std::back_inserter(names), &CertPlace::name);
    return names;
}

TEST(Profile, ReadsEveryKey)
{
    const CertProfile profile = profile_from(
        with("[[certificate]]\nname = \"api\"\non = \"both\"\npath = \"/etc/k/api.crt\"\n"
             "key = \"tls/api.key\"\nrepair = \"reissue\"\nneed = \"optional\"\n"
             "args = [\"api --cert --key\", \"agent --cert\"]\n"
             "unless = \"tls/new\"\nrenew = \"k renew\"\nmake_key = \"k key\"\nremake = \"k "
             "init\"\nlifetime = \"365d\"\n"
             "[[certificate]]\nname = \"conf\"\nkind = \"kubeconfig\"\npath = \"c\"\n"
             "trusts = \"ca\"\ncalls = \"api\"\n"
             "[[certificate]]\nname = \"served\"\nkind = \"secret\"\npath = \"s\"\n",
             "folders = [\"tls\"]\nreissue = true\nhold = [\"k.service\"]\n"
             "[node]\nworker = \"!server\"\nmaster = \"etcd\"\nstopped = \"/run/s\"\n"
             "joining = \"join\"\n"
             "[args]\nfolder = \"args\"\ndata = \"K_DATA\"\nwithin = [\"/etc/ssl\"]\n"
             "[older]\nwithout = [\"tls/new.crt\"]\nwhy = \"K 1 had none\"\n"));

    EXPECT_EQ(profile.title, "K");
    EXPECT_EQ(profile.data, "/var/k");
    EXPECT_EQ(profile.folders, std::vector<std::string>{"/var/k/tls"});
    EXPECT_TRUE(profile.reissue);
    EXPECT_EQ(profile.hold, std::vector<std::string>{"k.service"});
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
        refusal_of(with("[[certificate]]\nname = \"x\"\nrepair = \"burn\"\n")),
        "cannot read profile 'k.toml': line 9: 'repair': 'burn' is not one of: none, reissue, "
        "redate, redate-shared");
    EXPECT_EQ(
        refusal_of(with("lifetime = \"for ever\"\n")),
        "cannot read profile 'k.toml': line 7: 'lifetime': 'for ever' is not a length of time "
        "(write it like 365d)");
    EXPECT_EQ(refusal_of(with("kind = 1\n")), "cannot read profile 'k.toml': line 7: 'kind': '1' "
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
    EXPECT_EQ(refusal_of(with("[[certificate]]\nname = \"x\"\n")),
              "cannot read profile 'k.toml': line 7: a certificate needs 'name' and 'path'");
    EXPECT_EQ(refusal_of(with("[[certificate]]\nname = \"ca\"\npath = \"b\"\n")),
              "cannot read profile 'k.toml': line 7: there are two certificates 'ca'");
    EXPECT_EQ(refusal_of(with("[[certificate]]\nname = \"x\"\npath = \"x\"\nissuer = \"no\"\n")),
              "cannot read profile 'k.toml': line 7: its issuer 'no' must come before it");
    EXPECT_EQ(refusal_of(with("[[certificate]]\nname = \"x\"\npath = \"x\"\nissuer = \"ca\"\n"
                              "on = \"both\"\n")),
              "cannot read profile 'k.toml': line 7: its issuer 'ca' must come before it");
    EXPECT_EQ(refusal_of(with("[[certificate]]\nname = \"x\"\npath = \"x\"\ncopy_of = \"ca\"\n")),
              "cannot read profile 'k.toml': line 7: only a kubeconfig is a copy");
    EXPECT_EQ(refusal_of(with("[[certificate]]\nname = \"x\"\npath = \"x\"\ntrusts = \"ca\"\n")),
              "cannot read profile 'k.toml': line 7: only a kubeconfig trusts a CA");
    EXPECT_EQ(refusal_of(with("[[certificate]]\nname = \"x\"\nkind = \"kubeconfig\"\npath = \"x\"\n"
                              "trusts = \"y\"\n")),
              "cannot read profile 'k.toml': line 7: 'y', which it trusts, must come before it");
    EXPECT_EQ(
        refusal_of(with("[[certificate]]\nname = \"x\"\nkind = \"kubeconfig\"\npath = \"x\"\n"
                        "key = \"y\"\n")),
        "cannot read profile 'k.toml': line 7: a kubeconfig or a secret holds its key itself");
    EXPECT_EQ(refusal_of(with("[[certificate]]\nname = \"x\"\nkind = \"secret\"\npath = \"x\"\n"
                              "repair = \"reissue\"\n")),
              "cannot read profile 'k.toml': line 7: a secret is not repaired");
    EXPECT_EQ(refusal_of(with("[[certificate]]\nname = \"x\"\npath = \"x\"\ncalls = \"ca\"\n")),
              "cannot read profile 'k.toml': line 7: only a kubeconfig calls a server");
    EXPECT_EQ(refusal_of(with("[[certificate]]\nname = \"x\"\nkind = \"kubeconfig\"\npath = \"x\"\n"
                              "calls = \"y\"\n")),
              "cannot read profile 'k.toml': line 7: 'y', which it calls, must come before it");
    EXPECT_EQ(refusal_of(with("[[certificate]]\nname = \"x\"\nkind = \"kubeconfig\"\npath = \"x\"\n"
                              "copy_of = \"y\"\n")),
              "cannot read profile 'k.toml': line 7: 'y', of which it is a copy, must come "
              "before it");
}

TEST(Profile, RefusesFlagsThatCannotBeMeant)
{
    const auto refused = [](const std::string& args, const std::string& more = "") {
        return refusal_of(
            with("args = [\"" + args + "\"]\n" + more, "[args]\nfolder = \"args\"\n"));
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
    EXPECT_EQ(refusal_of(with("args = [\"api --cert\"]\n")),
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

TEST(Places, AreNotRepairedWhereTheProfileForbidsIt)
{
    const std::string leaf =
        "[[certificate]]\nname = \"api\"\npath = \"a\"\nissuer = \"ca\"\nrepair = \"reissue\"\n";

    EXPECT_EQ(cert_places(profile_from(with(leaf)), NodeRole::Single)[1].repair, CertRepair::None);
    EXPECT_EQ(cert_places(profile_from(with(leaf, "reissue = true\n")), NodeRole::Single)[1].repair,
              CertRepair::Reissue);
}

TEST(Places, SayOnAWorkerWhatItDoesNotUse)
{
    const CertProfile profile =
        profile_from(with("[[certificate]]\nname = \"k\"\non = \"worker\"\npath = \"k.crt\"\n"
                          "[[certificate]]\nname = \"k\"\npath = \"k.crt\"\nissuer = \"ca\"\n"));

    const auto worker = cert_places(profile, NodeRole::Worker);
    EXPECT_EQ(names_of(worker), (std::vector<std::string>{"ca", "k"}));
    EXPECT_EQ(worker[0].skip, "this node is a worker, which does not use it");
    EXPECT_EQ(worker[1].skip, "");
    EXPECT_EQ(worker[1].issuer, "");
    const auto master = cert_places(profile, NodeRole::Master);
    EXPECT_EQ(names_of(master), (std::vector<std::string>{"ca", "k"}));
    EXPECT_EQ(master[1].issuer, "ca");
}

/// What is skipped on one kind of node may be used on the other.
TEST(Places, AreReplacedOnTheirOwnKindOfNode)
{
    const CertProfile profile = profile_from(
        with("[[certificate]]\nname = \"k\"\non = \"worker\"\npath = \"k.crt\"\nunless = \"n\"\n"
             "[[certificate]]\nname = \"k\"\npath = \"k.crt\"\n"));

    EXPECT_EQ(cert_places(profile, NodeRole::Worker)[1].unless, "/var/k/n");
    EXPECT_EQ(cert_places(profile, NodeRole::Single)[1].unless, "");
}

TEST(BuiltinProfiles, CanAllBeRead)
{
    const auto names = builtin_profile_names();

    EXPECT_TRUE(std::ranges::is_sorted(names));
    EXPECT_EQ(names, (std::vector<std::string>{"k0s", "k3s", "kubeadm", "microk8s", "rke2"}));
    for (const std::string& name : names)
        profile_from(std::string{builtin_profile(name)});
    EXPECT_EQ(builtin_profile("k8s"), "");
}

TEST(BuiltinProfiles, KnowEveryCertificateOfMicroK8s)
{
    const CertProfile profile = profile_from(std::string{builtin_profile("microk8s")});
    const std::vector<std::string> all{"ca",
                                       "server",
                                       "front-proxy-ca",
                                       "front-proxy-client",
                                       "kubelet",
                                       "client",
                                       "controller",
                                       "scheduler",
                                       "proxy",
                                       "apiserver-kubelet-client",
                                       "client.config",
                                       "controller.config",
                                       "scheduler.config",
                                       "proxy.config",
                                       "kubelet.config",
                                       "cluster",
                                       "etcd-ca",
                                       "etcd-client"};

    EXPECT_EQ(names_of(cert_places(profile, NodeRole::Single)), all);
    EXPECT_EQ(names_of(cert_places(profile, NodeRole::Master)), all);
    EXPECT_EQ(cert_places(profile, NodeRole::Worker).size(), 20U);
}

}  // namespace
}  // namespace clockguard
