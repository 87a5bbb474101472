// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// The machine and the distribution for which a command has to work as printed.
struct CommandTarget {
    std::vector<std::string> systems{};  // ID and ID_LIKE of os-release(5); empty: not known
    std::string profile = "microk8s";    // certs.profile
};

/// A command that helps, or that shows more.
struct Remedy {
    std::string command{};
    std::string note{};
    std::string on{};                     // "the Hyper-V host"; empty: this machine
    std::string risk = "none";            // none, changes_clock, restarts_microk8s, restarts_pods
    bool looks = false;                   // it shows something and changes nothing
    bool choice = false;                  // right in one case and wrong in another
    std::vector<std::string> systems{};   // works on these only; empty: on all
    std::vector<std::string> profiles{};  // likewise
};

/// What there is to say of a finding's code: a file of config/codes, built in.
struct Code {
    std::string name{};  // "CG103"
    std::string title{};
    Severity severity = Severity::Warning;  // the gravest with which it is reported
    std::string seen{};    // paragraphs; a line that begins with "- " is an item of a list,
    std::string means{};   // one that begins with two blanks stays as it is
    std::string advice{};  // what is no command; may be empty
    std::vector<Remedy> remedies{};
};

/// One file of config/codes; an unknown or a missing key is an error.
[[nodiscard]] Result<Code> parse_code(std::string_view name, std::string_view toml);

/// "CG101", "CG102", ...: in rising order.
std::vector<std::string> code_names();

/// The one for "CG103", also written "cg103".
std::optional<Code> find_code(std::string_view name);

/// All of them, in rising order.
std::vector<Code> list_codes();

/// "Hardware clock", "Certificates": what the codes of this hundred, or ten, are about.
std::string_view group_of(std::string_view name);

bool applies(const Remedy& remedy, const CommandTarget& here);

/// "The hardware clock is wrong: 31d ahead", for the detail "31d ahead"; the detail alone where the
/// code is not known.
std::string title_of(std::string_view name, std::string_view detail = {});

/// The first remedy of the code that changes something and works here.
std::optional<Remedy> remedy_for(std::string_view name, const CommandTarget& here);

/// ID and ID_LIKE, from the text of os-release(5).
std::vector<std::string> system_ids(std::string_view os_release);

}  // namespace clockguard
