// SPDX-License-Identifier: Apache-2.0
// clockguard against clockguard, and both against MicroK8s' kicker.
#include <array>
#include <fcntl.h>
#include <functional>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "clockguard/edge/base/clocks.hpp"
#include "clockguard/edge/base/files.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/certs/replace_file.hpp"
#include "support/tree.hpp"

namespace clockguard {
namespace {

/// What the next fsync of a folder does first: the moment in which a replaced file is looked at.
std::function<void()> at_folder_sync;

void happen_once(int file)
{
    struct stat about {};
    if (!at_folder_sync || ::fstat(file, &about) != 0 || !S_ISDIR(about.st_mode))
        return;
    const auto event = std::exchange(at_folder_sync, {});
    event();
}

}  // namespace
}  // namespace clockguard

/// In the place of the C library's, for this whole program.
extern "C" int fsync(int file)
{
    clockguard::happen_once(file);
    return static_cast<int>(::syscall(SYS_fsync, file));
}

namespace clockguard {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 1000;
const std::string server = "/var/snap/microk8s/8511/certs/server.crt";

/// Where nobody waits for a disk.
Tree fast_tree()
{
    if (::access("/dev/shm", W_OK) == 0)
        ::setenv("TMPDIR", "/dev/shm", 1);
    return {{server, "old"}};
}

/// As `openssl x509 -out` does: no lock, no second name.
void write_plainly(const std::string& path, const std::string& text)
{
    const Fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660)};
    ASSERT_EQ(::write(file.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

FileChange change_of(const std::string& path, int round, const std::string& who)
{
    return {.location = path,
            .before = fmt::format("old {}", round),
            .after = fmt::format("{} {}", who, round)};
}

/// What the processes of a race share.
struct Course {
    pthread_barrier_t line;
    std::array<int, 2> replaced;
    std::array<int, 2> gave_way;
    std::array<int, 2> failed;
};

class Race {
public:
    Race()
        : course_{static_cast<Course*>(::mmap(nullptr, sizeof(Course), PROT_READ | PROT_WRITE,
                                              MAP_SHARED | MAP_ANONYMOUS, -1, 0))}
    {
        pthread_barrierattr_t shared;
        ::pthread_barrierattr_init(&shared);
        ::pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
        ::pthread_barrier_init(&course_->line, &shared, 4);
    }
    Race(const Race&) = delete;
    Race& operator=(const Race&) = delete;
    ~Race() { ::munmap(course_, sizeof(Course)); }

    Course& course() { return *course_; }

    void meet() { ::pthread_barrier_wait(&course_->line); }

    template <class Turn>
    void start(Turn turn)
    {
        const pid_t child = ::fork();
        if (child != 0)
            return;
        for (int round = 0; round < rounds; ++round) {
            meet();
            turn(round);
            meet();
        }
        ::_exit(0);
    }

private:
    Course* course_;
};

void replace_once(Course& course, std::size_t self, const Root& root, const FileChange& change)
{
    Result<Fd> lock = lock_certificates(root);
    for (int i = 0; !lock && i < 50; ++i) {
        std::this_thread::sleep_for(100us);
        lock = lock_certificates(root);
    }
    const auto done = lock ? replace_file(change) : fail(lock.error());
    if (done)
        ++course.replaced[self];
    else if (!lock || is_contested(done.error()))
        ++course.gave_way[self];
    else
        ++course.failed[self];
}

/// The kicker's moment goes through the whole of a replacement, in steps of a prime.
void wait_a_different_time(int round)
{
    const Uptime until = uptime_now() + std::chrono::microseconds{round * 7 % 450};
    while (uptime_now() < until)
        continue;
}

TEST(Races, NeverLoseWhatTheKickerWrote)
{
    const Tree tree = fast_tree();
    const std::string path = tree.path(server);
    const Root root{.folder = tree.folder()};
    Race race;
    for (const std::size_t self : {0U, 1U})
        race.start([&](int round) {
            replace_once(race.course(), self, root,
                         change_of(path, round, self == 0 ? "one" : "other"));
        });
    race.start([&](int round) {
        wait_a_different_time(round);
        write_plainly(path, fmt::format("kicker {}", round));
    });

    int lost = 0;
    for (int round = 0; round < rounds; ++round) {
        write_plainly(path, fmt::format("old {}", round));
        race.meet();
        race.meet();
        lost += tree.read(server) != fmt::format("kicker {}", round);
    }
    while (::wait(nullptr) > 0)
        continue;

    const Course& course = race.course();
    EXPECT_EQ(lost, 0);
    EXPECT_EQ(course.failed[0] + course.failed[1], 0);
    EXPECT_GT(course.replaced[0] + course.replaced[1], 0);
    EXPECT_GT(course.gave_way[0] + course.gave_way[1], 0);
    EXPECT_EQ(list_folder(path.substr(0, path.rfind('/'))).value_or(std::vector<std::string>{}),
              std::vector<std::string>{"server.crt"});
}

TEST(Races, WaitForWhoHasTheFileOpenAndGiveItBack)
{
    const Tree tree = fast_tree();
    const std::string path = tree.path(server);
    Fd open{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    std::thread slow{[&] {
        std::this_thread::sleep_for(50ms);
        EXPECT_EQ(::ftruncate(open.get(), 0), 0);
        EXPECT_EQ(::write(open.get(), "theirs", 6), 6);
        open = Fd{};
    }};

    const auto replaced = replace_file({.location = path, .before = "old", .after = "new"});
    slow.join();

    ASSERT_FALSE(replaced);
    EXPECT_TRUE(is_contested(replaced.error()));
    EXPECT_EQ(to_text(replaced.error()),
              "cannot replace '" + path + "': another program has just written it");
    EXPECT_EQ(tree.read(server), "theirs");
}

/// The kicker has found the file by its name before it was exchanged, and opens it while it is
/// looked at: it has written nothing yet, and only the lease tells.
TEST(Races, GiveBackWhatSomebodyIsAboutToWrite)
{
    const Tree tree = fast_tree();
    const std::string path = tree.path(server);
    const Fd found{::open(path.c_str(), O_PATH | O_CLOEXEC)};
    const std::string same = fmt::format("/proc/self/fd/{}", found.get());
    std::thread kicker;
    bool waited = false;
    at_folder_sync = [&] {
        const Fd early{::open(same.c_str(), O_WRONLY | O_TRUNC | O_NONBLOCK | O_CLOEXEC)};
        waited = early.get() < 0 && errno == EWOULDBLOCK;
        kicker = std::thread{[&] { write_plainly(same, "theirs"); }};
    };

    const auto replaced = replace_file({.location = path, .before = "old", .after = "new"});
    ASSERT_TRUE(kicker.joinable());
    kicker.join();

    EXPECT_TRUE(waited);
    ASSERT_FALSE(replaced);
    EXPECT_TRUE(is_contested(replaced.error())) << to_text(replaced.error());
    EXPECT_EQ(tree.read(server), "theirs");
}

TEST(Races, SayThatTheFolderIsGone)
{
    const Tree tree = fast_tree();
    const std::string path = tree.path(server);
    std::filesystem::remove_all(tree.path("/var/snap/microk8s/8511"));

    const auto replaced = replace_file({.location = path, .before = "old", .after = "new"});

    ASSERT_FALSE(replaced);
    EXPECT_EQ(to_text(replaced.error()),
              "cannot replace '" + path + "': No such file or directory");
}

}  // namespace
}  // namespace clockguard
