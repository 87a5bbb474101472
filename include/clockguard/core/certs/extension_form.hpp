// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace clockguard {

/// The extensions that Go looks into.
enum class ExtensionKind {
    KeyUsage,
    BasicConstraints,
    AlternativeNames,
    NameConstraints,
    CrlPoints,
    Policies,
    AuthorityKey,
    ExtendedUsage,
    SubjectKey,
    InfoAccess,
};

/// Whether the value of an extension has the form that Go reads, as far as it looks (crypto/x509,
/// processExtensions): of a certificate with another it reads nothing. What the names in it are,
/// is not looked at.
bool has_readable_form(ExtensionKind kind, std::string_view value);

}  // namespace clockguard
