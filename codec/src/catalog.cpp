#include <oflens/catalog.hpp>

#include <oflens/wire/interpret.hpp>

namespace oflens {

Catalog::Described::Described(const wire::StructDesc* d) : body(d) {
  for (const wire::FieldDesc& f : d->fields) {
    if (f.kind != wire::Kind::tag || f.offset == wire::floating) continue;
    last_tag = f.constant;
    offset = f.offset;
    width = f.width;
  }
}

int Catalog::Described::matching_tags(Bytes bytes) const {
  if (width == 0) return 0;
  if (bytes.size() < std::size_t{offset} + width || load_be(bytes.data() + offset, width) != last_tag)
    return -1;
  int n = 0;
  for (const wire::FieldDesc& f : body->fields) {
    if (f.kind != wire::Kind::tag || f.offset == wire::floating) continue;
    if (bytes.size() < std::size_t{f.offset} + f.width) return -1;
    if (load_be(bytes.data() + f.offset, f.width) != f.constant) return -1;
    ++n;
  }
  return n;
}

bool Catalog::add(const wire::MessageDesc& message) {
  if (message_count_ +
              (static_cast<std::size_t>(message.id.last) - static_cast<std::size_t>(message.id.first)) >=
          max_messages ||
      message.id.type >= types || static_cast<std::size_t>(message.id.last) >= versions)
    return false;
  for (auto v = static_cast<std::size_t>(message.id.first); v <= static_cast<std::size_t>(message.id.last);
       ++v) {
    std::uint16_t& first = first_[v][message.id.type];
    messages_[message_count_] = {Described(message.body), static_cast<Version>(v), message.id.type, first};
    first = ++message_count_;
  }
  return true;
}

bool Catalog::add_element(const wire::FamilyDesc& family, const wire::StructDesc& body) {
  if (element_count_ == max_elements) return false;
  elements_[element_count_++] = {&family, Described(&body)};
  return true;
}

bool Catalog::add_oxm(std::span<const wire::OxmRow> rows) {
  if (rows.size() > max_oxm - oxm_count_) return false;
  for (const wire::OxmRow& row : rows) {
    // The first of a bucket is the first that was added.
    std::uint16_t* end = &first_oxm_[bucket_of(row.packed.id_class, row.packed.id_field)];
    while (*end != 0) end = &oxm_[*end - 1u].next;
    oxm_[oxm_count_] = {&row, 0};
    *end = ++oxm_count_;
  }
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
    const int tags = entry->described.matching_tags(message);
    if (tags > most) {
      most = tags;
      best = entry->described.body;
    }
  }
  return best;
}

const wire::StructDesc* Catalog::find_element(const wire::FamilyDesc& family, Bytes element) const {
  const wire::StructDesc* best = nullptr;
  int most = -1;
  for (std::size_t i = element_count_; i-- > 0;) {  // the last one added comes first, as with messages
    if (elements_[i].family != &family) continue;
    const int tags = elements_[i].described.matching_tags(element);
    if (tags > most) {
      most = tags;
      best = elements_[i].described.body;
    }
  }
  return best;
}

const wire::PackedDesc* Catalog::find_oxm(Bytes element) const {
  const auto id_class = load_be<std::uint16_t>(element.data());
  const auto field = std::to_integer<std::uint8_t>(element[2] >> 1);
  const std::size_t length = std::to_integer<std::size_t>(element[3]),
                    masked = std::to_integer<std::size_t>(element[2]) & 1;
  const bool is_experimenter = id_class == static_cast<std::uint16_t>(OxmClass::experimenter);
  if (is_experimenter && element.size() < 8) return nullptr;
  const std::uint32_t experimenter = is_experimenter ? load_be<std::uint32_t>(element.data() + 4) : 0;
  const wire::PackedDesc* found = nullptr;
  const OxmEntry* entry = nullptr;
  for (std::uint16_t i = first_oxm_[bucket_of(id_class, field)]; i != 0; i = entry->next) {
    entry = &oxm_[i - 1u];
    const wire::PackedDesc& d = entry->row->packed;
    if (d.id_class != id_class || d.id_field != field || d.experimenter != experimenter) continue;
    if ((is_experimenter ? 4u : 0u) + (std::size_t{d.width} << masked) == length) return &d;
    if (found == nullptr) found = &d;
  }
  return found;
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
