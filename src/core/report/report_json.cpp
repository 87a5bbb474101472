// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/report/report_json.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace clockguard {
namespace {

/// The whole document in one place, longer than a file should be: what is written here is read
/// here.

using Json = nlohmann::ordered_json;

constexpr std::string_view schema = "clockguard.report/v1";

/// Only what is known is written; readers take a missing member for "not known".
void put(Json& into, const char* name, const std::string& text)
{
    if (!text.empty())
        into[name] = text;
}

void put(Json& into, const char* name, const std::optional<Instant>& instant)
{
    if (instant)
        into[name] = to_text(*instant);
}

void put(Json& into, const char* name, const std::optional<Span>& span)
{
    if (span)
        into[name] = to_seconds(*span);
}

void put(Json& into, const std::optional<Offset>& offset)
{
    if (!offset)
        return;
    into["offset_s"] = to_seconds(offset->value);
    into["uncertainty_s"] = to_seconds(offset->error);
}

template <class Item>
Json list(const std::vector<Item>& items, Json (*convert)(const Item&))
{
    Json all = Json::array();
    for (const Item& item : items)
        all.push_back(convert(item));
    return all;
}

Json to_json(const ReportHost& host)
{
    Json json{{"hostname", host.hostname}, {"boot_id", host.boot_id}};
    put(json, "os", host.os);
    put(json, "kernel", host.kernel);
    return json;
}

Json to_json(const ReportRun& run)
{
    return {{"command", run.command},
            {"time", to_text(run.time)},
            {"uptime_s", to_seconds(run.uptime)},
            {"clock_trusted", run.clock_trusted},
            {"trusted_by", run.trusted_by.empty() ? Json(nullptr) : Json(run.trusted_by)}};
}

Json to_json(const ReportVerdict& verdict)
{
    Json json{{"status", to_text(verdict.status)},
              {"exit_code", verdict.exit_code},
              {"summary", verdict.summary}};
    put(json, "impact", verdict.impact);
    return json;
}

Json to_json(const ReportFix& fix)
{
    Json json{{"command", fix.command}, {"risk", fix.risk}};
    put(json, "note", fix.note);
    return json;
}

Json to_json(const ReportFinding& finding)
{
    return {{"code", finding.code},
            {"status", to_text(finding.status)},
            {"title", title_of(finding)},
            {"cause", finding.cause},
            {"confidence", finding.confidence},
            {"checks", finding.checks},
            {"fixes", list(finding.fixes, to_json)},
            {"doc", "man:clockguard(8)#" + finding.code}};
}

Json to_json(const ReportClock& clock)
{
    Json json{{"id", clock.id}, {"readable", clock.readable}};
    put(json, "name", clock.name);
    put(json, "time", clock.time);
    put(json, clock.offset);
    put(json, "reference", clock.reference);
    put(json, "method", clock.method);
    if (!clock.error.empty())
        json["error"] = {{"message", clock.error}};
    put(json, "device", clock.device);
    put(json, "zone", clock.zone);
    put(json, "held_by", clock.held_by);
    if (clock.set_system_clock)
        json["set_system_clock"] = *clock.set_system_clock;
    if (clock.tick_seen)
        json["tick_seen"] = *clock.tick_seen;
    put(json, "update_interrupt", clock.update_interrupt);
    if (clock.drift) {
        json["drift_ppm"] = clock.drift->ppm;
        json["drift_uncertainty_ppm"] = clock.drift->error_ppm;
        json["drift_over_s"] = to_seconds(clock.drift->over);
        json["drift_readings"] = clock.drift->readings;
    }
    if (clock.drift_by_boots) {
        json["boots_drift_ppm"] = clock.drift_by_boots->ppm;
        json["boots_drift_uncertainty_ppm"] = clock.drift_by_boots->error_ppm;
        json["boots_drift_over_s"] = to_seconds(clock.drift_by_boots->over);
        json["boots_drift_readings"] = clock.drift_by_boots->readings;
    }
    if (clock.trouble)
        json["trouble"] = *clock.trouble;
    return json;
}

Json to_json(const ReportCertificate& certificate)
{
    Json json{{"name", certificate.name},
              {"path", certificate.path},
              {"kind", certificate.kind},
              {"state", certificate.state}};
    put(json, "subject", certificate.subject);
    put(json, "issuer", certificate.issuer);
    put(json, "serial", certificate.serial);
    put(json, "sha256", certificate.sha256);
    put(json, "not_before", certificate.not_before);
    put(json, "not_after", certificate.not_after);
    put(json, "valid_in_s", certificate.valid_in);
    put(json, "expires_in_s", certificate.expires_in);
    json["refreshable"] = certificate.refreshable;
    put(json, "error", certificate.error);
    put(json, "skipped_because", certificate.skipped_because);
    return json;
}

Json to_json(const ReportBackup& backup)
{
    return {{"name", backup.name},
            {"time", to_text(backup.made_at)},
            {"reason", backup.reason},
            {"files", backup.files}};
}

Json to_json(const StoryEvent& event)
{
    Json json{{"uptime_s", to_seconds(event.uptime)}};
    put(json, "wall_recorded", event.recorded);
    put(json, "wall_corrected", event.corrected);
    json["event"] = event.event;
    put(json, "source", event.source);
    put(json, "step_s", event.step);
    return json;
}

Json to_json(const ReportCheck& check)
{
    Json json{{"id", check.id}, {"status", to_text(check.status)}, {"title", check.title}};
    put(json, "detail", check.detail);
    put(json, "skipped_because", check.skipped_because);
    return json;
}

std::int64_t to_us(Instant instant)
{
    return instant.time_since_epoch().count();
}

Json to_json(const GateRecord& gate)
{
    Json json{{"outcome", to_text(gate.outcome)},
              {"waited_s", to_seconds(gate.waited)},
              {"limit_s", gate.limit == forever ? Json(nullptr) : Json(to_seconds(gate.limit))},
              {"on_timeout", to_text(gate.on_timeout)},
              {"reason", gate.reason},
              {"boot_epoch_us", to_us(gate.boot_instant)},
              {"began_boot_epoch_us", to_us(gate.began_boot_instant)}};
    if (gate.raw_instant)
        json["raw_epoch_us"] = to_us(*gate.raw_instant);
    put(json, "rtc_ahead_s", gate.rtc_ahead);
    return json;
}

Json to_json(const TimeSyncRecord& record)
{
    Json json{{"state", record.state}};
    if (record.count) {
        json["messages"] = record.count->messages;
        json["messages_at_s"] = to_seconds(record.count->at.time_since_epoch());
    }
    put(json, "ic_version", record.ic_version);
    if (record.generation != 0)
        json["generation"] = record.generation;
    json["azure"] = record.azure;
    put(json, "clock", record.clock);
    put(json, record.offset);
    json["boot_epoch_us"] = to_us(record.boot_instant);
    return json;
}

Json to_json(const ClaimedStart& start)
{
    Json json{{"start_epoch_us", to_us(start.at)}, {"uncertainty_s", to_seconds(start.error)}};
    put(json, "by", start.by);
    return json;
}

/// "boot": which one it is, and when it began by each clock that was heard.
Json boot_of(const Report& report)
{
    Json json = Json::object();
    if (report.boot_number != 0)
        json["number"] = report.boot_number;
    for (const auto& [name, start] : {std::pair{"rtc", &report.starts.rtc},
                                      {"host", &report.starts.host},
                                      {"network", &report.starts.network}})
        if (*start)
            json[name] = to_json(**start);
    if (report.starts.rtc_left_alone)
        json["rtc_left_alone"] = true;
    return json;
}

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
    if (json.at("schema") != schema)
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

std::string render_json(const Report& report)
{
    Json json{{"schema", schema},
              {"tool", {{"name", "clockguard"}, {"version", report.run.version}}},
              {"host", to_json(report.host)},
              {"run", to_json(report.run)},
              {"verdict", to_json(report.verdict)}};
    if (report.gate)
        json["gate"] = to_json(*report.gate);
    if (report.time_sync)
        json["time_sync"] = to_json(*report.time_sync);
    if (const Json boot = boot_of(report); !boot.empty())
        json["boot"] = boot;
    json["findings"] = list(report.findings, to_json);
    json["clocks"] = list(report.clocks, to_json);
    json["certificates"] = list(report.certificates, to_json);
    if (report.backups)
        json["backups"] = list(*report.backups, to_json);
    json["timeline"] = list(report.timeline, to_json);
    json["checks"] = list(report.checks, to_json);
    // Host names and journal lines may hold bytes that are no UTF-8.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

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
