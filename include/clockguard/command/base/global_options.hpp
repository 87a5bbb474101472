// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "clockguard/command/base/context.hpp"

namespace clockguard {

/// The options that every command has, as they were given.
struct GlobalOptions {
    std::string output = "text";
    std::string color = "auto";
    std::string config{};  // empty: the default file
    std::string root = "/";
    bool json = false;
    bool quiet = false;
    bool verbose = false;
    bool ascii = false;
    bool strict = false;
};

/// Whether output is coloured: `when` is "always", "never" or "auto".
bool wants_color(const std::string& when);

/// COLUMNS, as shells set it, between 40 and 100; 80 where it is not set.
std::size_t prose_width();

/// The same where a descriptor is a terminal; a program that reads lines gets whole ones.
std::size_t line_width(int descriptor);

/// Why nothing can be said of what is below it; empty where it is a folder.
std::string root_objection(const std::string& folder);

/// "/mnt/" becomes "/mnt"; another path of "/" becomes this machine.
Root to_root(std::string folder);

/// Whether the command line asks for JSON, even where the rest of it is not valid.
bool asks_for_json(int count, const char* const* arguments);

/// Reads the configuration and sets standard output and error up as the options and systemd want
/// them.
Context begin_context(const GlobalOptions& options, const char* const* environment);

}  // namespace clockguard
