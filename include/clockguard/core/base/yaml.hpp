// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

enum class YamlKind { Scalar, Sequence, Mapping };

/// One value of a YAML text. What it contains are numbers of nodes in the same document.
struct YamlNode {
    YamlKind kind = YamlKind::Scalar;
    std::string text{};      // of a scalar, as its reader gets it
    bool is_plain = false;   // a scalar whose text tells its type: it has no quotes, or "!!int"
    bool is_tagged = false;  // with a type of its own: "!!binary"
    bool is_shared = false;  // or a part of what is: an alias stands for it elsewhere
    /// Where a scalar's own bytes stand, without quotes, indicators and indentation at its ends.
    std::size_t begin = 0;
    std::size_t size = 0;
    std::vector<std::size_t> items{};  // of a sequence
    /// Of a mapping: key, value. Of several with one key the last counts; what "<<" stands for is
    /// in its place.
    std::vector<std::pair<std::size_t, std::size_t>> members{};
};

/// The first document of a text; node 0 is the whole. Without nodes: there is none.
struct YamlDocument {
    std::vector<YamlNode> nodes{};
    std::string unread{};  // why it was not read to its end, though it may be sound
};

/// Reads YAML 1.1, and JSON as a part of it, as Kubernetes does (sigs.k8s.io/yaml, goyaml.v2).
/// What is none is an error. What is nested deeper than 64, or has more than 10,000 nodes or merged
/// members, is not read.
[[nodiscard]] Result<YamlDocument> parse_yaml(std::string_view text);

}  // namespace clockguard
