#include <oflens/message/generate.hpp>

#include <oflens/frame.hpp>

namespace oflens {

using wire::FieldDesc;
using wire::Kind;

namespace {
void put(std::vector<std::byte>& out, std::uint64_t v, std::size_t width) {
  out.resize(out.size() + width);
  store_be(out.data() + out.size() - width, v, width);
}
}  // namespace

void Generator::bytes(std::size_t n, std::vector<std::byte>& out) {
  for (; n > 0; --n) out.push_back(static_cast<std::byte>(random_()));
}

void Generator::number(const FieldDesc& f, std::vector<std::byte>& out) {
  const wire::Labels labels =
      f.closed ? f.labels_by(load_be<std::uint16_t>(out.data() + out.size() - 2)) : wire::Labels{};
  if (!labels.entries.empty()) return put(out, labels.entries[below(labels.entries.size())].value, f.width);
  const auto& entries = f.labels.entries;
  std::uint64_t v = random_();
  switch (below(4)) {
    case 0: break;
    case 1: v &= 0xff; break;
    case 2: v = f.labels.flags ? v : 0; [[fallthrough]];
    default:
      if (f.labels.flags) {
        std::uint64_t set = 0;
        for (const wire::Label& l : entries) set |= random_() % 2 ? l.value : 0;
        v = set;
      } else if (!entries.empty()) {
        v = entries[below(entries.size())].value;
      }
  }
  if (f.bits != 0) v &= (std::uint64_t{1} << f.bits) - 1;
  put(out, v, f.width);
}

// One of the family's own alternatives, or of what the catalogue adds to it; null: an unknown one.
const wire::StructDesc* Generator::choose(const wire::FamilyDesc& family) {
  if (below(16) == 0) return nullptr;
  const std::size_t own = family.alternatives.size();
  std::size_t added = 0;
  if (depth_ < max_depth && (own == 0 || below(2) == 0))
    for (std::size_t i = 0; i < catalog_->element_count(); ++i)
      added += catalog_->element(i).family == &family ? 1 : 0;
  if (added != 0) {
    std::size_t which = below(added);
    for (std::size_t i = 0;; ++i)
      if (catalog_->element(i).family == &family && which-- == 0) return catalog_->element(i).body;
  }
  return own == 0 ? nullptr : family.alternatives[below(own)].structure;
}

void Generator::element(const wire::FamilyDesc& family, std::vector<std::byte>& out) {
  const std::size_t start = out.size();
  switch (family.shape) {
    case wire::FamilyDesc::Shape::plain:
      if (family.unknown.kind == Kind::number)
        number(family.unknown, out);
      else
        structure(*family.unknown.structure, out, start);
      break;
    case wire::FamilyDesc::Shape::tagged:
      if (const wire::StructDesc* chosen = choose(family)) {
        ++depth_;
        structure(*chosen, out, start);
        --depth_;
        // What runs to the end of an element may be of any length, the element may not.
        if (!family.padded && (out.size() - start) % family.multiple != 0) {
          while ((out.size() - start) % family.multiple != 0) out.push_back(std::byte{0});
          store_be(out.data() + start + family.length.offset, out.size() - start, 2);
        }
      } else {
        // A type that no alternative has.
        put(out, 0, 4);
        bytes(std::max<std::size_t>(family.minimum, 8) - 4 + 8 * below(3), out);
        store_be(out.data() + start + family.type.offset, 0x6000 + below(0x1000), 2);
        store_be(out.data() + start + family.length.offset, out.size() - start, 2);
        while (family.padded && (out.size() - start) % 8 != 0) out.push_back(std::byte{0});
      }
      break;
    case wire::FamilyDesc::Shape::packed: match_field(out, false); break;
    case wire::FamilyDesc::Shape::packed_id: match_field(out, true); break;
  }
}

void Generator::match_field(std::vector<std::byte>& out, bool alone) {
  const bool masked = below(2) != 0;
  // Mostly of the specification's class; then of others, and one that nobody describes.
  const std::size_t others = catalog_->oxm_count();
  const wire::PackedDesc* known = nullptr;
  switch (below(4)) {
    case 0:
      if (others != 0) known = &catalog_->oxm(below(others)).packed;
      break;
    case 1:
      if (below(4) == 0) break;
      [[fallthrough]];
    default: known = &oxm_basic[below(oxm_basic.size())].packed;
  }
  const std::size_t start = out.size();
  put(out, known != nullptr ? known->id_class : 0x7000, 2);
  put(out, (known != nullptr ? known->id_field : below(128)) << 1 | (masked ? 1 : 0), 1);
  put(out, 0, 1);
  if (known != nullptr && known->id_class == static_cast<std::uint16_t>(OxmClass::experimenter))
    put(out, known->experimenter, 4);
  const std::size_t width = known != nullptr && known->width != 0 ? known->width : 1 + below(8);
  if (known != nullptr && known->value.kind == Kind::number && !masked)
    number(known->value, out);
  else
    bytes(masked ? 2 * width : width, out);
  store_be(out.data() + start + 3, out.size() - start - 4, 1);
  if (alone) out.resize(start + (known != nullptr && known->experimenter != 0 ? 8 : 4));
}

void Generator::list(const wire::FamilyDesc& family, std::vector<std::byte>& out, bool zero_ended) {
  for (std::uint64_t n = below(max_elements_ + 1); n > 0; --n) {
    const std::size_t start = out.size();
    element(family, out);
    if (zero_ended && load_be<std::uint16_t>(out.data() + start) == 0) return out.resize(start);
  }
}

void Generator::structure(const wire::StructDesc& d, std::vector<std::byte>& out, std::size_t start) {
  std::size_t length_at = 0, end = 0;
  bool has_length = false;
  std::vector<std::size_t> at;  // where each item begins
  for (const FieldDesc& f : d.fields) {
    at.push_back(out.size());
    std::uint64_t there = 0;
    if (f.number != 0) {
      const FieldDesc& of = d.fields[f.number - 1u];
      there = load_be(out.data() + at[f.number - 1u], of.width);
    }
    if ((there & f.mask) != f.bits_there) continue;
    switch (f.kind) {
      case Kind::number: number(f, out); break;
      case Kind::tag: put(out, f.constant, f.width); break;
      case Kind::length:
        length_at = out.size();
        has_length = true;
        [[fallthrough]];
      case Kind::extent:
      case Kind::pad: out.resize(out.size() + f.width); break;
      case Kind::mac:
      case Kind::ipv4:
      case Kind::ipv6:
      case Kind::octets: bytes(f.width, out); break;
      case Kind::text:
        for (std::uint64_t n = below(std::min<std::uint64_t>(f.width, 12)); n > 0; --n)
          out.push_back(static_cast<std::byte>('a' + below(26)));
        out.resize(at.back() + f.width);
        break;
      case Kind::align:
        end = out.size();
        while ((out.size() - start) % f.width != 0) out.push_back(std::byte{0});
        break;
      case Kind::rest:
        if (f.whole_message) {  // an echo request
          put(out, std::uint64_t{0x0402} << 16 | Header::size, 4);
          put(out, random_(), 4);
        } else {
          bytes(f.size_of != nullptr ? f.size_of(there) : below(4) * 7, out);
        }
        break;
      case Kind::structure: structure(*f.structure, out, out.size()); break;
      case Kind::list:
        list(*f.family, out, f.zero_ended);
        if (f.target != 0) {
          const FieldDesc& extent = d.fields[f.target - 1u];
          store_be(out.data() + at[f.target - 1u], (out.size() - at.back()) / extent.unit, extent.width);
        }
        break;
      case Kind::one: element(*f.family, out); break;
      default: break;
    }
  }
  if (!has_length) return;
  const bool beyond = std::any_of(d.fields.begin(), d.fields.end(), [](const FieldDesc& f) {
    return f.kind == Kind::length && !f.counts_padding;
  });
  store_be(out.data() + length_at, (beyond && end != 0 ? end : out.size()) - start, 2);
}

void Generator::message(const Catalog& catalog, std::size_t i, std::vector<std::byte>& out) {
  const Catalog::Listed kind = catalog[i];
  catalog_ = &catalog;
  do {
    out.assign(Header::size, std::byte{0});
    structure(*kind.body, out, 0);
    const Header header{kind.version, kind.type, static_cast<std::uint16_t>(out.size()), Xid(random_())};
    wire::write(header, out.data());
  } while (catalog.find(out) != kind.body);  // by chance of a type that has a description of its own
}

void Generator::message(const Catalog& catalog, std::vector<std::byte>& out) {
  message(catalog, below(catalog.size()), out);
}

void Generator::mutate(std::vector<std::byte>& m) {
  for (std::uint64_t n = 1 + below(3); n > 0 && !m.empty(); --n) {
    const std::size_t at = below(m.size());
    switch (below(6)) {
      case 0: m[at] = static_cast<std::byte>(random_()); break;
      case 1: m[at] ^= static_cast<std::byte>(1 << below(8)); break;
      case 2:
        m[at] = static_cast<std::byte>(std::to_integer<unsigned>(m[at]) + (below(2) != 0 ? 1 : 255));
        break;
      case 3: m[at] = std::byte{0}; break;
      case 4: m.resize(at); break;
      case 5: bytes(1 + below(8), m); break;
    }
    // Most mutants keep a header that is right, so that the body is looked at.
    if (m.size() >= Header::size && below(8) != 0) store_be(m.data() + 2, m.size(), 2);
  }
}

}  // namespace oflens
