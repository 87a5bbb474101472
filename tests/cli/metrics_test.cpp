// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "support/program.hpp"

namespace clockguard {
namespace {

const std::string config = "/etc/clockguard/clockguard.toml";

mode_t mode_of(const std::string& file)
{
    struct stat seen {};
    return ::stat(file.c_str(), &seen) == 0 ? seen.st_mode & 0777U : 0;
}

TEST(MetricsCommand, PrintsThem)
{
    const Tree tree;

    const Ran ran = run_clockguard({"--root", tree.folder(), "metrics"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, "");
    EXPECT_TRUE(ran.out.starts_with("# HELP clockguard_build_info ")) << ran.out;
    EXPECT_NE(ran.out.find("\nclockguard_status{state=\"unknown\"} 1\n"), std::string::npos);
}

TEST(MetricsCommand, WritesTheFolderThatIsNamed)
{
    const Tree tree;
    const Tree collected{{"/clockguard.prom", "old"}};

    const Ran ran =
        run_clockguard({"--root", tree.folder(), "metrics", "--textfile", collected.folder()});

    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.out, "wrote '" + collected.path("/clockguard.prom") + "'\n");
    EXPECT_TRUE(collected.read("/clockguard.prom").starts_with("# HELP clockguard_build_info "));
    EXPECT_EQ(mode_of(collected.path("/clockguard.prom")), 0644U);
    EXPECT_EQ(collected.snapshot().size(), 1U);
}

TEST(MetricsCommand, WritesTheFolderOfTheConfiguration)
{
    const Tree tree{{config, "[metrics]\ntextfile_dir = \"/collected\"\n"}, {"/collected/x", ""}};

    const Ran ran = run_clockguard({"--root", tree.folder(), "-q", "metrics"});

    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_NE(tree.read("/collected/clockguard.prom").find("clockguard_build_info"),
              std::string::npos);
}

TEST(MetricsCommand, NamesTheFileOnOneLine)
{
    const Tree tree{{"/a\nCRITICAL/x", ""}};

    const Ran ran = run_clockguard(
        {"--root", tree.folder(), "metrics", "--textfile", tree.path("/a\nCRITICAL")});

    EXPECT_EQ(ran.out, "wrote '" + tree.path("/a\\u000aCRITICAL/clockguard.prom") + "'\n");
}

/// Nothing collects from a folder that is made here.
TEST(MetricsCommand, MakesNoFolder)
{
    const Tree tree;
    const auto before = tree.snapshot();

    const Ran ran =
        run_clockguard({"--root", tree.folder(), "metrics", "--textfile", tree.path("/none")});

    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(ran.err, "clockguard: cannot write '" + tree.path("/none/clockguard.prom") +
                           "': there is no such folder\n");
    EXPECT_EQ(tree.snapshot(), before);
}

TEST(MetricsCommand, SaysWhyAFolderCannotBeUsed)
{
    const Tree tree;
    std::filesystem::create_symlink("loop", tree.path("/loop"));

    const Ran ran =
        run_clockguard({"--root", tree.folder(), "metrics", "--textfile", tree.path("/loop")});

    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_EQ(ran.err, "clockguard: cannot write '" + tree.path("/loop/clockguard.prom") +
                           "': Too many levels of symbolic links\n");
}

TEST(MetricsCommand, AnswersInJson)
{
    const Tree tree;

    const Ran ran = run_clockguard(
        {"--root", tree.folder(), "metrics", "--textfile", tree.path("/none"), "-o", "json"});

    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_NE(ran.out.find("\"command\": \"metrics\""), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("\"exit_code\": 2"), std::string::npos);
}

TEST(MetricsCommand, TellsOfAConfigurationThatCannotBeUsed)
{
    const Tree tree{{config, "[gate]\ntimeout = \"soon\"\n"}};

    const Ran ran = run_clockguard({"--root", tree.folder(), "metrics"});

    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_NE(ran.out.find("\nclockguard_finding_status{code=\"CG405\"} 1\n"), std::string::npos);
}

}  // namespace
}  // namespace clockguard
