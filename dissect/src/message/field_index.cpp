#include <oflens/message/field_index.hpp>

#include <algorithm>

#include <oflens/frame.hpp>
#include <oflens/message/packet_layers.hpp>
#include <oflens/wire/interpret.hpp>

namespace oflens {
namespace {

using wire::FieldDesc;
using wire::Kind;

// The body of a message that the catalogue does not describe.
constexpr FieldDesc unknown_message{.name = "message", .kind = Kind::structure};

// The values of options of packets that are no structs.
constexpr FieldDesc option_values[] = {{.name = "value", .kind = Kind::opaque},
                                       {.name = "value", .kind = Kind::text},
                                       {.name = "value", .kind = Kind::ipv4, .width = 4}};

}  // namespace

bool FieldIndex::Entry::is_called(std::string_view name) const {
  return name == desc->name ||
         std::any_of(also.begin(), also.end(), [&](const char* other) { return name == other; });
}

FieldIndex::FieldIndex(const Catalog& catalog) : catalog_(catalog) { message(); }

std::uint32_t FieldIndex::open(Scope::Kind kind, const wire::StructDesc* structure,
                               const wire::FamilyDesc* family) {
  scopes_.push_back({.kind = kind, .structure = structure, .family = family});
  return size() - 1;
}

std::uint32_t FieldIndex::message() {
  if (size() != 0) return 0;
  const std::uint32_t scope = open(Scope::Kind::message, nullptr, nullptr);
  std::vector<Entry> entries;
  entries.push_back({.desc = &wire::struct_desc<Header>.root, .scope = structure(wire::struct_desc<Header>)});
  for (std::size_t i = 0; i < catalog_.size(); ++i) {
    const Catalog::Listed m = catalog_[i];
    auto entry =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.body == m.body; });
    if (entry == entries.end())
      entry = entries.insert(entry, {.desc = &m.body->root, .scope = structure(*m.body), .body = m.body});
    const char* type = message_name(m.version, m.type);
    if (type != nullptr && !entry->is_called(type)) entry->also.push_back(type);
  }
  const std::uint32_t unknown = open(Scope::Kind::parts, nullptr, nullptr);
  scopes_[unknown].entries.push_back({.desc = &wire::opaque_field});
  entries.push_back({.desc = &unknown_message, .scope = unknown});
  scopes_[scope].entries = std::move(entries);
  return scope;
}

std::uint32_t FieldIndex::structure(const wire::StructDesc& d, const FieldDesc* first_tag) {
  if (const auto known = known_.find({&d, first_tag}); known != known_.end()) return known->second;
  const std::uint32_t scope = open(Scope::Kind::structure, &d, nullptr);
  known_[{&d, first_tag}] = scope;
  std::vector<Entry> entries;
  for (const FieldDesc& f : d.fields) {
    Entry entry{.desc = &f, .field = static_cast<std::uint16_t>(&f - d.fields.data())};
    if (f.kind == Kind::tag && first_tag != nullptr) entry.desc = std::exchange(first_tag, nullptr);
    if (f.structure != nullptr) entry.scope = structure(*f.structure);
    if (f.family != nullptr) entry.scope = family(*f.family);
    if (f.content == wire::Content::message) entry.scope = message();
    if (f.content == wire::Content::packet) entry.scope = packet();
    if (f.bit_fields.empty()) entries.push_back(entry);
    for (const FieldDesc& bits : f.bit_fields) {
      entry.desc = &bits;
      entries.push_back(entry);
    }
  }
  for (const FieldDesc* broken : {&wire::broken_field, &wire::excess_field})
    entries.push_back({.desc = broken});
  scopes_[scope].entries = std::move(entries);
  return scope;
}

std::uint32_t FieldIndex::family(const wire::FamilyDesc& d) {
  if (const auto known = known_.find({&d, nullptr}); known != known_.end()) return known->second;
  using Shape = wire::FamilyDesc::Shape;
  const auto kind = d.shape == Shape::tagged  ? Scope::Kind::tagged
                    : d.shape == Shape::plain ? Scope::Kind::plain
                                              : Scope::Kind::packed;
  const std::uint32_t scope = open(kind, nullptr, &d);
  known_[{&d, nullptr}] = scope;
  std::vector<Entry> entries;
  Entry unknown{.desc = &d.unknown};
  if (kind == Scope::Kind::tagged) {
    for (const FieldDesc& a : d.alternatives)
      entries.push_back({.desc = &a, .scope = structure(*a.structure), .body = a.structure});
    for (std::size_t i = 0; i < catalog_.element_count(); ++i)
      if (const Catalog::ListedElement e = catalog_.element(i); e.family == &d)
        entries.push_back({.desc = &e.body->element, .scope = structure(*e.body, &d.tag), .body = e.body});
    unknown.scope = open(Scope::Kind::parts, nullptr, &d);
    for (const FieldDesc* part : {&d.type, &d.length, &wire::opaque_field, &wire::pad_field})
      scopes_[unknown.scope].entries.push_back({.desc = part});
  } else if (kind == Scope::Kind::packed) {
    const bool alone = d.shape == Shape::packed_id;
    const auto add = [&](const wire::PackedDesc& p) {
      entries.push_back({.desc = &p.element, .scope = match_field(&p, alone), .packed = &p});
    };
    for (const wire::OxmRow& row : oxm_basic) add(row.packed);
    for (std::size_t i = 0; i < catalog_.oxm_count(); ++i) add(catalog_.oxm(i).packed);
    unknown.scope = match_field(nullptr, alone);
  } else if (d.unknown.structure != nullptr) {
    unknown.scope = structure(*d.unknown.structure);
  } else {  // an element around the number
    unknown.scope = open(Scope::Kind::parts, nullptr, nullptr);
    scopes_[unknown.scope].entries.push_back({.desc = &d.unknown});
  }
  entries.push_back(std::move(unknown));
  scopes_[scope].entries = std::move(entries);
  return scope;
}

std::uint32_t FieldIndex::match_field(const wire::PackedDesc* packed, bool alone) {
  const std::uint32_t scope = open(Scope::Kind::parts, nullptr, nullptr);
  std::vector<Entry>& entries = scopes_[scope].entries;
  for (const FieldDesc* part :
       {&wire::id_class, &wire::id_field, &wire::has_mask, &wire::packed_length, &wire::id_experimenter})
    entries.push_back({.desc = part});
  if (alone) return scope;
  entries.push_back({.desc = packed != nullptr ? &packed->value : &wire::packed_value});
  entries.push_back({.desc = packed != nullptr ? &packed->mask : &wire::packed_mask});
  return scope;
}

// All headers of one name are one layer, in which others may be: a tunnel's are. Which of them can follow
// which is not told apart.
std::uint32_t FieldIndex::packet() {
  static constexpr char key = 0;
  if (const auto known = known_.find({&key, nullptr}); known != known_.end()) return known->second;
  const std::uint32_t scope = open(Scope::Kind::packet, nullptr, nullptr);
  known_[{&key, nullptr}] = scope;
  std::vector<Entry> layers;
  for (const PacketLayer& layer : packet_layers()) {
    auto entry =
        std::find_if(layers.begin(), layers.end(), [&](const Entry& e) { return e.is_called(layer.name); });
    if (entry == layers.end()) {
      layers_.push_back({.name = layer.name, .kind = Kind::structure});
      entry = layers.insert(entry,
                            {.desc = &layers_.back(), .scope = open(Scope::Kind::parts, nullptr, nullptr)});
    }
    std::vector<Entry>& fields = scopes_[entry->scope].entries;
    const std::vector<Entry>& header = scopes_[structure(*layer.header)].entries;
    fields.insert(fields.end(), header.begin(), header.end());
    if (layer.options != nullptr)
      fields.push_back({.desc = layer.options, .scope = options(*layer.options->family)});
  }
  for (const FieldDesc& f : packet_fields())
    layers.push_back({.desc = &f, .scope = f.kind == Kind::structure ? scope : no_scope});
  for (const Entry& layer : layers)
    if (layer.scope != no_scope && layer.scope != scope) {
      std::vector<Entry>& fields = scopes_[layer.scope].entries;
      fields.insert(fields.end(), layers.begin(), layers.end());
    }
  scopes_[scope].entries = std::move(layers);
  return scope;
}

std::uint32_t FieldIndex::options(const wire::FamilyDesc& d) {
  if (const auto known = known_.find({&d, nullptr}); known != known_.end()) return known->second;
  const std::uint32_t scope = open(Scope::Kind::parts, nullptr, nullptr);
  known_[{&d, nullptr}] = scope;
  const auto anywhere = [](std::vector<Entry>& entries) {
    for (const FieldDesc& f : packet_fields())
      if (f.kind != Kind::structure) entries.push_back({.desc = &f});
    entries.push_back({.desc = &wire::broken_field});
  };
  const auto add = [&](const FieldDesc& option) {
    const std::uint32_t parts = open(Scope::Kind::parts, nullptr, nullptr);
    std::vector<Entry> fields;
    if (option.structure != nullptr) fields = scopes_[structure(*option.structure)].entries;
    for (const FieldDesc* f : {&d.type, &d.length})
      if (!f->name.empty()) fields.push_back({.desc = f});
    for (const FieldDesc& value : option_values) fields.push_back({.desc = &value});
    anywhere(fields);
    scopes_[parts].entries = std::move(fields);
    scopes_[scope].entries.push_back({.desc = &option, .scope = parts, .body = option.structure});
  };
  for (const FieldDesc& a : d.alternatives) add(a);
  add(d.unknown);
  anywhere(scopes_[scope].entries);
  return scope;
}

}  // namespace oflens
