// SPDX-License-Identifier: Apache-2.0
// YAML as Kubernetes takes it, over libyaml: nodes, and their places in the text.
#include "clockguard/core/base/yaml.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/core.h>
#include <yaml.h>

#include "clockguard/core/base/text.hpp"
#include "clockguard/core/base/yaml_scalar.hpp"

namespace clockguard {
namespace {

constexpr std::size_t most_levels = 64;
constexpr std::size_t most_nodes = 10'000;
constexpr std::string_view merge_key = "<<";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// libyaml counts characters (mark.index); we replace bytes. Empty where each has one byte.
std::vector<std::size_t> bytes_of_characters(std::string_view text)
{
    std::vector<std::size_t> begins;
    if (is_ascii(text))
        return begins;
    begins.reserve(text.size() + 1);
    for (std::size_t at = 0; at < text.size(); ++at)
        if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U)
            begins.push_back(at);
    begins.push_back(text.size());
    return begins;
}

struct Parser {
    Parser() { is_ready = yaml_parser_initialize(&yaml) == 1; }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;
    ~Parser() { yaml_parser_delete(&yaml); }

    yaml_parser_t yaml{};
    bool is_ready = false;
};

struct Event {
    Event() = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event() { yaml_event_delete(&yaml); }

    yaml_event_t yaml{};
};

std::string_view view(const yaml_char_t* text)
{
    return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}

/// One of those that a value without quotes may have of itself.
bool is_scalar_type(const yaml_char_t* tag)
{
    return view(tag) == YAML_NULL_TAG || view(tag) == YAML_BOOL_TAG || view(tag) == YAML_INT_TAG ||
           view(tag) == YAML_FLOAT_TAG;
}

bool is_own_type(const yaml_char_t* tag)
{
    return !view(tag).empty() && view(tag) != "!" && view(tag) != YAML_STR_TAG &&
           !is_scalar_type(tag);
}

/// goyaml.v2 knows no other version.
bool is_version_known(const yaml_event_t& start)
{
    const yaml_version_directive_t* version = start.data.document_start.version_directive;
    return version == nullptr || (version->major == 1 && version->minor == 1);
}

/// "\/", which JSON and later YAML have.
bool has_escaped_slash(std::string_view quoted)
{
    for (auto at = quoted.find('\\'); at < quoted.size(); at = quoted.find('\\', at + 2))
        if (quoted.substr(at + 1, 1) == "/")
            return true;
    return false;
}

/// Puts the events of one document together.
class Composer {
public:
    explicit Composer(std::string_view text) : text_{text}, begins_{bytes_of_characters(text)} {}

    /// Why the document cannot be used, or nothing.
    std::string take(const yaml_event_t& event)
    {
        switch (event.type) {
        case YAML_SCALAR_EVENT:
            return take_scalar(event);
        case YAML_ALIAS_EVENT:
            return alias(view(event.data.alias.anchor));
        case YAML_SEQUENCE_START_EVENT:
            return open({.kind = YamlKind::Sequence, .is_tagged = false},
                        event.data.sequence_start.anchor);
        case YAML_MAPPING_START_EVENT:
            return open({.kind = YamlKind::Mapping}, event.data.mapping_start.anchor);
        case YAML_SEQUENCE_END_EVENT:
            open_.pop_back();
            return {};
        case YAML_MAPPING_END_EVENT:
            return close_mapping();
        case YAML_NO_EVENT:
        case YAML_STREAM_START_EVENT:
        case YAML_STREAM_END_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            break;
        case YAML_DOCUMENT_START_EVENT:
            return is_version_known(event) ? "" : "is not YAML: found incompatible YAML document";
        }
        return {};
    }

    /// A document that passes a limit of ours comes without its nodes.
    YamlDocument result()
    {
        return unread_.empty() ? YamlDocument{.nodes = std::move(nodes_)}
                               : YamlDocument{.unread = unread_};
    }

    bool is_ended() const { return !unread_.empty(); }

private:
    struct Level {
        std::size_t node = 0;
        bool has_key = false;
        std::size_t key = 0;
    };

    std::string take_scalar(const yaml_event_t& event)
    {
        if (is_refused(event))
            return "is not YAML: found unknown escape character";
        YamlNode node = scalar(event);
        const yaml_char_t* tag = event.data.scalar.tag;
        if (is_scalar_type(tag) && !is_of_type(node, view(tag)))
            return fmt::format("is not YAML: cannot decode '{}' as {}", node.text, view(tag));
        return add(std::move(node), event.data.scalar.anchor);
    }

    /// libyaml reads it, and goyaml.v2 does not.
    bool is_refused(const yaml_event_t& event) const
    {
        const std::size_t begin = byte_at(event.start_mark);
        return event.data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE &&
               has_escaped_slash(text_.substr(begin, byte_at(event.end_mark) - begin));
    }

    /// What of a scalar's text is its own: the blanks and the indicator of a block are the file's.
    YamlNode scalar(const yaml_event_t& event) const
    {
        const auto& data = event.data.scalar;
        std::size_t end = byte_at(event.end_mark);
        std::size_t begin = past_properties(byte_at(event.start_mark), end);
        const bool is_block =
            data.style == YAML_LITERAL_SCALAR_STYLE || data.style == YAML_FOLDED_SCALAR_STYLE;
        const bool is_quoted = data.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                               data.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
        if (is_block)
            begin = std::min(text_.find('\n', begin), end);
        if (is_quoted && end - begin >= 2) {
            ++begin;
            --end;
        }
        while (end > begin && is_blank(text_[end - 1]))
            --end;
        while (begin < end && is_blank(text_[begin]))
            ++begin;
        return {.text = {reinterpret_cast<const char*>(data.value), data.length},
                .is_plain = data.plain_implicit != 0 || is_scalar_type(data.tag),
                .is_tagged = is_own_type(data.tag),
                .begin = begin,
                .size = end - begin};
    }

    /// Where a value begins behind its anchor and its tag, with which libyaml lets it begin.
    std::size_t past_properties(std::size_t begin, std::size_t end) const
    {
        while (begin < end && (text_[begin] == '&' || text_[begin] == '!')) {
            begin = std::min(text_.find_first_of(blanks, begin), end);
            begin = std::min(text_.find_first_not_of(blanks, begin), end);
        }
        return begin;
    }

    std::size_t byte_at(const yaml_mark_t& mark) const
    {
        return begins_.empty() ? std::min(mark.index, text_.size())
                               : begins_[std::min(mark.index, begins_.size() - 1)];
    }

    std::string add(YamlNode node, const yaml_char_t* anchor)
    {
        if (nodes_.size() == most_nodes)
            return unread_ = fmt::format("has more than {} values", most_nodes);
        nodes_.push_back(std::move(node));
        if (anchor != nullptr)
            anchors_[std::string{view(anchor)}] = nodes_.size() - 1;
        put(nodes_.size() - 1);
        return {};
    }

    std::string open(YamlNode node, const yaml_char_t* anchor)
    {
        if (open_.size() == most_levels)
            return unread_ = fmt::format("is nested deeper than {} levels", most_levels);
        std::string why = add(std::move(node), anchor);
        if (why.empty())
            open_.push_back({.node = nodes_.size() - 1});
        return why;
    }

    bool is_merge(std::size_t key) const
    {
        return nodes_[key].is_plain && nodes_[key].text == merge_key;
    }

    /// All that a merge stands for is known only when its mapping ends.
    std::string close_mapping()
    {
        YamlNode& node = nodes_[open_.back().node];
        open_.pop_back();
        const auto written = std::exchange(node.members, {});
        for (const auto& [key, value] : written)
            if (nodes_[key].kind != YamlKind::Scalar || is_null(nodes_[key]))
                return "is not YAML: invalid map key";
            else if (!is_merge(key))
                node.members.emplace_back(key, value);
            else if (std::string why = merge(node, value); !why.empty())
                return why;
        return {};
    }

    /// Of several mappings an earlier one counts before a later one, so it comes last.
    std::string merge(YamlNode& node, std::size_t value)
    {
        const bool is_list = nodes_[value].kind == YamlKind::Sequence;
        const auto mappings = is_list ? nodes_[value].items : std::vector{value};
        for (auto number = mappings.rbegin(); number != mappings.rend(); ++number) {
            const YamlNode& mapping = nodes_[*number];
            if (mapping.kind != YamlKind::Mapping)
                return "is not YAML: map merge requires map or sequence of maps as the value";
            merged_ += mapping.members.size();
            if (merged_ > most_nodes)
                return unread_ = fmt::format("has more than {} merged values", most_nodes);
            node.members.insert(node.members.end(), mapping.members.begin(), mapping.members.end());
        }
        return {};
    }

    /// An alias of what it stands in would have no end.
    std::string alias(std::string_view name)
    {
        const auto known = anchors_.find(std::string{name});
        if (known == anchors_.end())
            return fmt::format("has an alias '{}' without an anchor", name);
        for (const Level& level : open_)
            if (level.node == known->second)
                return fmt::format("has an alias '{}' of a value that contains it", name);
        share(known->second);
        put(known->second);
        return {};
    }

    void share(std::size_t number)
    {
        YamlNode& node = nodes_[number];
        if (node.is_shared)
            return;
        node.is_shared = true;
        for (const std::size_t item : node.items)
            share(item);
        for (const auto& [key, value] : node.members)
            share(value);
    }

    /// A node in the place where the text has come to.
    void put(std::size_t number)
    {
        if (open_.empty())
            return;
        Level& level = open_.back();
        YamlNode& parent = nodes_[level.node];
        if (parent.kind == YamlKind::Sequence) {
            parent.items.push_back(number);
        } else if (level.has_key) {
            parent.members.emplace_back(level.key, number);
            level.has_key = false;
        } else {
            level.key = number;
            level.has_key = true;
        }
    }

    std::string_view text_;
    std::vector<std::size_t> begins_;
    std::vector<YamlNode> nodes_{};
    std::vector<Level> open_{};
    std::size_t merged_ = 0;
    std::string unread_{};
    std::map<std::string, std::size_t, std::less<>> anchors_{};
};

std::string problem_of(const yaml_parser_t& parser)
{
    return fmt::format("is not YAML: {} (line {})",
                       parser.problem == nullptr ? "out of memory" : parser.problem,
                       parser.problem_mark.line + 1);
}

Result<YamlDocument> compose(yaml_parser_t& parser, std::string_view text)
{
    Composer composer{text};
    for (;;) {
        Event event;
        if (yaml_parser_parse(&parser, &event.yaml) != 1)
            return fail(problem_of(parser));
        if (event.yaml.type == YAML_DOCUMENT_END_EVENT || event.yaml.type == YAML_STREAM_END_EVENT)
            return composer.result();
        std::string why = composer.take(event.yaml);
        if (composer.is_ended())
            return composer.result();
        if (!why.empty())
            return fail(std::move(why));
    }
}

}  // namespace

Result<YamlDocument> parse_yaml(std::string_view text)
{
    const std::size_t skipped = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    const std::string_view rest = text.substr(skipped);
    Parser parser;
    if (!parser.is_ready)
        return fail("is not YAML: out of memory");
    yaml_parser_set_encoding(&parser.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser.yaml, reinterpret_cast<const unsigned char*>(rest.data()),
                                 rest.size());
    auto document = compose(parser.yaml, rest);
    if (document)
        for (YamlNode& node : document->nodes)
            node.begin += skipped;
    return document;
}

}  // namespace clockguard
