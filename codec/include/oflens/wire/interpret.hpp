// The lenient reading of a description: walks its tables over bytes and reports every field, every break and
// what follows it. It refuses (reports a problem) exactly where the typed reading (engine.hpp) says no.
#pragma once

#include <algorithm>

#include <oflens/wire/table.hpp>

namespace oflens::wire {

// Receives a field tree in preorder. Offsets are in bytes from the first byte of the message.
template <class S>
concept FieldSink = requires(S s, const FieldDesc& d, std::uint32_t n, std::uint64_t v, Errc e, Domain a) {
  {
    s.open(d, n, n, n)
    } -> std::same_as<std::uint32_t>;  // (what, offset, length, index in a list or no_index) -> node
  s.close(n, n);                       // (node, its length in the end)
  s.leaf(d, n, n, v);                  // (what, offset, length, value of up to 8 bytes)
  s.problem(d, e, a, n, n, n);         // (of what, code, domain, offset, actual, limit)
};

inline constexpr std::uint32_t no_index = ~std::uint32_t{0};

// Bytes of an element that nobody describes, and bytes after something broke or after the end.
inline constexpr FieldDesc opaque_field{.name = "body", .kind = Kind::opaque, .format = Format::hex};
inline constexpr FieldDesc excess_field{.name = "excess", .kind = Kind::opaque, .format = Format::hex};
inline constexpr FieldDesc broken_field{.name = "undecoded", .kind = Kind::opaque, .format = Format::hex};

// Padding of an element that nobody describes.
inline constexpr FieldDesc pad_field{.name = "pad", .kind = Kind::align, .format = Format::hex, .width = 8};

// The parts of a match field.
inline constexpr FieldDesc id_class{.name = "class", .kind = Kind::id, .format = Format::hex, .width = 2};
inline constexpr FieldDesc id_field{.name = "field", .kind = Kind::id, .width = 1, .bits = 7};
inline constexpr FieldDesc has_mask{.name = "has_mask", .kind = Kind::id, .width = 1, .bits = 1};
inline constexpr FieldDesc packed_length{.name = "length", .kind = Kind::length, .width = 1};
inline constexpr FieldDesc id_experimenter{
    .name = "experimenter", .kind = Kind::id, .format = Format::hex, .width = 4};
// Of one that nobody describes.
inline constexpr FieldDesc packed_value{.name = "value", .kind = Kind::opaque, .format = Format::hex};
inline constexpr FieldDesc packed_mask{.name = "mask", .kind = Kind::opaque, .format = Format::hex};

// The description of an element in the catalogue, or null; catalog may be null.
const StructDesc* find_extension(const Catalog* catalog, const FamilyDesc&, Bytes element);

// How deep experimenters' elements may stand in each other; nothing else nests without bound.
inline constexpr std::uint32_t max_depth = 8;

// Walks one message. Depth is bounded; time and output are linear in the bytes.
template <FieldSink S>
class Interpreter {
 public:
  // message: all bytes, from its first byte. catalog may be null: experimenters' elements are opaque then.
  Interpreter(const Catalog* catalog, Bytes message, S& sink)
      : catalog_(catalog), bytes_(message.data()), sink_(sink) {}

  // Where the bytes of a struct that broke end nobody knows: what encloses it stops, too.
  static constexpr std::uint32_t broken = ~std::uint32_t{0};

  // Reports the fields of the struct that begins at `start` and may use bytes up to `end`. Returns where it
  // ends, or `broken`.
  //
  // first_tag: what the first tag is called, if not as the description says: actions of several versions
  // share descriptions.
  std::uint32_t structure(const StructDesc& d, std::uint32_t start, std::uint32_t end, Domain domain,
                          const FieldDesc* first_tag = nullptr) {
    if (d.domain != Domain::request) domain = d.domain;
    Range r{start, start + d.base, end, end, false};
    for (const FieldDesc& f : d.fields) {
      if (f.plain) {
        if (r.limit - r.at < f.width)
          return stop(f, Errc::truncated, domain, r, r.at, r.limit - r.at, f.width);
        sink_.leaf(f, r.at, f.width, f.width <= 8 ? load_be(bytes_ + r.at, f.width) : 0);
        r.at += f.width;
        continue;
      }
      const std::uint64_t number = f.number == 0 ? 0 : number_at(d.fields[f.number - 1u], start);
      if ((number & f.mask) != f.bits_there) continue;
      if (f.kind < Kind::align) {
        if (r.limit - r.at < f.width)
          return stop(f, Errc::truncated, domain, r, r.at, r.limit - r.at, f.width);
        const std::uint32_t offset = r.at;
        const std::uint64_t value = f.width <= 8 ? load_be(bytes_ + offset, f.width) : 0;
        const bool shared = f.kind == Kind::tag && first_tag != nullptr;
        if (f.bit_fields.empty()) {
          sink_.leaf(shared ? *first_tag : f, offset, f.width, value);
        } else {
          for (const FieldDesc& b : f.bit_fields)
            sink_.leaf(b, offset, f.width, value >> b.shift & ((std::uint64_t{1} << b.bits) - 1));
        }
        if (shared) first_tag = nullptr;
        r.at += f.width;
        if (f.kind == Kind::tag && value != f.constant) {
          sink_.problem(f, Errc::bad_type, domain, offset, static_cast<std::uint32_t>(value),
                        static_cast<std::uint32_t>(f.constant));
        } else if (f.closed && !detail::is_labelled(f.labels_by(load_be(bytes_ + offset - 2, 2)), value)) {
          sink_.problem(f, Errc::bad_value, domain, offset, static_cast<std::uint32_t>(value), 0);
        } else if (f.kind == Kind::length) {
          const auto n = static_cast<std::uint32_t>(value);
          if (n < d.fixed) return stop(f, Errc::bad_length, domain, r, offset, n, d.fixed);
          r.length_known = n <= end - start;
          if (r.length_known)
            r.limit = start + n;
          else
            sink_.problem(f, Errc::too_long, domain, offset, n, end - start);
        }
        continue;
      }
      switch (f.kind) {
        case Kind::align: {
          const bool beyond = d.has_length && !counts_padding(d);
          if (beyond && r.at != r.limit) excess(r, domain);
          const std::uint32_t to = start + (r.at - start + f.width - 1) / f.width * f.width;
          const std::uint32_t bound = beyond ? r.end : r.limit;
          if (to > bound) {
            sink_.problem(f, Errc::truncated, domain, r.at, bound - r.at, to - r.at);
            if (bound != r.at) sink_.leaf(broken_field, r.at, bound - r.at, 0);
            r.limit = r.at = bound;  // the padding that is there belongs to nothing else
            return bound;
          }
          if (to != r.at)
            sink_.leaf(f, r.at, to - r.at, to - r.at <= 8 ? load_be(bytes_ + r.at, to - r.at) : 0);
          r.at = to;
          if (beyond) r.limit = to;
          break;
        }
        case Kind::rest: {
          const std::uint32_t left = r.limit - r.at;
          std::uint32_t size = left;
          if (f.size_of != nullptr) {
            size = static_cast<std::uint32_t>(f.size_of(number));
            if (size > left) return stop(f, Errc::truncated, domain, r, r.at, left, size);
          } else if (f.whole_message) {
            constexpr std::uint32_t header = 8;
            if (left < header) return stop(f, Errc::truncated, domain, r, r.at, left, header);
            size = static_cast<std::uint32_t>(load_be(bytes_ + r.at + 2, 2));
            if (size < header) return stop(f, Errc::bad_length, domain, r, r.at + 2, size, header);
            if (size > left) return stop(f, Errc::too_long, domain, r, r.at + 2, size, left);
          }
          sink_.leaf(f, r.at, size, 0);
          r.at += size;
          break;
        }
        case Kind::structure: {
          const std::uint32_t node = sink_.open(f, r.at, 0, no_index);
          const std::uint32_t next = structure(*f.structure, r.at, r.limit, domain);
          sink_.close(node, (next == broken ? r.limit : next) - r.at);
          if (next == broken) return resume(r);
          r.at = next;
          break;
        }
        case Kind::list: {
          std::uint32_t bound = r.limit;
          if (f.target != 0) {
            const FieldDesc& extent = d.fields[f.target - 1u];
            const auto n = static_cast<std::uint32_t>(load_be(bytes_ + start + extent.offset, extent.width));
            const std::uint32_t most = (r.limit - r.at) / extent.unit;
            if (n > most)
              sink_.problem(extent, Errc::too_long, domain, start + extent.offset, n, most);
            else
              bound = r.at + n * extent.unit;
          }
          const std::uint32_t node = sink_.open(f, r.at, bound - r.at, no_index);
          const std::uint32_t next = list(*f.family, r.at, bound, domain, f.zero_ended);
          if (f.zero_ended && next != broken) bound = next;
          sink_.close(node, bound - r.at);
          r.at = bound;
          break;
        }
        case Kind::one: {
          const std::uint32_t node = sink_.open(f, r.at, 0, no_index);
          const std::uint32_t next =
              element(*f.family, r.at, r.limit, no_index, domain_of(*f.family, domain));
          sink_.close(node, (next == broken ? r.limit : next) - r.at);
          if (next == broken) return resume(r);
          r.at = next;
          break;
        }
        default: break;
      }
    }
    if (d.bounded && r.at != r.limit) excess(r, domain);
    return r.at;
  }

 private:
  struct Range {
    std::uint32_t start, at, limit, end;
    bool length_known;  // limit is this struct's own, and good
  };

  static bool counts_padding(const StructDesc& d) {
    return std::none_of(d.fields.begin(), d.fields.end(),
                        [](const FieldDesc& f) { return f.kind == Kind::length && !f.counts_padding; });
  }
  static Domain domain_of(const FamilyDesc& family, Domain outer) {
    if (family.domain == Domain::match && outer == Domain::action) return Domain::set_field;
    return family.domain == Domain::request ? outer : family.domain;
  }

  // After a break inside a struct: it ends where its own length says, if that is known.
  std::uint32_t resume(const Range& r) const { return r.length_known ? r.limit : broken; }

  std::uint32_t stop(const FieldDesc& f, Errc code, Domain domain, const Range& r, std::uint32_t offset,
                     std::uint32_t actual, std::uint32_t limit) {
    sink_.problem(f, code, domain, offset, actual, limit);
    if (r.at != r.limit) sink_.leaf(broken_field, r.at, r.limit - r.at, 0);
    return resume(r);
  }
  void excess(Range& r, Domain domain) {
    sink_.problem(excess_field, Errc::excess, domain, r.at, r.limit - r.at, 0);
    sink_.leaf(excess_field, r.at, r.limit - r.at, 0);
    r.at = r.limit;
  }

  // The value of a number of the struct at `start`; it was read before what depends on it.
  std::uint64_t number_at(const FieldDesc& f, std::uint32_t start) const {
    return load_be(bytes_ + start + f.offset, f.width);
  }

  // Returns where the elements end, or `broken`.
  std::uint32_t list(const FamilyDesc& family, std::uint32_t at, std::uint32_t end, Domain outer,
                     bool zero_ended) {
    const Domain domain = domain_of(family, outer);
    for (std::uint32_t i = 0; at < end; ++i) {
      if (zero_ended && (end - at < 2 || load_be(bytes_ + at, 2) == 0)) break;
      at = element(family, at, end, i, domain);
      if (at == broken) break;
    }
    return at;
  }

  // Reports one element; returns where it ends, or `broken`. Always advances.
  std::uint32_t element(const FamilyDesc& family, std::uint32_t at, std::uint32_t end, std::uint32_t index,
                        Domain domain) {
    switch (family.shape) {
      case FamilyDesc::Shape::tagged: return tagged(family, at, end, index, domain);
      case FamilyDesc::Shape::packed:
      case FamilyDesc::Shape::packed_id: return packed(family, at, end, index, domain);
      case FamilyDesc::Shape::plain: break;
    }
    if (family.unknown.kind == Kind::number) {
      if (end - at < family.unknown.width)
        return too_short(family, family.unknown, at, end, index, domain, family.unknown.width);
      const std::uint32_t node = sink_.open(family.unknown, at, family.unknown.width, index);
      sink_.leaf(family.unknown, at, family.unknown.width, load_be(bytes_ + at, family.unknown.width));
      sink_.close(node, family.unknown.width);
      return at + family.unknown.width;
    }
    const std::uint32_t node = sink_.open(family.unknown, at, 0, index);
    const std::uint32_t next = structure(*family.unknown.structure, at, end, domain);
    sink_.close(node, (next == broken ? end : next) - at);
    return next;
  }

  std::uint32_t too_short(const FamilyDesc& family, const FieldDesc& f, std::uint32_t at, std::uint32_t end,
                          std::uint32_t index, Domain domain, std::uint32_t needed) {
    const std::uint32_t node = sink_.open(family.unknown, at, end - at, index);
    sink_.problem(f, Errc::truncated, domain, at, end - at, needed);
    if (end != at) sink_.leaf(broken_field, at, end - at, 0);
    sink_.close(node, end - at);
    return broken;
  }

  std::uint32_t tagged(const FamilyDesc& family, std::uint32_t at, std::uint32_t end, std::uint32_t index,
                       Domain domain) {
    if (end - at < 4)
      return too_short(family, end - at < 2 ? family.type : family.length, at, end, index, domain, 4);
    const std::uint32_t type_at = at + family.type.offset, length_at = at + family.length.offset;
    const std::uint64_t type = load_be(bytes_ + type_at, 2);
    const auto length = static_cast<std::uint32_t>(load_be(bytes_ + length_at, 2));
    const std::uint32_t span = family.padded ? (length + 7) / 8 * 8 : length;
    const bool sound = length >= family.minimum && span <= end - at;

    const FieldDesc* what = &family.unknown;
    for (const FieldDesc& a : family.alternatives)
      if (a.constant == type) {
        what = &a;
        break;
      }
    const StructDesc* structure_desc = what->structure;
    if (structure_desc == nullptr && sound)
      structure_desc = find_extension(catalog_, family, {bytes_ + at, span});

    const std::uint32_t stop = sound ? at + span : end;
    const FieldDesc& shown = structure_desc == what->structure ? *what : structure_desc->element;
    const std::uint32_t node = sink_.open(shown, at, stop - at, index);
    if (!sound || length % family.multiple != 0) {
      // A length that cannot be: what the bytes are is anybody's guess, and so is where the next element
      // begins.
      head(family, at, type, length);
      if (length < family.minimum) {
        sink_.problem(family.length, Errc::bad_length, domain, length_at, length, family.minimum);
      } else if (length > end - at) {
        sink_.problem(family.length, Errc::too_long, domain, length_at, length, end - at);
      } else if (!sound) {  // the padding is cut
        sink_.problem(family.length, Errc::truncated, domain, length_at, end - at, span);
      } else {
        sink_.problem(family.length, Errc::bad_alignment, domain, length_at, length, family.multiple);
      }
      if (stop > at + 4) sink_.leaf(broken_field, at + 4, stop - at - 4, 0);
    } else if (structure_desc != what->structure && depth_ == max_depth) {
      sink_.problem(*what, Errc::too_deep, domain, at, depth_ + 1, max_depth);
      sink_.leaf(broken_field, at, stop - at, 0);
    } else if (structure_desc != nullptr) {
      const std::uint32_t deeper = structure_desc != what->structure ? 1 : 0;
      depth_ += deeper;
      const std::uint32_t next =
          structure(*structure_desc, at, stop, domain, deeper != 0 ? &family.tag : nullptr);
      if (next != broken && next != stop) {
        // Padding behind the length, when the struct did not take it.
        sink_.problem(excess_field, Errc::excess, domain, next, stop - next, 0);
        sink_.leaf(pad_field, next, stop - next, stop - next <= 8 ? load_be(bytes_ + next, stop - next) : 0);
      }
      depth_ -= deeper;
    } else {
      head(family, at, type, length);
      const std::uint32_t pad_at = at + length;
      if (length > 4) sink_.leaf(opaque_field, at + 4, length - 4, 0);
      if (stop > pad_at)
        sink_.leaf(pad_field, pad_at, stop - pad_at, load_be(bytes_ + pad_at, stop - pad_at));
    }
    sink_.close(node, stop - at);
    return sound ? stop : broken;
  }
  // The type and the length of a tagged element, in the order in which they stand.
  void head(const FamilyDesc& family, std::uint32_t at, std::uint64_t type, std::uint32_t length) {
    if (family.type.offset == 0) sink_.leaf(family.type, at, 2, type);
    sink_.leaf(family.length, at + family.length.offset, 2, length);
    if (family.type.offset != 0) sink_.leaf(family.type, at + family.type.offset, 2, type);
  }

  std::uint32_t packed(const FamilyDesc& family, std::uint32_t at, std::uint32_t end, std::uint32_t index,
                       Domain domain) {
    if (end - at < 4) return too_short(family, packed_length, at, end, index, domain, 4);
    const std::byte* p = bytes_ + at;
    const bool masked = (p[2] & std::byte{1}) != std::byte{0};
    const bool is_experimenter = load_be<std::uint16_t>(p) == 0xffff;
    const bool alone = family.shape == FamilyDesc::Shape::packed_id;
    // The length is of the value, whether it is here or not.
    const auto length = std::to_integer<std::uint32_t>(p[3]);
    const std::uint32_t here = !alone ? length : is_experimenter ? 4 : 0;
    const bool fits = here <= end - at - 4;
    const std::uint32_t stop = fits ? at + 4 + here : end;
    const PackedDesc* known =
        fits && !(is_experimenter && here < 4) ? family.find_packed(catalog_, {p, 4 + here}) : nullptr;

    const std::uint32_t node =
        sink_.open(known != nullptr ? known->element : family.unknown, at, stop - at, index);
    sink_.leaf(id_class, at, 2, load_be<std::uint16_t>(p));
    sink_.leaf(id_field, at + 2, 1, std::to_integer<std::uint64_t>(p[2] >> 1));
    sink_.leaf(has_mask, at + 2, 1, masked ? 1 : 0);
    sink_.leaf(packed_length, at + 3, 1, length);

    std::uint32_t body = at + 4;
    std::uint32_t least = is_experimenter ? 4 : 0;
    if (known != nullptr && known->width != 0) least += std::uint32_t{known->width} << (masked ? 1 : 0);
    const bool exact = known != nullptr && known->width != 0;
    if (alone && fits) {
      if (is_experimenter) sink_.leaf(id_experimenter, body, 4, load_be<std::uint32_t>(bytes_ + body));
    } else if (alone) {
      sink_.problem(id_experimenter, Errc::truncated, domain, body, end - body, 4);
      if (stop > body) sink_.leaf(broken_field, body, stop - body, 0);
    } else if (!fits || length < least || (exact && length != least)) {
      sink_.problem(packed_length, fits ? Errc::bad_length : Errc::too_long, domain, at + 3, length,
                    fits ? least : end - at - 4);
      if (stop > body) sink_.leaf(broken_field, body, stop - body, 0);
    } else {
      if (is_experimenter) {
        sink_.leaf(id_experimenter, body, 4, load_be<std::uint32_t>(bytes_ + body));
        body += 4;
      }
      const bool halves = masked && (stop - body) % 2 == 0;
      const std::uint32_t width = halves ? (stop - body) / 2 : stop - body;
      const auto number = [&](std::uint32_t o) {
        return width >= 1 && width <= 8 ? load_be(bytes_ + o, width) : 0;
      };
      if (width != 0) {
        sink_.leaf(known != nullptr ? known->value : packed_value, body, width, number(body));
        if (halves)
          sink_.leaf(known != nullptr ? known->mask : packed_mask, body + width, width, number(body + width));
      }
    }
    sink_.close(node, stop - at);
    return fits ? stop : broken;
  }

  const Catalog* catalog_;
  const std::byte* bytes_;
  S& sink_;
  std::uint32_t depth_ = 0;
};

}  // namespace oflens::wire
