// SPDX-License-Identifier: Apache-2.0
// Each part of a report as JSON, beside the others: the format clockguard.report/v1.
#include "clockguard/core/report/report_json.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace clockguard {
namespace {

using Json = nlohmann::ordered_json;

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

void put(Json& into, const std::string& name, const std::optional<Drift>& drift)
{
    if (!drift)
        return;
    into[name + "_ppm"] = drift->ppm;
    into[name + "_uncertainty_ppm"] = drift->error_ppm;
    into[name + "_over_s"] = to_seconds(drift->over);
    into[name + "_readings"] = drift->readings;
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

Json to_json(const ReportRepair& repair)
{
    Json json{{"command", repair.command}, {"outcome", to_text(repair.outcome)}};
    put(json, "why", repair.why);
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
    put(json, "drift", clock.drift);
    put(json, "boots_drift", clock.drift_by_boots);
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

}  // namespace

std::string render_json(const Report& report)
{
    Json json{{"schema", report_schema},
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
    if (report.repairs)
        json["repairs"] = list(*report.repairs, to_json);
    json["timeline"] = list(report.timeline, to_json);
    json["checks"] = list(report.checks, to_json);
    // Host names and journal lines may hold bytes that are no UTF-8.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace clockguard
