// The same descriptions lowered to tables, at compile time: what everything reads that is not the typed hot
// path (field trees, JSON, generation, reference pages, experimenters' elements).
#pragma once

#include <array>
#include <span>

#include <oflens/error.hpp>
#include <oflens/wire/engine.hpp>
#include <oflens/wire/labels.hpp>

namespace oflens::wire {

enum class Kind : std::uint8_t {
  // values of fixed size
  number,
  tag,
  length,
  extent,
  mac,
  ipv4,
  ipv6,
  text,
  octets,
  pad,
  // of variable size
  align,
  rest,
  structure,
  list,
  one,
  // in trees only
  element,      // of a list
  packed,       // a known element of a packed family
  id,           // part of what says which element of a packed family it is
  opaque,       // bytes of an unknown element, or that could not be read
  payload,      // what a packet carries beyond its headers
  domain_name,  // RFC 1035 §4.1.4; its value is where the DNS message begins
};

struct StructDesc;
struct FamilyDesc;

// One item of a description, and what a node of a field tree points to for its name and meaning.
struct FieldDesc {
  std::string_view name;  // of a literal: a zero follows it
  Kind kind{};
  Format format = Format::decimal;
  Content content = Content::bytes;
  bool counts_padding = true;       // length
  bool plain = false;               // a value that is always there, and any is good
  std::uint16_t offset = floating;  // from the first byte of the struct
  std::uint16_t width = 0;          // bytes; 0 when variable. align: the multiple
  std::uint16_t bits = 0;           // of a number that has fewer than its bytes; 0: all
  std::uint8_t shift = 0;           // of a bit field: bits to its right
  std::uint16_t target = 0;    // extent: index of the list's item. list: index of its extent's item + 1, or 0
  std::uint64_t constant = 0;  // tag
  std::uint16_t unit = 1;      // extent: bytes that one of it stands for
  bool zero_ended = false;     // list: ends where two zero bytes stand instead of an element
  bool closed = false;         // number: values without a label, by labels_by, are malformed
  bool whole_message = false;  // rest: an OpenFlow message, and ends where its header says
  SizeOf size_of = nullptr;    // rest: bytes, from the number on which it depends; null: up to the end
  // The earlier number of the struct on which it depends, index + 1; 0: none.
  std::uint16_t number = 0;
  std::uint64_t mask = 0, bits_there = 0;  // it is there only when the number has these bits under the mask
  Labels labels{};
  LabelsBy labels_by = nullptr;             // number: its labels depend on the 16 bits before it
  const StructDesc* structure = nullptr;    // structure, element
  const FamilyDesc* family = nullptr;       // list, one
  std::span<const FieldDesc> bit_fields{};  // number: it consists of these, and is not shown itself
};

// Some bits of a number: `bits` of them, with `shift` bits to the right.
constexpr FieldDesc bit_field(const char* name, std::uint16_t bits, std::uint8_t shift,
                              Format format = Format::decimal, Labels labels = {}) {
  return {
      .name = name, .kind = Kind::number, .format = format, .bits = bits, .shift = shift, .labels = labels};
}

struct StructDesc {
  const char* name = nullptr;
  FieldDesc root{};         // the node of a tree of which this is the root
  FieldDesc element{};      // the node of an element which the catalogue describes
  std::uint16_t base = 0;   // where the description begins: 8 in a message, after the header
  std::uint16_t fixed = 0;  // bytes before the first item of unknown size
  bool has_length = false;
  bool bounded = false;  // knows where it ends
  Domain domain{};
  std::span<const FieldDesc> fields{};
  // The typed reading: the end of the struct at p, or null.
  const std::byte* (*check)(const std::byte* p, const std::byte* end, const Context&) = nullptr;
};

// A match field of a packed family: 32 bits of header (16 class, 7 field, 1 has_mask, 8 length), in the class
// of experimenters 32 bits that say whose it is, value, mask.
struct PackedDesc {
  const char* name = nullptr;
  std::uint16_t id_class = 0;
  std::uint8_t id_field = 0;
  std::uint32_t experimenter = 0;
  std::uint8_t width = 0;  // bytes of the value; 0: any
  std::uint16_t bits = 0;  // of the value in use
  bool maskable = false;
  FieldDesc element{}, value{}, mask{};
};

// What the elements of a list have in common.
struct FamilyDesc {
  // packed_id: the headers of packed elements, without value.
  enum class Shape : std::uint8_t { plain, tagged, packed, packed_id };
  const char* name = nullptr;
  Shape shape{};
  std::uint16_t minimum = 0, multiple = 1;
  bool padded = false;
  Domain domain{};
  FieldDesc type{}, length{};                 // tagged; either comes first
  FieldDesc tag{};                            // tagged: the type of an element which the catalogue describes
  FieldDesc unknown{};                        // an element nobody describes; plain: every element
  std::span<const FieldDesc> alternatives{};  // tagged: kind element, constant is the type
  const PackedDesc* (*find_packed)(const Catalog*,
                                   Bytes element) = nullptr;  // packed; element has its header
};

// Specialised beside each family: static constexpr FamilyDesc desc.
template <class E>
struct FamilyOf;
template <class E>
inline constexpr const FamilyDesc& family_desc = FamilyOf<E>::desc;

// The typed check of an element that is none of the family's own alternatives: by its description in the
// catalogue, true when there is none.
bool check_extension(const FamilyDesc&, const std::byte* p, const std::byte* end, const Context&);

// ---- lowering

template <class T>
consteval Kind kind_of() {
  if constexpr (std::is_same_v<T, MacAddress>)
    return Kind::mac;
  else if constexpr (std::is_same_v<T, Ipv4Address>)
    return Kind::ipv4;
  else if constexpr (std::is_same_v<T, Ipv6Address>)
    return Kind::ipv6;
  else if constexpr (requires(T t) { t.view(); })
    return Kind::text;
  else if constexpr (OctetRow<T>)
    return Kind::octets;
  else
    return Kind::number;
}

template <class T>
consteval Domain domain_of() {
  if constexpr (requires { T::domain; })
    return T::domain;
  else
    return Domain::request;
}

template <class T>
struct Lowered;
template <Described T>
inline constexpr const StructDesc& struct_desc = Lowered<T>::desc;

constexpr FieldDesc alternative(const char* name, std::uint64_t type, const StructDesc& structure) {
  return {.name = name, .kind = Kind::element, .constant = type, .structure = &structure};
}

namespace detail {

constexpr const char* pad_names[] = {"pad", "pad2", "pad3", "pad4", "pad5", "pad6"};

template <class T, class D>
struct LoweredFields;
template <class T, class... Items>
struct LoweredFields<T, Description<Items...>> {
  static constexpr std::size_t count = sizeof...(Items);

  template <auto M>
  static constexpr std::uint16_t index_of_extent() {
    std::uint16_t i = 0, found = 0;
    ((++i, found = std::is_same_v<Items, Extent<M>> || std::is_same_v<Items, Extent<M, true>> ? i : found),
     ...);
    return found;
  }
  template <auto M>
  static constexpr std::uint16_t index_of() {
    std::uint16_t i = 0, found = 0;
    ((found = std::is_same_v<Items, Field<M>> ? i : found, ++i), ...);
    return found;
  }

  template <auto M>
  static constexpr FieldDesc lower(const Field<M>& f) {
    using V = MemberType<M>;
    FieldDesc d{.name = f.name, .format = f.format, .labels_by = f.labels_by};
    d.closed = f.closed;
    d.bit_fields = f.bits;
    if constexpr (is_seq<V>) {
      d.kind = Kind::list;
      d.family = &family_desc<typename V::value_type>;
      d.target = index_of_extent<M>();
    } else if constexpr (is_one<V>) {
      d.kind = Kind::one;
      d.family = &family_desc<typename V::value_type>;
    } else if constexpr (Described<V>) {
      d.kind = Kind::structure;
      d.structure = &struct_desc<V>;
    } else {
      d.kind = kind_of<V>();
      d.width = wire_size<V>();
      d.labels = labels<V>();
      if (wire_size<V>() == 8) d.format = Format::hex;
    }
    return d;
  }
  template <std::size_t N>
  static constexpr FieldDesc lower(const Pad<N>&) {
    return {.name = "pad", .kind = Kind::pad, .format = Format::hex, .width = N};
  }
  static constexpr FieldDesc lower(const Length& l) {
    return {.name = l.name, .kind = Kind::length, .counts_padding = l.counts_padding, .width = 2};
  }
  template <auto M, bool Elements>
  static constexpr FieldDesc lower(const Extent<M, Elements>& e) {
    return {.name = e.name,
            .kind = Kind::extent,
            .width = 2,
            .target = index_of<M>(),
            .unit = static_cast<std::uint16_t>(unit_of(Extent<M, Elements>{}))};
  }
  template <auto M>
  static constexpr FieldDesc lower(const ZeroEnded<M>& z) {
    FieldDesc d = lower(Field<M>{z.name});
    d.zero_ended = true;
    return d;
  }
  template <auto M, auto N>
  static constexpr FieldDesc lower(const Sized<M, N>& s) {
    return {.name = s.name,
            .kind = Kind::rest,
            .size_of = s.size,
            .number = static_cast<std::uint16_t>(index_of<N>() + 1)};
  }
  template <auto M>
  static constexpr FieldDesc lower(const Inner<M>& i) {
    return {.name = i.name, .kind = Kind::rest, .content = Content::message, .whole_message = true};
  }
  template <class Item, auto N>
  static constexpr FieldDesc lower(const When<Item, N>& w) {
    FieldDesc d = lower(w.item);
    d.number = static_cast<std::uint16_t>(index_of<N>() + 1);
    d.mask = w.mask;
    d.bits_there = w.bits;
    return d;
  }
  template <std::size_t N>
  static constexpr FieldDesc lower(const Align<N>&) {
    return {.name = "pad", .kind = Kind::align, .format = Format::hex, .width = N};
  }
  template <auto V>
  static constexpr FieldDesc lower(const Tag<V>& t) {
    return {.name = t.name,
            .kind = Kind::tag,
            .format = sizeof(V) == 4 ? Format::hex : Format::decimal,
            .width = sizeof(V),
            .constant = static_cast<std::uint64_t>(V),
            .labels = labels<std::remove_const_t<decltype(V)>>()};
  }
  template <auto M>
  static constexpr FieldDesc lower(const Rest<M>& r) {
    return {.name = r.name, .kind = Kind::rest, .content = r.content};
  }

  static constexpr bool is_plain(const FieldDesc& f) {
    return f.kind < Kind::align && f.kind != Kind::tag && f.kind != Kind::length && f.number == 0 &&
           f.bit_fields.empty() && !f.closed;
  }
  static consteval std::array<FieldDesc, count> all() {
    std::array<FieldDesc, count> out{};
    std::size_t pads = 0;
    each_item(T::wire.slots, [&]<std::size_t I, class Item>(const Item& item) {
      out[I] = lower(item);
      out[I].offset = Layout<T>::table.offset[I];
      if (out[I].kind == Kind::pad || out[I].kind == Kind::align) out[I].name = pad_names[pads++];
      out[I].plain = is_plain(out[I]);
      return true;
    });
    return out;
  }
};

}  // namespace detail

template <class T>
struct Lowered {
  static constexpr auto fields = detail::LoweredFields<T, std::remove_const_t<decltype(T::wire)>>::all();
  static constexpr StructDesc desc{
      .name = T::wire.name,
      .root = {.name = T::wire.name, .kind = Kind::structure},
      .element = {.name = T::wire.name, .kind = Kind::element},
      .base = Layout<T>::base,
      .fixed = Layout<T>::fixed,
      .has_length = Layout<T>::has_length,
      .bounded = Layout<T>::bounded,
      .domain = domain_of<T>(),
      .fields = fields,
      .check = [](const std::byte* p, const std::byte* end, const Context& context) {
        return read<false>(static_cast<T*>(nullptr), p, end, context);
      }};
};

// Lists of plain structs.
template <Described E>
struct FamilyOf<E> {
  static constexpr FamilyDesc desc{
      .name = E::wire.name,
      .shape = FamilyDesc::Shape::plain,
      .domain = domain_of<E>(),
      .unknown = {.name = E::wire.name, .kind = Kind::element, .structure = &struct_desc<E>},
  };
};

// Lists of bare numbers.
template <Number E>
struct FamilyOf<E> {
  static constexpr FieldDesc number{.name = "value",
                                    .kind = Kind::number,
                                    .format = Format::hex,
                                    .width = sizeof(E),
                                    .labels = labels<E>()};
  static constexpr FamilyDesc desc{.name = "value", .shape = FamilyDesc::Shape::plain, .unknown = number};
};

}  // namespace oflens::wire
