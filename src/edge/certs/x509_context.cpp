// SPDX-License-Identifier: Apache-2.0
// A provider as provider(7) describes one, built into the program.
#include "edge/certs/x509_context.hpp"

#include <string_view>
#include <vector>

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>

#include "clockguard/edge/base/handle.hpp"

namespace clockguard {
namespace {

using ContextPtr = Handle<OSSL_LIB_CTX, OSSL_LIB_CTX_free>;

/// Not unloaded: it is what OpenSSL works with until the program ends.
OSSL_PROVIDER* standard()
{
    static OSSL_PROVIDER* const loaded = OSSL_PROVIDER_load(nullptr, "default");
    return loaded;
}

/// Of its names the first: "RSA:rsaEncryption:1.2.840.113549.1.1.1".
bool is_used_kind(const OSSL_ALGORITHM& algorithm)
{
    const std::string_view names = algorithm.algorithm_names;
    const std::string_view name = names.substr(0, names.find(':'));
    return name == "RSA" || name == "EC" || name == "ED25519";
}

bool is_used_decoder(const OSSL_ALGORITHM& algorithm)
{
    const std::string_view properties = algorithm.property_definition;
    return is_used_kind(algorithm) &&
           properties.find("structure=SubjectPublicKeyInfo") != properties.npos;
}

/// Both lists end with an empty entry.
std::vector<OSSL_ALGORITHM> pick(const OSSL_ALGORITHM* all,
                                 bool (*is_used)(const OSSL_ALGORITHM& algorithm))
{
    std::vector<OSSL_ALGORITHM> picked;
    for (; all != nullptr && all->algorithm_names != nullptr; ++all)
        if (is_used(*all))
            picked.push_back(*all);
    picked.emplace_back();
    return picked;
}

const OSSL_ALGORITHM* query(void*, int operation, int* is_not_kept)
{
    const OSSL_ALGORITHM* all = OSSL_PROVIDER_query_operation(standard(), operation, is_not_kept);
    if (operation == OSSL_OP_KEYMGMT) {
        static const std::vector<OSSL_ALGORITHM> kinds = pick(all, is_used_kind);
        return kinds.data();
    }
    if (operation == OSSL_OP_DECODER) {
        static const std::vector<OSSL_ALGORITHM> decoders = pick(all, is_used_decoder);
        return decoders.data();
    }
    return all;
}

/// The algorithms are handed on as they are, and are given what they know their provider by.
int start(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** functions,
          void** provider)
{
    using Function = void (*)();
    static const OSSL_DISPATCH own[] = {
        {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<Function>(query)}, {0, nullptr}};
    *functions = own;
    *provider = OSSL_PROVIDER_get0_provider_ctx(standard());
    return 1;
}

OSSL_LIB_CTX* make_context()
{
    constexpr const char* name = "certificates";
    ContextPtr context{standard() == nullptr ? nullptr : OSSL_LIB_CTX_new()};
    const bool is_made = context && OSSL_PROVIDER_add_builtin(context.get(), name, start) == 1 &&
                         OSSL_PROVIDER_load(context.get(), name) != nullptr;
    return is_made ? context.release() : nullptr;
}

}  // namespace

OSSL_LIB_CTX* certificate_context()
{
    static OSSL_LIB_CTX* const context = make_context();
    return context;
}

}  // namespace clockguard
