// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <map>
#include <string>
#include <sys/stat.h>

namespace clockguard {

/// A temporary folder filled in one expression and removed at the end:
/// Tree tree{{"/etc/x", "text"}}.
class Tree {
public:
    struct File {
        std::string path{};
        std::string text{};
    };

    Tree() : Tree(std::initializer_list<File>{}) {}
    Tree(std::initializer_list<File> files)
    {
        // What others may write is no configuration.
        ::umask(022);
        std::string name = std::filesystem::temp_directory_path() / "clockguard-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        for (const auto& [path, text] : files)
            write(path, text);
    }
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;
    ~Tree()
    {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    const std::string& folder() const { return folder_; }

    std::string path(const std::string& absolute) const { return folder_ + absolute; }

    void write(const std::string& absolute, const std::string& text) const
    {
        std::filesystem::create_directories(std::filesystem::path{path(absolute)}.parent_path());
        std::ofstream{path(absolute), std::ios::binary} << text;
    }

    std::string read(const std::string& absolute) const
    {
        std::ifstream file{path(absolute), std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    /// Every path below with its size, mtime and bytes: two snapshots are equal when nothing was
    /// written in between.
    std::map<std::string, std::string> snapshot() const
    {
        std::map<std::string, std::string> seen;
        for (const auto& entry : std::filesystem::recursive_directory_iterator{folder_}) {
            const auto path = entry.path().string();
            const auto when = entry.last_write_time().time_since_epoch().count();
            const bool file = entry.is_regular_file();
            seen[path] = std::to_string(when) + (file ? read(path.substr(folder_.size())) : "");
        }
        return seen;
    }

private:
    std::string folder_{};
};

}  // namespace clockguard
