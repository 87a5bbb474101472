// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/data_folder.hpp"

#include <gtest/gtest.h>

namespace clockguard {
namespace {

const DataNaming by_config{.file = "/etc/k/config.yaml", .word = "data-dir"};
const DataNaming by_flag{.file = "/etc/systemd/system/k.service", .word = "--data-dir"};
const DataNaming by_variable{.file = "/etc/default/k", .word = "K3S_DATA_DIR"};

std::string folder_in(std::string_view text, const DataNaming& naming)
{
    const auto folder = named_folder(text, naming);
    return folder ? folder->value_or("none") : folder.error().what;
}

TEST(NamedFolder, IsTheValueOfAKeyOfTheConfiguration)
{
    EXPECT_EQ(folder_in("token: x\ndata-dir: /mnt/k # a disk\n", by_config), "/mnt/k");
    EXPECT_EQ(folder_in("{\"data-dir\": \"/mnt/k/\"}", by_config), "/mnt/k");
    EXPECT_EQ(folder_in("node-label:\n  - data-dir=/x\n# data-dir: /y\n", by_config), "none");
    EXPECT_EQ(folder_in("", by_config), "none");
    EXPECT_EQ(folder_in("data-dir:\n", by_config), "none");
    EXPECT_EQ(folder_in("- data-dir\n", by_config), "none");
}

TEST(NamedFolder, IsTheValueOfAFlagOfTheUnit)
{
    EXPECT_EQ(
        folder_in(
            "ExecStart=/usr/local/bin/k \\\n    server \\\n\t'--data-dir' \\\n\t'/mnt/k' \\\n",
            by_flag),
        "/mnt/k");
    EXPECT_EQ(folder_in("ExecStart=/usr/bin/k controller --data-dir=/mnt/k --x\n", by_flag),
              "/mnt/k");
    EXPECT_EQ(folder_in("#ExecStart=/usr/bin/k --data-dir=/mnt/k\nExecStart=/usr/bin/k server\n",
                        by_flag),
              "none");
}

TEST(NamedFolder, IsThatOfTheCommandThatTheUnitStarts)
{
    const std::string start = "ExecStart=/usr/bin/k server --data-dir=/mnt/k\n";

    for (const char* other :
         {"Description=k --data-dir /x\n", "ExecStartPre=/usr/bin/k --data-dir=/x\n",
          "ExecStopPost=/usr/bin/k --data-dir=/x\n", "; ExecStart=/usr/bin/k --data-dir=/x\n",
          "[Service]\n", "Environment=A=--data-dir=/x\n"}) {
        EXPECT_EQ(folder_in(start + other, by_flag), "/mnt/k") << other;
        EXPECT_EQ(folder_in(other + start, by_flag), "/mnt/k") << other;
        EXPECT_EQ(folder_in(other, by_flag), "none") << other;
    }
    EXPECT_EQ(folder_in(start + "ExecStart=\nExecStart=/usr/bin/k --data-dir=/new\n", by_flag),
              "/new");
    EXPECT_EQ(folder_in(start + "ExecStart=\nExecStart=/usr/bin/k\n", by_flag), "none");
    EXPECT_EQ(folder_in("ExecStart=/usr/bin/k \\\n# why\n  --data-dir \\\n  /mnt/k", by_flag),
              "/mnt/k");
}

TEST(NamedFolder, IsThatOfAVariableThatTheUnitSets)
{
    const DataNaming by_its_variable{"/etc/systemd/system/k.service", "K3S_DATA_DIR"};

    EXPECT_EQ(folder_in("Environment=\"A=b\" \"K3S_DATA_DIR=/mnt/k\"\n", by_its_variable),
              "/mnt/k");
    EXPECT_EQ(folder_in("Environment=K3S_DATA_DIR=/mnt/k\nEnvironment=A=b\n", by_its_variable),
              "/mnt/k");
    EXPECT_EQ(folder_in("Environment=K3S_DATA_DIR=/mnt/k\nEnvironment=\n", by_its_variable),
              "none");
    EXPECT_EQ(folder_in("K3S_DATA_DIR=/mnt/k\n", by_its_variable), "none");
}

TEST(NamedFolder, IsTheValueOfAVariable)
{
    EXPECT_EQ(folder_in("K3S_TOKEN=x\nK3S_DATA_DIR='/mnt/k'\n", by_variable), "/mnt/k");
    EXPECT_EQ(folder_in("K3S_DATA_DIRS=/mnt/k\n", by_variable), "none");
}

TEST(NamedFolder, IsPlainForItBecomesAPartOfCommands)
{
    EXPECT_EQ(folder_in("data-dir: mnt/k\n", by_config),
              "data-dir is 'mnt/k', no plain absolute path");
    EXPECT_EQ(folder_in("data-dir: /mnt/$(x)\n", by_config),
              "data-dir is '/mnt/$(x)', no plain absolute path");
    EXPECT_EQ(folder_in("data-dir: [/mnt/k]\n", by_config), "data-dir is no text");
    EXPECT_NE(folder_in("data-dir: {\n", by_config), "none");
}

TEST(WithDataAt, MovesPathsInCommandsToo)
{
    EXPECT_EQ(with_data_at("data = \"/var/k\"\nrenew = \"rm /var/k/a /var/k-b /var/k; x\"\n",
                           "/var/k", "/mnt/k"),
              "data = \"/mnt/k\"\nrenew = \"rm /mnt/k/a /var/k-b /mnt/k; x\"\n");
}

}  // namespace
}  // namespace clockguard
