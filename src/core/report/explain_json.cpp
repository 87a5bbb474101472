// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "clockguard/core/report/explain.hpp"

namespace clockguard {
namespace {

using Json = nlohmann::ordered_json;

Json head_of(const Code& code)
{
    return {{"code", code.name},
            {"severity", to_text(code.severity)},
            {"group", group_of(code.name)},
            {"title", code.title}};
}

Json to_json(const Remedy& remedy)
{
    return {{"command", remedy.command},
            {"on", remedy.on},
            {"risk", remedy.risk},
            {"note", remedy.note}};
}

}  // namespace

std::string render_json(const Code& code, const CommandTarget& here)
{
    Json json = head_of(code);
    json["seen"] = code.seen;
    json["means"] = code.means;
    json["advice"] = code.advice;
    json["remedies"] = Json::array();
    for (const Remedy& remedy : code.remedies)
        if (applies(remedy, here))
            json["remedies"].push_back(to_json(remedy));
    return json.dump(2) + "\n";
}

std::string render_json(const std::vector<Code>& codes)
{
    Json json{{"codes", Json::array()}};
    for (const Code& code : codes)
        json["codes"].push_back(head_of(code));
    return json.dump(2) + "\n";
}

}  // namespace clockguard
