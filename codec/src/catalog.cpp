#include <oflens/catalog.hpp>

#include <algorithm>

#include <oflens/wire/interpret.hpp>

namespace oflens {
namespace {

// How many tags of the description stand in the bytes; -1 when one of them does not.
int matching_tags(const wire::StructDesc& d, Bytes bytes) {
  int n = 0;
  for (const wire::FieldDesc& f : d.fields) {
    if (f.kind != wire::Kind::tag || f.offset == wire::floating) continue;
    if (bytes.size() < std::size_t{f.offset} + f.width) return -1;
    if (load_be(bytes.data() + f.offset, f.width) != f.constant) return -1;
    ++n;
  }
  return n;
}

}  // namespace

bool Catalog::add(const wire::MessageDesc& message) {
  if (message_count_ +
              (static_cast<std::size_t>(message.id.last) - static_cast<std::size_t>(message.id.first)) >=
          max_messages ||
      message.id.type >= types || static_cast<std::size_t>(message.id.last) >= versions)
    return false;
  const auto& fields = message.body->fields;
  const bool tagged = std::any_of(fields.begin(), fields.end(),
                                  [](const wire::FieldDesc& f) { return f.kind == wire::Kind::tag; });
  for (auto v = static_cast<std::size_t>(message.id.first); v <= static_cast<std::size_t>(message.id.last);
       ++v) {
    std::uint16_t& first = first_[v][message.id.type];
    messages_[message_count_] = {message.body, static_cast<Version>(v), message.id.type, tagged, first};
    first = ++message_count_;
  }
  return true;
}

bool Catalog::add_element(const wire::FamilyDesc& family, const wire::StructDesc& body) {
  if (element_count_ == max_elements) return false;
  elements_[element_count_++] = {&family, &body};
  return true;
}

bool Catalog::add_oxm(std::span<const wire::OxmRow> rows) {
  if (oxm_table_count_ == max_oxm_tables) return false;
  oxm_tables_[oxm_table_count_++] = rows;
  return true;
}

const wire::StructDesc* Catalog::find(Bytes message) const {
  const auto version = std::to_integer<std::size_t>(message[0]),
             type = std::to_integer<std::size_t>(message[1]);
  if (version >= versions || type >= types) return nullptr;
  const Entry* entry = nullptr;
  const wire::StructDesc* best = nullptr;
  int most = -1;
  for (std::uint16_t i = first_[version][type]; i != 0; i = entry->next) {
    entry = &messages_[i - 1u];
    const int tags = entry->tagged ? matching_tags(*entry->body, message) : 0;
    if (tags > most) {
      most = tags;
      best = entry->body;
    }
  }
  return best;
}

const wire::StructDesc* Catalog::find_element(const wire::FamilyDesc& family, Bytes element) const {
  const wire::StructDesc* best = nullptr;
  int most = -1;
  for (std::size_t i = 0; i < element_count_; ++i) {
    if (elements_[i].family != &family) continue;
    const int tags = matching_tags(*elements_[i].body, element);
    if (tags > most) {
      most = tags;
      best = elements_[i].body;
    }
  }
  return best;
}

const wire::PackedDesc* Catalog::find_oxm(Bytes element) const {
  const auto id_class = load_be<std::uint16_t>(element.data());
  const auto field = std::to_integer<std::uint8_t>(element[2] >> 1);
  for (std::size_t t = 0; t < oxm_table_count_; ++t)
    for (const wire::OxmRow& row : oxm_tables_[t])
      if (row.packed.id_class == id_class && row.packed.id_field == field) return &row.packed;
  return nullptr;
}

namespace wire {

const StructDesc* find_extension(const Catalog* catalog, const FamilyDesc& family, Bytes element) {
  return catalog == nullptr ? nullptr : catalog->find_element(family, element);
}

bool check_extension(const FamilyDesc& family, const std::byte* p, const std::byte* end,
                     const Context& context) {
  const StructDesc* d = find_extension(context.catalog, family, {p, end});
  if (d == nullptr) return true;
  if (context.depth == max_depth) return false;
  return d->check(p, end, {context.catalog, context.depth + 1}) == end;
}

}  // namespace wire
}  // namespace oflens
