// SPDX-License-Identifier: Apache-2.0
// Opening a file below a folder, through no link that leads out of it: at once by openat2(2), or
// step by step.
#include "clockguard/edge/base/beneath.hpp"

#include <array>
#include <climits>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

#include "clockguard/edge/base/sys.hpp"

namespace clockguard {
namespace {

using Opened = Result<Fd, std::error_code>;

std::error_code code_of(int number)
{
    return {number, std::generic_category()};
}

Opened open_at(int folder, const std::string& name, int flags)
{
    const auto opened = sys(::openat(folder, name.c_str(), flags | O_CLOEXEC));
    if (!opened)
        return fail(opened.error());
    return Fd{*opened};
}

/// open(2) and not openat(2): what stands in for /sys and /dev in tests knows it better.
Opened open_here(const std::string& path, int flags)
{
    const auto opened = sys(::open(path.c_str(), flags | O_CLOEXEC));
    if (!opened)
        return fail(opened.error());
    return Fd{*opened};
}

/// glibc has no function for it before 2.42.
Opened open_at_once(const Fd& folder, const std::string& path, int flags, Links links)
{
    open_how how{};
    how.flags = static_cast<std::uint64_t>(static_cast<unsigned>(flags | O_CLOEXEC));
    how.resolve = RESOLVE_NO_MAGICLINKS;
    how.resolve |=
        links == Links::Refused ? RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS : RESOLVE_IN_ROOT;
    const auto opened = sys(::syscall(SYS_openat2, folder.get(), path.c_str(), &how, sizeof how));
    if (!opened)
        return fail(opened.error());
    return Fd{static_cast<int>(*opened)};
}

/// EPERM comes from seccomp filters older than the call; EAGAIN where something was renamed while
/// ".." was followed (openat2(2)).
bool has_to_walk(std::error_code code)
{
    return code == std::errc::function_not_supported ||
           code == std::errc::operation_not_permitted ||
           code == std::errc::resource_unavailable_try_again;
}

constexpr int no_proc = 1;  // no type of file has this number

/// Why what was found in a file's place is not read.
class NoFile : public std::error_category {
public:
    const char* name() const noexcept override { return "no file"; }
    std::string message(int type) const override
    {
        switch (type) {
        case S_IFIFO:
            return "it is a pipe";
        case S_IFSOCK:
            return "it is a socket";
        case no_proc:
            return "/proc is not mounted";
        default:
            return "it is a device";
        }
    }
};

const NoFile& no_file_category()
{
    static const NoFile category;
    return category;
}

std::error_code no_file(mode_t mode)
{
    if (S_ISDIR(mode))
        return std::make_error_code(std::errc::is_a_directory);
    if (S_ISLNK(mode))
        return code_of(ELOOP);
    return {static_cast<int>(mode & S_IFMT), no_file_category()};
}

/// The components that are still to be walked, the next one last.
void add_components(std::vector<std::string>& ahead, const std::string& path)
{
    for (std::size_t end = path.size(); end > 0;) {
        const auto slash = path.rfind('/', end - 1);
        const std::size_t begin = slash == std::string::npos ? 0 : slash + 1;
        if (begin < end && path.compare(begin, end - begin, ".") != 0)
            ahead.push_back(path.substr(begin, end - begin));
        end = slash == std::string::npos ? 0 : slash;
    }
}

/// Goes down from a folder; each folder on the way is held, so that ".." is where we came from.
class Walk {
public:
    Walk(int start, const std::string& path, Links links) : start_{start}, links_{links}
    {
        add_components(ahead_, path);
    }

    Opened go(int flags)
    {
        while (!ahead_.empty()) {
            const std::string name = ahead_.back();
            ahead_.pop_back();
            auto last = name == ".." ? go_up() : step(name, flags);
            if (!last || last->get() >= 0)
                return last;
        }
        return open_at(here(), ".", flags);
    }

private:
    int here() const { return way_.empty() ? start_ : way_.back().get(); }

    Opened go_up()
    {
        if (links_ == Links::Refused)
            return fail(std::make_error_code(std::errc::cross_device_link));
        if (!way_.empty())
            way_.pop_back();
        return Fd{};
    }

    /// The last component as it was asked for; of another nothing, and we are in it.
    Opened step(const std::string& name, int flags)
    {
        auto next = open_at(here(), name, O_PATH | O_NOFOLLOW);
        if (!next)
            return next;
        struct stat about {};
        const auto known = sys(::fstat(next->get(), &about));
        if (!known)
            return fail(known.error());
        const bool is_last = ahead_.empty();
        if (S_ISLNK(about.st_mode) && !(is_last && (flags & O_NOFOLLOW) != 0))
            return follow(*next);
        if (is_last)
            return open_at(here(), name, flags | O_NOFOLLOW);
        if (!S_ISDIR(about.st_mode))
            return fail(std::make_error_code(std::errc::not_a_directory));
        way_.push_back(std::move(*next));
        return Fd{};
    }

    Opened follow(const Fd& link)
    {
        constexpr int links_at_most = 40;  // MAXSYMLINKS of the kernel
        if (links_ == Links::Refused || ++followed_ > links_at_most)
            return fail(code_of(ELOOP));
        std::array<char, PATH_MAX> target{};
        const auto size = sys(::readlinkat(link.get(), "", target.data(), target.size()));
        if (!size)
            return fail(size.error());
        const std::string path{target.data(), static_cast<std::size_t>(*size)};
        if (path.starts_with('/'))
            way_.clear();
        add_components(ahead_, path);
        return Fd{};
    }

    int start_;
    Links links_;
    std::vector<Fd> way_{};
    std::vector<std::string> ahead_{};
    int followed_ = 0;
};

std::string relative(const std::string& path)
{
    const auto begin = path.find_first_not_of('/');
    return begin == std::string::npos ? "." : path.substr(begin);
}

}  // namespace

Opened walk_below(const Fd& folder, const std::string& path, int flags, Links links)
{
    return Walk{folder.get(), path, links}.go(flags);
}

Opened open_below(const Fd& folder, const std::string& path, int flags, Links links)
{
    auto opened = open_at_once(folder, relative(path), flags, links);
    if (!opened && has_to_walk(opened.error()))
        return walk_below(folder, path, flags, links);
    return opened;
}

Opened open_in_root(const Root& root, const std::string& path, int flags)
{
    if (root.is_live())
        return open_here(path, flags);
    const auto folder = open_here(root.folder, O_PATH | O_DIRECTORY);
    if (!folder)
        return fail(folder.error());
    return open_below(*folder, path, flags, Links::FollowedBelow);
}

bool leads_out(const Root& root, const std::string& path)
{
    struct stat there {};
    if (root.is_live() || ::stat(root.path(path).c_str(), &there) != 0)
        return false;
    const auto below = open_in_root(root, path, O_PATH);
    struct stat about {};
    return !below || ::fstat(below->get(), &about) != 0 || about.st_dev != there.st_dev ||
           about.st_ino != there.st_ino;
}

Opened open_regular(const Fd& path)
{
    struct stat about {};
    const auto known = sys(::fstat(path.get(), &about));
    if (!known)
        return fail(known.error());
    if (!S_ISREG(about.st_mode))
        return fail(no_file(about.st_mode));
    // Its name may lead to another file by now, the descriptor does not. O_NONBLOCK, for another
    // program may hold a lease on it.
    auto opened =
        open_here("/proc/self/fd/" + std::to_string(path.get()), O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!opened && opened.error() == std::errc::no_such_file_or_directory)
        return fail(std::error_code{no_proc, no_file_category()});
    return opened;
}

Opened open_file_in_root(const Root& root, const std::string& path)
{
    const auto found = open_in_root(root, path, O_PATH);
    return found ? open_regular(*found) : fail(found.error());
}

std::string why_not(std::error_code code)
{
    return code == std::errc::too_many_symbolic_link_levels
               ? "it is a link, or in a folder that is one"
               : code.message();
}

}  // namespace clockguard
