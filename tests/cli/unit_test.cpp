// SPDX-License-Identifier: Apache-2.0
// A slip in the configuration opens no gate: what systemd runs goes on, what is typed ends.
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/program.hpp"

namespace clockguard {
namespace {

const std::string config = "/etc/clockguard/clockguard.toml";
const std::string state = "/run/clockguard/state.json";

Tree machine(const std::string& toml)
{
    return Tree{{"/proc/sys/kernel/random/boot_id", "b1\n"}, {config, toml}};
}

Ran run_in(const Tree& tree, std::vector<std::string> arguments, Starter starter = Starter::Systemd)
{
    arguments.insert(arguments.begin(), {"--root", tree.folder()});
    return run_clockguard(arguments, {}, starter);
}

TEST(UnitWithASlip, HoldsByTheDefaultOfThatKeyAndByAllOthers)
{
    const Tree tree = machine("[gate]\ntimeout = \"0s\"\non_tiemout = \"hold\"\n");

    const Ran ran = run_in(tree, {"gate"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_EQ(ran.err, "clockguard: cannot read configuration '" + tree.path(config) +
                           "': line 3: unknown key 'gate.on_tiemout' (did you mean "
                           "'gate.on_timeout'?), going on with the default\n");
    EXPECT_NE(ran.out.find("(limit 0 s, then release)"), std::string::npos) << ran.out;
    EXPECT_NE(tree.read(state).find("\"code\": \"CG405\""), std::string::npos);
    EXPECT_NE(tree.read(state).find("gate.on_tiemout"), std::string::npos);
}

TEST(UnitWithASlip, GoesByTheDefaultsWhereNothingCanBeRead)
{
    const Tree tree = machine("[gate\ntimeout = \"1s\"\n");

    const Ran ran = run_in(tree, {"gate", "--timeout", "0s"});

    EXPECT_EQ(ran.exit_code, 0);
    EXPECT_NE(ran.err.find("line 1: "), std::string::npos) << ran.err;
    EXPECT_NE(tree.read(state).find("\"code\": \"CG405\""), std::string::npos);
}

TEST(UnitWithASlip, GoesOnWhateverTheSlip)
{
    const Tree tree = machine("[certs]\nprofile = \"microk9s\"\n");
    const Tree sound = machine("");

    const Ran profile = run_in(tree, {"gate", "--timeout", "0s"});
    const Ran variable = run_clockguard({"--root", sound.folder(), "gate", "--timeout", "0s"},
                                        {"CLOCKGUARD_GATE_TIMEUT=1s"}, Starter::Systemd);
    const Ran file = run_in(sound, {"--config", "/none.toml", "gate", "--timeout", "0s"});

    EXPECT_EQ(profile.exit_code, 0);
    EXPECT_NE(profile.err.find("cannot find profile 'microk9s'"), std::string::npos);
    EXPECT_EQ(variable.exit_code, 0);
    EXPECT_NE(variable.err.find("CLOCKGUARD_GATE_TIMEUT"), std::string::npos);
    EXPECT_EQ(file.exit_code, 0);
    EXPECT_NE(file.err.find("/none.toml"), std::string::npos);
}

TEST(UnitWithASlip, GoesOnInEveryUnit)
{
    const Tree tree = machine("[gate]\ntimeuot = \"0s\"\n");

    EXPECT_EQ(run_in(tree, {"early"}).exit_code, 0);
    EXPECT_EQ(run_in(tree, {"certs", "refresh", "--yes"}).exit_code, 4);
    EXPECT_EQ(run_in(tree, {"rtc", "set", "--from", "system", "--if-off"}).exit_code, 0);
    EXPECT_EQ(run_in(tree, {"certs", "check"}).exit_code, 78);
    EXPECT_NE(tree.read("/run/clockguard/early.json").find("\"code\": \"CG405\""),
              std::string::npos);
}

TEST(Configuration, IsRefusedWithItsPlaceAndAnAdvice)
{
    const Tree tree = machine("[gate]\ntimeut = \"1s\"\n");
    const std::string file = tree.path(config);

    const Ran ran = run_clockguard({"--root", tree.folder(), "gate"});

    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_EQ(ran.err, "clockguard: cannot read configuration '" + file +
                           "': line 2: unknown key 'gate.timeut' (did you mean 'gate.timeout'?)\n");
    EXPECT_EQ(ran.out, "");
}

TEST(Configuration, ThatWasNamedMustBeThere)
{
    const Ran ran = run_clockguard({"--config", "/nonexistent.toml", "status"});

    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_EQ(ran.err, "clockguard: cannot read configuration '/nonexistent.toml': No such file or "
                       "directory\n");
}

TEST(Configuration, CannotBeAFolder)
{
    const Tree tree;

    const Ran ran = run_clockguard({"--config", tree.folder(), "status"});

    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_EQ(ran.err,
              "clockguard: cannot read configuration '" + tree.folder() + "': Is a directory\n");
}

TEST(TypedWithASlip, EndsBelowAUnitToo)
{
    const Tree tree = machine("[gate]\ntimeuot = \"0s\"\n");

    const Ran below = run_clockguard({"--root", tree.folder(), "gate"},
                                     {"INVOCATION_ID=0123456789abcdef0123456789abcdef",
                                      "SYSTEMD_EXEC_PID=" + std::to_string(::getpid())});

    EXPECT_EQ(below.exit_code, 78);
    EXPECT_EQ(below.out, "");
    EXPECT_EQ(run_in(tree, {"early"}, Starter::Hand).exit_code, 78);
}

TEST(TypedWithASlip, TellsItInWhatExplainsThisMachine)
{
    const Tree tree = machine("[gate]\ntimeuot = \"0s\"\n");
    run_in(tree, {"gate", "--timeout", "0s"});
    const auto before = tree.snapshot();

    const Ran status = run_in(tree, {"status"}, Starter::Hand);
    const Ran json = run_in(tree, {"status", "-o", "json"}, Starter::Hand);
    const Ran diagnosis = run_in(tree, {"diagnose"}, Starter::Hand);

    for (const Ran& ran : {status, json, diagnosis}) {
        EXPECT_EQ(ran.exit_code, 78);
        EXPECT_NE(ran.out.find("CG405"), std::string::npos) << ran.out;
        EXPECT_NE(ran.err.find("did you mean 'gate.timeout'?"), std::string::npos) << ran.err;
    }
    EXPECT_NE(json.out.find("\"exit_code\": 78"), std::string::npos) << json.out;
    EXPECT_EQ(tree.snapshot(), before);

    tree.write(config, "");
    EXPECT_EQ(run_in(tree, {"status"}, Starter::Hand).out.find("CG405"), std::string::npos);
}

TEST(TypedWithASlip, TellsEachSlipInTheOrderOfTheFile)
{
    const Tree tree =
        machine("[gate]\ntimeuot = \"0s\"\non_timeout = \"wait\"\n[certs]\nprofil = \"\"\n");

    const Ran ran = run_in(tree, {"gate"}, Starter::Hand);

    const auto first = ran.err.find("line 2: ");
    const auto second = ran.err.find("line 3: ");
    const auto third = ran.err.find("line 5: ");
    EXPECT_LT(first, second) << ran.err;
    EXPECT_LT(second, third) << ran.err;
    EXPECT_NE(third, std::string::npos) << ran.err;
}

TEST(TypedWithASlip, StillExplainsWhatItIs)
{
    const Tree tree = machine("[gate]\ntimeuot = \"0s\"\n");

    const Ran explained = run_in(tree, {"explain", "CG405"}, Starter::Hand);
    const Ran completion = run_in(tree, {"completion", "bash"}, Starter::Hand);

    for (const Ran& ran : {explained, completion}) {
        EXPECT_EQ(ran.exit_code, 0);
        EXPECT_EQ(ran.err, "");
        EXPECT_NE(ran.out, "");
    }
    EXPECT_EQ(run_in(tree, {"--config", "/none.toml", "explain"}, Starter::Hand).exit_code, 78);
}

TEST(TypedWithASlip, MissesTheFileThatALinkMeans)
{
    const Tree tree = machine("");
    std::filesystem::remove(tree.path(config));
    EXPECT_EQ(run_in(tree, {"rehearse"}, Starter::Hand).exit_code, 0);
    std::filesystem::create_symlink("/srv/clockguard.toml", tree.path(config));

    const Ran ran = run_in(tree, {"rehearse"}, Starter::Hand);

    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_NE(ran.err.find("No such file"), std::string::npos) << ran.err;
}

TEST(TypedWithASlip, IsAnsweredInOneDocument)
{
    const Tree tree = machine("[gate]\ntimeuot = \"0s\"\n");

    const Ran config_error = run_in(tree, {"rehearse", "-o", "json"}, Starter::Hand);
    const Ran usage_error = run_in(tree, {"rehaerse", "-o", "json"}, Starter::Hand);
    const Ran no_state = run_in(machine(""), {"status", "--json"}, Starter::Hand);

    EXPECT_TRUE(config_error.out.starts_with("{")) << config_error.out;
    EXPECT_NE(config_error.out.find("\"exit_code\": 78"), std::string::npos);
    EXPECT_NE(config_error.out.find("unknown key 'gate.timeuot'"), std::string::npos);
    EXPECT_NE(usage_error.out.find("\"exit_code\": 64"), std::string::npos) << usage_error.out;
    EXPECT_NE(no_state.out.find("\"exit_code\": 3"), std::string::npos) << no_state.out;
}

TEST(ConfigurationOfOthers, IsRefusedByHandAndPassedOverAtBoot)
{
    const Tree tree = machine("[gate]\ntimeout = \"infinity\"\n");
    ::chmod(tree.path(config).c_str(), 0666);

    const Ran typed = run_in(tree, {"gate"}, Starter::Hand);
    const Ran unit = run_in(tree, {"gate", "--timeout", "0s"});

    EXPECT_EQ(typed.exit_code, 78);
    EXPECT_EQ(typed.err, "clockguard: cannot use configuration '" + tree.path(config) +
                             "': cannot trust '" + tree.path(config) +
                             "': users other than its owner may write it (mode 0666)\n");
    EXPECT_EQ(unit.exit_code, 0);
    EXPECT_NE(tree.read(state).find("\"code\": \"CG405\""), std::string::npos);
}

TEST(ConfigurationOfOthers, IsOneInAFolderOfOthersToo)
{
    const Tree tree = machine("");
    const std::string folder = tree.path("/etc/clockguard");
    const auto typed = [&](mode_t mode) {
        ::chmod(folder.c_str(), mode);
        return run_in(tree, {"rehearse"}, Starter::Hand).exit_code;
    };

    EXPECT_EQ(typed(0777), 78);
    EXPECT_EQ(typed(0775), 78);
    EXPECT_EQ(typed(01777), 0);
    EXPECT_EQ(typed(0755), 0);
}

TEST(ConfigurationOfOthers, IsOneOfAnotherOwner)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root may give files away";
    const Tree tree = machine("");
    ASSERT_EQ(::chown(tree.path(config).c_str(), 65534, 65534), 0);

    const Ran ran = run_in(tree, {"gate", "--timeout", "0s"}, Starter::Hand);

    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_NE(ran.err.find("it belongs to user 65534"), std::string::npos) << ran.err;
}

TEST(ConfigurationOfOthers, HoldsNobodyUpWhateverStandsThere)
{
    const Tree tree = machine("");
    std::filesystem::remove(tree.path(config));
    ::mkfifo(tree.path(config).c_str(), 0600);

    EXPECT_EQ(run_in(tree, {"gate", "--timeout", "0s"}, Starter::Hand).exit_code, 78);
    EXPECT_EQ(run_in(tree, {"gate", "--timeout", "0s"}).exit_code, 0);
}

}  // namespace
}  // namespace clockguard
