// SPDX-License-Identifier: Apache-2.0
// The table of a profile's keys: a line for each, and what its value may be.
#include "clockguard/core/certs/cert_profile_toml.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/toml_keys.hpp"
#include "clockguard/core/certs/profile_advice.hpp"

namespace clockguard {
namespace {

using Done = Result<void>;

Done set_lifetime(ProfilePlace& entry, const TomlValue& value)
{
    const auto span = parse_span(value.text);
    if (!span || *span == forever || *span <= Span{0})
        return fail(fmt::format("'{}' is not a length of time (write it like 365d)", value.text));
    entry.place.lifetime = *span;
    return {};
}

TomlSetter<ProfilePlace> in_place(TomlSetter<CertPlace> set)
{
    return [set = std::move(set)](ProfilePlace& entry, const TomlValue& value) {
        return set(entry.place, value);
    };
}

TomlSetter<ProfilePlace> in_place(std::string CertPlace::*field)
{
    return in_place(words(field));
}

template <class Word>
TomlChoice<ProfilePlace> in_place(std::string name, Word CertPlace::*field, Word word)
{
    return {std::move(name), [=](ProfilePlace& entry) { entry.place.*field = word; }};
}

/// Where a profile says how something is renewed.
TomlSetter<ProfilePlace> renewal(std::function<Advice&(ProfilePlace&)> field)
{
    return [field = std::move(field)](ProfilePlace& entry, const TomlValue& value) -> Done {
        if (value.kind != TomlKind::Text || value.text.empty())
            return fail("must be a string");
        field(entry) = parse_renewal(value.text);
        return {};
    };
}

TomlChoice<ProfilePlace> where(std::string name, bool on_control_plane, bool on_worker)
{
    return {std::move(name), [=](ProfilePlace& entry) {
                entry.on_control_plane = on_control_plane;
                entry.on_worker = on_worker;
            }};
}

/// "kube-apiserver --tls-cert-file --tls-private-key-file"
Result<ArgFlag> to_arg(std::string_view text)
{
    const auto words = words_of(text);
    const auto is_flag = [](std::string_view word) {
        return word.size() > 2 && word.starts_with("--");
    };
    if (words.size() < 2 || words.size() > 3 ||
        !std::all_of(words.begin() + 1, words.end(), is_flag) ||
        words[0].find('/') != std::string_view::npos || words[0].starts_with('.'))
        return fail(fmt::format("'{}' is not an args file with one or two flags", text));
    return ArgFlag{.file = std::string{words[0]},
                   .flag = std::string{words[1]},
                   .key_flag = std::string{words.size() == 3 ? words[2] : std::string_view{}}};
}

Done set_args(ProfilePlace& entry, const TomlValue& value)
{
    if (value.kind != TomlKind::List)
        return fail("must be a list of strings");
    for (const std::string& item : value.items) {
        auto arg = to_arg(item);
        if (!arg)
            return fail(arg.error());
        entry.place.args.push_back(std::move(*arg));
    }
    return {};
}

void may_be_absent(ProfilePlace& entry)
{
    entry.place.need = CertNeed::UnlessOlder;
}

void is_self_made(ProfilePlace& entry)
{
    entry.place.need = CertNeed::UnlessOlder;
    entry.place.self_made_when_older = true;
}

const TomlKeys<ProfilePlace>& certificate_keys()
{
    using P = CertPlace;
    static const TomlKeys<ProfilePlace> keys{
        {"name", in_place(&P::name)},
        {"kind", choice<ProfilePlace>({in_place("file", &P::kind, CertKind::File),
                                       in_place("kubeconfig", &P::kind, CertKind::Kubeconfig),
                                       in_place("secret", &P::kind, CertKind::Secret)})},
        {"on", choice<ProfilePlace>({where("control-plane", true, false),
                                     where("worker", false, true), where("both", true, true)})},
        {"path", in_place(&P::path)},
        {"key", in_place(&P::key_path)},
        {"issuer", in_place(&P::issuer)},
        {"trusts", in_place(&P::trusts)},
        {"copy_of", in_place(&P::copy_of)},
        {"calls", in_place(&P::calls)},
        {"repair",
         choice<ProfilePlace>({in_place("none", &P::repair, CertRepair::None),
                               in_place("reissue", &P::repair, CertRepair::Reissue),
                               in_place("redate", &P::repair, CertRepair::Redate),
                               in_place("redate-shared", &P::repair, CertRepair::RedateShared)})},
        {"need", choice<ProfilePlace>({in_place("always", &P::need, CertNeed::Always),
                                       in_place("optional", &P::need, CertNeed::Optional)})},
        {"use", choice<ProfilePlace>({in_place("any", &P::use, CertUse::Any),
                                      in_place("server", &P::use, CertUse::Server),
                                      in_place("client", &P::use, CertUse::Client)})},
        {"subject", in_place(&P::subject)},
        {"in_older",
         choice<ProfilePlace>({{"absent", may_be_absent}, {"self-made", is_self_made}})},
        {"args", set_args},
        {"renew", renewal([](ProfilePlace& entry) -> Advice& { return entry.place.renew; })},
        {"renew_while_valid", in_place(boolean(&P::renew_while_valid))},
        {"make_key", renewal([](ProfilePlace& entry) -> Advice& { return entry.place.make_key; })},
        {"remake", in_place(&P::remake)},
        {"renew_on_worker",
         renewal([](ProfilePlace& entry) -> Advice& { return entry.renew_on_worker; })},
        {"unless", in_place(&P::unless)},
        {"lifetime", set_lifetime},
    };
    return keys;
}

Done set_node(CertProfile& profile, const TomlValue& value)
{
    static const TomlKeys<NodeMarks> keys{{"worker", words(&NodeMarks::worker)},
                                          {"master", words(&NodeMarks::master)},
                                          {"stopped", words(&NodeMarks::stopped)},
                                          {"joining", words(&NodeMarks::joining)}};
    return read_table(profile.node, value, keys);
}

Done set_older(CertProfile& profile, const TomlValue& value)
{
    static const TomlKeys<OlderRelease> keys{{"without", list(&OlderRelease::without)},
                                             {"why", words(&OlderRelease::why)}};
    return read_table(profile.older, value, keys);
}

Done set_args_files(CertProfile& profile, const TomlValue& value)
{
    static const TomlKeys<ArgsFiles> keys{{"folder", words(&ArgsFiles::folder)},
                                          {"data", words(&ArgsFiles::variable)},
                                          {"within", list(&ArgsFiles::within)}};
    return read_table(profile.args, value, keys);
}

/// "/etc/rancher/k3s/config.yaml data-dir"
Done set_data_in(CertProfile& profile, const TomlValue& value)
{
    if (value.kind != TomlKind::List)
        return fail("must be a list of strings");
    for (const std::string& item : value.items) {
        const auto parts = words_of(item);
        if (parts.size() != 2 || !parts[0].starts_with('/'))
            return fail(fmt::format("'{}' is not an absolute path and a word", item));
        profile.data_in.push_back({.file = std::string{parts[0]}, .word = std::string{parts[1]}});
    }
    return {};
}

bool share_a_role(const ProfilePlace& a, const ProfilePlace& b)
{
    return (a.on_control_plane && b.on_control_plane) || (a.on_worker && b.on_worker);
}

/// Whether a certificate of this name comes before, on every kind of node that this one is on.
bool comes_before(const CertProfile& profile, const ProfilePlace& entry, const std::string& name)
{
    bool for_control_plane = !entry.on_control_plane;
    bool for_worker = !entry.on_worker;
    for (const ProfilePlace& other : profile.places) {
        if (other.place.name != name)
            continue;
        for_control_plane = for_control_plane || other.on_control_plane;
        for_worker = for_worker || other.on_worker;
    }
    return for_control_plane && for_worker;
}

/// What does not fit together, or nothing.
std::string objection(const CertProfile& profile, const ProfilePlace& entry)
{
    const CertPlace& place = entry.place;
    if (place.name.empty() || place.path.empty())
        return "a certificate needs 'name' and 'path'";
    for (const ProfilePlace& other : profile.places)
        if (other.place.name == place.name && share_a_role(other, entry))
            return fmt::format("there are two certificates '{}'", place.name);
    if (place.kind != CertKind::File && !place.key_path.empty())
        return "a kubeconfig or a secret holds its key itself";
    if (place.kind == CertKind::Secret && place.repair != CertRepair::None)
        return "a secret is not repaired";
    if (place.kind == CertKind::Kubeconfig &&
        std::ranges::any_of(place.args, [](const ArgFlag& arg) { return !arg.key_flag.empty(); }))
        return "a kubeconfig embeds its key";
    if (!place.args.empty() && profile.args.folder.empty())
        return "'args' needs [args] with 'folder'";
    if (place.kind != CertKind::Kubeconfig && !place.copy_of.empty())
        return "only a kubeconfig is a copy";
    if (place.kind != CertKind::Kubeconfig && !place.trusts.empty())
        return "only a kubeconfig trusts a CA";
    if (place.kind != CertKind::Kubeconfig && !place.calls.empty())
        return "only a kubeconfig calls a server";
    if (!place.issuer.empty() && place.issuer != place.name &&
        !comes_before(profile, entry, place.issuer))
        return fmt::format("its issuer '{}' must come before it", place.issuer);
    if (!place.trusts.empty() && !comes_before(profile, entry, place.trusts))
        return fmt::format("'{}', which it trusts, must come before it", place.trusts);
    if (!place.copy_of.empty() && !comes_before(profile, entry, place.copy_of))
        return fmt::format("'{}', of which it is a copy, must come before it", place.copy_of);
    if (!place.calls.empty() && !comes_before(profile, entry, place.calls))
        return fmt::format("'{}', which it calls, must come before it", place.calls);
    return {};
}

Done add_certificates(CertProfile& profile, const TomlValue& tables)
{
    if (tables.kind != TomlKind::Tables)
        return fail(at_line(tables, "write every certificate as [[certificate]]"));
    for (const TomlValue& table : tables.children) {
        ProfilePlace entry;
        auto read = read_table(entry, table, certificate_keys());
        if (!read)
            return read;
        const std::string why = objection(profile, entry);
        if (!why.empty())
            return fail(at_line(table, why));
        profile.places.push_back(std::move(entry));
    }
    return {};
}

const TomlKeys<CertProfile>& profile_keys()
{
    using P = CertProfile;
    static const TomlKeys<CertProfile> keys{
        {"title", words(&P::title)},
        {"data", words(&P::data)},
        {"data_in", set_data_in},
        {"folders", list(&P::folders)},
        {"hold", list(&P::hold)},
        {"kubectl", words(&P::kubectl)},
        {"reissue", boolean(&P::reissue)},
        {"node", set_node, true},
        {"older", set_older, true},
        {"args", set_args_files, true},
        {"certificate", add_certificates, true},
    };
    return keys;
}

/// "certs/ca.crt" and "!certs/ca.crt" below the data; an absolute path stays.
void make_absolute(const std::string& data, std::string& path)
{
    const std::size_t begin = path.starts_with('!') ? 1 : 0;
    if (path.size() > begin && path[begin] != '/')
        path.insert(begin, data + "/");
}

void make_absolute(CertProfile& profile)
{
    const std::string& data = profile.data;
    for (std::string* mark :
         {&profile.node.worker, &profile.node.master, &profile.node.stopped, &profile.node.joining})
        make_absolute(data, *mark);
    for (std::string& file : profile.older.without)
        make_absolute(data, file);
    for (auto* folders : {&profile.folders, &profile.args.within})
        for (std::string& folder : *folders)
            make_absolute(data, folder);
    if (!profile.args.folder.empty())
        make_absolute(data, profile.args.folder);
    for (ProfilePlace& entry : profile.places) {
        make_absolute(data, entry.place.path);
        make_absolute(data, entry.place.key_path);
        if (!entry.place.unless.empty())
            make_absolute(data, entry.place.unless);
    }
}

Result<CertProfile> read_profile(std::string_view toml)
{
    const auto file = read_toml(toml);
    if (!file)
        return fail(file.error());
    CertProfile profile;
    const auto read = read_table(profile, *file, profile_keys());
    if (!read)
        return fail(read.error());
    if (profile.title.empty() || profile.places.empty())
        return fail("a profile needs 'title' and at least one [[certificate]]");
    if (!profile.data.starts_with('/') || profile.data.ends_with('/'))
        return fail("'data' must be an absolute path without a slash at its end");
    make_absolute(profile);
    return profile;
}

}  // namespace

Result<CertProfile> parse_profile(std::string_view toml, std::string_view name)
{
    auto profile = read_profile(toml);
    if (!profile)
        return fail(fmt::format("cannot read profile '{}': {}", name, profile.error().what));
    return profile;
}

}  // namespace clockguard
