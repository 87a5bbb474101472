// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "clockguard/core/base/result.hpp"

namespace clockguard {

/// One value embedded in a kubeconfig, decoded, and where its base64 stands in the text.
struct EmbeddedData {
    std::string text{};
    std::size_t begin = 0;
    std::size_t size = 0;
};

/// What a kubeconfig embeds; each unset when it does not.
struct Kubeconfig {
    std::optional<EmbeddedData> ca{};
    std::optional<EmbeddedData> certificate{};
    std::optional<EmbeddedData> key{};
};

/// Reads the *-data lines as MicroK8s and kubectl write them: one line each, plain or quoted, one
/// cluster, one user. Any other form YAML allows is refused rather than guessed at.
[[nodiscard]] Result<Kubeconfig> parse_kubeconfig(std::string_view text);

/// The text with one embedded value replaced, all else kept byte by byte.
std::string replace_data(std::string_view text, const EmbeddedData& data, std::string_view value);

}  // namespace clockguard
