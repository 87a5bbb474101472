// SPDX-License-Identifier: Apache-2.0
// A node that the certificate commands are run on.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "clockguard/command/certs/certs.hpp"
#include "clockguard/command/certs/certs_refresh.hpp"
#include "clockguard/command/certs/certs_undo.hpp"
#include "support/microk8s_tree.hpp"

namespace clockguard {

/// What a command left behind.
struct Said {
    ExitCode code = ExitCode::Internal;
    std::string out{};
    std::string err{};
};

/// A node on 2026-03-03 with a clock that is trusted, until a test says otherwise.
struct Node {
    Microk8sTree tree{};
    Instant now = at("2026-03-03T08:20:11Z");
    Uptime uptime{std::chrono::minutes{5}};
    ClockTrust clock{.trusted = true, .by = "chrony", .why = "chrony agrees"};
    std::optional<bool> answer{};
    std::vector<std::string> asked{};
    Output output{.width = 1000};  // no line is broken, unless a test is about that
    Config config{};
    std::optional<CsrConf> csr_conf{};
    bool in_unit = false;
    bool is_disk = false;  // what is printed is that of who reads the node's disk elsewhere
    bool may_write = true;
    bool was_paused = false;                // and chronyd has not measured since
    int writes_until_the_clock_moves = -1;  // negative: it never does

    Context context() const
    {
        return {.root = tree.root(), .config = config, .output = output, .in_unit = in_unit};
    }

    std::string clock_moved()
    {
        return writes_until_the_clock_moves-- == 0 ? "the clock was stepped by 30 d" : "";
    }

    CertsWorld world()
    {
        return {.now = [this] { return now; },
                .uptime = [this] { return uptime; },
                .have_measured = [this] { was_paused = false; },
                .clock = [this] { return was_paused ? ClockTrust{.why = "paused"} : clock; },
                .clock_moved = [this] { return clock_moved(); },
                .host = [] { return ReportHost{.hostname = "edge-07", .boot_id = "b007"}; },
                .may_write = [this] { return may_write; },
                .ask =
                    [this](const std::string& question) {
                        asked.push_back(question);
                        return answer;
                    },
                .wait = [](Span) {},
                .csr_conf = [this](const Installation&) { return csr_conf; }};
    }

    std::string as_on_the_node(std::string text) const
    {
        if (is_disk)
            return text;
        for (const std::string& said :
             {" --root " + tree.root().folder, std::string{", on that machine"},
              std::string{"on that machine: "},
              std::string{", on the machines themselves, not on this one"}})
            for (auto at = text.find(said); at != text.npos; at = text.find(said))
                text.erase(at, said.size());
        return text;
    }

    Said say(const std::function<ExitCode()>& run)
    {
        testing::internal::CaptureStdout();
        testing::internal::CaptureStderr();
        Said said{.code = run()};
        std::fflush(stdout);
        said.out = as_on_the_node(testing::internal::GetCapturedStdout());
        said.err = testing::internal::GetCapturedStderr();
        return said;
    }

    Said list()
    {
        return say([this] { return run_certs_list(context(), world()); });
    }

    Said check(const std::string& within = "")
    {
        return say([&] { return run_certs_check(context(), {.within = within}, world()); });
    }

    Said refresh(const CertsRefreshOptions& options = {.yes = true})
    {
        return say([&] { return run_certs_refresh(context(), options, world()); });
    }

    Said backups()
    {
        return say([&] { return run_certs_undo(context(), {.list = true}, world()); });
    }

    Said undo(const std::string& to = "")
    {
        return say([&] { return run_certs_undo(context(), {.to = to}, world()); });
    }
};

}  // namespace clockguard
