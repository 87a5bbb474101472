// SPDX-License-Identifier: Apache-2.0
#include "command/certs/surveyed_places.hpp"

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/tree.hpp"

namespace clockguard {
namespace {

const std::string data_folder = "/var/k/7";

/// A node of a distribution with one certificate, which a flag of its daemon may name elsewhere.
struct PlacesNode {
    Tree tree{{data_folder + "/x", ""}};
    CertProfile profile{.title = "K",
                        .data = "/var/k/current",
                        .args = {.folder = "/var/k/current/args", .variable = "K_DATA"}};
    Installation installed{
        .root = {.folder = tree.folder()}, .link = "/var/k/current", .data = data_folder};

    PlacesNode()
    {
        profile.places = {{.place = {.name = "server",
                                     .path = "/var/k/current/server.crt",
                                     .issuer = "ca",
                                     .args = {{.file = "api", .flag = "--cert"}},
                                     .unless = "/var/k/current/dynamic.json"}}};
    }

    SurveyedPlaces places() const { return places_to_survey(profile, installed); }

    std::string names() const
    {
        std::string names;
        for (const CertPlace& place : places().all)
            names += place.name + " ";
        return names;
    }
};

TEST(SurveyedPlaces, AreThoseOfTheProfileWhereNoFlagNamesAnother)
{
    const PlacesNode node;
    EXPECT_EQ(node.names(), "server ");
    EXPECT_TRUE(node.places().args.texts.empty());

    node.tree.write(data_folder + "/args/api", "--cert=$K_DATA/own.crt\n");

    EXPECT_EQ(node.names(), "server api:cert ");
    EXPECT_EQ(node.places().all.back().path, "/var/k/current/own.crt");
    EXPECT_EQ(node.places().args.texts.at("api"), "--cert=$K_DATA/own.crt\n");
}

TEST(SurveyedPlaces, SayWhatIsUsedInTheirStead)
{
    const PlacesNode node;
    EXPECT_EQ(node.places().all.front().skip, "");

    node.tree.write(data_folder + "/dynamic.json", "");

    EXPECT_EQ(node.places().all.front().skip, "'/var/k/current/dynamic.json' is used instead");
}

TEST(SurveyedPlaces, HaveOneForAnArgsFileThatIsTooLong)
{
    const PlacesNode node;
    const std::string file = data_folder + "/args/api";
    node.tree.write(file, std::string(256U << 10U, '#'));
    EXPECT_EQ(node.names(), "server ");

    node.tree.write(file, std::string((256U << 10U) + 1, '#'));

    EXPECT_EQ(node.names(), "server args/api ");
    const CertPlace unread = node.places().all.back();
    EXPECT_EQ(unread.path, "/var/k/current/args/api");
    EXPECT_EQ(unread.unclear, "args file '" + node.tree.path(file) +
                                  "' is 256 KiB long, limit 256 KiB: which certificates its flags "
                                  "name is not known");
    EXPECT_TRUE(node.places().args.texts.empty());
}

TEST(SurveyedPlaces, HaveOneForAnArgsFileThatCannotBeRead)
{
    const PlacesNode node;
    std::filesystem::create_directories(node.tree.path(data_folder + "/args/api"));

    EXPECT_EQ(node.names(), "server args/api ");
}

}  // namespace
}  // namespace clockguard
