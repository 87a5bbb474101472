// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clockguard {

/// What a command restarts; each more than the one before it.
enum class Restarts { Nothing, Pods, Kubernetes, Microk8s };

/// By which clock a command dates what it makes.
enum class DatedBy {
    Nothing,  // it makes nothing that has a date
    SystemClock,
    VerifiedClock,  // it refuses while the clock is not verified
};

/// What somebody types.
struct CommandLine {
    std::vector<std::string> steps{};  // one after the other, without sudo
    bool as_root = true;
    bool stops_at_failure = false;  // a step that fails keeps the next from running
    bool takes_root = false;        // each step can be run on another machine's disk, by --root
    Restarts restarts = Restarts::Nothing;
    DatedBy dated_by = DatedBy::Nothing;
    std::string keeps{};       // "keeps a backup"
    bool moves_aside = false;  // the old files stay, with .old after their names
    bool is_choice = false;    // right in one case and wrong in another, which a person knows
    bool looks = false;        // it shows something and changes nothing
    std::string on{};          // "the host"; empty: the machine that is told of

    bool empty() const { return steps.empty(); }
};

/// What helps against a finding: a command, the explanation of a code, or neither.
struct Advice {
    std::string words{};  // what no command does, or what the command is for
    CommandLine command{};
    std::string explained_in{};  // "CG205"

    bool empty() const { return words.empty() && command.empty() && explained_in.empty(); }
};

/// What `clockguard explain` tells of a code, and words for what it is about.
Advice explained_in(std::string code, std::string words = {});

/// The same for the disk of another machine, mounted at `root`: run there where --root leads to it,
/// and else said to be for that machine. Unchanged below "/".
Advice for_disk(Advice advice, std::string_view root);

/// As it is typed by who is not root: "sudo systemctl stop k3s; sudo k3s certificate rotate"
std::string to_text(const CommandLine& command);

/// "decrypt it: clockguard explain CG217"
std::string to_text(const Advice& advice);

}  // namespace clockguard
