// SPDX-License-Identifier: Apache-2.0
// A certificate's file that is to be replaced.
#pragma once

#include <filesystem>
#include <string>

#include <sys/stat.h>

#include "clockguard/edge/certs/certificate_store.hpp"
#include "support/tree.hpp"

namespace clockguard {

inline const std::string server = "/var/snap/microk8s/current/certs/server.crt";

inline FileChange change_in(const Tree& tree, std::string before = "old")
{
    return {.name = "server",
            .path = server,
            .location = tree.path(server),
            .before = std::move(before),
            .after = "new"};
}

inline mode_t mode_of(const std::string& path)
{
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? about.st_mode & 07777U : 0;
}

/// The folder that a certificate is in, as the group that may write there leaves it.
class LinkedFolder : public Tree {
public:
    LinkedFolder() : Tree{{"/elsewhere/server.crt", "old"}, {"/var/snap/microk8s/current/x", ""}}
    {
        std::filesystem::create_symlink(path("/elsewhere"),
                                        path("/var/snap/microk8s/current/certs"));
    }
};

inline FileChange change_below(const Tree& tree)
{
    FileChange change = change_in(tree);
    change.root = {.folder = tree.folder()};
    change.data = "/var/snap/microk8s/current";
    return change;
}

}  // namespace clockguard
