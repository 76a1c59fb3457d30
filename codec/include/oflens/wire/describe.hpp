// The vocabulary in which a wire struct is described, once, beside its members:
//
//   struct Output {                                       // OpenFlow 1.3.5 §7.2.5 ofp_action_output
//     PortNo port{};
//     std::uint16_t max_len{};
//     static constexpr auto wire = describe("output", tag<ActionType::output>, length.named("len"),
//                                           field<&Output::port>, field<&Output::max_len>, pad<6>);
//   };
//
//   field<&M::x>    a member: a number, an address, another described struct, a list (Seq) or one element
//   (One) pad<N>          N bytes, written as zero length          16 bits: the size of this struct, from its
//   first byte; bounds what follows.
//                   .without_padding() when the size leaves out the padding of a following align
//   extent<&M::x>   16 bits: the size in bytes of the later list x
//   count<&M::x>    16 bits: the number of elements of the later list x; they are of one size
//   zero_ended<&M::x>   a list that ends where two zero bytes stand instead of an element, or nothing
//   align<N>        zero bytes up to the next multiple of N, counted from the first byte of the struct
//   tag<V>          a constant that tells this struct from its siblings
//   rest<&M::x>     a Payload: all bytes up to the end of the struct
//   sized<&M::x, &M::n>(f)   a Payload of f(n) bytes; n is an earlier number
//   inner<&M::x>    a Payload that is one OpenFlow message, as long as its header says
//   when<&M::n>(bits, item)  the item is there only when the earlier number n has these bits;
//                   when<&M::n>(mask, bits, item): when it has exactly these under the mask
//
// Names are the members' own ("x", "x_len" for an extent); .named("y") says otherwise.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include <oflens/wire/labels.hpp>

namespace oflens::wire {

// How a number reads best. Numbers of 64 bits are always shown in hexadecimal.
enum class Format : std::uint8_t { decimal, hex };

// What the bytes of a rest hold.
enum class Content : std::uint8_t { bytes, packet, message };

namespace detail {

template <class M>
struct MemberPointer;
template <class Owner_, class Type_>
struct MemberPointer<Type_ Owner_::*> {
  using Owner = Owner_;
  using Type = Type_;
};

// The compiler's own spelling of a template argument holds the member's name. Both compilers write "... =
// &S::name" or "... = S::name", then ';', ']' or ')'; layout.hpp asserts it.
template <auto Member>
consteval std::string_view spelled_name() {
  std::string_view s = __PRETTY_FUNCTION__;
  s.remove_prefix(s.find("Member = ") + 9);
  s = s.substr(0, s.find_first_of(";]"));
  s.remove_prefix(s.rfind("::") + 2);
  s = s.substr(0, s.find('<'));  // only some compilers spell arguments of templates
  if (s.back() == ')') s.remove_suffix(1);
  if (s.back() == '_') s.remove_suffix(1);  // members whose name is a keyword of C++
  return s;
}

// "name" + Suffix as a null-terminated array with static storage.
template <auto Member, char... Suffix>
struct MemberName {
  static constexpr auto chars = [] {
    constexpr std::string_view name = spelled_name<Member>();
    std::array<char, name.size() + sizeof...(Suffix) + 1> a{};
    std::size_t n = 0;
    for (char c : name) a[n++] = c;
    ((a[n++] = Suffix), ...);
    return a;
  }();
};

}  // namespace detail

template <auto Member>
using MemberType = typename detail::MemberPointer<decltype(Member)>::Type;

// The labels of a number that mean something only beside another: an error's code beside its type.
using LabelsBy = Labels (*)(std::uint64_t selector);

struct FieldDesc;  // table.hpp

template <auto Member>
struct Field {
  const char* name = detail::MemberName<Member>::chars.data();
  Format format = Format::decimal;
  LabelsBy labels_by = nullptr;  // of the 16-bit field right before this one
  bool closed = false;
  std::span<const FieldDesc> bits{};
  constexpr Field named(const char* n) const { return {n, format, labels_by, closed, bits}; }
  constexpr Field hex() const { return {name, Format::hex, labels_by, closed, bits}; }
  constexpr Field labelled_by_previous(LabelsBy by) const { return {name, format, by, closed, bits}; }
  // Values without a label, where there are labels, are malformed. Else unknown values are just unknown.
  constexpr Field only_labelled() const { return {name, format, labels_by, true, bits}; }
  // The number is several smaller ones, each made with bit_field(), and shown as these.
  constexpr Field of_bits(std::span<const FieldDesc> b) const { return {name, format, labels_by, closed, b}; }
};

template <std::size_t N>
struct Pad {};

struct Length {
  const char* name = "length";
  bool counts_padding = true;
  constexpr Length named(const char* n) const { return {n, counts_padding}; }
  constexpr Length without_padding() const { return {name, false}; }
};

template <auto Member, bool Elements = false>
struct Extent {
  const char* name = detail::MemberName<Member, '_', 'l', 'e', 'n'>::chars.data();
  constexpr Extent named(const char* n) const { return {n}; }
};

template <auto Member>
struct ZeroEnded {
  const char* name = detail::MemberName<Member>::chars.data();
  constexpr ZeroEnded named(const char* n) const { return {n}; }
};

template <std::size_t N>
struct Align {
  static constexpr std::size_t multiple = N;
};

template <auto Value>
struct Tag {
  static constexpr std::uint64_t number = static_cast<std::uint64_t>(Value);
  const char* name = "type";
  constexpr Tag named(const char* n) const { return {n}; }
};

template <auto Member>
struct Rest {
  const char* name = detail::MemberName<Member>::chars.data();
  Content content = Content::bytes;
  constexpr Rest named(const char* n) const { return {n, content}; }
  // The bytes are an Ethernet frame.
  constexpr Rest packet() const { return {name, Content::packet}; }
  // The bytes are an OpenFlow message, perhaps cut off.
  constexpr Rest message() const { return {name, Content::message}; }
};

// How many bytes there are, from the number that tells it.
using SizeOf = std::size_t (*)(std::uint64_t number);

template <auto Member, auto Number>
struct Sized {
  SizeOf size;
  const char* name = detail::MemberName<Member>::chars.data();
  constexpr Sized named(const char* n) const { return {size, n}; }
};

template <auto Member>
struct Inner {
  const char* name = detail::MemberName<Member>::chars.data();
  constexpr Inner named(const char* n) const { return {n}; }
};

template <class Item_, auto Number>
struct When {
  using Item = Item_;
  std::uint64_t mask, bits;
  Item item;
};

template <auto Member>
inline constexpr Field<Member> field{};
template <std::size_t N>
inline constexpr Pad<N> pad{};
inline constexpr Length length{};
template <auto Member>
inline constexpr Extent<Member> extent{};
template <auto Member>
inline constexpr Extent<Member, true> count{};
template <auto Member>
inline constexpr ZeroEnded<Member> zero_ended{};
template <auto Member>
inline constexpr Inner<Member> inner{};
template <auto Member, auto Number>
constexpr Sized<Member, Number> sized(SizeOf size) {
  return {size};
}
template <auto Number, class V, class Item>
constexpr When<Item, Number> when(V mask, V bits, Item item) {
  return {static_cast<std::uint64_t>(mask), static_cast<std::uint64_t>(bits), item};
}
template <auto Number, class V, class Item>
constexpr When<Item, Number> when(V bits, Item item) {
  return when<Number>(bits, bits, item);
}
template <std::size_t N>
inline constexpr Align<N> align{};
template <auto Value>
inline constexpr Tag<Value> tag{};
template <auto Member>
inline constexpr Rest<Member> rest{};

// A flat pack of bases, one an item: much cheaper to compile than a std::tuple, and as easy to take apart.
template <std::size_t I, class Item>
struct Slot {
  Item item;
};
template <class Indices, class... Items>
struct Slots;
template <std::size_t... I, class... Items>
struct Slots<std::index_sequence<I...>, Items...> : Slot<I, Items>... {};

template <class... Items>
struct Description {
  const char* name;
  Slots<std::index_sequence_for<Items...>, Items...> slots;
};

// Describes a struct: its name in the specification, and what stands on the wire, in order.
template <class... Items>
constexpr Description<Items...> describe(const char* name, Items... items) {
  return {name, {{items}...}};
}

template <class T>
concept Described = requires {
  T::wire.name;
};

// Calls f.operator()<I>(item) for each item in order until one returns false; true if none did.
template <std::size_t... I, class... Items, class F>
[[gnu::always_inline]] constexpr bool each_item(const Slots<std::index_sequence<I...>, Items...>& slots,
                                                F&& f) {
  return (f.template operator()<I>(static_cast<const Slot<I, Items>&>(slots).item) && ...);
}

}  // namespace oflens::wire

namespace oflens {
using wire::align;
using wire::count;
using wire::describe;
using wire::Described;
using wire::extent;
using wire::field;
using wire::inner;
using wire::length;
using wire::pad;
using wire::rest;
using wire::sized;
using wire::tag;
using wire::when;
using wire::zero_ended;
}  // namespace oflens
