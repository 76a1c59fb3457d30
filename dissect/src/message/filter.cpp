#include <oflens/message/filter.hpp>

#include <algorithm>
#include <cstring>

#include <oflens/frame.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/value.hpp>

#include "filter_program.hpp"

namespace oflens {
namespace filter {
namespace {

using wire::FamilyDesc;
using wire::FieldDesc;
using wire::Kind;
using wire::StructDesc;

// ---- values

enum class Answer : std::uint8_t { incomparable, no, yes };
Answer answer(bool yes) { return yes ? Answer::yes : Answer::no; }

std::string_view view_of(const Value& v) { return {reinterpret_cast<const char*>(v.data), v.size}; }

// Looks for one byte at first, which is many times faster than memmem: the last but zeros, as what packets
// hold begins alike more often than it ends so. memmem is linear whatever the bytes.
bool contains(std::string_view all, std::string_view part) {
  if (part.empty()) return true;
  const std::size_t key = std::min(part.find_last_not_of('\0'), part.size() - 1),
                    after = part.size() - 1 - key;
  for (int tries = 0; tries < 16 && all.size() >= part.size(); ++tries) {
    const std::size_t at = all.substr(0, all.size() - after).find(part[key], key);
    if (at == std::string_view::npos) return false;
    const std::size_t begin = at - key;
    if (all[begin] == part.front() && all.substr(begin).starts_with(part)) return true;
    all.remove_prefix(begin + 1);
  }
  return memmem(all.data(), all.size(), part.data(), part.size()) != nullptr;
}

// Less than 0, 0, or more, as std::memcmp.
Answer compare(const Literal& literal, const Value& v, auto&& order) {
  if ((literal.types & bit(v.type)) == 0) return Answer::incomparable;
  if (v.type == Type::number) {
    const auto n = literal.number_for(v.constants);
    if (!n) return Answer::no;
    return answer(order(v.number < *n ? -1 : v.number > *n ? 1 : 0));
  }
  const std::size_t size = size_of(v.type);
  return answer(size == v.size && order(std::memcmp(v.data, literal.address.data(), size)));
}

Answer equal(const Literal& literal, const Value& v) {
  if ((literal.types & bit(v.type)) == 0) return Answer::incomparable;
  switch (v.type) {
    case Type::text: return answer(view_of(v) == literal.text);
    case Type::bytes: return answer(view_of(v) == literal.bytes);
    case Type::number: break;
    default:
      if (literal.port && *literal.port != v.number) return Answer::no;
      if (!literal.masked) break;
      for (std::size_t i = 0; i < v.size; ++i)
        if ((v.data[i] & literal.mask[i]) != literal.address[i]) return Answer::no;
      return Answer::yes;
  }
  return compare(literal, v, [](int order) { return order == 0; });
}

Answer within(const Range& range, const Value& v) {
  if (!range.high) return equal(range.low, v);
  const Answer above = compare(range.low, v, [](int order) { return order >= 0; });
  return above == Answer::yes ? compare(*range.high, v, [](int order) { return order <= 0; }) : above;
}

// What the test says of one value; `ne` is asked as eq.
Answer ask(const Test& test, Value v) {
  if (test.bits) {
    const auto mask = v.type == Type::number ? test.bits->number_for(v.constants) : std::nullopt;
    if (!mask) return Answer::incomparable;
    v.number &= *mask;
  }
  switch (test.op) {
    case Op::exists: return answer(!test.bits || v.number != 0);
    case Op::eq:
    case Op::ne: return equal(test.operands.front().low, v);
    case Op::lt: return compare(test.operands.front().low, v, [](int order) { return order < 0; });
    case Op::le: return compare(test.operands.front().low, v, [](int order) { return order <= 0; });
    case Op::gt: return compare(test.operands.front().low, v, [](int order) { return order > 0; });
    case Op::ge: return compare(test.operands.front().low, v, [](int order) { return order >= 0; });
    case Op::in: {
      Answer all = Answer::incomparable;
      for (const Range& range : test.operands) all = std::max(all, within(range, v));
      return all;
    }
    case Op::contains: {
      const Literal& literal = test.operands.front().low;
      if ((literal.types & bit(v.type)) == 0) return Answer::incomparable;
      return answer(contains(view_of(v), v.type == Type::text ? literal.text : literal.bytes));
    }
    case Op::matches: {
      const std::string_view text = view_of(v);
      if (v.type != Type::text && v.type != Type::bytes && v.type != Type::group) return Answer::incomparable;
      return answer(re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *test.regex));
    }
  }
  return Answer::no;
}

// ---- names in trees

// Which names of the filter a node goes by, found once for each description.
class NamesOf {
 public:
  struct Names {
    std::uint64_t own = 0, holding = 0;  // as Entry::is_called and Entry::holds; a bit a name
  };

  explicit NamesOf(const Program& program) : program_(program), slots_(256) {}

  Names operator()(const FieldDesc& desc) {
    for (std::size_t i = hash(&desc);; ++i) {
      Slot& slot = slots_[i & (slots_.size() - 1)];
      if (slot.desc == &desc) return slot.names;
      if (slot.desc == nullptr) return add(desc);
    }
  }

 private:
  struct Slot {
    const FieldDesc* desc = nullptr;
    Names names{};
  };
  static std::size_t hash(const FieldDesc* d) {
    return static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(d) * 0x9e3779b97f4a7c15u >> 40);
  }

  [[gnu::cold, gnu::noinline]] Names add(const FieldDesc& desc) {
    if (2 * (used_ + 1) > slots_.size()) {
      std::vector<Slot> old(2 * slots_.size());
      old.swap(slots_);
      for (const Slot& s : old)
        if (s.desc != nullptr) insert(s);
    }
    FieldIndex::Entry entry{.desc = &desc};
    for (const FieldIndex::Entry& e : program_.index[0].entries)
      if (e.desc == &desc) entry.also = e.also;
    Names names;
    for (std::size_t i = 0; i < program_.names.size(); ++i) {
      if (entry.is_called(program_.names[i])) names.own |= std::uint64_t{1} << i;
      if (entry.holds(program_.names[i])) names.holding |= std::uint64_t{1} << i;
    }
    insert({&desc, names});
    ++used_;
    return names;
  }
  void insert(const Slot& slot) {
    std::size_t i = hash(slot.desc);
    while (slots_[i & (slots_.size() - 1)].desc != nullptr) ++i;
    slots_[i & (slots_.size() - 1)] = slot;
  }

  const Program& program_;
  std::vector<Slot> slots_;  // a power of 2 of them
  std::size_t used_ = 0;
};

// A field that was found: in a tree, or in the bytes of a message that is well-formed.
struct Place {
  const FieldDesc* desc = nullptr;
  std::uint32_t offset = 0, length = 0;
  std::uint64_t number = 0;
  const Tape* tape = nullptr;  // then at `node`
  std::uint32_t node = 0;
  const FieldIndex::Entry* entry = nullptr;  // in bytes
};

}  // namespace

class Search;

// Runs a program over one message after the other.
class Run {
 public:
  friend class Search;
  explicit Run(const Program& program) : program_(program), names_(program) {}

  bool matches(Bytes message, const FilterContext* context);

 private:
  enum class Walked : std::uint8_t { on, stop, needs_tree };

  bool evaluate(std::uint32_t node, const Place* within);
  bool fact(const Expression&);
  bool located(const Expression&, const Place* within);

  bool well_formed();
  const Tape& tree();

  // The bytes of well-formed messages: each reports what it finds and says whether to go on.
  Walked message_bytes(const Locator&, Search&);
  Walked take(const Locator&, const Step&, std::uint32_t at, std::uint32_t end, Search&);
  Walked descend(const Locator&, int state, std::uint32_t at, std::uint32_t end, Search&);
  Walked structure(const Locator&, const State&, std::uint32_t at, std::uint32_t end, Search&);
  Walked parts(const State&, std::uint32_t at, std::uint32_t end, Search&);
  const Step* step_of(const State&, std::uint32_t at, std::uint32_t end) const;
  bool match_field_part(Place&) const;
  Place leaf(const FieldDesc&, std::uint32_t at) const;
  bool is_there(const StructDesc&, const FieldDesc&, std::uint32_t start) const;
  std::uint32_t end_of_field(const StructDesc&, const FieldDesc&, std::uint32_t start, std::uint32_t at,
                             std::uint32_t& limit) const;
  std::uint32_t end_of_struct(const StructDesc&, std::uint32_t at, std::uint32_t end) const;
  std::uint32_t end_of_element(const FamilyDesc&, std::uint32_t at, std::uint32_t end) const;

  // The nodes [at, end) of a tree, of whose path `depth` names were met above.
  bool nodes(const Locator&, const Tape&, std::uint32_t at, std::uint32_t end, std::size_t depth, Search&);

  std::optional<Value> value_of(const Place&);

  const Program& program_;
  NamesOf names_;
  Tape tape_, packet_tape_;
  TextBuffer text_;

  // Of the message at hand.
  Bytes message_;
  const FilterContext* context_ = nullptr;
  Program::Body body_;
  std::uint32_t packet_ = 0;  // where the packet is that packet_tape_ holds; 0: it holds none
  std::uint32_t end_ = 0;     // where the message ends by its header
  bool checked_ = false, well_formed_ = false, has_tree_ = false;
  bool needs_tree_ = false;  // a walk over bytes came to what only a tree can tell
};

// What is asked of the fields that a path means, and what was found out so far.
class Search {
 public:
  Search(Run& run, const Expression& node) : run_(run), node_(node) {}

  // True: nothing more need be looked at.
  bool found(const Place& place) {
    if (node_.kind != Expression::condition) {
      seen_ = true;
      const bool yes = run_.evaluate(node_.children.front(), &place);
      yes_ = yes_ || yes;
      no_ = no_ || !yes;
      return run_.needs_tree_ || (node_.kind == Expression::any ? yes : !yes);
    }
    const Test& test = node_.test;
    if (test.op == Op::exists && !test.bits) {
      const Kind kind = place.desc->kind;
      return yes_ = place.length != 0 || (kind != Kind::list && kind != Kind::rest);
    }
    const auto value = run_.value_of(place);
    return value && consider(*value);
  }
  bool consider(const Value& value) {
    const Answer a = ask(node_.test, value);
    if (node_.test.op != Op::ne) return yes_ = a == Answer::yes;
    seen_ = seen_ || a != Answer::incomparable;
    return no_ = a == Answer::yes;
  }
  bool result() const {
    return node_.kind == Expression::all || (node_.kind == Expression::condition && node_.test.op == Op::ne)
               ? seen_ && !no_
               : yes_;
  }
  void forget() { seen_ = yes_ = no_ = false; }

 private:
  Run& run_;
  const Expression& node_;
  bool seen_ = false, yes_ = false, no_ = false;
};

// ---- expressions

bool Run::matches(Bytes message, const FilterContext* context) {
  message_ = message;
  context_ = context;
  checked_ = has_tree_ = needs_tree_ = false;
  body_ = {};
  packet_ = 0;
  end_ = static_cast<std::uint32_t>(message.size());
  if (message.size() >= Header::size) {
    const std::uint32_t length = load_be<std::uint16_t>(message.data() + 2);
    if (length >= Header::size) end_ = std::min(end_, length);
    body_ = program_.body_of(message);
  }
  return evaluate(program_.root, nullptr);
}

bool Run::evaluate(std::uint32_t index, const Place* within) {
  const Expression& node = program_.nodes[index];
  const auto holds = [&](std::uint32_t child) { return evaluate(child, within); };
  switch (node.kind) {
    case Expression::all_of: return std::all_of(node.children.begin(), node.children.end(), holds);
    case Expression::one_of: return std::any_of(node.children.begin(), node.children.end(), holds);
    case Expression::negation: return !holds(node.children.front());
    default: return node.source == Source::field ? located(node, within) : fact(node);
  }
}

bool Run::fact(const Expression& node) {
  Search search(*this, node);
  const std::byte* const p = message_.data();
  const FilterContext* const c = context_;
  const auto number = [&](std::uint64_t n) { return search.consider({.type = Type::number, .number = n}); };
  const auto text = [&](std::string_view s) {
    return search.consider(
        {.type = Type::text, .data = reinterpret_cast<const std::byte*>(s.data()), .size = s.size()});
  };
  const auto nanoseconds = [&](Duration d) {
    return number(static_cast<std::uint64_t>(std::max<std::int64_t>(d.count(), 0)));
  };
  const auto endpoint = [&](const FilterContext::Peer& peer) {
    return search.consider({.type = Type::endpoint,
                            .number = peer.port,
                            .data = reinterpret_cast<const std::byte*>(peer.address.data()),
                            .size = peer.address.size()});
  };
  if (needs_context(node.source) && c == nullptr) return false;
  if (node.source < Source::frame && message_.size() < Header::size) return false;
  switch (node.source) {
    case Source::field: break;
    case Source::version: number(std::to_integer<std::uint8_t>(p[0])); break;
    case Source::type: {
      const auto type = std::to_integer<std::uint8_t>(p[1]);
      const char* name = message_name(static_cast<Version>(p[0]), type);
      if (name != nullptr && text(name)) break;
      number(type);
      break;
    }
    case Source::length: number(load_be<std::uint16_t>(p + 2)); break;
    case Source::xid: number(load_be<std::uint32_t>(p + 4)); break;
    case Source::frame: number(c->frame); break;
    case Source::time: nanoseconds(c->time.time_since_epoch()); break;
    case Source::elapsed: nanoseconds(c->time - c->start); break;
    case Source::connection: number(c->connection); break;
    case Source::src: endpoint(c->source); break;
    case Source::src_port: number(c->source.port); break;
    case Source::dst: endpoint(c->destination); break;
    case Source::dst_port: number(c->destination.port); break;
    case Source::datapath_id:
      if (c->datapath_id) number(static_cast<std::uint64_t>(*c->datapath_id));
      break;
    case Source::comment:
      if (!c->comment.empty()) text(c->comment);
      break;
    case Source::from_switch: return c->from_switch;
    case Source::from_controller: return !c->from_switch;
    case Source::problems: {
      const std::uint32_t n = well_formed() ? 0 : tree().problems();
      if (node.test.op == Op::exists && !node.test.bits) return n != 0;
      number(n);
      break;
    }
    case Source::problem_code:
      if (well_formed()) break;
      for (std::uint32_t i = 0; i < tree().size(); i += tape_[i].holds_another() ? tape_[i].subtree : 1)
        if (tape_[i].is_problem() && number(static_cast<std::uint64_t>(tape_[i].code()))) break;
      break;
  }
  return search.result();
}

bool Run::located(const Expression& node, const Place* within) {
  const Locator& locator = node.locator;
  Search search(*this, node);
  if (within != nullptr && within->tape != nullptr) {
    const Tape& tape = *within->tape;
    nodes(locator, tape, within->node, within->node + tape[within->node].subtree, 0, search);
    return search.result();
  }
  if (within != nullptr) {
    const auto begin = std::lower_bound(locator.begins.begin(), locator.begins.end(), within->entry,
                                        [](const Locator::Begin& b, const auto* e) { return b.entry < e; });
    Walked walked = begin->hit && search.found(*within) ? Walked::stop : Walked::on;
    if (walked == Walked::on && begin->below != no_state)
      walked = descend(locator, begin->below, within->offset, within->offset + within->length, search);
    needs_tree_ = needs_tree_ || walked == Walked::needs_tree;
    return search.result();
  }
  if (body_.desc != nullptr && locator.header_step < 0) {
    const Plan& plan = locator.plans[body_.number];
    switch (plan.kind) {
      case Plan::never: return false;
      case Plan::root: return true;
      case Plan::fixed:
        if (std::uint32_t{plan.offset} + plan.desc->width <= end_)
          search.found(leaf(*plan.desc, plan.offset));
        return search.result();
      case Plan::walk: break;
    }
  }
  if (body_.desc != nullptr && well_formed() && !has_tree_) {
    needs_tree_ = message_bytes(locator, search) == Walked::needs_tree || needs_tree_;
    if (!std::exchange(needs_tree_, false)) return search.result();
    search.forget();
  }
  const Tape& tape = tree();
  nodes(locator, tape, 0, tape.size(), 0, search);
  return search.result();
}

bool Run::well_formed() {
  if (checked_) return well_formed_;
  checked_ = true;
  const std::byte *const p = message_.data(), *const end = p + message_.size();
  well_formed_ = body_.desc != nullptr && load_be<std::uint16_t>(p + 2) == message_.size() &&
                 message_name(static_cast<Version>(p[0]), std::to_integer<std::uint8_t>(p[1])) != nullptr &&
                 body_.desc->check(p, end, {&program_.catalog}) == end;
  return well_formed_;
}

const Tape& Run::tree() {
  if (!has_tree_) dissect(program_.catalog, message_, tape_);
  has_tree_ = true;
  return tape_;
}

// ---- in bytes

Place Run::leaf(const FieldDesc& desc, std::uint32_t at) const {
  return {.desc = &desc,
          .offset = at,
          .length = desc.width,
          .number = desc.width <= 8 ? load_be(message_.data() + at, desc.width) : 0};
}

Run::Walked Run::message_bytes(const Locator& locator, Search& search) {
  const State& messages = locator.states.front();
  if (locator.header_step >= 0) {
    const Step& step = messages.steps[static_cast<std::size_t>(locator.header_step)];
    const Walked walked = take(locator, step, 0, Header::size, search);
    if (walked != Walked::on) return walked;
  }
  const Plan& plan = locator.plans[body_.number];
  if (plan.step < 0) return Walked::on;
  return take(locator, messages.steps[static_cast<std::size_t>(plan.step)], Header::size, end_, search);
}

// What is at [at, end): is it what is looked for, or can that be below?
Run::Walked Run::take(const Locator& locator, const Step& step, std::uint32_t at, std::uint32_t end,
                      Search& search) {
  if (step.hit &&
      search.found({.desc = step.entry->desc, .offset = at, .length = end - at, .entry = step.entry}))
    return Walked::stop;
  Walked walked = Walked::on;
  if (step.below != no_state) walked = descend(locator, step.below, at, end, search);
  if (step.elements != no_state && walked == Walked::on)
    walked = descend(locator, step.elements, at, end, search);
  if (walked != Walked::on) return walked;
  return needs_tree_ ? Walked::needs_tree : Walked::on;
}

Run::Walked Run::descend(const Locator& locator, int state, std::uint32_t at, std::uint32_t end,
                         Search& search) {
  const State& s = locator.states[static_cast<std::size_t>(state)];
  using ScopeKind = FieldIndex::Scope::Kind;
  switch (s.scope->kind) {
    case ScopeKind::message: return Walked::needs_tree;
    case ScopeKind::packet:
      if (packet_ != at) {
        packet_tape_.clear();
        dissect_packet(message_, at, end, packet_tape_, &program_.wanted);
        packet_ = at;
      }
      return nodes(locator, packet_tape_, 0, packet_tape_.size(), s.depth, search) ? Walked::stop
                                                                                   : Walked::on;
    case ScopeKind::structure: return structure(locator, s, at, end, search);
    case ScopeKind::parts: return parts(s, at, end, search);
    default: break;
  }
  const FamilyDesc& family = *s.scope->family;
  while (at < end) {
    const std::uint32_t next = end_of_element(family, at, end);
    if (const Step* step = step_of(s, at, next)) {
      if (family.unknown.kind == Kind::number && family.shape == FamilyDesc::Shape::plain) {
        Place place = leaf(family.unknown, at);
        place.entry = step->entry;
        if (search.found(place)) return Walked::stop;
      } else if (const Walked walked = take(locator, *step, at, next, search); walked != Walked::on) {
        return walked;
      }
    }
    at = next;
  }
  return Walked::on;
}

// Which of the steps the element at [at, end) is, or null.
const Step* Run::step_of(const State& s, std::uint32_t at, std::uint32_t end) const {
  const FamilyDesc& family = *s.scope->family;
  const std::byte* const p = message_.data() + at;
  switch (family.shape) {
    case FamilyDesc::Shape::plain: return s.steps.empty() ? nullptr : &s.steps.front();
    case FamilyDesc::Shape::tagged: {
      const std::uint64_t type = load_be<std::uint16_t>(p + family.type.offset);
      if (type < 64 && (s.passed_over >> type & 1) != 0) return nullptr;
      for (const Step& step : s.steps)
        if (step.entry->body != nullptr && step.entry->desc->structure == step.entry->body &&
            step.entry->desc->constant == type)
          return &step;
      if (!s.others) return nullptr;
      for (const FieldDesc& a : family.alternatives)
        if (a.constant == type) return nullptr;
      const StructDesc* body = wire::find_extension(&program_.catalog, family, {p, end - at});
      for (const Step& step : s.steps)
        if (step.entry->body == body && step.entry->desc->structure == nullptr) return &step;
      return nullptr;
    }
    default: break;
  }
  const auto id = load_be<std::uint32_t>(p) >> 9;
  const bool may_be = std::any_of(s.steps.begin(), s.steps.end(), [&](const Step& step) {
    const wire::PackedDesc* d = step.entry->packed;
    return d == nullptr || (std::uint32_t{d->id_class} << 7 | d->id_field) == id;
  });
  if (!may_be) return nullptr;
  const wire::PackedDesc* known = family.find_packed(&program_.catalog, {p, end - at});
  for (const Step& step : s.steps)
    if (step.entry->packed == known) return &step;
  return nullptr;
}

Run::Walked Run::structure(const Locator& locator, const State& s, std::uint32_t at, std::uint32_t end,
                           Search& search) {
  const StructDesc& d = *s.scope->structure;
  const std::uint32_t start = at - d.base;
  // The field that begins at `at`, of those without a fixed place.
  std::size_t reached = s.first_floating;
  at = start + d.fixed;
  std::uint32_t limit = end;
  if (s.length_at != FieldIndex::no_field)
    limit = start + load_be<std::uint16_t>(message_.data() + start + s.length_at);
  for (const Step& step : s.steps) {
    if (step.entry->field == FieldIndex::no_field) continue;  // of malformed messages only
    const FieldDesc& f = d.fields[step.entry->field];
    std::uint32_t begin = start + f.offset;
    if (f.offset == wire::floating) {
      for (; reached < step.entry->field; ++reached)
        at = end_of_field(d, d.fields[reached], start, at, limit);
      begin = at;
    }
    if (!is_there(d, f, start)) continue;
    if (f.kind < Kind::align) {
      Place place = leaf(f, begin);
      place.desc = step.entry->desc;
      place.entry = step.entry;
      if (!f.bit_fields.empty())
        place.number = place.number >> place.desc->shift & ((std::uint64_t{1} << place.desc->bits) - 1);
      if (search.found(place)) return Walked::stop;
      continue;
    }
    std::uint32_t bound = limit;
    const std::uint32_t stop = end_of_field(d, f, start, begin, bound);
    if (f.kind == Kind::align && stop == begin) continue;
    const Walked walked = take(locator, step, begin, stop, search);
    if (walked != Walked::on) return walked;
  }
  return Walked::on;
}

// The parts of an element of a family that nobody describes, and of a match field.
Run::Walked Run::parts(const State& s, std::uint32_t at, std::uint32_t end, Search& search) {
  const std::byte* const p = message_.data() + at;
  for (const Step& step : s.steps) {
    Place place{.desc = step.entry->desc, .offset = at, .length = end - at};
    if (s.scope->family != nullptr) {
      const FamilyDesc& family = *s.scope->family;
      const std::uint32_t length = load_be<std::uint16_t>(p + family.length.offset);
      if (place.desc == &family.type || place.desc == &family.length) {
        place = leaf(*place.desc, at + place.desc->offset);
      } else if (place.desc == &wire::opaque_field) {
        place.offset = at + 4;
        place.length = length - 4;
      } else {
        place.offset = at + length;
        place.length = end - at - length;
      }
    } else if (!match_field_part(place)) {
      continue;
    }
    place.entry = step.entry;
    if (place.length != 0 && search.found(place)) return Walked::stop;
  }
  return Walked::on;
}

// Part `desc` of the match field that the place is: at first all of it. False when it has none.
bool Run::match_field_part(Place& place) const {
  const std::byte* const p = message_.data() + place.offset;
  const bool masked = (p[2] & std::byte{1}) != std::byte{0};
  const std::uint32_t id = load_be<std::uint16_t>(p) == 0xffff ? 8 : 4;
  const std::uint32_t value = place.length - std::min(id, place.length);
  const FieldDesc* const desc = place.desc;
  const auto set = [&](std::uint32_t offset, std::uint32_t length) {
    place.offset += offset;
    place.length = length;
    place.number = length != 0 && length <= 8 ? load_be(message_.data() + place.offset, length) : 0;
    return length != 0;
  };
  if (desc == &wire::id_class) return set(0, 2);
  if (desc == &wire::id_field || desc == &wire::has_mask) {
    set(2, 1);
    place.number = desc == &wire::has_mask ? place.number & 1 : place.number >> 1;
    return true;
  }
  if (desc == &wire::packed_length) return set(3, 1);
  if (desc == &wire::id_experimenter) return id == 8 && set(4, 4);
  const bool halves = masked && value % 2 == 0;
  const std::uint32_t width = halves ? value / 2 : value;
  if (std::string_view(desc->name) == wire::packed_mask.name) return halves && set(id + width, width);
  return set(id, width);
}

// ---- where things end

bool Run::is_there(const StructDesc& d, const FieldDesc& f, std::uint32_t start) const {
  if (f.mask == 0) return true;
  const FieldDesc& number = d.fields[f.number - 1u];
  return (load_be(message_.data() + start + number.offset, number.width) & f.mask) == f.bits_there;
}

// limit: where the struct ends as far as is known; moved by padding that its length leaves out.
std::uint32_t Run::end_of_field(const StructDesc& d, const FieldDesc& f, std::uint32_t start,
                                std::uint32_t at, std::uint32_t& limit) const {
  if (!is_there(d, f, start)) return at;
  switch (f.kind) {
    case Kind::align: {
      const std::uint32_t to = start + (at - start + f.width - 1) / f.width * f.width;
      limit = std::max(limit, to);
      return to;
    }
    case Kind::rest:
      if (f.size_of != nullptr) {
        const FieldDesc& number = d.fields[f.number - 1u];
        return at + static_cast<std::uint32_t>(
                        f.size_of(load_be(message_.data() + start + number.offset, number.width)));
      }
      return f.whole_message ? at + load_be<std::uint16_t>(message_.data() + at + 2) : limit;
    case Kind::structure: return end_of_struct(*f.structure, at, limit);
    case Kind::one: return end_of_element(*f.family, at, limit);
    case Kind::list:
      if (f.zero_ended) {
        while (limit - at >= 2 && load_be<std::uint16_t>(message_.data() + at) != 0)
          at = end_of_element(*f.family, at, limit);
        return at;
      }
      if (f.target != 0) {
        const FieldDesc& extent = d.fields[f.target - 1u];
        return at +
               static_cast<std::uint32_t>(load_be(message_.data() + start + extent.offset, extent.width)) *
                   extent.unit;
      }
      return limit;
    default: return at + f.width;
  }
}

std::uint32_t Run::end_of_struct(const StructDesc& d, std::uint32_t at, std::uint32_t end) const {
  if (const std::uint16_t length_at = length_of(d); length_at != FieldIndex::no_field) {
    const std::uint32_t length = load_be<std::uint16_t>(message_.data() + at + length_at);
    const FieldDesc& last = d.fields.back();
    return at + (last.kind == Kind::align ? (length + last.width - 1) / last.width * last.width : length);
  }
  const std::byte* const stop = d.check(message_.data() + at, message_.data() + end, {&program_.catalog});
  return stop == nullptr ? end : static_cast<std::uint32_t>(stop - message_.data());
}

// Always behind `at`.
std::uint32_t Run::end_of_element(const FamilyDesc& family, std::uint32_t at, std::uint32_t end) const {
  const std::byte* const p = message_.data() + at;
  switch (family.shape) {
    case FamilyDesc::Shape::tagged: {
      const std::uint32_t length = load_be<std::uint16_t>(p + family.length.offset);
      return at + (family.padded ? (length + 7) / 8 * 8 : length);
    }
    case FamilyDesc::Shape::packed: return at + 4 + std::to_integer<std::uint32_t>(p[3]);
    case FamilyDesc::Shape::packed_id: return at + (load_be<std::uint16_t>(p) == 0xffff ? 8 : 4);
    case FamilyDesc::Shape::plain: break;
  }
  if (family.unknown.kind == Kind::number) return at + family.unknown.width;
  return end_of_struct(*family.unknown.structure, at, end);
}

// ---- in trees

bool Run::nodes(const Locator& locator, const Tape& tape, std::uint32_t at, std::uint32_t end,
                std::size_t depth, Search& search) {
  const std::size_t last = locator.path.size() - 1;
  for (; at < end; at += tape[at].subtree) {
    const oflens::Node& node = tape[at];
    if (node.subtree == 1 && depth < last) continue;  // neither it nor what holds it
    if (node.is_problem()) continue;
    const NamesOf::Names names = names_(*node.desc);
    const std::uint64_t name = std::uint64_t{1} << locator.path[depth];
    const std::uint32_t stop = at + node.subtree;
    const auto found = [&](std::uint32_t i) {
      return search.found({.desc = tape[i].desc,
                           .offset = tape[i].offset,
                           .length = tape[i].length,
                           .number = tape[i].value,
                           .tape = &tape,
                           .node = i});
    };
    if (depth == last) {
      const bool list = locator.quantified && node.desc->family != nullptr;
      if (list && (names.holding & name) != 0) {
        for (std::uint32_t i = at + 1; i < stop; i += tape[i].subtree)
          if (!tape[i].is_problem() && found(i)) return true;
      } else if (!list && (names.own & name) != 0 && found(at)) {
        return true;
      }
    }
    if (node.subtree > 1) {
      const bool met = depth < last && (names.holding & name) != 0;
      if (nodes(locator, tape, at + 1, stop, met ? depth + 1 : depth, search)) return true;
    }
  }
  return false;
}

// ---- values

// Nothing when the field has none that can be compared.
std::optional<Value> Run::value_of(const Place& found) {
  Place place = found;
  if (place.desc->kind == Kind::packed) {
    // A match field means its value.
    if (place.tape == nullptr) {
      if (place.length != 4 + std::to_integer<std::uint32_t>(message_[place.offset + 3])) return std::nullopt;
      place.desc = &place.entry->packed->value;
      if (!match_field_part(place)) return std::nullopt;
    } else {
      const Tape& tape = *place.tape;
      std::uint32_t i = place.node + 1;
      const std::uint32_t end = place.node + tape[place.node].subtree;
      while (i < end && (tape[i].is_problem() || tape[i].desc->kind == Kind::id ||
                         tape[i].desc->kind == Kind::length || tape[i].desc == &wire::broken_field))
        i += tape[i].subtree;
      if (i >= end) return std::nullopt;
      place.desc = tape[i].desc;
      place.offset = tape[i].offset;
      place.length = tape[i].length;
      place.number = tape[i].value;
    }
  } else if (place.tape != nullptr && place.desc->kind == Kind::number &&
             (*place.tape)[place.node].subtree > 1) {
    return std::nullopt;  // around the number itself, in a list of numbers
  }
  const FieldDesc& desc = *place.desc;
  Value value{.type = type_of(desc),
              .number = place.number,
              .data = message_.data() + place.offset,
              .size = place.length};
  if (value.type == Type::number)
    value.constants =
        (desc.labels_by == nullptr ? desc.labels : desc.labels_by(load_be<std::uint16_t>(value.data - 2)))
            .entries.data();
  if (desc.kind == Kind::domain_name) {
    text_.clear();
    put_domain_name(text_, (*place.tape)[place.node], message_);
    value.data = reinterpret_cast<const std::byte*>(text_.view().data());
    value.size = text_.size();
  } else if (value.type == Type::text) {
    value.size = text_of({value.data, value.size}).size();
  }
  return value;
}

}  // namespace filter

// ---- the filter

Filter::Filter(std::unique_ptr<filter::Program> program)
    : program_(std::move(program)), run_(std::make_unique<filter::Run>(*program_)) {}
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;
Filter::~Filter() = default;

std::optional<Filter> Filter::compile(const FieldIndex& index, std::string_view text, FilterError& error) {
  auto program = filter::read(index, text, error);
  if (program == nullptr) return std::nullopt;
  return Filter(std::move(program));
}

bool Filter::needs_context() const { return program_->needs_context; }

bool Filter::matches(Bytes message, const FilterContext* context) { return run_->matches(message, context); }

}  // namespace oflens
