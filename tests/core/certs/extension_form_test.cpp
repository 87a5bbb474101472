// SPDX-License-Identifier: Apache-2.0
#include "clockguard/core/certs/extension_form.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace clockguard {
namespace {

/// The bytes of "30 03 01 01 FF".
std::string bytes_of(const std::string& digits)
{
    std::string bytes;
    for (std::size_t at = 0; at + 1 < digits.size(); at += 3)
        bytes += static_cast<char>(std::stoi(digits.substr(at, 2), nullptr, 16));
    return bytes;
}

void expect_form(ExtensionKind kind, bool is_readable, const std::vector<const char*>& values)
{
    for (const char* value : values)
        EXPECT_EQ(has_readable_form(kind, bytes_of(value)), is_readable) << value;
}

/// Each as crypto/x509 of Go takes or refuses it in a certificate.
TEST(ExtensionForm, OfAKeyUsageIsBitsWithZerosBehindThem)
{
    expect_form(ExtensionKind::KeyUsage, true,
                {"03 02 05 A0", "03 02 00 00", "03 01 00", "03 03 07 A0 80", "03 02 05 A0 00"});
    expect_form(
        ExtensionKind::KeyUsage, false,
        {"", "03 00", "03 01 01", "03 02 05 A1", "03 02 09 A0", "04 02 05 A0", "03 81 02 05 A0"});
}

TEST(ExtensionForm, OfBasicConstraintsIsATruthAndALength)
{
    expect_form(ExtensionKind::BasicConstraints, true,
                {"30 00", "30 03 01 01 00", "30 03 01 01 FF", "30 06 01 01 FF 02 01 00",
                 "30 06 01 01 FF 02 01 FF", "30 09 01 01 FF 02 01 00 02 01 00", "30 03 02 01 00",
                 "30 04 02 02 00 80"});
    expect_form(ExtensionKind::BasicConstraints, false,
                {"", "31 00", "30 03 01 01 01", "30 04 01 02 FF FF", "30 05 01 01 FF 02 00",
                 "30 07 01 01 FF 02 02 00 01", "30 07 01 01 FF 02 02 FF 80",
                 "30 0B 02 09 01 00 00 00 00 00 00 00 00"});
}

TEST(ExtensionForm, OfNamesIsAListOfAnything)
{
    expect_form(ExtensionKind::AlternativeNames, true,
                {"30 00", "30 03 82 01 61", "30 03 8F 01 61", "30 03 82 01 61 00"});
    expect_form(ExtensionKind::AlternativeNames, false,
                {"", "31 03 82 01 61", "30 03 82 02 61", "30 03 9F 01 61"});
}

TEST(ExtensionForm, OfNameConstraintsIsAtLeastOne)
{
    expect_form(ExtensionKind::NameConstraints, true,
                {"30 07 A0 05 30 03 82 01 61", "30 07 A1 05 30 03 82 01 61",
                 "30 0E A0 05 30 03 82 01 61 A1 05 30 03 82 01 61",
                 "30 09 A0 00 A1 05 30 03 82 01 61"});
    expect_form(ExtensionKind::NameConstraints, false,
                {"", "30 00", "30 02 A0 00", "30 04 A0 00 A1 00", "30 07 A2 05 30 03 82 01 61",
                 "30 07 A0 05 30 03 82 01 61 00", "30 04 A0 02 30 00", "30 05 A0 03 82 01 61",
                 "30 0E A1 05 30 03 82 01 61 A0 05 30 03 82 01 61"});
}

TEST(ExtensionForm, OfCrlPointsIsAListOfFullNames)
{
    expect_form(ExtensionKind::CrlPoints, true,
                {"30 00", "30 02 30 00", "30 09 30 07 A0 05 A0 03 86 01 61",
                 "30 09 30 07 A0 05 A0 03 82 01 61", "30 05 30 03 81 01 80"});
    expect_form(ExtensionKind::CrlPoints, false,
                {"", "31 00", "30 03 86 01 61", "30 06 30 04 A0 02 A1 00", "30 04 30 02 A0 00",
                 "30 09 30 07 A0 05 A0 03 86 02 61"});
}

TEST(ExtensionForm, OfPoliciesIsAListOfIdentifiers)
{
    expect_form(ExtensionKind::Policies, true,
                {"30 00", "30 05 30 03 06 01 2A", "30 0A 30 08 06 06 69 88 80 80 80 00"});
    expect_form(ExtensionKind::Policies, false,
                {"", "30 02 30 00", "30 05 30 03 06 01 80", "30 03 06 01 2A"});
}

TEST(ExtensionForm, OfKeyIdentifiersIsAsFarAsItIsReadOctets)
{
    expect_form(ExtensionKind::SubjectKey, true, {"04 01 61", "04 00", "04 01 61 79"});
    expect_form(ExtensionKind::SubjectKey, false, {"", "03 01 61", "04 02 61"});
    expect_form(ExtensionKind::AuthorityKey, true,
                {"30 00", "30 03 80 01 61", "30 06 80 01 78 81 01 79", "30 02 A1 00"});
    expect_form(ExtensionKind::AuthorityKey, false, {"", "04 01 61", "30 03 80 02 61"});
}

TEST(ExtensionForm, OfUsesAndAccessIsAListOfShortIdentifiers)
{
    expect_form(ExtensionKind::ExtendedUsage, true, {"30 00", "30 03 06 01 2A"});
    expect_form(ExtensionKind::ExtendedUsage, false,
                {"", "30 02 06 00", "30 03 02 01 2A", "30 08 06 06 69 88 80 80 80 00"});
    expect_form(ExtensionKind::InfoAccess, true,
                {"30 00", "30 05 30 03 06 01 2A", "30 08 30 06 06 01 2A 86 01 61",
                 "30 08 30 06 06 01 2A 82 01 61"});
    expect_form(ExtensionKind::InfoAccess, false,
                {"", "30 02 30 00", "30 08 30 06 06 01 2A 86 02 61"});
}

}  // namespace
}  // namespace clockguard
