// SPDX-License-Identifier: Apache-2.0
#include "clockguard/command/certs/certs_replace.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clockguard/command/base/profile.hpp"
#include "clockguard/core/certs/plan.hpp"
#include "clockguard/edge/base/beneath.hpp"
#include "clockguard/edge/certs/certificate_store.hpp"
#include "clockguard/edge/certs/replace_file.hpp"

namespace clockguard {
namespace {

/// OpenSSL's own form: hexadecimal digits and a newline. It is written first: a number that was
/// skipped does no harm, one that is given twice does.
Result<void> note_serial(const Renewal& renewal)
{
    if (renewal.serial_file.empty())
        return {};
    FileChange change{.location = renewal.serial_file,
                      .root = renewal.change.root,
                      .data = renewal.change.data,
                      .after = renewal.after.serial + "\n"};
    auto before =
        read_beneath({.root = change.root, .trusted = change.data, .location = change.location});
    if (!before && before.error() == std::errc::no_such_file_or_directory)
        return {};
    if (!before)
        return fail(fmt::format("cannot read '{}': {}", change.location, why_not(before.error())));
    change.before = std::move(*before);
    return replace_file(change);
}

/// The dates in it are of the clock that was verified.
Result<void> write_renewal(const ReplaceOrder& order, const Renewal& renewal)
{
    if (const std::string moved = order.clock_moved(); !moved.empty())
        return fail(fmt::format("{} since it was verified", moved));
    const auto noted = note_serial(renewal);
    if (!noted)
        return fail(noted.error());
    return replace_file(renewal.change);
}

/// Returns those that somebody else has written meanwhile.
std::vector<std::string> write_all(const ReplaceOrder& order, std::vector<Renewal> ready,
                                   Refreshed& result)
{
    std::vector<std::string> contested;
    for (Renewal& renewal : ready) {
        const auto written = write_renewal(order, renewal);
        if (written)
            result.done.push_back(std::move(renewal));
        else if (is_contested(written.error()))
            contested.push_back(renewal.action.name);
        else
            result.failed.push_back(
                {.code = "CG213",
                 .severity = Severity::Failure,
                 .subject = renewal.action.name,
                 .message = fmt::format("was not replaced: {}", to_text(written.error()))});
    }
    return contested;
}

/// What the contested ones need now. Those that need nothing any more were renewed by the other
/// writer.
Result<Renewals> prepare_again(const ReplaceOrder& order, const std::vector<std::string>& contested,
                               Refreshed& result)
{
    const auto survey = survey_certificates(order.context, order.reader);
    if (!survey)
        return fail(survey.error());
    const CertsConfig& config = order.context.config.certs;
    const CertPlan wanted =
        plan(judge_all(survey->certificates(), order.now, to_policy(config)),
             {.not_yet_valid = true, .expired = true, .include_ca = order.include_ca},
             survey->installed->node);
    CertPlan again;
    for (const std::string& name : contested) {
        const auto needed = std::ranges::find(wanted.actions, name, &CertAction::name);
        if (needed != wanted.actions.end())
            again.actions.push_back(*needed);
        else
            result.warned.push_back({.code = "CG215",
                                     .severity = Severity::Warning,
                                     .subject = name,
                                     .message = "was changed by another program during the "
                                                "re-issue; its version was kept"});
    }
    return prepare_renewals(again, *survey, order.now);
}

void note_contested(const std::vector<std::string>& contested, Refreshed& result)
{
    for (const std::string& name : contested)
        result.failed.push_back(
            {.code = "CG213",
             .severity = Severity::Failure,
             .subject = name,
             .message = "was not replaced: another program keeps rewriting it"});
}

/// A snap refresh makes `current` lead to a copy of the data. What was written to the data before
/// is not done, for the copy is what counts now.
std::vector<std::string> take_left_behind(const ReplaceOrder& order, Refreshed& result)
{
    const auto profile = load_profile(order.context.root, order.context.config.certs.profile);
    const auto installed =
        profile ? read_installation(order.context.root, *profile) : fail(profile.error());
    const auto is_elsewhere = [&](const Renewal& renewal) {
        return installed && *installed &&
               (*installed)->locate(renewal.change.path) != renewal.change.location;
    };
    std::vector<std::string> names;
    for (const Renewal& renewal : result.done)
        if (is_elsewhere(renewal))
            names.push_back(renewal.action.name);
    std::erase_if(result.done, is_elsewhere);
    return names;
}

/// Those that have to be looked at again.
std::vector<std::string> write(const ReplaceOrder& order, std::vector<Renewal> ready,
                               Refreshed& result)
{
    std::vector<std::string> again = write_all(order, std::move(ready), result);
    const std::vector<std::string> left = take_left_behind(order, result);
    again.insert(again.end(), left.begin(), left.end());
    return again;
}

/// Another writer wins: its version is judged like any other.
void replace_and_look_again(const ReplaceOrder& order, std::vector<Renewal> ready,
                            Refreshed& result)
{
    constexpr int attempts = 3;
    std::vector<std::string> contested = write(order, std::move(ready), result);
    for (int i = 1; i < attempts && !contested.empty(); ++i) {
        auto again = prepare_again(order, contested, result);
        if (!again)
            break;
        result.failed.insert(result.failed.end(), again->failed.begin(), again->failed.end());
        result.refused.insert(result.refused.end(), again->refused.begin(), again->refused.end());
        contested = write(order, std::move(again->ready), result);
    }
    note_contested(contested, result);
}

/// A CA's file may have others in front.
bool holds(const CertFacts& file, const CertFacts& certificate)
{
    return file.sha256 == certificate.sha256 ||
           std::ranges::find(file.all, certificate.sha256) != file.all.end();
}

/// Exit status and renames may lie; what is read back does not.
void verify_on_disk(const ReplaceOrder& order, Refreshed& result)
{
    const auto survey = survey_certificates(order.context, order.reader);
    for (const Renewal& renewal : result.done) {
        const SurveyedCert* cert = survey ? survey->find(renewal.action.name) : nullptr;
        if (cert == nullptr || !holds(cert->certificate.facts, renewal.after))
            result.failed.push_back(
                {.code = "CG213",
                 .severity = Severity::Failure,
                 .subject = renewal.action.name,
                 .message = "is not what was written: another program writes it too"});
    }
}

}  // namespace

void replace_all(const ReplaceOrder& order, std::vector<Renewal> ready, Refreshed& result)
{
    replace_and_look_again(order, std::move(ready), result);
    verify_on_disk(order, result);
}

}  // namespace clockguard
