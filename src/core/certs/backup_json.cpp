// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/backup_json.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "clockguard/core/base/text.hpp"

namespace clockguard {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "clockguard.backup/v1";

Json to_json(const BackupFile& file)
{
    return {{"name", file.name},     {"path", file.path},
            {"stored", file.stored}, {"owner", file.owner},
            {"group", file.group},   {"mode", fmt::format("{:04o}", file.mode)}};
}

bool leads_astray(std::string_view path)
{
    return path.empty() || path.find("..") != std::string_view::npos;
}

BackupFile to_file(const Json& json)
{
    return {.name = json.at("name").get<std::string>(),
            .path = json.at("path").get<std::string>(),
            .stored = json.at("stored").get<std::string>(),
            .owner = json.at("owner").get<std::uint32_t>(),
            .group = json.at("group").get<std::uint32_t>(),
            .mode = parse_number<std::uint32_t>(json.at("mode").get<std::string>(), 8).value_or(0) &
                    07777U};
}

Backup to_backup(const Json& json)
{
    Backup backup{.name = json.at("name").get<std::string>(),
                  .number = json.at("number").get<std::uint64_t>(),
                  .made_at =
                      parse_instant(json.at("made_at").get<std::string>()).value_or(Instant{}),
                  .reason = json.at("reason").get<std::string>()};
    for (const Json& file : json.at("files"))
        backup.files.push_back(to_file(file));
    return backup;
}

}  // namespace

std::string backup_name(Instant now)
{
    std::string name = to_text(now);
    std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
    return name;
}

std::string render_json(const Backup& backup)
{
    Json files = Json::array();
    for (const BackupFile& file : backup.files)
        files.push_back(to_json(file));
    const Json json{{"schema", schema},        {"name", backup.name},
                    {"number", backup.number}, {"made_at", to_text(backup.made_at)},
                    {"reason", backup.reason}, {"files", files}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Backup> parse_backup(std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    try {
        if (json.is_discarded() || json.at("schema") != schema)
            return fail(fmt::format("is not {}", schema));
        const Backup backup = to_backup(json);
        if (backup.files.empty())
            return fail("names no file");
        for (const BackupFile& file : backup.files)
            if (leads_astray(file.path) || leads_astray(file.stored) || file.stored.front() == '/')
                return fail(fmt::format("names an unusable path: '{}'", file.path));
        return backup;
    } catch (const Json::exception&) {
        return fail(fmt::format("is not {}", schema));
    }
}

}  // namespace clockguard
