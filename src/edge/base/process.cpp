// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/base/process.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <spawn.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

/// Those that sudo trusts (secure_path of sudoers(5)), snaps', and RKE2's where /usr is read-only.
constexpr std::array folders{"/usr/sbin",       "/usr/bin",       "/sbin",     "/bin",
                             "/usr/local/sbin", "/usr/local/bin", "/snap/bin", "/opt/rke2/bin"};

std::string search_path()
{
    return fmt::format("{}", fmt::join(folders.begin(), folders.end(), ":"));
}

std::string find_program(const std::string& name)
{
    if (name == "clockguard")
        return "/proc/self/exe";
    if (name.starts_with('/'))
        return name;
    for (const char* folder : folders)
        if (std::string path = fmt::format("{}/{}", folder, name);
            ::access(path.c_str(), X_OK) == 0)
            return path;
    return {};
}

std::vector<std::string> environment_of_program()
{
    std::vector<std::string> all{fmt::format("PATH={}", search_path())};
    for (char** variable = environ; *variable != nullptr; ++variable)
        if (const std::string_view text = *variable; !text.starts_with("PATH="))
            all.emplace_back(text);
    return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& words)
{
    std::vector<char*> all;
    all.reserve(words.size() + 1);
    for (std::string& word : words)
        all.push_back(word.data());
    all.push_back(nullptr);
    return all;
}

/// posix_spawn(3)'s two sets of instructions.
struct Instructions {
    Instructions()
    {
        ::posix_spawn_file_actions_init(&files);
        ::posix_spawnattr_init(&signals);
    }
    Instructions(const Instructions&) = delete;
    Instructions& operator=(const Instructions&) = delete;
    ~Instructions()
    {
        ::posix_spawn_file_actions_destroy(&files);
        ::posix_spawnattr_destroy(&signals);
    }

    posix_spawn_file_actions_t files{};
    posix_spawnattr_t signals{};
};

Result<pid_t, std::error_code> start(const std::string& path, std::vector<std::string> words,
                                     int output)
{
    Instructions instructions;
    ::posix_spawn_file_actions_adddup2(&instructions.files, output, STDOUT_FILENO);
    // Ours are held, and two of them ignored; a shell could not undo that.
    sigset_t all{};
    ::sigfillset(&all);
    ::posix_spawnattr_setsigdefault(&instructions.signals, &all);
    ::sigemptyset(&all);
    ::posix_spawnattr_setsigmask(&instructions.signals, &all);
    ::posix_spawnattr_setflags(&instructions.signals,
                               POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    std::vector<std::string> variables = environment_of_program();
    pid_t child = 0;
    const int failed =
        ::posix_spawn(&child, path.c_str(), &instructions.files, &instructions.signals,
                      pointers_to(words).data(), pointers_to(variables).data());
    if (failed != 0)
        return fail(std::error_code{failed, std::generic_category()});
    return child;
}

Result<int, std::error_code> end_of(pid_t child)
{
    int status = 0;
    for (;;) {
        const auto ended = sys(::waitpid(child, &status, 0));
        if (ended)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (ended.error() != std::errc::interrupted)
            return fail(ended.error());
    }
}

}  // namespace

Result<int> run_program(const std::vector<std::string>& words, int output)
{
    const std::string path = find_program(words.front());
    if (path.empty())
        return fail(fmt::format("cannot run '{}': it is not in {}", words.front(), search_path()));
    const auto child = start(path, words, output);
    const auto code = child ? end_of(*child) : fail(child.error());
    if (!code)
        return fail(fmt::format("cannot run '{}'", path), code.error());
    return *code;
}

}  // namespace clockguard
