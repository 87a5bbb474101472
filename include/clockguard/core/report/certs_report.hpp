// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "clockguard/core/certs/certificate.hpp"
#include "clockguard/core/report/report.hpp"

namespace clockguard {

/// "2 of 16 certificates are not yet valid, 1 missing"; "16 certificates are valid".
std::string certs_summary(const CertsVerdict& verdict);

/// The worst that was found. Unknown only where a certificate may not be read.
Status certs_status(const CertsVerdict& verdict);

ReportCertificate to_report(const JudgedCertificate& judged, Instant now);

ReportFinding to_report(const Finding& finding, bool clock_trusted);

/// What MicroK8s will do to the certificates at its next start (CG206), as one check of a report;
/// nothing, if it will do nothing.
std::optional<ReportCheck> next_start_check(const CertsVerdict& verdict);

/// "from -61d to +214d"
std::string to_text(const ClockMargin& margin);

struct CertsTableStyle {
    bool verbose = false;    // with what renews each, and those skipped; as wide as it is
    std::size_t width = 80;  // of a line
};

/// One line per certificate, as `clockguard certs list` prints it, what is wrong first, with what
/// to type about it.
std::string render_certs_table(const CertsVerdict& verdict, const CertsTableStyle& style);

/// The verdict in words, worst first, with what to type.
std::string render_certs_check(const CertsVerdict& verdict, std::size_t width);

/// "9 y 1 mo", "395 d", "5 h 12 min", "-2 d": what is left until a moment, as a table has room for.
std::string to_rough_text(Span left);

}  // namespace clockguard
