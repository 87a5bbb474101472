// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/process.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <fmt/format.h>

#include "clockguard/edge/clocks.hpp"
#include "clockguard/edge/fd.hpp"
#include "clockguard/edge/sys.hpp"

namespace clockguard {
namespace {

/// What posix_spawn(3) is told beyond the program: who reads and writes where, and that signals are
/// as new in a process group of its own.
class Setting {
public:
    explicit Setting(int output)
    {
        ::posix_spawn_file_actions_init(&files_);
        ::posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&files_, output, STDERR_FILENO);
        sigset_t signals;
        ::posix_spawnattr_init(&attributes_);
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&attributes_, &signals);
        ::sigfillset(&signals);
        ::posix_spawnattr_setsigdefault(&attributes_, &signals);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                     POSIX_SPAWN_SETSIGDEF);
    }
    Setting(const Setting&) = delete;
    Setting& operator=(const Setting&) = delete;
    ~Setting()
    {
        ::posix_spawn_file_actions_destroy(&files_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    const posix_spawn_file_actions_t* files() const { return &files_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

private:
    posix_spawn_file_actions_t files_{};
    posix_spawnattr_t attributes_{};
};

/// A child that is always waited for: killed first, with its group, unless it has ended.
class Child {
public:
    explicit Child(pid_t pid) : pid_{pid} {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child()
    {
        if (pid_ <= 0)
            return;
        ::kill(-pid_, SIGKILL);
        reap();
    }

    pid_t pid() const { return pid_; }

    /// How it ended, as waitpid(2) tells it.
    int reap()
    {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR)
            ;
        pid_ = 0;
        return status;
    }

private:
    pid_t pid_;
};

struct Pipe {
    Fd from{};
    Fd into{};
};

/// Only our end must not block: the program's own end is as any program expects it.
Result<Pipe, std::error_code> open_pipe()
{
    std::array<int, 2> ends{};
    const auto opened = sys(::pipe2(ends.data(), O_CLOEXEC));
    if (!opened)
        return fail(opened.error());
    Pipe pipe{.from = Fd{ends[0]}, .into = Fd{ends[1]}};
    const auto set = sys(::fcntl(pipe.from.get(), F_SETFL, O_NONBLOCK));
    if (!set)
        return fail(set.error());
    return pipe;
}

Result<pid_t, std::error_code> start(std::vector<std::string>& argv, int output)
{
    // Python's click, which `microk8s refresh-certs` is made with, wants a UTF-8 locale.
    std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
                                         "LC_ALL=C.UTF-8"};
    const auto pointers = [](std::vector<std::string>& texts) {
        std::vector<char*> list;
        list.reserve(texts.size() + 1);
        for (std::string& text : texts)
            list.push_back(text.data());
        list.push_back(nullptr);
        return list;
    };
    const Setting setting{output};
    pid_t pid = 0;
    const int failure =
        ::posix_spawn(&pid, argv.front().c_str(), setting.files(), setting.attributes(),
                      pointers(argv).data(), pointers(environment).data());
    if (failure != 0)
        return fail(std::error_code{failure, std::generic_category()});
    return pid;
}

/// What is there now, a full pipe (pipe(7)) at the most; false at its end.
bool take(int fd, std::string& output)
{
    std::array<char, 64U << 10U> chunk{};
    const auto got = sys(::read(fd, chunk.data(), chunk.size()));
    if (!got)
        return got.error() == std::errc::resource_unavailable_try_again;
    output.append(chunk.data(), static_cast<std::size_t>(*got));
    if (output.size() > output_kept)
        output.erase(0, output.size() - output_kept);
    return *got > 0;
}

int until(Uptime deadline)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - uptime_now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

/// Reads along until the program ends, whoever else still holds the pipe then; false when the time
/// is up first.
bool listen(int ended, int from, Uptime deadline, std::string& output)
{
    std::array<pollfd, 2> watched{pollfd{.fd = ended, .events = POLLIN, .revents = 0},
                                  pollfd{.fd = from, .events = POLLIN, .revents = 0}};
    while (uptime_now() < deadline) {
        if (::poll(watched.data(), watched.size(), until(deadline)) < 0)
            continue;
        if (watched[1].revents != 0 && !take(from, output))
            watched[1].fd = -1;
        if (watched[0].revents == 0)
            continue;
        if (watched[1].fd >= 0)
            take(from, output);
        return true;
    }
    return false;
}

}  // namespace

Result<Finished> run(std::vector<std::string> argv, Span limit)
{
    const auto cannot = [&](std::string_view why, std::error_code code = {}) {
        return fail(fmt::format("cannot run '{}'{}", argv.empty() ? "" : argv.front(), why), code);
    };
    if (argv.empty() || !argv.front().starts_with('/'))
        return cannot(": not an absolute path");
    auto pipe = open_pipe();
    if (!pipe)
        return cannot("", pipe.error());
    const auto pid = start(argv, pipe->into.get());
    if (!pid)
        return cannot("", pid.error());
    Child child{*pid};
    pipe->into = Fd{};
    // glibc has a wrapper only since 2.36.
    const auto ended = sys(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
    if (!ended)
        return cannot("", ended.error());
    const Fd end{*ended};
    std::string output;
    if (!listen(end.get(), pipe->from.get(), uptime_now() + limit, output))
        return cannot(fmt::format(": not done after {}", to_text(limit)));
    const int status = child.reap();
    if (WIFSIGNALED(status))
        return cannot(fmt::format(": ended by signal {} ({})", WTERMSIG(status),
                                  ::strsignal(WTERMSIG(status))));
    return Finished{.exit_code = WEXITSTATUS(status), .output = std::move(output)};
}

}  // namespace clockguard
