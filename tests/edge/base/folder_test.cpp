// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/folder.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clockguard/edge/base/files.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

using Names = std::vector<std::string>;

Names names_below(const Tree& tree, const std::string& folder)
{
    return list_folder(tree.path(folder)).value_or(Names{});
}

/// The folder "/in" of a tree.
Folder folder_in(const Tree& tree)
{
    auto folder = Folder::of({.location = tree.path("/in/crt")});
    EXPECT_TRUE(folder);
    return folder ? std::move(*folder) : Folder{Fd{}};
}

std::string content_of(const Result<Fd, std::error_code>& file)
{
    if (!file)
        return file.error().message();
    char text[64]{};
    return ::read(file->get(), text, sizeof text - 1) < 0 ? "cannot be read" : text;
}

TEST(Folder, IsBelowWhatIsTrustedThroughNoLink)
{
    const Tree tree{{"/in/certs/crt", "pem"}};
    std::filesystem::create_symlink("in", tree.path("/current"));
    std::filesystem::create_symlink("certs", tree.path("/in/other"));

    EXPECT_EQ(read_beneath(
                  {.trusted = tree.path("/current"), .location = tree.path("/current/certs/crt")})
                  .value_or("?"),
              "pem");
    for (const Beneath& file :
         {Beneath{.location = tree.path("/current/certs/crt")},
          Beneath{.trusted = tree.path("/in"), .location = tree.path("/in/other/crt")},
          Beneath{.trusted = tree.path("/i"), .location = tree.path("/current/certs/crt")}})
        EXPECT_EQ(read_beneath(file).error(), std::errc::too_many_symbolic_link_levels)
            << file.trusted;
}

TEST(Folder, TrustsWhereLinksOfAnotherRootLead)
{
    const Tree tree{{"/mnt/in/certs/crt", "inside"}, {"/in/certs/crt", "outside"}};
    std::filesystem::create_symlink("/in", tree.path("/mnt/current"));

    EXPECT_EQ(read_beneath({.root = {.folder = tree.path("/mnt")},
                            .trusted = "/current",
                            .location = tree.path("/mnt/current/certs/crt")})
                  .value_or("?"),
              "inside");
}

TEST(Folder, SaysThatItIsNotThere)
{
    const Tree tree;

    EXPECT_EQ(Folder::of({.location = tree.path("/none/crt")}).error(),
              std::errc::no_such_file_or_directory);
    EXPECT_EQ(
        Folder::of({.trusted = tree.path("/none"), .location = tree.path("/none/in/crt")}).error(),
        std::errc::no_such_file_or_directory);
}

TEST(Folder, OpensFilesAndNoLinks)
{
    const Tree tree{{"/in/crt", "pem"}, {"/in/folder/x", ""}};
    std::filesystem::create_symlink("crt", tree.path("/in/link"));
    const Folder folder = folder_in(tree);

    EXPECT_EQ(content_of(folder.open_file("crt")), "pem");
    EXPECT_EQ(content_of(folder.open_file("link")), "Too many levels of symbolic links");
    EXPECT_EQ(content_of(folder.open_file("none")), "No such file or directory");
    EXPECT_FALSE(folder.open_file("folder"));
}

TEST(Folder, StaysWhereItWasWhenALinkTakesItsPlace)
{
    const Tree tree{{"/in/certs/crt", "old"}, {"/etc/crt", "outside"}};
    const auto folder =
        Folder::of({.trusted = tree.path("/in"), .location = tree.path("/in/certs/crt")});
    ASSERT_TRUE(folder);
    std::filesystem::rename(tree.path("/in/certs"), tree.path("/in/moved"));
    std::filesystem::create_symlink("../etc", tree.path("/in/certs"));

    const auto made = folder->make_beside("crt");
    ASSERT_TRUE(made);
    const auto renamed = folder->rename(made->first, "crt");

    EXPECT_TRUE(renamed);
    EXPECT_EQ(tree.read("/etc/crt"), "outside");
    EXPECT_EQ(tree.read("/in/moved/crt"), "");
    EXPECT_EQ(names_below(tree, "/etc"), std::vector<std::string>{"crt"});
}

TEST(Folder, OpensNoPipe)
{
    const Tree tree{{"/in/x", ""}};
    ::mkfifo(tree.path("/in/pipe").c_str(), 0600);

    const auto text = read_beneath({.location = tree.path("/in/pipe")});

    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().message(), "it is a pipe");
}

TEST(Folder, MakesAnotherFileForEachThatAsks)
{
    const Tree tree{{"/in/crt", "old"}};
    const Folder folder = folder_in(tree);

    const auto one = folder.make_beside("crt");
    const auto other = folder.make_beside("crt");

    ASSERT_TRUE(one && other);
    EXPECT_NE(one->first, other->first);
    EXPECT_TRUE(one->first.starts_with("crt.clockguard-")) << one->first;
    struct stat about {};
    ASSERT_EQ(::stat(tree.path("/in/" + one->first).c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777U, 0600U);
    EXPECT_EQ(::write(one->second.get(), "new", 3), 3);
    EXPECT_EQ(tree.read("/in/" + one->first), "new");
    EXPECT_EQ(tree.read("/in/crt"), "old");
}

TEST(Folder, SaysWhyItCannotMakeAFile)
{
    const Tree tree{{"/in/x", ""}};
    const Folder folder = folder_in(tree);

    EXPECT_EQ(folder.make_beside(std::string(300, 'x')).error(), std::errc::filename_too_long);
}

TEST(Folder, RemovesLeftoversOfWhoIsGone)
{
    const Tree tree{{"/in/crt", "old"},
                    {"/in/crt.clockguard-aB3xYz", "torn"},
                    {"/in/crt.clockguard-notes", "an administrator's"},
                    {"/in/key.clockguard-aB3xYz", "of another file"}};
    const Folder folder = folder_in(tree);

    {
        const auto writing = folder.make_beside("crt");
        ASSERT_TRUE(writing);
        folder.remove_leftovers("crt");
        EXPECT_FALSE(file_exists(tree.path("/in/crt.clockguard-aB3xYz")));
        EXPECT_TRUE(file_exists(tree.path("/in/" + writing->first)));
    }
    folder.remove_leftovers("crt");

    EXPECT_EQ(names_below(tree, "/in"),
              (Names{"crt", "crt.clockguard-notes", "key.clockguard-aB3xYz"}));
}

TEST(Folder, RenamesAndExchangesAndRemoves)
{
    const Tree tree{{"/in/one", "1"}, {"/in/two", "2"}};
    const Folder folder = folder_in(tree);

    EXPECT_TRUE(folder.exchange("one", "two"));
    EXPECT_EQ(tree.read("/in/one"), "2");
    EXPECT_EQ(tree.read("/in/two"), "1");
    EXPECT_TRUE(folder.rename("one", "two"));
    EXPECT_EQ(names_below(tree, "/in"), Names{"two"});
    EXPECT_EQ(tree.read("/in/two"), "2");
    EXPECT_EQ(folder.rename("none", "two").error(), std::errc::no_such_file_or_directory);
    EXPECT_EQ(folder.exchange("none", "two").error(), std::errc::no_such_file_or_directory);
    EXPECT_TRUE(folder.sync());
    folder.remove("two");
    EXPECT_EQ(names_below(tree, "/in"), Names{});
}

}  // namespace
}  // namespace clockguard
