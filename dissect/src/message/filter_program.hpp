// A compiled filter: what filter_syntax makes of the text and filter.cpp runs.
#pragma once

#include <re2/re2.h>

#include <oflens/message/field_index.hpp>
#include <oflens/message/filter.hpp>
#include <oflens/message/packet_layers.hpp>

namespace oflens::filter {

// ---- values

enum class Type : std::uint8_t { number, mac, ipv4, ipv6, text, bytes, endpoint, group };
constexpr std::size_t types = 8;
constexpr unsigned bit(Type t) { return 1u << static_cast<unsigned>(t); }
// Bytes of an address of that type; 0: it is none.
constexpr std::size_t size_of(Type t) {
  switch (t) {
    case Type::mac: return 6;
    case Type::ipv4: return 4;
    case Type::ipv6:
    case Type::endpoint: return 16;
    default: return 0;
  }
}
// How a field is compared. group: it holds others.
Type type_of(const wire::FieldDesc&);
// Where the length of a struct is; no_field: it has none.
std::uint16_t length_of(const wire::StructDesc&);
bool is_alternative(const wire::FamilyDesc&, const wire::FieldDesc&);

struct Value {
  Type type{};
  std::uint64_t number = 0;  // endpoint: the port
  const std::byte* data = nullptr;
  std::size_t size = 0;
  const wire::Label* constants = nullptr;  // of a number
};

// What a value is compared with, as each of the types that it can be.
struct Literal {
  unsigned types = 0;
  // A number; or, when it was written as constants, the number that they are in each table that has them.
  std::uint64_t number = 0;
  struct Constant {
    const wire::Label* table;
    std::uint64_t number;
  };
  std::vector<Constant> constants{};
  std::array<std::byte, 16> address{}, mask{};
  bool masked = false;
  std::optional<std::uint16_t> port{};  // of an endpoint
  std::string text{}, bytes{};

  std::optional<std::uint64_t> number_for(const wire::Label* table) const {
    if (constants.empty()) return number;
    for (const Constant& c : constants)
      if (c.table == table) return c.number;
    return std::nullopt;
  }
};
struct Range {
  Literal low;
  std::optional<Literal> high{};
};

enum class Op : std::uint8_t { exists, eq, ne, lt, le, gt, ge, in, contains, matches };

struct Test {
  Op op = Op::exists;
  std::optional<Literal> bits{};  // the value is that under this mask; alone: has one of these bits
  std::vector<Range> operands{};
  std::unique_ptr<re2::RE2> regex{};
};

// ---- where fields are

// Known without the body. The names are those of the language.
enum class Source : std::uint8_t {
  field,
  version,
  type,
  xid,
  length,
  frame,
  time,
  elapsed,  // time, compared with seconds
  connection,
  src,
  src_port,
  dst,
  dst_port,
  datapath_id,
  comment,
  from_switch,
  from_controller,
  problems,
  problem_code,
};
constexpr bool needs_context(Source s) { return s >= Source::frame && s <= Source::from_controller; }

// From one place in the descriptions on: which of what can stand there leads to the field.
struct Step {
  const FieldIndex::Entry* entry;
  bool hit;      // this is it
  int below;     // state: it can stand below this
  int elements;  // state: this is a list each of whose elements is it
};
struct State {
  const FieldIndex::Scope* scope = nullptr;
  std::uint32_t depth = 0;  // how much of the path has been met
  std::vector<Step> steps{};
  // Tagged: some are no alternatives of the family; the types below 64 of those that are, but lead nowhere, a
  // bit each.
  bool others = false;
  std::uint64_t passed_over = 0;
  // Of a struct: its first field of no fixed place, and where its length is; no_field: it has none.
  std::uint16_t first_floating = 0, length_at = FieldIndex::no_field;
};
inline constexpr int no_state = -1;

// What a body has of a field.
struct Plan {
  enum Kind : std::uint8_t { never, fixed, root, walk } kind = never;
  int step = -1;                          // of the first state
  const wire::FieldDesc* desc = nullptr;  // fixed
  std::uint16_t offset = 0;
};

// Finds fields by a path: the last name's, below the others in that order.
struct Locator {
  std::vector<std::uint8_t> path{};  // indices of names
  bool quantified = false;           // it is what any() and all() are about: lists stand for their elements
  std::vector<State> states{};       // of messages: 0 is where they begin
  // Within any() and all(): from what these are about.
  struct Begin {
    const FieldIndex::Entry* entry;
    bool hit;
    int below;
  };
  std::vector<Begin> begins{};  // sorted
  std::vector<const FieldIndex::Entry*> hits{};
  std::vector<Plan> plans{};  // by number of the body
  int header_step = -1;
};

// ---- expressions

struct Expression {
  enum Kind : std::uint8_t { all_of, one_of, negation, condition, any, all } kind{};
  std::vector<std::uint32_t> children{};
  Source source = Source::field;
  Locator locator{};
  Test test{};
  unsigned cost = 0;
};

struct Program {
  explicit Program(const FieldIndex& i) : catalog(i.catalog()), index(i) { number_bodies(); }

  const Catalog& catalog;
  const FieldIndex& index;
  std::vector<std::string> names{};  // in paths
  std::vector<Expression> nodes{};
  std::uint32_t root = 0;
  bool needs_context = false;
  WantedFields wanted{};  // in packets

  // A description of a message, and which entry of its scope it is: the number of its plan.
  struct Body {
    const wire::StructDesc* desc = nullptr;
    std::uint32_t number = 0;
  };
  // Of a message, which has a header; null: the catalogue has none.
  Body body_of(Bytes message) const {
    const auto version = std::to_integer<std::size_t>(message[0]),
               type = std::to_integer<std::size_t>(message[1]);
    if (version < versions && type < types && alone[version * types + type].desc != nullptr)
      return alone[version * types + type];
    const wire::StructDesc* desc = catalog.find(message);
    return desc != nullptr ? bodies[slot_of(desc)] : Body{};
  }

 private:
  void number_bodies() {
    const auto& entries = index[0].entries;
    for (std::uint32_t n = 0; n < entries.size(); ++n)
      if (entries[n].body != nullptr) bodies[slot_of(entries[n].body)] = {entries[n].body, n};
    std::vector<unsigned> count(alone.size());
    for (std::size_t i = 0; i < catalog.size(); ++i) {
      const Catalog::Listed m = catalog[i];
      const std::size_t kind = static_cast<std::size_t>(m.version) * types + m.type;
      const bool tagged = std::any_of(m.body->fields.begin(), m.body->fields.end(),
                                      [](const wire::FieldDesc& f) { return f.kind == wire::Kind::tag; });
      alone[kind] = ++count[kind] == 1 && !tagged ? bodies[slot_of(m.body)] : Body{};
    }
  }

  // Where it is, or where it belongs.
  std::size_t slot_of(const wire::StructDesc* body) const {
    auto i = static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(body) * 0x9e3779b97f4a7c15u >> 53);
    while (bodies[i].desc != nullptr && bodies[i].desc != body) i = (i + 1) % slots;
    return i;
  }

  // More than a catalogue has: messages, versions, and types of them.
  static constexpr std::size_t slots = 2048, versions = 8, types = 64;
  std::vector<Body> bodies = std::vector<Body>(slots), alone = std::vector<Body>(versions * types);

 public:
  static constexpr std::size_t most_names = 64, most_nodes = 1024;
};

// The program of a text; null, with an error, when it is none.
std::unique_ptr<Program> read(const FieldIndex&, std::string_view text, FilterError&);

}  // namespace oflens::filter
