// SPDX-License-Identifier: Apache-2.0
// The args files of MicroK8s' daemons: words, variables and flags, and the certificates that flags
// name.
#include "clockguard/core/certs/daemon_args.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "clockguard/core/base/path.hpp"
#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

/// The words of one line, the quotes dropped.
std::vector<std::string> unquoted_words(std::string_view line)
{
    std::vector<std::string> words;
    for (const std::string_view word : words_of(line))
        std::erase_if(words.emplace_back(word), [](char c) { return c == '"' || c == '\''; });
    return words;
}

std::vector<std::string> words_of_file(std::string_view text)
{
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto line = unquoted_words(take_line(text));
        const auto comment = std::ranges::find_if(
            line, [](const std::string& word) { return word.starts_with('#'); });
        words.insert(words.end(), line.begin(), comment);
    }
    return words;
}

bool is_below(std::string_view path, std::string_view folder)
{
    return path.starts_with(folder) && path.substr(folder.size(), 1) == "/";
}

/// The value of a variable in kubelite's environment (snapd's for a service of this snap).
std::optional<std::string> value_of(std::string_view name, const DataNames& data)
{
    if (!data.variable.empty() && name == data.variable)
        return data.link;
    if (data.variable != "SNAP_DATA")
        return std::nullopt;
    const std::string snap = folder_of(data.link);
    if (name == "SNAP_COMMON")
        return snap + "/common";
    if (name == "SNAP")
        return fmt::format("/snap/{}/current", name_of(snap));
    return std::nullopt;
}

bool is_in_name(char c)
{
    return is_letter(c) || is_digit(c) || c == '_';
}

/// The name of the variable that a text begins with behind its '$', and what is behind that.
std::pair<std::string_view, std::string_view> split_name(std::string_view text)
{
    if (text.starts_with('{')) {
        const auto end = text.find('}');
        return end == std::string_view::npos
                   ? std::pair{std::string_view{}, text}
                   : std::pair{text.substr(1, end - 1), text.substr(end + 1)};
    }
    const auto end =
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_in_name) - text.begin());
    return {text.substr(0, end), text.substr(end)};
}

/// As os.ExpandEnv does, which kubelite sends every argument through. Nothing where the value of a
/// variable is not known here.
std::optional<std::string> expanded(std::string_view text, const DataNames& data)
{
    std::string all;
    for (;;) {
        const auto dollar = std::min(text.find('$'), text.size());
        all += text.substr(0, dollar);
        if (dollar == text.size())
            return all;
        const auto [name, rest] = split_name(text.substr(dollar + 1));
        const auto value = value_of(name, data);
        if (!value)
            return std::nullopt;
        all += *value;
        text = rest;
    }
}

/// What an args file says of one certificate.
struct NamedFiles {
    ArgFlag by{};
    std::string path{};      // as it is written, where it names no certain file
    std::string key_path{};  // empty: nothing that could be used
    bool is_certain = true;
};

using Words = std::vector<std::string>;

/// Kubernetes takes "_" for "-" in the names of its flags (k8s.io/component-base, cli/flag,
/// WordSepNormalizeFunc).
bool begins_with_flag(std::string_view word, std::string_view flag)
{
    return word.size() >= flag.size() &&
           std::ranges::equal(word.substr(0, flag.size()), flag,
                              [](char a, char b) { return a == b || (a == '_' && b == '-'); });
}

/// Each value that a flag is given, in their order.
Words values_of(const Words& words, std::string_view flag)
{
    Words values;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (!begins_with_flag(word, flag))
            continue;
        if (word.size() == flag.size() && i + 1 < words.size())
            values.push_back(words[i + 1]);
        else if (word.substr(flag.size(), 1) == "=")
            values.push_back(word.substr(flag.size() + 1));
    }
    return values;
}

std::optional<std::string> find_flag(const Words& words, std::string_view flag)
{
    const Words values = values_of(words, flag);
    return values.empty() ? std::nullopt : std::optional{values.back()};
}

/// The words of each args file.
using ArgsWords = std::map<std::string, Words>;

/// What a flag names: its value, or a file in the folder that its value is.
std::string file_of_flag(const Words& args, const std::string& flag)
{
    const auto slash = std::min(flag.find('/'), flag.size());
    const auto value = slash == 0 ? std::nullopt : find_flag(args, flag.substr(0, slash));
    return value && !value->empty() ? *value + flag.substr(slash) : "";
}

/// A folder's own file counts where no flag names one.
bool is_in_folder(const ArgFlag& arg)
{
    return arg.flag.find('/') != std::string::npos;
}

bool is_named_by(const std::vector<NamedFiles>& all, const std::string& file)
{
    return std::ranges::any_of(all, [&](const NamedFiles& files) { return files.by.file == file; });
}

/// One flag for certificate and key, in one value, of which there may be several.
bool is_pair(const ArgFlag& arg)
{
    return arg.flag == arg.key_flag;
}

/// An empty value names no file.
void add_named(std::vector<NamedFiles>& all, const ArgFlag& arg,
               const std::pair<std::string, std::string>& files, const DataNames& data)
{
    const auto path = plain_path(files.first, data);
    NamedFiles named{.by = arg,
                     .path = path.value_or(files.first),
                     .key_path = plain_path(files.second, data).value_or(""),
                     .is_certain = path.has_value()};
    if (!named.path.empty())
        all.push_back(std::move(named));
}

/// "cert,key", perhaps with names behind a colon (k8s.io/component-base, cli/flag, NamedCertKey).
std::pair<std::string, std::string> split_pair(const std::string& value)
{
    const std::string files = value.substr(0, value.find(':'));
    const auto comma = std::min(files.find(','), files.size());
    return {files.substr(0, comma), files.substr(std::min(comma + 1, files.size()))};
}

/// Without the flags that are not given.
std::vector<NamedFiles> named_files(const CertPlace& place, const ArgsWords& files,
                                    const DataNames& data)
{
    std::vector<NamedFiles> all;
    for (const ArgFlag& arg : place.args) {
        const auto words = files.find(arg.file);
        if (words == files.end() || (is_in_folder(arg) && is_named_by(all, arg.file)))
            continue;
        if (!is_pair(arg))
            add_named(
                all, arg,
                {file_of_flag(words->second, arg.flag), file_of_flag(words->second, arg.key_flag)},
                data);
        else
            for (const std::string& value : values_of(words->second, arg.flag))
                add_named(all, arg, split_pair(value), data);
    }
    return all;
}

/// A CA is not re-issued: its copies elsewhere are not known.
bool may_reissue(const CertPlace& place, const CertProfile& profile)
{
    const bool has_key =
        place.kind == CertKind::Kubeconfig || is_below(place.key_path, profile.data);
    return place.repair == CertRepair::Reissue && is_below(place.path, profile.data) && has_key;
}

/// What to look at for a flag, from what the profile says of the file that it stands for.
CertPlace named_place(CertPlace place, const NamedFiles& files, const CertProfile& profile)
{
    if (place.is_authority())
        place.issuer = name_of(files.by);
    place.name = name_of(files.by);
    place.named_by_flag = fmt::format("{} {}", files.by.file, files.by.flag);
    place.path = files.path;
    place.key_path = is_allowed(files.key_path, profile) ? files.key_path : "";
    place.args.clear();
    place.copy_of.clear();
    place.renew = {};
    place.need = is_in_folder(files.by) ? CertNeed::Optional : CertNeed::Always;
    place.self_made_when_older = false;
    if (!may_reissue(place, profile))
        place.repair = CertRepair::None;
    if (!files.is_certain)
        place.unclear = fmt::format("{} names '{}', and clockguard cannot tell where that is",
                                    place.named_by_flag, place.path);
    else if (!is_allowed(place.path, profile))
        place.unclear = fmt::format("{} names '{}', which is outside {}", place.named_by_flag,
                                    place.path, profile.data);
    return place;
}

bool has_path(const std::vector<CertPlace>& places, const std::string& path)
{
    return std::ranges::find(places, path, &CertPlace::path) != places.end();
}

/// "kube-apiserver:tls-sni-cert-key", the second with "-2" behind it.
CertPlace named_freely(CertPlace place, const std::vector<CertPlace>& others)
{
    const std::string name = place.name;
    for (int number = 2; std::ranges::find(others, place.name, &CertPlace::name) != others.end();
         ++number)
        place.name = fmt::format("{}-{}", name, number);
    return place;
}

/// A pair is used beside the files that other flags name.
bool is_in_use(const CertPlace& place, const std::vector<NamedFiles>& named)
{
    const auto is_beside = [](const NamedFiles& files) { return is_pair(files.by); };
    return std::ranges::all_of(named, is_beside) ||
           std::ranges::find(named, place.path, &NamedFiles::path) != named.end();
}

bool is_known(const CertProfile& profile, const std::string& path)
{
    return std::ranges::any_of(profile.places,
                               [&](const ProfilePlace& entry) { return entry.place.path == path; });
}

}  // namespace

std::string name_of(const ArgFlag& arg)
{
    return fmt::format("{}:{}", arg.file, arg.flag.substr(arg.flag.find_first_not_of('-')));
}

bool is_allowed(const std::string& path, const CertProfile& profile)
{
    return is_below(path, profile.data) ||
           std::ranges::any_of(profile.args.within,
                               [&](const std::string& folder) { return is_below(path, folder); });
}

std::optional<std::string> find_flag(std::string_view args, std::string_view flag)
{
    return find_flag(words_of_file(args), flag);
}

std::optional<std::string> plain_path(std::string_view value, const DataNames& data)
{
    const std::string path = expanded(value, data).value_or("");
    if (!path.starts_with('/') || path.ends_with('/') || path.ends_with("/.."))
        return std::nullopt;
    return normal_path(path, data);
}

std::string normal_path(std::string_view path, const DataNames& data)
{
    std::string plain;
    for (std::size_t begin = 0; begin < path.size();) {
        const auto end = std::min(path.find('/', begin), path.size());
        const std::string part{path.substr(begin, end - begin)};
        if (part == "..")
            plain.resize(std::min(plain.rfind('/'), plain.size()));
        else if (!part.empty() && part != ".")
            plain += "/" + part;
        begin = end + 1;
    }
    return is_below(plain, data.target) ? data.link + plain.substr(data.target.size()) : plain;
}

std::vector<CertPlace> with_named_files(const std::vector<CertPlace>& places,
                                        const CertProfile& profile, const DaemonArgs& args)
{
    ArgsWords words;
    for (const auto& [file, text] : args.texts)
        words[file] = words_of_file(text);
    std::vector<CertPlace> all;
    for (const CertPlace& place : places) {
        all.push_back(place);
        const auto named = named_files(place, words, args.data);
        if (!is_in_use(place, named))
            all.back().need = CertNeed::Optional;
        for (const NamedFiles& files : named)
            if (files.path == place.path && is_allowed(files.key_path, profile))
                all.back().key_path = files.key_path;
        for (const NamedFiles& files : named)
            if (!is_known(profile, files.path) && !has_path(all, files.path))
                all.push_back(named_freely(named_place(place, files, profile), all));
    }
    return all;
}

}  // namespace clockguard
