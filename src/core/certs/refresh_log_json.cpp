// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/refresh_log_json.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace clockguard {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "clockguard.refreshes/v1";

Json to_json(const RefreshRecord& record)
{
    return {{"boot_id", record.boot_id},
            {"uptime_s", to_seconds(record.uptime)},
            {"time", to_text(record.time)},
            {"names", record.names}};
}

RefreshRecord to_record(const Json& json)
{
    const std::chrono::duration<double> uptime{json.at("uptime_s").get<double>()};
    return {.boot_id = json.at("boot_id").get<std::string>(),
            .uptime = std::chrono::round<Span>(uptime),
            .time = parse_instant(json.at("time").get<std::string>()).value_or(Instant{}),
            .names = json.at("names").get<std::vector<std::string>>()};
}

}  // namespace

std::string render_json(const std::vector<RefreshRecord>& log)
{
    Json records = Json::array();
    for (const RefreshRecord& record : log)
        records.push_back(to_json(record));
    const Json json{{"schema", schema}, {"refreshes", records}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::vector<RefreshRecord>> parse_refresh_log(std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    try {
        if (json.is_discarded() || json.at("schema") != schema)
            return fail(fmt::format("is not {}", schema));
        std::vector<RefreshRecord> log;
        for (const Json& record : json.at("refreshes"))
            log.push_back(to_record(record));
        return log;
    } catch (const Json::exception&) {
        return fail(fmt::format("is not {}", schema));
    }
}

}  // namespace clockguard
