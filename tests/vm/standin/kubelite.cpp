// SPDX-License-Identifier: Apache-2.0
// The API server's outside: TLS with server.crt, re-read when it changes, and enough answers for
// kubectl. A program of its own, for an interpreter takes longer to start under emulation than
// kubectl takes to ask.
#include <arpa/inet.h>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>
#include <tuple>
#include <unistd.h>
#include <vector>

namespace {

using Arguments = std::map<std::string, std::string>;
using Context = std::shared_ptr<SSL_CTX>;

constexpr std::size_t longest_request = 65536;

std::string contents(const std::string& path)
{
    std::ifstream file(path);
    if (!file)
        throw std::runtime_error("cannot read '" + path + "': " + std::strerror(errno));
    return {std::istreambuf_iterator<char>(file), {}};
}

void replace_all(std::string& text, const std::string& what, const std::string& with)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

// Those of args/kube-apiserver, `--name=value`, the value perhaps in quotes.
Arguments arguments(const std::string& data)
{
    Arguments found;
    std::istringstream lines(contents(data + "/args/kube-apiserver"));
    for (std::string line; std::getline(lines, line);) {
        const auto sign = line.find('=');
        if (!line.starts_with("--") || sign == std::string::npos)
            continue;
        auto value = line.substr(sign + 1);
        std::erase(value, '"');
        replace_all(value, "${SNAP_DATA}", data);
        found[line.substr(2, sign - 2)] = value;
    }
    return found;
}

// Those of --token-auth-file, as before 1.28.
std::set<std::string> tokens(const Arguments& args)
{
    std::set<std::string> found;
    const auto file = args.find("token-auth-file");
    if (file == args.end())
        return found;
    std::istringstream lines(contents(file->second));
    for (std::string line; std::getline(lines, line);)
        found.insert(line.substr(0, line.find(',')));
    return found;
}

struct Answer {
    std::string status;
    std::string body;
    std::string type = "application/json";
};

std::string node_table()
{
    char name[HOST_NAME_MAX + 1] = {};
    gethostname(name, sizeof name - 1);
    std::string columns;
    for (const auto* column : {"Name", "Status", "Roles", "Version"})
        columns += std::string(columns.empty() ? "" : ",") + R"({"name":")" + column +
                   R"(","type":"string","format":"","description":"","priority":0})";
    return R"({"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"1"},"columnDefinitions":[)" +
           columns + R"(],"rows":[{"cells":[")" + name + R"(","Ready","<none>","v1.28.15"],)" +
           R"("object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":")" +
           name + R"("}}}]})";
}

Answer failure(const std::string& status, const std::string& reason)
{
    return {status, R"({"kind":"Status","status":"Failure","reason":")" + reason + R"(","code":)" +
                        status.substr(0, 3) + "}"};
}

Answer answer(const std::string& path, bool is_known)
{
    static const std::map<std::string, std::string> answers = {
        {"/api", R"({"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[]})"},
        {"/apis", R"({"kind":"APIGroupList","apiVersion":"v1","groups":[]})"},
        {"/api/v1",
         R"({"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"nodes",)"
         R"("singularName":"node","namespaced":false,"kind":"Node","verbs":["get","list"]}]})"},
        {"/api/v1/nodes", node_table()},
    };
    if (path == "/healthz" || path == "/livez")
        return {"200 OK", "ok", "text/plain"};
    if (path == "/version")
        return {"200 OK",
                R"({"major":"1","minor":"28","gitVersion":"v1.28.15","platform":"linux/amd64"})"};
    if (!is_known)
        return failure("401 Unauthorized", "Unauthorized");
    const auto found = answers.find(path);
    return found == answers.end() ? failure("404 Not Found", "NotFound")
                                  : Answer{"200 OK", found->second};
}

std::string tls_error()
{
    const auto* reason = ERR_reason_error_string(ERR_peek_error());
    ERR_clear_error();
    return reason ? reason : std::strerror(errno);
}

// A pair that fits together; its dates are nobody's business here.
Context context_of(const Arguments& args)
{
    Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context.get(), 0);
    const auto& key = args.at("tls-private-key-file");
    if (SSL_CTX_load_verify_file(context.get(), args.at("client-ca-file").c_str()) != 1 ||
        SSL_CTX_use_certificate_chain_file(context.get(), args.at("tls-cert-file").c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
        throw std::runtime_error(tls_error());
    return context;
}

// Takes a changed pair at the next connection, and keeps the one it has if that is none.
class Pair {
public:
    explicit Pair(const Arguments& args) : args_(args) { load(); }

    Context now()
    {
        try {
            if (seen() != seen_)
                load();
        } catch (const std::exception& error) {
            std::cout << R"("key failed with : missing content for serving cert" err=")"
                      << error.what() << '"' << std::endl;
        }
        return context_;
    }

private:
    using Seen = std::vector<std::tuple<ino_t, off_t, time_t, long>>;

    Seen seen() const
    {
        Seen found;
        for (const auto* name : {"tls-cert-file", "tls-private-key-file"}) {
            struct stat st = {};
            if (stat(args_.at(name).c_str(), &st) != 0)
                throw std::runtime_error(std::strerror(errno));
            found.emplace_back(st.st_ino, st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
        }
        return found;
    }

    void load()
    {
        const auto seen_before = seen();
        context_ = context_of(args_);
        seen_ = seen_before;
        std::cout << R"("Loaded a new cert/key pair" name="serving-cert::)"
                  << args_.at("tls-cert-file") << "::" << args_.at("tls-private-key-file") << '"'
                  << std::endl;
    }

    Arguments args_;
    Seen seen_;
    Context context_;
};

class Connection {
public:
    Connection(int socket, const Context& context, const sockaddr_in& peer)
        : context_(context), ssl_(SSL_new(context.get()), SSL_free), socket_(socket), peer_(peer)
    {
        SSL_set_fd(ssl_.get(), socket);
    }

    ~Connection() { close(socket_); }

    void serve(const std::set<std::string>& tokens)
    {
        if (SSL_accept(ssl_.get()) != 1) {
            std::cout << R"("http: TLS handshake error from )" << inet_ntoa(peer_.sin_addr) << ':'
                      << ntohs(peer_.sin_port) << ": " << tls_error() << '"' << std::endl;
            return;
        }
        const std::unique_ptr<X509, decltype(&X509_free)> client(
            SSL_get1_peer_certificate(ssl_.get()), X509_free);
        while (const auto request = head()) {
            const auto token = value_of(*request, "Authorization: Bearer ");
            const auto path = request->substr(request->find(' ') + 1);
            send(
                answer(path.substr(0, path.find_first_of(" ?")), client || tokens.contains(token)));
        }
        SSL_shutdown(ssl_.get());
    }

private:
    // A request's head; those of GET have no more. Nothing at the end of the connection.
    std::optional<std::string> head()
    {
        std::string request;
        while (!request.ends_with("\r\n\r\n")) {
            char byte = 0;
            if (request.size() == longest_request || SSL_read(ssl_.get(), &byte, 1) != 1)
                return std::nullopt;
            request += byte;
        }
        return request;
    }

    static std::string value_of(const std::string& request, const std::string& field)
    {
        const auto at = request.find("\r\n" + field);
        if (at == std::string::npos)
            return "";
        const auto begin = at + 2 + field.size();
        return request.substr(begin, request.find('\r', begin) - begin);
    }

    void send(const Answer& answer)
    {
        const auto text = "HTTP/1.1 " + answer.status + "\r\nContent-Type: " + answer.type +
                          "\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" +
                          answer.body;
        SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
    }

    Context context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
    int socket_;
    sockaddr_in peer_;
};

int listen_on(const std::string& port)
{
    const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(std::stoi(port)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listening, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listening, 16) != 0)
        throw std::runtime_error("cannot listen on port " + port + ": " + std::strerror(errno));
    return listening;
}

[[noreturn]] void serve(const Arguments& args)
{
    Pair pair(args);
    const auto known = tokens(args);
    const int listening = listen_on(args.at("secure-port"));
    while (true) {
        sockaddr_in peer = {};
        socklen_t size = sizeof peer;
        const int socket =
            accept4(listening, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC);
        if (socket < 0)
            continue;
        std::thread([socket, peer, &known, context = pair.now()] {
            Connection(socket, context, peer).serve(known);
        }).detach();
    }
}

}  // namespace

int main()
{
    signal(SIGPIPE, SIG_IGN);
    try {
        const char* data = std::getenv("SNAP_DATA");
        serve(arguments(data ? data : "."));
    } catch (const std::exception& error) {
        std::cerr << "missing content for serving cert: " << error.what() << '\n';
        return 1;
    }
}
