// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/kubeconfig.hpp"
#include "fuzz/fuzz.hpp"

namespace clockguard {
namespace {

void exchange(std::string_view text, const std::optional<EmbeddedData>& data)
{
    if (!data)
        return;
    must(data->begin <= text.size() && data->size <= text.size() - data->begin);
    const std::string changed = replace_data(text, *data, "another");
    must(changed.starts_with(text.substr(0, data->begin)));
    must(changed.ends_with(text.substr(data->begin + data->size)));
    must(bool{parse_kubeconfig(changed)});
}

}  // namespace

// A kubeconfig is refused, or what it embeds can be exchanged with all else kept.
void fuzz(std::string_view input)
{
    const auto read = parse_kubeconfig(input);
    if (!read)
        return;
    exchange(input, read->ca);
    exchange(input, read->certificate);
    exchange(input, read->key);
}

}  // namespace clockguard
