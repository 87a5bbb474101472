// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/beneath.hpp"

#include <fcntl.h>
#include <filesystem>
#include <functional>

#include <gtest/gtest.h>
#include <unistd.h>

#include "clockguard/edge/base/files.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

using Open = std::function<Result<Fd, std::error_code>(const Fd&, const std::string&, int, Links)>;

/// The kernel's way and ours have to be one.
const std::vector<std::pair<const char*, Open>> ways{{"openat2", open_below}, {"walk", walk_below}};

Fd folder_at(const std::string& path)
{
    return Fd{::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
}

std::string text_of(const Result<Fd, std::error_code>& file)
{
    if (!file)
        return file.error().message();
    char text[64]{};
    return ::read(file->get(), text, sizeof text - 1) < 0 ? "cannot be read" : text;
}

void link(const Tree& tree, const std::string& target, const std::string& name)
{
    std::filesystem::create_symlink(target, tree.path(name));
}

/// "in" is the folder that is opened; what is beside it must not be reached.
Tree two_worlds()
{
    return {{"/etc/shadow", "outside"}, {"/in/etc/shadow", "inside"}, {"/in/certs/crt", "pem"}};
}

TEST(Beneath, RefusesEveryLink)
{
    const Tree tree = two_worlds();
    link(tree, "etc", "/in/folder");
    link(tree, "shadow", "/in/etc/file");
    link(tree, "../../etc", "/in/certs/up");
    const Fd in = folder_at(tree.path("/in"));

    for (const auto& [name, open] : ways) {
        EXPECT_EQ(text_of(open(in, "certs/crt", O_RDONLY, Links::Refused)), "pem") << name;
        EXPECT_EQ(text_of(open(in, "./certs//crt", O_RDONLY, Links::Refused)), "pem") << name;
        for (const char* path : {"folder/shadow", "etc/file", "certs/up/shadow", "folder"})
            EXPECT_EQ(text_of(open(in, path, O_RDONLY, Links::Refused)),
                      "Too many levels of symbolic links")
                << name << " " << path;
        EXPECT_EQ(text_of(open(in, "../etc/shadow", O_RDONLY, Links::Refused)),
                  "Invalid cross-device link")
            << name;
        EXPECT_EQ(text_of(open(in, "certs/none/x", O_RDONLY, Links::Refused)),
                  "No such file or directory")
            << name;
        EXPECT_EQ(text_of(open(in, "certs/crt/x", O_RDONLY, Links::Refused)), "Not a directory")
            << name;
    }
}

TEST(Beneath, FollowsLinksBelowTheFolderOnly)
{
    const Tree tree = two_worlds();
    link(tree, "/etc/shadow", "/in/certs/absolute");
    link(tree, "../../../../../etc/shadow", "/in/certs/up");
    link(tree, "/etc", "/in/folder");
    link(tree, tree.path("/etc/shadow"), "/in/certs/out");
    link(tree, "loop", "/in/certs/loop");
    const Fd in = folder_at(tree.path("/in"));

    for (const auto& [name, open] : ways) {
        for (const char* path :
             {"certs/absolute", "certs/up", "folder/shadow", "folder/../etc/shadow"})
            EXPECT_EQ(text_of(open(in, path, O_RDONLY, Links::FollowedBelow)), "inside")
                << name << " " << path;
        EXPECT_EQ(text_of(open(in, "certs/out", O_RDONLY, Links::FollowedBelow)),
                  "No such file or directory")
            << name;
        EXPECT_EQ(text_of(open(in, "certs/loop", O_RDONLY, Links::FollowedBelow)),
                  "Too many levels of symbolic links")
            << name;
        EXPECT_TRUE(open(in, "/", O_RDONLY | O_DIRECTORY, Links::FollowedBelow)) << name;
        EXPECT_TRUE(open(in, "..", O_RDONLY | O_DIRECTORY, Links::FollowedBelow)) << name;
    }
}

TEST(Beneath, ReadsAnotherRootsFilesAndNotOurs)
{
    const Tree tree = two_worlds();
    link(tree, "/etc/shadow", "/in/absolute");
    link(tree, tree.path("/etc"), "/in/out");
    const Root root{.folder = tree.path("/in")};

    EXPECT_EQ(read_file(root, "/absolute").value_or("?"), "inside");
    EXPECT_FALSE(read_file(root, "/out/shadow"));
    EXPECT_FALSE(file_exists(root, "/out"));
    EXPECT_FALSE(list_folder(root, "/out"));
    EXPECT_EQ(list_folder(root, "/certs").value_or(std::vector<std::string>{}),
              std::vector<std::string>{"crt"});
}

}  // namespace
}  // namespace clockguard
