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
      if (!family.alternatives.empty() && below(16) != 0) {
        structure(*family.alternatives[below(family.alternatives.size())].structure, out, start);
      } else {
        // A type that no alternative has.
        put(out, 0x6000 + below(0x1000), 2);
        put(out, 0, 2);
        bytes(4 + 8 * below(3), out);
        store_be(out.data() + start + 2, out.size() - start, 2);
        while (family.padded && (out.size() - start) % 8 != 0) out.push_back(std::byte{0});
      }
      break;
    case wire::FamilyDesc::Shape::packed: {
      const bool masked = below(2) != 0;
      const std::size_t field = below(48);
      const std::array<std::byte, 4> header{
          std::byte{0x80}, std::byte{0}, static_cast<std::byte>(field << 1 | (masked ? 1 : 0)), std::byte{0}};
      const wire::PackedDesc* known = family.find_packed(nullptr, header);
      const std::size_t width = (known != nullptr ? known->width : 1 + below(8)) << (masked ? 1 : 0);
      out.insert(out.end(), header.begin(), header.end());
      out.back() = static_cast<std::byte>(width);
      if (known != nullptr && known->value.kind == Kind::number && !masked)
        number(known->value, out);
      else
        bytes(width, out);
      break;
    }
  }
}

void Generator::list(const wire::FamilyDesc& family, std::vector<std::byte>& out) {
  for (std::uint64_t n = below(max_elements_ + 1); n > 0; --n) element(family, out);
}

void Generator::structure(const wire::StructDesc& d, std::vector<std::byte>& out, std::size_t start) {
  std::size_t length_at = 0, end = 0;
  bool has_length = false;
  std::vector<std::size_t> at;  // where each item begins
  for (const FieldDesc& f : d.fields) {
    at.push_back(out.size());
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
      case Kind::rest: bytes(below(4) * 7, out); break;
      case Kind::structure: structure(*f.structure, out, out.size()); break;
      case Kind::list:
        list(*f.family, out);
        if (f.target != 0)
          store_be(out.data() + at[f.target - 1u], out.size() - at.back(), d.fields[f.target - 1u].width);
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
