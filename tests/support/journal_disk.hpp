// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string>

#include "clockguard/edge/base/root.hpp"
#include "support/tree.hpp"

namespace clockguard {

/// A tree with a journal, as it lies on the disk of the machine; that of the incident, if no other.
class JournalDisk {
public:
    explicit JournalDisk(const std::string& data = "incident.journal.gz")
    {
        add(data, "system.journal");
    }

    void add(const std::string& data, const std::string& name)
    {
        tree_.write(folder_ + name, "");
        const std::string unpack =
            "gzip -dc " TEST_DATA "/" + data + " > '" + tree_.path(folder_ + name) + "'";
        unpacked_ = unpacked_ && std::system(unpack.c_str()) == 0;
    }

    void write_active(const std::string& bytes) const { write_beside("system.journal", bytes); }

    void write_beside(const std::string& name, const std::string& bytes) const
    {
        tree_.write(folder_ + name, bytes);
    }

    bool unpacked() const { return unpacked_; }
    std::string active() const { return tree_.path(folder_ + "system.journal"); }
    Root root() const { return {.folder = tree_.folder()}; }
    const Tree& tree() const { return tree_; }

private:
    std::string folder_ = "/var/log/journal/cccccccccccccccccccccccccccccccc/";
    Tree tree_{};
    bool unpacked_ = true;
};

}  // namespace clockguard
