// Filters from their text: parsing, looking up fields, checking types.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include <oflens/message.hpp>
#include <oflens/nearest.hpp>

#include "filter_literal.hpp"
#include "filter_program.hpp"

namespace oflens::filter {

Type type_of(const wire::FieldDesc& f) {
  using wire::Kind;
  switch (f.kind) {
    case Kind::number:
    case Kind::tag:
    case Kind::length:
    case Kind::extent:
    case Kind::id: return Type::number;
    case Kind::mac: return Type::mac;
    case Kind::ipv4: return Type::ipv4;
    case Kind::ipv6: return Type::ipv6;
    case Kind::text:
    case Kind::domain_name: return Type::text;
    case Kind::octets:
    case Kind::pad:
    case Kind::align:
    case Kind::rest:
    case Kind::opaque:
    case Kind::payload: return Type::bytes;
    default: return Type::group;
  }
}

std::uint16_t length_of(const wire::StructDesc& d) {
  if (!d.has_length) return FieldIndex::no_field;
  return std::find_if(d.fields.begin(), d.fields.end(),
                      [](const wire::FieldDesc& f) { return f.kind == wire::Kind::length; })
      ->offset;
}

bool is_alternative(const wire::FamilyDesc& family, const wire::FieldDesc& desc) {
  return std::any_of(family.alternatives.begin(), family.alternatives.end(),
                     [&](const wire::FieldDesc& a) { return &a == &desc; });
}

namespace {

using Entry = FieldIndex::Entry;

constexpr wire::Label version_labels[] = {{1u, "1.0"}, {2u, "1.1"}, {3u, "1.2"},
                                          {4u, "1.3"}, {5u, "1.4"}, {6u, "1.5"}};
// What a message has beside its fields.
struct Fact {
  std::string_view name;
  Source source;
  unsigned types, bits;
};
constexpr Fact facts[] = {
    {"version", Source::version, bit(Type::number), 8},
    {"type", Source::type, bit(Type::text) | bit(Type::number), 8},
    {"xid", Source::xid, bit(Type::number), 32},
    {"length", Source::length, bit(Type::number), 16},
    {"frame", Source::frame, bit(Type::number), 64},
    {"time", Source::time, bit(Type::number), 64},
    {"connection", Source::connection, bit(Type::number), 32},
    {"src", Source::src, bit(Type::endpoint), 0},
    {"src.port", Source::src_port, bit(Type::number), 16},
    {"dst", Source::dst, bit(Type::endpoint), 0},
    {"dst.port", Source::dst_port, bit(Type::number), 16},
    {"datapath_id", Source::datapath_id, bit(Type::number), 64},
    {"comment", Source::comment, bit(Type::text), 0},
    {"from_switch", Source::from_switch, 0, 0},
    {"from_controller", Source::from_controller, 0, 0},
    {"problems", Source::problems, bit(Type::number), 32},
    {"problems.code", Source::problem_code, bit(Type::number), 8},
};

struct Wrong {
  FilterError error;
};

// Part of the text.
struct Token {
  std::string_view text{};
  std::size_t offset = 0;
  std::string unquoted{};  // a literal, without quotes and escapes
  bool quoted = false;
};

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool is_word(char c) { return is_name(c) || std::string_view(".:/-+[]").find(c) != std::string_view::npos; }

class Compiler {
 public:
  Compiler(Program& program, std::string_view text) : program_(program), text_(text) {}

  void run() {
    if (text_.size() > Filter::longest)
      fail(Filter::longest, 1, fmt::format("a filter has at most {} characters", Filter::longest));
    if (text_.find_first_not_of(" \t\r\n") == std::string_view::npos) fail(0, 1, "the filter is empty");
    program_.root = disjunction();
    skip_blanks();
    if (at_ != text_.size()) {
      const bool closing = text_[at_] == ')';
      const Token rest = rest_of_word();
      fail(rest, closing ? "there is no '(' to this"
                         : fmt::format("'{}' is not expected here: an operator, && or || is", rest.text));
    }
  }

 private:
  static constexpr std::size_t deepest = 64;

  // ---- the text

  [[noreturn]] static void fail(std::size_t offset, std::size_t length, std::string text) {
    throw Wrong{{offset, std::max<std::size_t>(length, 1), std::move(text)}};
  }
  [[noreturn]] static void fail(const Token& at, std::string text) {
    fail(at.offset, at.text.size(), std::move(text));
  }
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  bool take(std::string_view sign) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }
  // A word that is not the beginning of a longer one.
  bool take_word(std::string_view word) {
    skip_blanks();
    const std::string_view rest = text_.substr(at_);
    if (!rest.starts_with(word)) return false;
    if (rest.size() > word.size() && (is_name(rest[word.size()]) || rest[word.size()] == '.')) return false;
    at_ += word.size();
    return true;
  }
  Token token(std::size_t begin, std::size_t end) const {
    return {.text = text_.substr(begin, end - begin), .offset = begin};
  }
  Token rest_of_word() const {
    std::size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    return token(at_, std::max(end, at_ + 1));
  }
  std::string here() const {
    return at_ == text_.size() ? "the end" : fmt::format("'{}'", rest_of_word().text);
  }

  // ---- expressions

  std::uint32_t add(Expression node) {
    if (program_.nodes.size() == Program::most_nodes) fail(at_, 1, "the filter has too many parts");
    program_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(program_.nodes.size() - 1);
  }
  // What is cheap is asked first: the order changes nothing else.
  std::uint32_t join(Expression::Kind kind, std::vector<std::uint32_t> children) {
    if (children.size() == 1) return children.front();
    std::stable_sort(children.begin(), children.end(), [&](std::uint32_t a, std::uint32_t b) {
      return program_.nodes[a].cost < program_.nodes[b].cost;
    });
    const unsigned cost = program_.nodes[children.back()].cost;
    Expression node{.kind = kind, .children = std::move(children)};
    node.cost = cost;
    return add(std::move(node));
  }

  std::uint32_t disjunction() {
    if (++depth_ > deepest) fail(at_, 1, fmt::format("nested deeper than {}", deepest));
    std::vector<std::uint32_t> children{conjunction()};
    while (take("||") || take_word("or")) children.push_back(conjunction());
    --depth_;
    return join(Expression::one_of, std::move(children));
  }
  std::uint32_t conjunction() {
    std::vector<std::uint32_t> children{unary()};
    while (take("&&") || take_word("and")) children.push_back(unary());
    return join(Expression::all_of, std::move(children));
  }
  std::uint32_t unary() {
    bool negated = false;
    for (;;) {
      skip_blanks();
      const bool sign = at_ < text_.size() && text_[at_] == '!' && !text_.substr(at_).starts_with("!=");
      if (sign)
        ++at_;
      else if (!take_word("not"))
        break;
      negated = !negated;
    }
    const std::uint32_t inner = primary();
    if (!negated) return inner;
    Expression node{.kind = Expression::negation, .children = {inner}};
    node.cost = program_.nodes[inner].cost;
    return add(std::move(node));
  }
  std::uint32_t primary() {
    skip_blanks();
    const std::size_t begin = at_;
    if (take("(")) {
      const std::uint32_t inner = disjunction();
      close(begin, begin + 1);
      return inner;
    }
    for (const auto& [word, kind] : {std::pair{"any", Expression::any}, std::pair{"all", Expression::all}}) {
      if (take_word(word) && take("(")) return quantifier(kind, begin);
      at_ = begin;
    }
    return comparison();
  }
  void close(std::size_t begin, std::size_t end) {
    if (!take(")")) {
      skip_blanks();
      if (at_ == text_.size()) fail(token(begin, end), "there is no ')' to this");
      fail(rest_of_word(), fmt::format("{} is not expected here: an operator, && or || or ')' is", here()));
    }
  }

  std::uint32_t quantifier(Expression::Kind kind, std::size_t begin) {
    const std::size_t opened = at_;
    Expression node{.kind = kind};
    const std::vector<Token> path = read_path();
    node.locator = locate(path, true);
    const bool holds = std::any_of(node.locator.hits.begin(), node.locator.hits.end(),
                                   [](const Entry* e) { return e->scope != FieldIndex::no_scope; });
    if (!holds) fail(whole(path), fmt::format("'{}' holds no other fields", whole(path).text));
    if (!take(":"))
      fail(rest_of_word(), fmt::format("':' and a condition are expected here, not {}", here()));
    const std::vector<const Entry*>* const outer = std::exchange(within_, &node.locator.hits);
    const std::string outer_name = std::exchange(within_name_, std::string(whole(path).text));
    const std::uint32_t inner = disjunction();
    within_ = outer;
    within_name_ = outer_name;
    close(begin, opened);
    plan(node);
    node.cost = std::max(node.cost, program_.nodes[inner].cost) + 1;
    node.children = {inner};
    return add(std::move(node));
  }

  // ---- conditions

  std::uint32_t comparison() {
    Expression node{.kind = Expression::condition};
    const std::vector<Token> path = read_path();
    const Token name = whole(path);
    Subject subject{.name = name.text};
    const auto fact =
        std::find_if(std::begin(facts), std::end(facts), [&](const Fact& f) { return f.name == name.text; });
    if (within_ == nullptr && fact != std::end(facts)) {
      node.source = subject.source = fact->source;
      if (needs_context(node.source)) program_.needs_context = true;
      subject.types = fact->types;
      subject.bits = fact->bits;
      if (fact->source == Source::version) subject.tables.push_back({version_labels});
      if (fact->source == Source::problem_code) subject.tables.push_back({error_codes()});
    } else {
      node.locator = locate(path, false);
      describe(node.locator, subject);
    }
    read_test(node, name, subject);
    if (node.source == Source::field)
      plan(node);
    else
      node.cost = node.source == Source::problems || node.source == Source::problem_code ? 2 : 0;
    if (node.test.regex != nullptr) ++node.cost;
    return add(std::move(node));
  }
  static std::span<const wire::Label> error_codes() {
    static const std::vector<wire::Label> labels = [] {
      std::vector<wire::Label> all;
      for (unsigned code = 0; code <= static_cast<unsigned>(Errc::too_deep); ++code)
        all.emplace_back(code, name_of(static_cast<Errc>(code)));
      return all;
    }();
    return labels;
  }

  void read_test(Expression& node, const Token& name, const Subject& subject) {
    Test& test = node.test;
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '&' && !text_.substr(at_).starts_with("&&")) {
      const Token sign = token(at_, at_ + 1);
      ++at_;
      require(subject, bit(Type::number), sign, name, "& is for numbers");
      test.bits = literal(subject, bit(Type::number));
    }
    skip_blanks();
    const std::size_t begin = at_;
    static constexpr struct {
      const char* sign;
      Op op;
      bool word;
    } operators[] = {{"==", Op::eq, false},          {"!=", Op::ne, false},
                     {"<=", Op::le, false},          {">=", Op::ge, false},
                     {"<", Op::lt, false},           {">", Op::gt, false},
                     {"~", Op::matches, false},      {"eq", Op::eq, true},
                     {"ne", Op::ne, true},           {"le", Op::le, true},
                     {"ge", Op::ge, true},           {"lt", Op::lt, true},
                     {"gt", Op::gt, true},           {"contains", Op::contains, true},
                     {"matches", Op::matches, true}, {"in", Op::in, true}};
    const auto* found = std::find_if(std::begin(operators), std::end(operators), [&](const auto& o) {
      return o.word ? take_word(o.sign) : take(o.sign);
    });
    if (found == std::end(operators)) {
      if (take("=")) fail(token(at_ - 1, at_), "'=' is no operator; did you mean '=='?");
      return;
    }
    test.op = found->op;
    const Token sign = token(begin, at_);
    constexpr unsigned ordered =
        bit(Type::number) | bit(Type::mac) | bit(Type::ipv4) | bit(Type::ipv6) | bit(Type::endpoint);
    constexpr unsigned searched = bit(Type::text) | bit(Type::bytes) | bit(Type::group);
    const unsigned with_bits = test.bits ? bit(Type::number) : ~0u;
    switch (test.op) {
      case Op::contains:
        require(subject, searched & with_bits, sign, name,
                "contains is for text and bytes (& asks for bits)");
        test.operands.push_back({literal(subject, searched)});
        break;
      case Op::matches:
        require(subject, searched & with_bits, sign, name, "matches is for text and bytes");
        test.regex = regular_expression();
        break;
      case Op::lt:
      case Op::le:
      case Op::gt:
      case Op::ge: {
        require(subject, ordered & with_bits, sign, name, "order is for numbers and addresses");
        const std::size_t operand = next();
        test.operands.push_back({literal(subject, ordered & with_bits, &node.source)});
        if (test.operands.back().low.masked || test.operands.back().low.port)
          fail(token(operand, at_), "only a single address has an order");
        break;
      }
      case Op::in: set(node, sign, name, subject, with_bits); break;
      default:
        require(subject, ~bit(Type::group) & with_bits, sign, name,
                "fields with others in them have no value");
        test.operands.push_back({literal(subject, ~bit(Type::group) & with_bits, &node.source)});
    }
  }

  void set(Expression& node, const Token& sign, const Token& name, const Subject& subject,
           unsigned with_bits) {
    const unsigned allowed = ~bit(Type::group) & with_bits;
    require(subject, allowed, sign, name, "fields with others in them have no value");
    const std::size_t begin = next();
    if (!take("{")) fail(rest_of_word(), fmt::format("'{{' is expected here, not {}", here()));
    std::optional<Source> source;
    do {
      const std::size_t operand = next();
      Source here = node.source;
      Range range{literal(subject, allowed, &here)};
      if (take("..")) {
        range.high = literal(subject, allowed, &here);
        constexpr unsigned ordered = bit(Type::number) | bit(Type::mac) | bit(Type::ipv4) | bit(Type::ipv6);
        if ((range.low.types & range.high->types & ordered) == 0 || range.low.masked || range.high->masked)
          fail(token(operand, at_), "a range is of numbers or addresses");
      }
      if (source && *source != here) fail(token(operand, at_), "times and seconds do not go together");
      source = here;
      node.test.operands.push_back(std::move(range));
    } while (take(","));
    node.source = *source;
    if (!take("}")) {
      skip_blanks();
      if (at_ == text_.size()) fail(begin, 1, "there is no '}' to this");
      fail(rest_of_word(), fmt::format("',' or '}}' is expected here, not {}", here()));
    }
  }

  void require(const Subject& subject, unsigned types, const Token& at, const Token& name,
               const std::string& rule) const {
    if ((subject.types & types) != 0) return;
    if (subject.types == 0) fail(at, fmt::format("{} is true or false, and has no value", name.text));
    fail(at, fmt::format("{}; {} is {}", rule, name.text, subject.what()));
  }

  std::size_t next() {
    skip_blanks();
    return at_;
  }

  // ---- literals

  Token read_literal_token() {
    skip_blanks();
    const std::size_t begin = at_;
    if (at_ == text_.size()) fail(begin, 1, "a value is missing here");
    if (text_[at_] == '"') return quoted();
    const auto part = [&] {
      while (at_ < text_.size() && is_word(text_[at_]) && !text_.substr(at_).starts_with("..")) ++at_;
    };
    part();
    // Constants with '|' between them.
    while (at_ > begin && at_ + 1 < text_.size() && text_[at_] == '|' && is_name(text_[at_ + 1])) {
      ++at_;
      part();
    }
    if (at_ == begin) fail(rest_of_word(), fmt::format("a value is expected here, not {}", here()));
    Token t = token(begin, at_);
    t.unquoted = t.text;
    return t;
  }

  Token quoted() {
    const std::size_t begin = at_++;
    std::string out;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] != '\\') {
        out.push_back(text_[at_]);
        continue;
      }
      const std::size_t escape = at_++;
      const char c = at_ < text_.size() ? text_[at_] : '\0';
      if (c == 'x' && at_ + 2 < text_.size()) {
        const auto octet = read_bytes(text_.substr(at_ + 1, 2));
        if (!octet || octet->size() != 1) fail(escape, 4, "two hexadecimal digits belong behind \\x");
        out += *octet;
        at_ += 2;
      } else if (c == 'n' || c == 't' || c == 'r') {
        out.push_back(c == 'n' ? '\n' : c == 't' ? '\t' : '\r');
      } else if (c == '"' || c == '\\') {
        out.push_back(c);
      } else {
        fail(escape, 2, "behind \\ stands one of \\ \" n t r x");
      }
    }
    if (at_ == text_.size()) fail(begin, 1, "there is no '\"' that ends this");
    ++at_;
    Token t = token(begin, at_);
    t.unquoted = std::move(out);
    t.quoted = true;
    return t;
  }

  // source: when the literal is a whole value. That of a time becomes elapsed when it is in seconds.
  Literal literal(const Subject& subject, unsigned types, Source* source = nullptr) {
    const Token t = read_literal_token();
    Subject asked = subject;
    asked.types &= types;
    if (subject.source == Source::time && source != nullptr) {
      const auto time = read_time(t.unquoted), seconds = read_seconds(t.unquoted);
      if (!time && !seconds) fail(t, fmt::format("time is {}; '{}' is not", asked.what(), t.unquoted));
      *source = time ? Source::time : Source::elapsed;
      Literal out;
      out.types = bit(Type::number);
      out.number = time ? *time : *seconds;
      return out;
    }
    std::string why;
    auto out = read_literal(t.unquoted, t.quoted, asked, why);
    if (!out) fail(t, why);
    if (subject.source == Source::type && source != nullptr) check_type(t, *out);
    if (subject.source != Source::field && !out->constants.empty()) {  // there is one table
      out->number = out->constants.front().number;
      out->constants.clear();
    }
    return *std::move(out);
  }

  // A type's name must be one.
  void check_type(const Token& t, const Literal& value) const {
    if ((value.types & bit(Type::number)) != 0 || (value.types & bit(Type::text)) == 0) return;
    Nearest nearest(value.text);
    for (unsigned version = 1; version <= 6; ++version)
      for (unsigned type = 0; type < 64; ++type) {
        const char* name = message_name(static_cast<Version>(version), static_cast<std::uint8_t>(type));
        if (name == nullptr) continue;
        if (value.text == name) return;
        nearest.consider(name);
      }
    for (const Entry& e : program_.index[0].entries)
      if (e.body != nullptr && e.is_called(value.text))
        fail(t, fmt::format("'{}' is no type of its own but a kind of {}; a filter '{}' by itself is for it",
                            value.text, e.also.empty() ? "message" : e.also.front(), value.text));
    fail(t, fmt::format("no type of message is called '{}'{}", value.text, nearest.question()));
  }

  std::unique_ptr<re2::RE2> regular_expression() {
    const Token t = read_regex_token();
    re2::RE2::Options options;
    options.set_encoding(re2::RE2::Options::EncodingLatin1);  // a character is a byte
    options.set_case_sensitive(false);
    options.set_log_errors(false);
    options.set_dot_nl(true);
    options.set_max_mem(4 << 20);
    auto regex = std::make_unique<re2::RE2>(t.unquoted, options);
    if (!regex->ok()) fail(t, fmt::format("no regular expression: {}", regex->error()));
    return regex;
  }
  // In quotes a backslash is the expression's own, but in front of a quote.
  Token read_regex_token() {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != '"') return read_literal_token();
    const std::size_t begin = at_++;
    std::string out;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        if (text_[at_ + 1] != '"') out.push_back('\\');
        ++at_;
      }
      out.push_back(text_[at_]);
    }
    if (at_ >= text_.size()) fail(begin, 1, "there is no '\"' that ends this");
    ++at_;
    Token t = token(begin, at_);
    t.unquoted = std::move(out);
    return t;
  }

  // ---- fields

  std::vector<Token> read_path() {
    skip_blanks();
    std::vector<Token> path;
    do {
      const std::size_t begin = at_;
      while (at_ < text_.size() && is_name(text_[at_])) ++at_;
      if (at_ == begin) {
        if (begin == text_.size()) fail(begin, 1, "a field is missing here");
        fail(rest_of_word(), fmt::format("a field is expected here, not {}", here()));
      }
      path.push_back(token(begin, at_));
    } while (at_ < text_.size() && text_[at_] == '.' && !text_.substr(at_).starts_with("..") && ++at_);
    return path;
  }
  Token whole(const std::vector<Token>& path) const {
    return token(path.front().offset, path.back().offset + path.back().text.size());
  }

  std::uint8_t name_number(const Token& name) {
    auto& names = program_.names;
    const auto known = std::find(names.begin(), names.end(), name.text);
    if (known != names.end()) return static_cast<std::uint8_t>(known - names.begin());
    if (names.size() == Program::most_names)
      fail(name, fmt::format("a filter has at most {} different names", Program::most_names));
    names.emplace_back(name.text);
    return static_cast<std::uint8_t>(names.size() - 1);
  }

  Locator locate(const std::vector<Token>& path, bool quantified) {
    constexpr std::size_t longest_path = 16;
    if (path.size() > longest_path)
      fail(whole(path), fmt::format("a path has at most {} names", longest_path));
    Locator out = walk(path, quantified);
    if (out.hits.empty()) fail_unknown(path);
    for (const Token& name : path) out.path.push_back(name_number(name));
    want(path);
    return out;
  }

  // Outside of tunnels, fields of a layer stand below no other layer.
  void want(const std::vector<Token>& path) {
    const auto layers = packet_layers();
    const std::string_view name = path.back().text,
                           above = path.size() == 1 ? std::string_view() : path[path.size() - 2].text;
    const bool of_layer = std::any_of(layers.begin(), layers.end(),
                                      [&](const PacketLayer& layer) { return above == layer.name; });
    const auto add = [](auto& all, const auto& one) {
      if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
    };
    WantedFields& wanted = program_.wanted;
    for (const PacketLayer& layer : layers) {
      if (of_layer && above != layer.name) continue;
      for (const wire::FieldDesc& f : layer.header->fields) {
        if (f.bit_fields.empty() && name == f.name)
          add(wanted.fields, WantedFields::Field{layer.header, &f, &f});
        for (const wire::FieldDesc& bits : f.bit_fields)
          if (name == bits.name) add(wanted.fields, WantedFields::Field{layer.header, &f, &bits});
      }
      if (layer.options != nullptr && can_be_in(*layer.options, name)) add(wanted.options, layer.options);
    }
  }
  // Is the list called so, or something in it?
  bool can_be_in(const wire::FieldDesc& list, std::string_view name) const {
    const auto below = [&](const auto& self, const Entry& e) -> bool {
      if (e.holds(name)) return true;
      if (e.scope == FieldIndex::no_scope) return false;
      const auto& entries = program_.index[e.scope].entries;
      return std::any_of(entries.begin(), entries.end(), [&](const Entry& b) { return self(self, b); });
    };
    for (std::uint32_t scope = 0; scope < program_.index.size(); ++scope)
      for (const Entry& e : program_.index[scope].entries)
        if (e.desc == &list) return below(below, e);
    return false;
  }

  // All places on the way to what the path can mean, without those that lead nowhere.
  Locator walk(std::span<const Token> path, bool quantified) const {
    Locator out;
    out.quantified = quantified;
    const auto n = static_cast<std::uint32_t>(path.size());
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> known;
    const auto state = [&](std::uint32_t scope, std::uint32_t depth) {
      const auto [found, fresh] = known.try_emplace({scope, depth}, static_cast<int>(out.states.size()));
      if (fresh) out.states.push_back({.scope = &program_.index[scope], .depth = depth});
      return found->second;
    };
    const auto below = [&](const Entry& e, std::uint32_t depth) {
      if (e.scope == FieldIndex::no_scope) return no_state;
      return state(e.scope, depth < n - 1 && e.holds(path[depth].text) ? depth + 1 : depth);
    };
    if (within_ == nullptr)
      state(0, 0);
    else
      for (const Entry* e : *within_)
        out.begins.push_back({e, n == 1 && e->is_called(path[0].text), below(*e, 0)});
    for (std::size_t i = 0; i < out.states.size(); ++i) {  // which grow
      const std::uint32_t depth = out.states[i].depth;
      std::vector<Step> steps;
      for (const Entry& e : out.states[i].scope->entries) {
        Step step{&e, false, no_state, no_state};
        if (depth == n) {  // elements of the list that the path means
          step.hit = true;
        } else {
          const bool last = depth == n - 1, list = quantified && e.desc->family != nullptr;
          step.hit = last && !list && e.is_called(path[depth].text);
          if (last && list && e.holds(path[depth].text)) step.elements = state(e.scope, n);
          step.below = below(e, depth);
        }
        if (step.hit || step.below != no_state || step.elements != no_state) steps.push_back(step);
      }
      out.states[i].steps = std::move(steps);
    }
    std::sort(out.begins.begin(), out.begins.end(),
              [](const Locator::Begin& a, const Locator::Begin& b) { return a.entry < b.entry; });
    prune(out);
    for (State& s : out.states) {
      if (s.scope->kind == FieldIndex::Scope::Kind::structure) {
        const auto& fields = s.scope->structure->fields;
        while (s.first_floating < fields.size() && fields[s.first_floating].offset != wire::floating)
          ++s.first_floating;
        s.length_at = length_of(*s.scope->structure);
      }
      if (s.scope->kind == FieldIndex::Scope::Kind::tagged) {
        s.others = std::any_of(s.steps.begin(), s.steps.end(), [&](const Step& step) {
          return !is_alternative(*s.scope->family, *step.entry->desc);
        });
        for (const wire::FieldDesc& a : s.scope->family->alternatives)
          if (a.constant < 64) s.passed_over |= std::uint64_t{1} << a.constant;
        for (const Step& step : s.steps)
          if (is_alternative(*s.scope->family, *step.entry->desc) && step.entry->desc->constant < 64)
            s.passed_over &= ~(std::uint64_t{1} << step.entry->desc->constant);
      }
    }
    return out;
  }

  static void prune(Locator& out) {
    std::vector<char> alive(out.states.size());
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 0; i < out.states.size(); ++i) {
        if (alive[i] != 0) continue;
        alive[i] = std::any_of(out.states[i].steps.begin(), out.states[i].steps.end(), [&](const Step& s) {
          return s.hit || s.elements != no_state ||
                 (s.below != no_state && alive[static_cast<std::size_t>(s.below)] != 0);
        });
        changed = changed || alive[i] != 0;
      }
    }
    const auto cut = [&](int& next) {
      if (next != no_state && alive[static_cast<std::size_t>(next)] == 0) next = no_state;
    };
    std::set<const Entry*> hits;
    for (State& s : out.states) {
      for (Step& step : s.steps) {
        cut(step.below);
        cut(step.elements);
        if (step.hit && hits.insert(step.entry).second) out.hits.push_back(step.entry);
      }
      std::erase_if(s.steps, [](const Step& step) {
        return !step.hit && step.below == no_state && step.elements == no_state;
      });
    }
    for (Locator::Begin& b : out.begins) {
      cut(b.below);
      if (b.hit && hits.insert(b.entry).second) out.hits.push_back(b.entry);
    }
  }

  // Says which name of a path is wrong, and what may have been meant.
  [[noreturn]] void fail_unknown(const std::vector<Token>& path) const {
    std::size_t wrong = 0;
    std::vector<const Entry*> holders;
    for (; wrong < path.size(); ++wrong) {
      const Locator found = walk(std::span(path).first(wrong + 1), wrong + 1 < path.size());
      if (found.hits.empty()) break;
      holders = found.hits;
    }
    wrong = std::min(wrong, path.size() - 1);
    std::set<std::string_view> names;
    std::set<std::uint32_t> seen;
    bool exists = false;
    const auto consider = [&](const auto& self, std::uint32_t scope) -> void {
      if (scope == FieldIndex::no_scope || !seen.insert(scope).second) return;
      for (const Entry& e : program_.index[scope].entries) {
        names.insert(e.desc->name);
        names.insert(e.also.begin(), e.also.end());
        self(self, e.scope);
      }
    };
    if (wrong == 0 && within_ == nullptr) {
      consider(consider, 0);
      for (const Fact& f : facts) names.insert(f.name);
    } else {
      for (const Entry* e : wrong == 0 ? *within_ : holders) consider(consider, e->scope);
    }
    for (std::uint32_t scope = 0; scope < program_.index.size() && !exists; ++scope)
      for (const Entry& e : program_.index[scope].entries) exists = exists || e.is_called(path[wrong].text);
    Nearest nearest(path[wrong].text);
    for (const std::string_view name : names) nearest.consider(name);
    std::string where;
    if (wrong != 0)
      where = fmt::format(" in {}", text_.substr(path[0].offset, path[wrong].offset - 1 - path[0].offset));
    else if (within_ != nullptr)
      where = fmt::format(" in {}", within_name_);
    fail(path[wrong], fmt::format("there is no field '{}'{}{}", path[wrong].text, exists ? where : "",
                                  nearest.question()));
  }

  // Types and constants of all that the path means.
  void describe(const Locator& locator, Subject& subject) const {
    std::set<const wire::Label*> known;
    const auto table = [&](const wire::Labels& labels) {
      if (!labels.entries.empty() && known.insert(labels.entries.data()).second)
        subject.tables.push_back(labels);
    };
    for (const Entry* e : locator.hits) {
      const wire::FieldDesc* desc = value_desc(*e);
      const Type type = type_of(*desc);
      subject.types |= bit(type);
      if (type != Type::number) continue;
      const unsigned bits = desc->bits != 0 ? desc->bits : 8u * desc->width;
      subject.bits = std::max(subject.bits, bits == 0 ? 32 : bits);
      table(desc->labels);
      if (desc->labels_by != nullptr)
        for (std::uint64_t selector = 0; selector < 0x10000; ++selector) {
          if (selector == 256) selector = 0xff00;  // numbers of types are small, or experimenters'
          table(desc->labels_by(selector));
        }
    }
  }
  // A match field means its value, where it has one.
  const wire::FieldDesc* value_desc(const Entry& e) const {
    if (e.packed == nullptr) return e.desc;
    const auto& parts = program_.index[e.scope].entries;
    const bool has_value =
        std::any_of(parts.begin(), parts.end(), [&](const Entry& p) { return p.desc == &e.packed->value; });
    return has_value ? &e.packed->value : e.desc;
  }

  // ---- plans

  // May the struct's field be missing although the bytes are there? Not when nothing before it can break.
  static bool is_settled(const wire::StructDesc& d, std::size_t fields) {
    return std::none_of(
        d.fields.begin(), d.fields.begin() + static_cast<std::ptrdiff_t>(fields),
        [](const wire::FieldDesc& f) {
          return f.kind == wire::Kind::length || f.number != 0 ||
                 (f.structure != nullptr && !is_settled(*f.structure, f.structure->fields.size()));
        });
  }

  void plan(Expression& node) const {
    Locator& locator = node.locator;
    node.cost = 2;
    if (within_ != nullptr) return;
    const State& messages = locator.states.front();
    locator.plans.resize(messages.scope->entries.size());
    node.cost = 1;
    for (std::size_t i = 0; i < messages.steps.size(); ++i) {
      const Step& step = messages.steps[i];
      const auto number = static_cast<std::size_t>(step.entry - messages.scope->entries.data());
      if (step.entry->body == nullptr) {
        if (number == 0) locator.header_step = static_cast<int>(i);
        continue;
      }
      Plan& p = locator.plans[number];
      p = {.kind = Plan::walk, .step = static_cast<int>(i)};
      if (step.hit && node.kind == Expression::condition && node.test.op == Op::exists) {
        p.kind = Plan::root;
      } else if (!step.hit && step.below != no_state && node.kind == Expression::condition) {
        const State& body = locator.states[static_cast<std::size_t>(step.below)];
        const Step& field = body.steps.front();
        const wire::FieldDesc& f = *field.entry->desc;
        if (body.steps.size() == 1 && field.hit && field.below == no_state &&
            field.entry->field != FieldIndex::no_field && f.kind < wire::Kind::align &&
            f.offset != wire::floating && f.number == 0 && f.bit_fields.empty() &&
            is_settled(*step.entry->body, field.entry->field)) {
          p.kind = Plan::fixed;
          p.desc = &f;
          p.offset = f.offset;
        }
      }
      if (p.kind == Plan::walk) node.cost = std::max(node.cost, inside(locator, step) ? 4u : 2u);
    }
  }
  // Is it looked for inside packets or other messages?
  static bool inside(const Locator& locator, const Step& from) {
    std::set<int> seen;
    const auto look = [&](const auto& self, int state) -> bool {
      if (state == no_state || !seen.insert(state).second) return false;
      for (const Step& s : locator.states[static_cast<std::size_t>(state)].steps) {
        if (s.entry->desc->content != wire::Content::bytes && s.below != no_state) return true;
        if (self(self, s.below)) return true;
      }
      return false;
    };
    return look(look, from.below);
  }

  Program& program_;
  std::string_view text_;
  std::size_t at_ = 0, depth_ = 0;
  const std::vector<const Entry*>* within_ = nullptr;  // of any() or all()
  std::string within_name_;
};

}  // namespace

std::unique_ptr<Program> read(const FieldIndex& index, std::string_view text, FilterError& error) {
  auto program = std::make_unique<Program>(index);
  try {
    Compiler(*program, text).run();
  } catch (Wrong& wrong) {
    error = std::move(wrong.error);
    return nullptr;
  }
  return program;
}

}  // namespace oflens::filter
