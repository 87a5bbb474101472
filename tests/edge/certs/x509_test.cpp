// SPDX-License-Identifier: Apache-2.0
#include "clockguard/edge/certs/x509.hpp"
#include "clockguard/edge/certs/x509_reissue.hpp"
#include "clockguard/edge/certs/x509_served.hpp"

#include <csignal>
#include <cstdlib>
#include <set>
#include <thread>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clockguard/core/base/base64.hpp"
#include "clockguard/core/base/time.hpp"
#include "clockguard/edge/base/fd.hpp"
#include "support/microk8s_tree.hpp"

namespace clockguard {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const auto now = at("2026-03-03T08:20:11Z");

/// A CA and a server certificate that a clock a month ahead has dated.
struct Pair {
    TestCert ca{};
    TestCert leaf{};

    /// The digests that `openssl req` and administrators choose for a key.
    static const EVP_MD* digest_for(KeyKind kind)
    {
        if (kind == KeyKind::Ed25519)
            return nullptr;
        return kind == KeyKind::P384 ? EVP_sha384() : EVP_sha256();
    }

    explicit Pair(KeyKind kind = KeyKind::Ec, bool rsa_pss = false, KeyKind leaf_kind = KeyKind::Ec)
        : ca{make_cert({.name = "10.152.183.1",
                        .not_before = at("2025-05-01T09:12:00Z"),
                        .not_after = at("2035-04-29T09:12:00Z"),
                        .is_ca = true,
                        .serial = 0xca,
                        .key = make_key(kind),
                        .digest = digest_for(kind)})},
          leaf{make_cert({.name = "127.0.0.1",
                          .not_before = at("2026-04-03T08:07:34Z"),
                          .not_after = at("2027-04-03T08:07:34Z"),
                          .issuer = &ca,
                          .key = make_key(leaf_kind),
                          .digest = digest_for(kind),
                          .rsa_pss = rsa_pss})}
    {
    }

    ReissueOrder order() const
    {
        return {.certificate = leaf.pem,
                .ca_certificate = ca.pem,
                .ca_key = ca.key_pem(),
                .ca_key_name = "ca.key",
                .lifetime = days{365},
                .now = now};
    }

    ReissueOrder redate_order() const
    {
        return {.certificate = ca.pem,
                .ca_key = ca.key_pem(),
                .ca_key_name = "ca.key",
                .lifetime = days{3650},
                .now = now};
    }
};

std::string why_not(const ReissueOrder& order)
{
    const auto reissued = reissue(order);
    return reissued ? "re-issued" : to_text(reissued.error());
}

/// What was signed, with the serial and the dates of another certificate in it.
std::string signed_bytes(const std::string& pem, const std::string& with_dates_of)
{
    const TestX509 made = parse_pem(pem);
    const TestX509 other = parse_pem(with_dates_of);
    X509_set_serialNumber(made.get(), X509_get_serialNumber(other.get()));
    X509_set1_notBefore(made.get(), X509_get0_notBefore(other.get()));
    X509_set1_notAfter(made.get(), X509_get0_notAfter(other.get()));
    unsigned char* bytes = nullptr;
    const int size = i2d_re_X509_tbs(made.get(), &bytes);
    const std::string text(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return text;
}

TEST(ReadCertificate, TellsWhatItSays)
{
    const Pair pair;

    const auto facts = read_certificate(
        {.certificate = pair.leaf.pem, .key = pair.leaf.key_pem(), .issuer = pair.ca.pem});

    ASSERT_TRUE(facts) << to_text(facts.error());
    EXPECT_EQ(facts->subject, "O=Canonical,CN=127.0.0.1");
    EXPECT_EQ(facts->issuer, "CN=10.152.183.1");
    EXPECT_EQ(facts->serial, "5D1F");
    EXPECT_EQ(facts->sha256.size(), 64U);
    EXPECT_EQ(to_text(Instant{facts->not_before}), "2026-04-03T08:07:34Z");
    EXPECT_EQ(to_text(Instant{facts->not_after}), "2027-04-03T08:07:34Z");
    EXPECT_FALSE(facts->is_ca);
    EXPECT_EQ(facts->key_matches, true);
    EXPECT_EQ(facts->signed_by_issuer, true);
}

TEST(ReadCertificate, ReadsDatesBeyondTheOldForm)
{
    const TestCert eternal = make_cert(
        {.not_before = at("1970-01-01T00:00:00Z"), .not_after = at("9999-12-31T23:59:59Z")});

    const auto facts = read_certificate({.certificate = eternal.pem});

    ASSERT_TRUE(facts);
    EXPECT_EQ(to_text(Instant{facts->not_before}), "1970-01-01T00:00:00Z");
    EXPECT_EQ(to_text(Instant{facts->not_after}), "9999-12-31T23:59:59Z");
}

TEST(ReadCertificate, TellsAStrangeKeyAndAStrangeCa)
{
    const Pair pair;
    const Pair strangers;

    const auto facts = read_certificate({.certificate = pair.leaf.pem,
                                         .key = strangers.leaf.key_pem(),
                                         .issuer = strangers.ca.pem});

    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->key_matches, false);
    EXPECT_EQ(facts->signed_by_issuer, false);
}

TEST(ReadCertificate, TakesAKeyWithAPassphraseForUnknown)
{
    const Pair pair;

    const auto facts = read_certificate(
        {.certificate = pair.ca.pem, .key = to_pem(pair.ca.key, "secret"), .issuer = pair.ca.pem});

    ASSERT_TRUE(facts);
    EXPECT_TRUE(facts->is_ca);
    EXPECT_EQ(facts->key_matches, std::nullopt);
}

TEST(ReadCertificate, SurvivesEveryTruncation)
{
    const Pair pair;
    const std::string whole = pair.leaf.pem;
    for (std::size_t size = 0; size + 1 < whole.size(); ++size)
        EXPECT_FALSE(read_certificate({.certificate = whole.substr(0, size)})) << size;
}

TEST(ReadCertificate, SurvivesWellFormedPemAroundBadDer)
{
    Pair pair;
    std::string& pem = pair.leaf.pem;
    pem.replace(pem.find('\n') + 1, 8, "AAAAAAAA");

    const auto facts = read_certificate({.certificate = pem});

    ASSERT_FALSE(facts);
    EXPECT_EQ(to_text(facts.error()).substr(0, 22), "is not a certificate: ");
}

TEST(Reissue, ChangesSerialDatesAndSignatureAlone)
{
    for (const auto& [kind, pss] : {std::pair{KeyKind::Ec, false},
                                    {KeyKind::Rsa, false},
                                    {KeyKind::Rsa, true},
                                    {KeyKind::Ed25519, false}}) {
        const Pair pair{kind, pss};

        const auto reissued = reissue(pair.order());

        ASSERT_TRUE(reissued) << to_text(reissued.error());
        EXPECT_EQ(signed_bytes(reissued->text, pair.leaf.pem),
                  signed_bytes(pair.leaf.pem, pair.leaf.pem));
        EXPECT_EQ(to_text(Instant{reissued->facts.not_before}), "2025-05-01T09:12:00Z");
        EXPECT_EQ(to_text(Instant{reissued->facts.not_after}), "2027-03-03T08:20:11Z");
        EXPECT_NE(reissued->facts.serial, "5D1F");
        const auto facts = read_certificate(
            {.certificate = reissued->text, .key = pair.leaf.key_pem(), .issuer = pair.ca.pem});
        ASSERT_TRUE(facts);
        EXPECT_EQ(facts->key_matches, true);
        EXPECT_EQ(facts->signed_by_issuer, true);
    }
}

/// "ecdsa-with-SHA384"
std::string signature_of(const std::string& pem)
{
    return OBJ_nid2ln(X509_get_signature_nid(parse_pem(pem).get()));
}

TEST(Reissue, SignsAsTheCasKeySigns)
{
    for (const auto& [kind, signature] : {std::pair{KeyKind::Rsa, "sha256WithRSAEncryption"},
                                          {KeyKind::Ec, "ecdsa-with-SHA256"},
                                          {KeyKind::P384, "ecdsa-with-SHA384"}})
        for (const KeyKind leaf : {KeyKind::Rsa, KeyKind::Ec, KeyKind::P384}) {
            const Pair pair{kind, false, leaf};

            const auto reissued = reissue(pair.order());
            const auto redated = reissue(pair.redate_order());

            ASSERT_TRUE(reissued) << to_text(reissued.error());
            ASSERT_TRUE(redated) << to_text(redated.error());
            EXPECT_EQ(signature_of(reissued->text), signature);
            EXPECT_EQ(signature_of(redated->text), signature);
            EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(parse_pem(reissued->text).get()),
                                  X509_get0_pubkey(parse_pem(pair.leaf.pem).get())),
                      1);
        }
}

/// What a command prints; empty when it fails.
std::string output_of(const std::string& command)
{
    const Handle<FILE, ::pclose> pipe{::popen(command.c_str(), "r")};
    std::string text;
    for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get()))
        text += static_cast<char>(c);
    return text;
}

TEST(Reissue, TakesAKeyInEveryFormThatOpensslWrites)
{
    if (::access("/usr/bin/openssl", X_OK) != 0)
        GTEST_SKIP() << "no openssl command";
    for (const auto& [kind, form] : {std::pair{KeyKind::Rsa, "rsa -traditional"},
                                     {KeyKind::Rsa, "rsa"},
                                     {KeyKind::Ec, "ec"},
                                     {KeyKind::P384, "ec"},
                                     {KeyKind::P384, "pkey"}}) {
        const Pair pair{kind};
        const Tree tree{{"/ca.key", pair.ca.key_pem()}};
        ReissueOrder order = pair.order();
        order.ca_key = output_of(
            fmt::format("/usr/bin/openssl {} -in {} 2>/dev/null", form, tree.path("/ca.key")));
        EXPECT_EQ(why_not(order), "re-issued") << order.ca_key.substr(0, 40);
        order.ca_key = output_of(
            fmt::format("/usr/bin/openssl {} -aes256 -passout pass:secret -in {} 2>/dev/null", form,
                        tree.path("/ca.key")));
        EXPECT_EQ(why_not(order), "key 'ca.key' is encrypted with a passphrase")
            << order.ca_key.substr(0, 40);
    }
}

/// `openssl ecparam -genkey` writes the curve in a block of its own before the key.
TEST(Reissue, TakesAKeyBehindItsParameters)
{
    const Pair pair{KeyKind::P384};
    ReissueOrder order = pair.order();
    order.ca_key = "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n" +
                   pair.ca.key_pem();

    EXPECT_EQ(why_not(order), "re-issued");
}

TEST(Reissue, SatisfiesOpensslItself)
{
    if (::access("/usr/bin/openssl", X_OK) != 0)
        GTEST_SKIP() << "no openssl command";
    const Pair pair{KeyKind::Rsa};
    const auto reissued = reissue(pair.order());
    ASSERT_TRUE(reissued);
    const Tree tree{
        {"/ca.crt", pair.ca.pem}, {"/new.crt", reissued->text}, {"/old.crt", pair.leaf.pem}};

    const auto verify = [&](const std::string& file, std::chrono::sys_seconds when) {
        return std::system(fmt::format("/usr/bin/openssl verify -no-CAfile -no-CApath "
                                       "-partial_chain -attime {} -trusted {} {} >/dev/null 2>&1",
                                       when.time_since_epoch().count(), tree.path("/ca.crt"),
                                       tree.path(file))
                               .c_str());
    };
    EXPECT_EQ(verify("/new.crt", now), 0);
    EXPECT_EQ(verify("/new.crt", now - days{300}), 0);
    // To OpenSSL the last second is already over; to Go it is not.
    EXPECT_EQ(verify("/new.crt", now + days{365} - 1s), 0);
    EXPECT_NE(verify("/new.crt", now + days{365} + 1s), 0);
    EXPECT_NE(verify("/old.crt", now), 0);
}

TEST(Reissue, NeverGivesASerialTwice)
{
    const Pair pair;
    std::set<std::string> serials;
    for (int i = 0; i < 100; ++i) {
        const auto reissued = reissue(pair.order());
        ASSERT_TRUE(reissued);
        // 20 octets at most, and no sign: 159 bits with the highest set.
        EXPECT_EQ(reissued->facts.serial.size(), 40U);
        EXPECT_LT(reissued->facts.serial[0], '8');
        serials.insert(reissued->facts.serial);
    }
    EXPECT_EQ(serials.size(), 100U);
}

TEST(Reissue, DoesNotOutliveItsCa)
{
    const Pair pair;
    ReissueOrder order = pair.order();
    order.now = at("2035-04-01T00:00:00Z");

    const auto reissued = reissue(order);

    ASSERT_TRUE(reissued);
    EXPECT_EQ(to_text(Instant{reissued->facts.not_after}), "2035-04-29T09:12:00Z");
}

TEST(Reissue, LivesNoLongerEachTime)
{
    const Pair pair;
    ReissueOrder order = pair.order();
    for (int i = 0; i < 3; ++i) {
        const auto reissued = reissue(order);
        ASSERT_TRUE(reissued);
        EXPECT_EQ(to_text(Instant{reissued->facts.not_after}), "2027-03-03T08:20:11Z");
        order.certificate = reissued->text;
    }
}

/// A leaf of seven days.
ReissueOrder short_lived(const Pair& pair)
{
    ReissueOrder order = pair.order();
    order.certificate = make_cert({.not_before = at("2026-04-03T00:00:00Z"),
                                   .not_after = at("2026-04-10T00:00:00Z"),
                                   .issuer = &pair.ca})
                            .pem;
    return order;
}

TEST(Reissue, LivesAsLongAsItsMakerIssuesItHoweverOften)
{
    ReissueOrder order = short_lived(Pair{});
    for (int i = 0; i < 3; ++i) {
        const auto reissued = reissue(order);
        ASSERT_TRUE(reissued) << to_text(reissued.error());
        EXPECT_EQ(to_text(Instant{reissued->facts.not_after}), "2027-03-03T08:20:11Z");
        order.certificate = reissued->text;
    }
}

TEST(Reissue, LivesAsLongAsBeforeWhereNothingElseIsKnown)
{
    ReissueOrder order = short_lived(Pair{});
    order.lifetime = 0s;

    const auto reissued = reissue(order);

    ASSERT_TRUE(reissued) << to_text(reissued.error());
    EXPECT_EQ(to_text(Instant{reissued->facts.not_after}), "2026-03-10T08:20:11Z");
}

/// Go has verified no SHA-1 since 1.18.
TEST(Reissue, SignsAnewWithADigestThatIsVerified)
{
    const Pair pair;
    ReissueOrder order = pair.order();
    order.certificate = make_cert({.not_before = at("2026-04-03T00:00:00Z"),
                                   .not_after = at("2026-04-10T00:00:00Z"),
                                   .issuer = &pair.ca,
                                   .digest = EVP_sha1()})
                            .pem;

    const auto reissued = reissue(order);

    ASSERT_TRUE(reissued) << to_text(reissued.error());
    EXPECT_EQ(signature_of(reissued->text), "ecdsa-with-SHA256");
    EXPECT_EQ(read_certificate({.certificate = order.certificate})->weak_digest, "SHA1");
    EXPECT_EQ(read_certificate({.certificate = reissued->text})->weak_digest, "");
}

TEST(Reissue, KeepsEveryByteAroundTheCertificate)
{
    const Pair pair;
    ReissueOrder order = pair.order();
    order.certificate = "Subject: the server\r\n" + pair.leaf.pem + "# its CA\n" + pair.ca.pem;

    const auto reissued = reissue(order);

    ASSERT_TRUE(reissued);
    EXPECT_TRUE(reissued->text.starts_with("Subject: the server\r\n-----BEGIN CERTIFICATE-----\n"));
    EXPECT_TRUE(reissued->text.ends_with("-----END CERTIFICATE-----\n# its CA\n" + pair.ca.pem));
}

TEST(Reissue, RefusesWhatItCannotDoRight)
{
    const Pair pair;
    const Pair stranger;
    const auto with = [&](auto change) {
        ReissueOrder order = pair.order();
        change(order);
        return why_not(order);
    };

    EXPECT_EQ(with([&](ReissueOrder& order) { order.ca_key = to_pem(pair.ca.key, "secret"); }),
              "key 'ca.key' is encrypted with a passphrase");
    EXPECT_EQ(with([&](ReissueOrder& order) { order.ca_key = stranger.ca.key_pem(); }),
              "key 'ca.key' is not the CA's");
    EXPECT_EQ(with([&](ReissueOrder& order) {
                  order.ca_key = stranger.ca.key_pem();
                  order.ca_certificate = stranger.ca.pem;
              }),
              "it was not signed by this CA");
    EXPECT_EQ(with([](ReissueOrder& order) { order.ca_key = ""; }).substr(0, 35),
              "key 'ca.key' is not a private key: ");
    EXPECT_EQ(with([](ReissueOrder& order) { order.certificate = ""; }), "it is empty");
    EXPECT_EQ(with([](ReissueOrder& order) { order.ca_certificate = "x"; }),
              "its CA holds no certificate");
}

TEST(Reissue, RefusesBelowACaThatIsNotValidItself)
{
    const Pair pair;
    ReissueOrder order = pair.order();

    order.now = at("2025-05-01T09:12:00Z") - 1s;
    EXPECT_EQ(why_not(order),
              "the new certificate does not verify: its CA: certificate is not yet valid");
    order.now = at("2035-04-29T09:12:00Z") + 1s;
    EXPECT_EQ(why_not(order), "the new certificate does not verify: its CA: certificate has "
                              "expired");
}

TEST(Reissue, NamesACaThatWasMadeAnewWithTheSameKey)
{
    const Pair pair;
    const TestCert renewed = make_cert({.name = "10.152.183.1",
                                        .not_before = at("2025-05-01T09:12:00Z"),
                                        .not_after = at("2035-04-29T09:12:00Z"),
                                        .is_ca = true,
                                        .serial = 0xcb,
                                        .key = pair.ca.key});
    ReissueOrder order = pair.order();
    order.ca_certificate = renewed.pem;

    const auto reissued = reissue(order);

    ASSERT_TRUE(reissued) << to_text(reissued.error());
    const TestX509 made = parse_pem(reissued->text);
    EXPECT_EQ(X509_check_issued(parse_pem(renewed.pem).get(), made.get()), X509_V_OK);
    EXPECT_EQ(X509_check_issued(parse_pem(pair.ca.pem).get(), made.get()),
              X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH);
}

TEST(Redate, KeepsTheSerialThatItsLeavesNameItBy)
{
    Pair pair;
    pair.ca = make_cert({.name = "front-proxy-ca",
                         .not_before = at("2026-04-03T08:07:34Z"),
                         .not_after = at("2036-03-31T08:07:34Z"),
                         .is_ca = true,
                         .serial = 0xca,
                         .key = pair.ca.key});

    const auto redated = reissue(pair.redate_order());

    ASSERT_TRUE(redated) << to_text(redated.error());
    EXPECT_EQ(signed_bytes(redated->text, pair.ca.pem), signed_bytes(pair.ca.pem, pair.ca.pem));
    EXPECT_EQ(redated->facts.serial, "CA");
    EXPECT_EQ(to_text(Instant{redated->facts.not_before}), "2025-03-03T08:20:11Z");
    EXPECT_EQ(to_text(Instant{redated->facts.not_after}), "2036-02-29T08:20:11Z");
}

/// A TLS server on a port of its own that greets one client and goes.
class OneGreeting {
public:
    explicit OneGreeting(const TestCert& cert) : cert_{cert}
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), size);
        ::listen(listener_.get(), 1);
        ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { greet(); }};
    }
    OneGreeting(const OneGreeting&) = delete;
    OneGreeting& operator=(const OneGreeting&) = delete;
    ~OneGreeting() { thread_.join(); }

    int port() const { return port_; }

private:
    void greet()
    {
        // Whoever asks hangs up as soon as it has seen the certificate.
        sigset_t pipe;
        ::sigemptyset(&pipe);
        ::sigaddset(&pipe, SIGPIPE);
        ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
        const Fd client{::accept(listener_.get(), nullptr, nullptr)};
        const Handle<SSL_CTX, SSL_CTX_free> context{SSL_CTX_new(TLS_server_method())};
        SSL_CTX_use_certificate(context.get(), parse_pem(cert_.pem).get());
        SSL_CTX_use_PrivateKey(context.get(), cert_.key.get());
        const Handle<SSL, SSL_free> ssl{SSL_new(context.get())};
        SSL_set_fd(ssl.get(), client.get());
        SSL_accept(ssl.get());
    }

    const TestCert& cert_;
    Fd listener_{::socket(AF_INET, SOCK_STREAM, 0)};
    int port_ = 0;
    std::thread thread_{};
};

/// RSA keys are compared by their bytes, others by OpenSSL.
/// The same certificate with other bits for its public key, signed as before.
std::string with_public_key(const TestCert& cert, int algorithm, const std::string& bits)
{
    const TestX509 made = parse_pem(cert.pem);
    auto* const copied = static_cast<unsigned char*>(OPENSSL_memdup(bits.c_str(), bits.size() + 1));
    X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(made.get()), OBJ_nid2obj(algorithm), V_ASN1_NULL,
                           nullptr, copied, static_cast<int>(bits.size()));
    X509_sign(made.get(), cert.key.get(), EVP_sha256());
    const TestBio out{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(out.get(), made.get());
    return text_of(out);
}

TEST(ReadCertificate, RefusesACertificateThatHasNoKey)
{
    const TestCert cert = make_cert({.not_before = now, .not_after = now + days{1}});
    const std::string none = with_public_key(cert, NID_rsaEncryption, "");

    for (const std::string& key : {std::string{"no key at all"}, cert.key_pem()}) {
        const auto facts = read_certificate({.certificate = none, .key = key});

        ASSERT_FALSE(facts);
        EXPECT_EQ(to_text(facts.error()),
                  "has a key that Kubernetes cannot use (it cannot be read)");
    }
}

/// The bits alone are not the key: they are of whatever kind the certificate says.
TEST(ReadCertificate, TakesNoRsaKeyForOneOfAnotherKind)
{
    const TestCert cert =
        make_cert({.not_before = now, .not_after = now + days{1}, .key = make_key(KeyKind::Rsa)});
    const TestX509 parsed = parse_pem(cert.pem);
    const unsigned char* bits = nullptr;
    int size = 0;
    X509_PUBKEY_get0_param(nullptr, &bits, &size, nullptr, X509_get_X509_PUBKEY(parsed.get()));

    const auto facts = read_certificate(
        {.certificate = with_public_key(cert, NID_rsassaPss, std::string{bits, bits + size}),
         .key = cert.key_pem()});

    ASSERT_FALSE(facts);
    EXPECT_EQ(to_text(facts.error()), "has a key that Kubernetes cannot use (it cannot be read)");
}

TEST(CertReader, TellsWhoseKeyItIsOfEveryKind)
{
    for (const KeyKind kind : {KeyKind::Rsa, KeyKind::Ec}) {
        const TestCert cert = make_cert({.name = "server", .key = make_key(kind)});
        const auto matches = [&](const std::string& key) {
            const auto facts = read_certificate({.certificate = cert.pem, .key = key});
            return facts && facts->key_matches == true;
        };

        EXPECT_TRUE(matches(cert.key_pem()));
        EXPECT_TRUE(matches(cert.pem + cert.key_pem()));
        EXPECT_FALSE(matches(to_pem(make_key(kind)) + cert.key_pem()));
        for (const KeyKind other : {KeyKind::Rsa, KeyKind::Ec})
            EXPECT_FALSE(matches(to_pem(make_key(other))));
        const std::string torn = cert.key_pem();
        EXPECT_FALSE(matches(torn.substr(0, torn.size() / 2)));
        EXPECT_FALSE(matches(""));
    }
}

TEST(CertReader, SaysOfTheSameTextsTheSameAndOfOthersAnother)
{
    const TestCert ca = make_cert({.name = "ca", .is_ca = true});
    const TestCert other = make_cert({.name = "ca", .is_ca = true});
    const TestCert leaf = make_cert({.name = "server", .issuer = &ca});
    CertReader reader;

    for (int look = 0; look < 2; ++look) {
        const auto by_ca = reader.read({.certificate = leaf.pem, .issuer = ca.pem});
        const auto by_other = reader.read({.certificate = leaf.pem, .issuer = other.pem});
        const auto by_both = reader.read({.certificate = leaf.pem, .issuer = other.pem + ca.pem});

        EXPECT_TRUE(by_ca && by_ca->signed_by_issuer == true);
        EXPECT_TRUE(by_other && by_other->signed_by_issuer == false);
        EXPECT_TRUE(by_both && by_both->signed_by_issuer == true);
        EXPECT_FALSE(reader.read({.certificate = "torn"}));
    }
}

/// With one text in the place of another.
std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// "RSA PRIVATE KEY" and "EC PRIVATE KEY", the forms of their own.
std::string traditional(const TestKey& key)
{
    const TestBio out{BIO_new(BIO_s_mem())};
    PEM_write_bio_PrivateKey_traditional(out.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                         nullptr);
    return text_of(out);
}

TEST(ReadCertificate, TakesAKeyByItsContentsWhateverItsBlockIsCalled)
{
    for (const KeyKind kind : {KeyKind::Rsa, KeyKind::Ec}) {
        const TestCert cert = make_cert({.name = "server", .key = make_key(kind)});
        const std::string own = kind == KeyKind::Rsa ? "RSA PRIVATE KEY" : "EC PRIVATE KEY";
        const std::string plain = traditional(cert.key);
        const std::string wrapped = cert.key_pem();
        for (const std::string& key :
             {plain, replaced(plain, own, "PRIVATE KEY"),
              replaced(plain, own, kind == KeyKind::Rsa ? "EC PRIVATE KEY" : "RSA PRIVATE KEY"),
              replaced(wrapped, "PRIVATE KEY", own),
              replaced(wrapped, "BEGIN PRIVATE KEY-----\n", "BEGIN PRIVATE KEY-----\nA: b\n\n"),
              replaced(wrapped, "\n", "  \r\n\r\n"), wrapped + to_pem(cert.key, "secret")}) {
            const auto facts = read_certificate({.certificate = cert.pem, .key = key});

            ASSERT_TRUE(facts) << to_text(facts.error());
            EXPECT_EQ(facts->key_matches, true) << key;
        }
    }
}

TEST(ReadCertificate, TakesNoKeyThatIsNotFoundAtTheBeginningOfALine)
{
    for (const KeyKind kind : {KeyKind::Rsa, KeyKind::Ec}) {
        const TestCert cert = make_cert({.name = "server", .key = make_key(kind)});
        for (const char* before : {"\xef\xbb\xbf", " "}) {
            const auto facts =
                read_certificate({.certificate = cert.pem, .key = before + cert.key_pem()});

            ASSERT_TRUE(facts);
            EXPECT_EQ(facts->key_matches, false);
        }
    }
}

/// "-----BEGIN CERTIFICATE-----" around any bytes.
std::string pem_around(const std::string& bytes)
{
    return fmt::format("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
                       encode_base64(bytes));
}

std::string der_of(const std::string& pem)
{
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(parse_pem(pem).get(), &bytes);
    std::string der{bytes, bytes + size};
    OPENSSL_free(bytes);
    return der;
}

std::string why_unreadable(const CertTexts& texts)
{
    const auto facts = read_certificate(texts);
    return facts ? "readable" : to_text(facts.error());
}

TEST(ReadCertificate, TakesTheWholeBlockForTheCertificate)
{
    const std::string der = der_of(make_cert({}).pem);

    EXPECT_EQ(why_unreadable({.certificate = pem_around(der)}), "readable");
    EXPECT_EQ(why_unreadable({.certificate = pem_around(der + '\0')}),
              "is not a certificate: other bytes follow it");
}

/// kube-apiserver refuses such a CA file (k8s.io/client-go, util/cert, ParseCertsPEM), and a TLS
/// peer such a chain.
TEST(ReadCertificate, IsSpoiledByABlockThatIsNone)
{
    const std::string good = make_cert({}).pem;
    const std::string junk = pem_around("\x30\x03\x02\x01\x01");
    for (const bool is_pool : {false, true}) {
        EXPECT_TRUE(why_unreadable({.certificate = junk + good, .is_pool = is_pool})
                        .starts_with("is not a certificate: "));
        EXPECT_TRUE(why_unreadable({.certificate = good + junk, .is_pool = is_pool})
                        .starts_with("holds one behind the first that is not a certificate: "));
    }
}

TestKey of_curve(const char* name)
{
    return {EVP_EC_gen(name), EVP_PKEY_free};
}

TEST(ReadCertificate, RefusesAKeyThatGoCannotUse)
{
    const auto why = [](const TestKey& key, bool is_pool = false) {
        const TestCert cert = make_cert({.key = key, .digest = EVP_sha256()});
        return why_unreadable({.certificate = cert.pem, .key = cert.key_pem(), .is_pool = is_pool});
    };

    for (const char* curve : {"prime256v1", "secp384r1", "secp521r1"})
        EXPECT_EQ(why(of_curve(curve)), "readable");
    EXPECT_EQ(why(of_curve("secp256k1")), "has a key that Kubernetes cannot use (curve secp256k1)");
    EXPECT_EQ(why(of_curve("brainpoolP256r1")),
              "has a key that Kubernetes cannot use (curve brainpoolP256r1)");
    EXPECT_EQ(why(of_curve("secp224r1")), "has a key that Kubernetes cannot use (curve secp224r1)");
    EXPECT_EQ(why(of_curve("secp224r1"), true), "readable");
    const TestKey written_out = of_curve("prime256v1");
    EVP_PKEY_set_utf8_string_param(written_out.get(), OSSL_PKEY_PARAM_EC_ENCODING,
                                   OSSL_PKEY_EC_ENCODING_EXPLICIT);
    EXPECT_EQ(why(written_out), "has a key that Kubernetes cannot use (its curve is written out)");
}

TEST(ReadCertificate, RefusesANegativeSerial)
{
    EXPECT_EQ(why_unreadable({.certificate = make_cert({.serial = -5}).pem}),
              "has a negative serial number, which Kubernetes does not read");
}

/// A CA with other extensions.
std::string ca_with(const std::vector<std::pair<int, const char*>>& extensions)
{
    const TestCert cert = make_cert({.is_ca = true});
    const TestX509 made = parse_pem(cert.pem);
    while (X509_get_ext_count(made.get()) > 0)
        X509_EXTENSION_free(X509_delete_ext(made.get(), 0));
    for (const auto& [nid, value] : extensions) {
        const Handle<X509_EXTENSION, X509_EXTENSION_free> extension{
            X509V3_EXT_conf_nid(nullptr, nullptr, nid, value)};
        X509_add_ext(made.get(), extension.get(), -1);
    }
    X509_sign(made.get(), cert.key.get(), EVP_sha256());
    const TestBio out{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(out.get(), made.get());
    return text_of(out);
}

TEST(ReadCertificate, TellsWhatItsExtensionsAreFor)
{
    const auto facts = [](TestCertSpec spec) {
        spec.not_before = now - days{1};
        spec.not_after = now + days{1};
        return read_certificate({.certificate = make_cert(spec).pem}).value_or(CertFacts{});
    };
    EXPECT_TRUE(facts({}).names_hosts);
    EXPECT_FALSE(facts({}).has_strange_part);
    EXPECT_FALSE(facts({.hosts = ""}).names_hosts);
    EXPECT_TRUE(facts({.has_strange_part = true}).has_strange_part);
}

TEST(ReadCertificate, KnowsAKeyOfUse)
{
    for (const KeyKind kind : {KeyKind::Ec, KeyKind::P384, KeyKind::Rsa, KeyKind::Ed25519})
        EXPECT_TRUE(is_usable_key(to_pem(make_key(kind))));
    EXPECT_TRUE(is_usable_key(to_pem(make_key(), "secret")));
    const TestKey other{EVP_EC_gen("secp256k1"), EVP_PKEY_free};
    for (const std::string& none : {std::string{}, std::string{"torn"}, to_pem(other)})
        EXPECT_FALSE(is_usable_key(none)) << none;
}

TEST(ReadCertificate, TellsWhetherACaMaySign)
{
    const auto may_sign = [](const std::string& pem) {
        const auto facts = read_certificate({.certificate = pem, .is_pool = true});
        return facts && facts->may_sign;
    };

    EXPECT_TRUE(may_sign(make_cert({.is_ca = true}).pem));
    EXPECT_TRUE(may_sign(
        ca_with({{NID_basic_constraints, "CA:TRUE"}, {NID_key_usage, "keyCertSign,cRLSign"}})));
    EXPECT_FALSE(may_sign(
        ca_with({{NID_basic_constraints, "CA:TRUE"}, {NID_key_usage, "digitalSignature"}})));
    EXPECT_FALSE(may_sign(ca_with({{NID_basic_constraints, "CA:FALSE"}})));
    EXPECT_FALSE(may_sign(ca_with({{NID_key_usage, "keyCertSign"}})));
}

TEST(ReadCertificate, PassesOverATornBlock)
{
    const std::string good = make_cert({}).pem;
    const std::string torn = good.substr(0, good.size() / 2) + "\n";

    EXPECT_EQ(why_unreadable({.certificate = torn + good}), "readable");
    EXPECT_EQ(why_unreadable({.certificate = good + torn}), "readable");
}

TEST(ReadCertificate, TakesABlockWithHeadersForADaemonButForNoCa)
{
    const std::string with_header =
        replaced(make_cert({}).pem, "BEGIN CERTIFICATE-----\n", "BEGIN CERTIFICATE-----\nA: b\n\n");

    EXPECT_EQ(why_unreadable({.certificate = with_header}), "readable");
    EXPECT_EQ(why_unreadable({.certificate = with_header, .is_pool = true}),
              "holds no certificate without headers, and CAs are taken from no other");
}

/// A CA as MicroK8s makes it anew from a key that it finds.
TestCert remade(const TestCert& ca)
{
    return make_cert({.name = "10.152.183.1",
                      .not_before = at("2025-05-01T09:12:00Z"),
                      .not_after = at("2035-04-29T09:12:00Z"),
                      .is_ca = true,
                      .serial = 0xcb,
                      .key = ca.key});
}

TEST(ReadCertificate, TakesASignatureForOneWhateverSerialItNames)
{
    const Pair pair;

    const auto by_old = read_certificate({.certificate = pair.leaf.pem, .issuer = pair.ca.pem});
    const auto by_new =
        read_certificate({.certificate = pair.leaf.pem, .issuer = remade(pair.ca).pem});
    const auto by_both = read_certificate(
        {.certificate = pair.leaf.pem, .issuer = remade(pair.ca).pem + pair.ca.pem});

    ASSERT_TRUE(by_old && by_new && by_both);
    EXPECT_EQ(by_old->signed_by_issuer, true);
    EXPECT_FALSE(by_old->names_other_ca);
    EXPECT_EQ(by_new->signed_by_issuer, true);
    EXPECT_TRUE(by_new->names_other_ca);
    EXPECT_FALSE(by_both->names_other_ca);
}

TEST(ExchangeCopies, TakesTheOneThatIsValidNow)
{
    const Pair pair;
    const TestCert early = make_cert({.name = "10.152.183.1",
                                      .not_before = at("2015-05-01T09:12:00Z"),
                                      .not_after = at("2025-04-29T09:12:00Z"),
                                      .is_ca = true,
                                      .key = pair.ca.key});
    const TestCert valid = remade(pair.ca);
    const std::string file = early.pem + valid.pem;

    EXPECT_EQ(exchange_copies(pair.ca.pem, file, now).value_or(""), valid.pem);
    EXPECT_EQ(exchange_copies(early.pem, file, now).value_or(""), early.pem);
    EXPECT_TRUE(holds_other_copies(pair.ca.pem, file));
    EXPECT_FALSE(holds_other_copies(early.pem, file));
    EXPECT_FALSE(holds_other_copies(Pair{}.ca.pem, file));
}

TEST(ExchangeCopies, KeepsAValidOneWhereNoneOfThoseIs)
{
    const Pair pair;
    const TestCert gone = make_cert({.name = "10.152.183.1",
                                     .not_before = at("2015-05-01T09:12:00Z"),
                                     .not_after = at("2025-04-29T09:12:00Z"),
                                     .is_ca = true,
                                     .key = pair.ca.key});

    EXPECT_EQ(exchange_copies(pair.ca.pem, gone.pem, now).value_or(""), pair.ca.pem);
    EXPECT_EQ(exchange_copies(gone.pem, pair.ca.pem, now).value_or(""), pair.ca.pem);
}

TEST(ReadCertificate, ComparesTheCasNameByteByByte)
{
    const Pair pair;
    const TestCert renamed = make_cert({.name = "10.152.183.2",
                                        .not_before = at("2025-05-01T09:12:00Z"),
                                        .not_after = at("2035-04-29T09:12:00Z"),
                                        .is_ca = true,
                                        .key = pair.ca.key});

    const auto facts = read_certificate({.certificate = pair.leaf.pem, .issuer = renamed.pem});

    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->signed_by_issuer, false);
}

TEST(ServedSerial, IsThatOfTheServersCertificate)
{
    const Pair pair;
    const OneGreeting server{pair.leaf};

    const auto serial = query_served_serial({.port = server.port()}, 10s);

    ASSERT_TRUE(serial) << to_text(serial.error());
    EXPECT_EQ(*serial, "5D1F");
}

TEST(ServedSerial, AsksAnyAddress)
{
    for (const auto& [address, named] :
         {std::pair{"::1", "[::1]:1"}, {"127.0.0.9", "127.0.0.9:1"}}) {
        const auto serial = query_served_serial({.address = address, .port = 1}, 10s);

        ASSERT_FALSE(serial);
        EXPECT_EQ(serial.error().what, fmt::format("cannot ask '{}' for its certificate", named));
        EXPECT_NE(serial.error().code, std::errc::invalid_argument);
    }
    EXPECT_EQ(query_served_serial({.address = "192.0.2.1", .port = 1}, 10s).error().code,
              std::errc::address_not_available);
    EXPECT_EQ(query_served_serial({.address = "nowhere"}, 10s).error().code,
              std::errc::invalid_argument);
}

TEST(ServedSerial, TellsThatNobodyListens)
{
    const Fd unused{::socket(AF_INET, SOCK_STREAM, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(unused.get(), reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(unused.get(), reinterpret_cast<sockaddr*>(&address), &size);

    const auto serial = query_served_serial({.port = ntohs(address.sin_port)}, 10s);

    ASSERT_FALSE(serial);
    EXPECT_TRUE(serial.error().code == std::errc::connection_refused) << to_text(serial.error());
}

}  // namespace
}  // namespace clockguard
