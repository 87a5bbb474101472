// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/certs/certificate.hpp"

namespace clockguard {

/// What a node is in its cluster.
enum class NodeRole {
    Single,
    Master,  // joined with others
    Worker,  // has no API server of its own
};

/// The facts about a node that decide what is expected of it.
struct NodeFacts {
    NodeRole role = NodeRole::Single;
    bool is_stopped = false;        // by its administrator
    bool join_in_progress = false;  // others write its certificates now
};

/// A file that tells something by being there; "!" in front: by not being there. Empty: it is
/// never so.
using FileMark = std::string;

/// The files that say what a node is.
struct NodeMarks {
    FileMark worker{};
    FileMark master{};
    FileMark stopped{};
    FileMark joining{};
};

/// An older release of the distribution, which had fewer certificates.
struct OlderRelease {
    std::vector<std::string> without{};  // it is one when none of these is there; empty: never
    std::string why{};                   // "MicroK8s before 1.28 had none"
};

/// The files with the daemons' flags. Nothing they name is looked at outside the data and `within`.
struct ArgsFiles {
    std::string folder{};
    std::string variable{};             // what they call the data: "SNAP_DATA"
    std::vector<std::string> within{};  // further folders; clockguard writes to none of them
};

/// What may name another folder for the data: a file, or all of a folder where it ends with "/",
/// and the key, flag or variable.
struct DataNaming {
    std::string file{};  // "/etc/rancher/k3s/config.yaml"
    std::string word{};  // "data-dir"
};

/// A certificate's place, and the nodes it has a meaning on.
struct ProfilePlace {
    CertPlace place{};
    bool on_control_plane = true;
    bool on_worker = false;
    Advice renew_on_worker{};  // empty: as elsewhere
};

/// What there is to know of a Kubernetes distribution: clockguard-profile(5). All paths are
/// absolute.
struct CertProfile {
    std::string title{};                 // "MicroK8s", as people write it
    std::string data{};                  // there when it is installed; may be a link
    std::vector<DataNaming> data_in{};   // the first that names one counts
    std::vector<std::string> folders{};  // all empty, and no place elsewhere: never started
    bool reissue = false;                // may clockguard sign in its name?
    std::string kubectl{};               // that of the distribution, which edits kubeconfigs
    std::vector<std::string> hold{};     // units with a drop-in that lets them wait for the gate
    NodeMarks node{};
    OlderRelease older{};
    ArgsFiles args{};
    std::vector<ProfilePlace> places{};  // CAs before what they sign
};

/// The file of a profile that was built in; empty: there is none of this name.
std::string_view builtin_profile(std::string_view name);

/// Sorted.
std::vector<std::string> builtin_profile_names();

/// Every certificate of a node in its role; those it has no use for say why they are skipped.
std::vector<CertPlace> cert_places(const CertProfile& profile, NodeRole role);

}  // namespace clockguard
