// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clockguard/core/base/config.hpp"
#include "clockguard/core/base/finding.hpp"
#include "clockguard/core/base/time.hpp"

namespace clockguard {

enum class CertKind {
    File,
    Kubeconfig,
    Secret,  // of type kubernetes.io/tls, in JSON: certificate and key
};

/// What may be done about a certificate with wrong dates.
enum class CertRepair {
    None,          // nothing that could be done here
    Reissue,       // its CA signs it anew
    Redate,        // self-signed: its own key signs it anew
    RedateShared,  // the same, but others hold copies of it: only when told (--include-ca)
};

/// Whether a certificate has to be there.
enum class CertNeed {
    Always,
    UnlessOlder,  // an older release of the distribution had none
    Optional,
};

/// What a certificate is used for (extended key usage), where its place is for one of the two.
enum class CertUse { Any, Server, Client };

/// The flag that names a daemon's certificate, and the one for its key.
struct ArgFlag {
    std::string file{};      // the args file: "kube-apiserver"
    std::string flag{};      // "--tls-cert-file"
    std::string key_flag{};  // empty: it has none, as for a kubeconfig
};

/// A certificate's place in a profile: where it is and what belongs to it.
struct CertPlace {
    std::string name{};  // "server", "client.config"
    CertKind kind = CertKind::File;
    std::string path{};      // "/var/snap/microk8s/current/certs/server.crt"
    std::string key_path{};  // empty for a kubeconfig, which embeds its key
    std::string issuer{};    // the place of its CA; its own when it is self-signed
    std::string trusts{};    // the CA that a kubeconfig trusts, where that is not its issuer
    std::string copy_of{};   // the file that a kubeconfig embeds
    std::string calls{};  // the certificate of the server that a kubeconfig is for; empty: by port
    CertRepair repair = CertRepair::None;
    CertNeed need = CertNeed::Always;
    CertUse use = CertUse::Any;
    std::string subject{};  // "CN=system:node:*,O=system:nodes"; empty: none that gives rights
    bool self_made_when_older = false;  // an older release's user of it made it itself, for itself
    Advice renew{};                     // how it is made anew without us; empty: by nothing
    bool renew_while_valid = false;     // `renew` works no more once it has expired
    Advice make_key{};              // what comes before that where it has no key to be made with
    std::string remake{};           // what to do where it is gone; empty: `renew` makes it too
    Span lifetime{};                // as its maker issues it; none: unknown
    std::vector<ArgFlag> args{};    // that may name another file than `path`
    bool comes_by_joining = false;  // the control plane signs it when the node joins
    std::string named_by_flag{};    // the flag that named this one; empty: the profile did
    std::string unless{};           // a file that is used instead of it where it is there
    std::string skip{};             // why it is not looked at in this role; empty: it is
    std::string unclear{};          // why it cannot be judged; empty: it can

    bool is_authority() const { return issuer == name; }
};

/// A certificate of a CA by which another was signed, or the chain of intermediate ones between
/// them: each in it limits what the other may be used for.
struct CertSigner {
    std::string sha256{};
    std::chrono::sys_seconds not_before{};  // of a chain the narrowest
    std::chrono::sys_seconds not_after{};
    bool is_sent = false;          // the other was signed by an intermediate one, sent with it
    bool may_sign = true;          // the certificate of the CA's file that the chain ends with
    bool is_too_long = false;      // has more intermediate ones than one of them lets be below it
    bool lets_serve = true;        // may be behind a server's certificate
    bool lets_call = true;         // the same of a client's
    std::string forbidden_name{};  // a name of the other that may not be signed for; empty: none
};

/// The minor release of Kubernetes from which on none reads a negative serial number (Go 1.23).
inline constexpr int no_negative_serial_since = 32;

/// A critical extension that Kubernetes does not know, and so refuses.
struct StrangePart {
    std::string name{};   // "X509v3 Policy Constraints"; empty: there is none
    int known_since = 0;  // the minor release of Kubernetes that knows it; 0: none does
};

/// What a certificate says, and how it fits its key and its CA.
struct CertFacts {
    std::string subject{};
    std::string issuer{};
    std::string serial{};  // hexadecimal, upper case
    std::string sha256{};  // of the DER, hexadecimal, lower case
    std::chrono::sys_seconds not_before{};
    std::chrono::sys_seconds not_after{};
    bool is_ca = false;
    StrangePart strange_part{};
    bool names_hosts = true;     // has a subject alternative name
    bool may_sign = true;        // as its extensions say
    std::string weak_digest{};   // "SHA1", where it is signed with one that Go refuses
    bool serves = true;          // may be used by a server; without the extension by anybody
    bool calls = true;           // the same of a client
    std::string strange_name{};  // a subject alternative name that Go cannot read; empty: none
    bool has_negative_serial = false;
    bool has_other_issuer = false;  // than one of its own name
    /// Of those in the file the one that its CA's key fits, else the first: what is signed with.
    std::string signer{};            // its sha256
    std::vector<std::string> all{};  // the sha256 of each certificate in the file
    /// In a CA's file of several those that its key fits; all where no key tells.
    std::vector<CertFacts> anchors{};
    std::optional<bool> key_matches{};       // unset: there is no key to compare with
    bool key_is_encrypted = false;           // its user has no passphrase to read it with
    std::optional<bool> signed_by_issuer{};  // by the signature alone, dates aside; unset: no CA
    std::vector<CertSigner> signers{};       // what has signed it, by the CA's file; one is enough
    bool names_other_ca = false;  // by serial or key identifier, than the one that signed it
};

/// No moment is within its dates.
bool is_never_valid(const CertFacts& facts);

/// A host that a server's certificate is not for, though kubeconfigs call the server by it.
struct LackingName {
    std::string host{};                  // "127.0.0.1"
    std::vector<std::string> callers{};  // "client.config"
};

/// A certificate as it was found. `error` is set when it could not be read.
struct Certificate {
    CertPlace place{};
    std::string skipped{};  // why there was nothing to read; empty: there was
    bool is_missing = false;
    bool holds_none = false;  // its file is there, and no certificate is in it
    bool lacks_key = false;   // there is none, or one that Kubernetes cannot use
    bool is_denied = false;   // not a fault of the certificate: we may not read it
    bool is_unclear = false;  // nor is this: it is in a form that cannot be judged
    std::string error{};
    CertFacts facts{};
    bool differs_from_file = false;  // a kubeconfig that embeds another certificate than copy_of
    bool is_of_another = false;      // and it is another user's, not another copy of his
    bool embeds_other_ca = false;    // a kubeconfig that trusts another CA than `issuer`
    std::string refuses{};           // a kubeconfig: the certificate of its server, by name
    bool accepts_no_server = false;  // and its server is this node's, which `issuer` has signed for
    std::string ca_error{};          // why what it trusts is no CA at all; empty: it is one
    bool names_ca = false;           // its CA is in a file of its own
    /// What it trusts instead, where that is the same CA with other dates.
    std::optional<CertFacts> old_ca{};
    CommandLine renew_ca{};   // has a kubeconfig trust `issuer`, without us
    Advice choose_context{};  // where a kubeconfig names no current one; empty: it does
    std::vector<LackingName> lacks_names{};
    Advice add_names{};     // has it made anew with these
    std::string login{};    // how a kubeconfig authenticates without a certificate: "a token"
    Advice first{};         // what to do before clockguard can sign it anew; empty: nothing
    std::string kept_in{};  // a backup that puts it back, and nothing that is not valid now
};

enum class CertState {
    Valid,
    NotYetValid,
    Expired,
    Expiring,
    KeyMismatch,
    ChainBroken,
    Unreadable,
    Missing,
    Skipped,
};

struct CertPolicy {
    ExpiringThreshold expiring{};
    /// Go, which MicroK8s is written in, allows none: a certificate is refused in the very second
    /// before its notBefore (crypto/x509, Certificate.Verify).
    Span tolerance{};
};

struct JudgedCertificate {
    Certificate certificate{};
    CertState state = CertState::Skipped;
};

/// How wrong the clock may be, in either direction, with every certificate still valid.
struct ClockMargin {
    Span behind{};  // never positive
    Span ahead{};
};

struct CertsVerdict {
    Instant now{};
    std::vector<JudgedCertificate> certificates{};
    std::vector<Finding> findings{};  // worst first
    std::optional<ClockMargin> margin{};
};

/// The CA of the servers that a kubeconfig is for.
const std::string& trusted_by(const CertPlace& place);

/// "not_yet_valid": the words of the JSON report.
std::string to_text(CertState state);

/// "kubeconfig"
std::string to_text(CertKind kind);

/// Its own CA's signature, made with a digest that Kubernetes refuses.
bool is_signed_weakly(const Certificate& certificate);

/// Not by another than its CA, nor by a chain that may not sign it. One whose CA is not known is.
bool is_signed_rightly(const CertFacts& facts);

/// What is said of what has signed it; nothing where that is not known.
CertSigner signer_of(const CertFacts& facts);

/// Whether what signed it may be behind a certificate in such a place.
bool lets_be_used(const CertSigner& signer, CertUse use);

/// Whether a certificate in this state does its work now.
bool is_usable(CertState state);

/// What its place holds at a given moment: of a CA's several certificates one that is valid then,
/// for any of them serves (Go's pools, `openssl verify -trusted`); of what has signed it that first
/// which has the least against it.
CertFacts facts_at(const Certificate& certificate, Instant now);

/// Whether a kubeconfig trusts nothing that this node's servers have a certificate of.
bool has_useless_ca(const Certificate& certificate);

/// Judges one certificate at a given moment. What is wrong with the file outweighs its dates.
CertState judge(const Certificate& certificate, Instant now, const CertPolicy& policy);

/// From when on it counts as expiring. A certificate dated back to its CA's beginning has a longer
/// past, but not a longer future: the lifetime is at most that of its place.
Instant expiring_from(const Certificate& certificate, const ExpiringThreshold& threshold);

/// Judges them all, with what there is to say about each that is not as it should be.
CertsVerdict judge_all(std::vector<Certificate> certificates, Instant now,
                       const CertPolicy& policy);

}  // namespace clockguard
