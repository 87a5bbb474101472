// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/report_reader_json.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "clockguard/core/report/report_json.hpp"

namespace clockguard {
namespace {

using Json = nlohmann::ordered_json;

/// Reading throws on whatever is not as it should be; parse_report catches it.
Instant read_instant(const Json& json)
{
    const auto instant = parse_instant(json.get<std::string>());
    if (!instant)
        throw Json::other_error::create(501, instant.error().what, &json);
    return *instant;
}

/// A number from outside, as a span of at most ten thousand years: a hardware clock may show any
/// year of four digits.
Span read_seconds(const Json& json)
{
    constexpr double most = 3.2e11;
    const auto seconds = json.get<double>();
    if (!(seconds >= -most && seconds <= most))
        throw Json::other_error::create(501, "a length of time out of range", &json);
    return Span{std::llround(seconds * 1e6)};
}

/// A whole number of at most this size; to convert one that does not fit is undefined.
std::int64_t read_whole(const Json& json, std::int64_t most)
{
    if (!json.is_number_integer() || std::abs(json.get<double>()) > static_cast<double>(most))
        throw Json::other_error::create(501, "not a whole number, or out of range", &json);
    return json.get<std::int64_t>();
}

Instant read_epoch(const Json& json)
{
    constexpr std::int64_t year_10000_us = 253402300800'000000;
    return Instant{Span{read_whole(json, year_10000_us)}};
}

GateRecord read_gate(const Json& json)
{
    const auto outcome = parse_outcome(json.at("outcome").get<std::string>());
    if (!outcome)
        throw Json::other_error::create(501, outcome.error().what, &json);
    const Json& limit = json.at("limit_s");
    return {.outcome = *outcome,
            .waited = read_seconds(json.at("waited_s")),
            .limit = limit.is_null() ? forever : read_seconds(limit),
            .on_timeout = json.at("on_timeout") == "hold" ? OnTimeout::Hold : OnTimeout::Release,
            .reason = json.at("reason").get<std::string>(),
            .boot_instant = read_epoch(json.at("boot_epoch_us")),
            .raw_instant = json.contains("raw_epoch_us")
                               ? std::optional{read_epoch(json.at("raw_epoch_us"))}
                               : std::nullopt,
            .rtc_ahead = json.contains("rtc_ahead_s")
                             ? std::optional{read_seconds(json.at("rtc_ahead_s"))}
                             : std::nullopt,
            .began_boot_instant = read_epoch(json.at("began_boot_epoch_us"))};
}

std::optional<HostCount> read_count(const Json& json)
{
    if (!json.contains("messages"))
        return std::nullopt;
    constexpr std::int64_t most = INT64_C(1) << 53;
    const std::int64_t messages = read_whole(json.at("messages"), most);
    if (messages < 0)
        throw Json::other_error::create(501, "a count below nothing", &json);
    return HostCount{.messages = static_cast<std::uint64_t>(messages),
                     .at = Uptime{read_seconds(json.at("messages_at_s"))}};
}

std::optional<Offset> read_offset(const Json& json)
{
    if (!json.contains("offset_s"))
        return std::nullopt;
    return Offset{.value = read_seconds(json.at("offset_s")),
                  .error = read_seconds(json.at("uncertainty_s"))};
}

/// The rest of it is for the reader.
TimeSyncRecord read_time_sync(const Json& json)
{
    return {.count = read_count(json),
            .clock = json.value("clock", ""),
            .offset = read_offset(json),
            .boot_instant = read_epoch(json.at("boot_epoch_us"))};
}

std::optional<ClaimedStart> read_start(const Json& boot, const char* name)
{
    if (!boot.contains(name))
        return std::nullopt;
    const Json& json = boot.at(name);
    return ClaimedStart{.at = read_epoch(json.at("start_epoch_us")),
                        .error = abs(read_seconds(json.at("uncertainty_s"))),
                        .by = json.value("by", "")};
}

void read_boot(const Json& json, Report& report)
{
    constexpr std::int64_t most = INT64_C(1) << 53;
    if (json.contains("number"))
        report.boot_number = std::abs(read_whole(json.at("number"), most));
    report.starts = {.rtc = read_start(json, "rtc"),
                     .host = read_start(json, "host"),
                     .network = read_start(json, "network"),
                     .rtc_left_alone = json.value("rtc_left_alone", false)};
}

Status read_status(const Json& json)
{
    for (const Status status :
         {Status::Ok, Status::Warning, Status::Critical, Status::Unknown, Status::Skipped})
        if (json == to_text(status))
            return status;
    throw Json::other_error::create(501, "an unknown status", &json);
}

Report read_report(const Json& json)
{
    if (json.at("schema") != report_schema)
        throw Json::other_error::create(501, "not clockguard.report/v1", &json);
    Report report;
    const Json& host = json.at("host");
    report.host = {.hostname = host.at("hostname").get<std::string>(),
                   .boot_id = host.at("boot_id").get<std::string>()};
    const Json& run = json.at("run");
    const Json& by = run.at("trusted_by");
    report.run = {.command = run.at("command").get<std::string>(),
                  .version = json.at("tool").at("version").get<std::string>(),
                  .time = read_instant(run.at("time")),
                  .uptime = read_seconds(run.at("uptime_s")),
                  .clock_trusted = run.at("clock_trusted").get<bool>(),
                  .trusted_by = by.is_null() ? "" : by.get<std::string>()};
    const Json& verdict = json.at("verdict");
    report.verdict = {.status = read_status(verdict.at("status")),
                      .exit_code = static_cast<int>(read_whole(verdict.at("exit_code"), 255)),
                      .summary = verdict.at("summary").get<std::string>()};
    if (json.contains("gate"))
        report.gate = read_gate(json.at("gate"));
    if (json.contains("time_sync"))
        report.time_sync = read_time_sync(json.at("time_sync"));
    if (json.contains("boot"))
        read_boot(json.at("boot"), report);
    return report;
}

}  // namespace

Result<Report> parse_report(std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded())
        return fail("not JSON, or cut off");
    try {
        return read_report(json);
    } catch (const Json::exception&) {
        return fail("not a clockguard report");
    }
}

}  // namespace clockguard
