// What the compiler knows about a described struct: sizes of members on the wire, offsets of its items, and
// whether every member is described.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstring>
#include <type_traits>

#include <oflens/bytes.hpp>
#include <oflens/types.hpp>
#include <oflens/wire/describe.hpp>
#include <oflens/wire/octets.hpp>

namespace oflens::wire {

// A member held as text in a fixed number of bytes: ports' names, the strings of a description.
// The text ends at the first zero byte, or at N.
template <std::size_t N>
struct FixedText {
  std::array<char, N> octets{};

  constexpr FixedText() = default;
  // Cuts what does not fit.
  constexpr FixedText(std::string_view s) { std::copy_n(s.begin(), std::min(s.size(), N), octets.begin()); }
  constexpr std::string_view view() const {
    return {octets.data(),
            static_cast<std::size_t>(std::find(octets.begin(), octets.end(), '\0') - octets.begin())};
  }
  friend constexpr auto operator<=>(const FixedText&, const FixedText&) = default;
};

// A list of elements, and exactly one element; see seq.hpp.
template <class E>
class Seq;
template <class E>
class One;

template <class T>
inline constexpr bool is_seq = false;
template <class E>
inline constexpr bool is_seq<Seq<E>> = true;
template <class T>
inline constexpr bool is_one = false;
template <class E>
inline constexpr bool is_one<One<E>> = true;

// Types that are a number on the wire, and types that are a row of octets.
template <class T>
concept Number = (std::unsigned_integral<T> && !std::same_as<T, bool>) || std::is_enum_v<T>;
template <class T>
concept OctetRow = requires(T t) {
  t.octets.data();
}
&&sizeof(T) == sizeof(T::octets);

template <class T>
struct Layout;

// Size on the wire in bytes of a member, 0 when it varies.
template <class T>
consteval std::size_t wire_size() {
  if constexpr (Number<T> || OctetRow<T>)
    return sizeof(T);
  else if constexpr (Described<T>)
    return Layout<T>::varies ? 0 : Layout<T>::fixed;
  else
    return 0;
}

template <class T>
[[gnu::always_inline]] inline void load(T& v, const std::byte* p) {
  if constexpr (std::is_enum_v<T>)
    v = static_cast<T>(load_be<std::make_unsigned_t<std::underlying_type_t<T>>>(p));
  else if constexpr (Number<T>)
    v = load_be<T>(p);
  else
    std::memcpy(&v, p, sizeof v);
}
template <class T>
[[gnu::always_inline]] inline void store(std::byte* p, const T& v) {
  if constexpr (std::is_enum_v<T>)
    store_be(p, static_cast<std::make_unsigned_t<std::underlying_type_t<T>>>(v));
  else if constexpr (Number<T>)
    store_be(p, v);
  else
    std::memcpy(p, &v, sizeof v);
}

// ---- items

template <class I>
inline constexpr std::size_t item_size = 0;  // of variable size
template <auto M>
inline constexpr std::size_t item_size<Field<M>> = wire_size<MemberType<M>>();
template <std::size_t N>
inline constexpr std::size_t item_size<Pad<N>> = N;
template <>
inline constexpr std::size_t item_size<Length> = 2;
template <auto M, bool Elements>
inline constexpr std::size_t item_size<Extent<M, Elements>> = 2;
template <auto V>
inline constexpr std::size_t item_size<Tag<V>> = sizeof(V);

template <class I>
struct ItemMember {
  using Type = void;
  static constexpr std::size_t count = 0;
};
template <auto M>
struct ItemMember<Field<M>> {
  using Type = MemberType<M>;
  static constexpr std::size_t count = 1;
};
template <auto M>
struct ItemMember<Rest<M>> : ItemMember<Field<M>> {};
template <auto M>
struct ItemMember<ZeroEnded<M>> : ItemMember<Field<M>> {};
template <auto M, auto N>
struct ItemMember<Sized<M, N>> : ItemMember<Field<M>> {};
template <auto M>
struct ItemMember<Inner<M>> : ItemMember<Field<M>> {};
template <class Item, auto N>
struct ItemMember<When<Item, N>> : ItemMember<Item> {};

template <class I>
inline constexpr bool is_length = std::is_same_v<I, Length>;
template <class I>
inline constexpr bool is_extent = false;
template <auto M, bool Elements>
inline constexpr bool is_extent<Extent<M, Elements>> = true;
template <class I>
inline constexpr bool is_align = false;
template <std::size_t N>
inline constexpr bool is_align<Align<N>> = true;
template <class I>
inline constexpr bool is_tag = false;
template <auto V>
inline constexpr bool is_tag<Tag<V>> = true;

// ---- a forgotten member is an error of compilation

namespace detail {

template <class Not>
struct Anything {
  template <class T>
  requires(!std::is_same_v<T, Not>) constexpr operator T() const;
};
template <class T, std::size_t... I>
consteval bool takes(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), Anything<T>{})...}; };
}
// The number of members of an aggregate: the most initializers that it takes.
template <class T, std::size_t N = 0>
consteval std::size_t member_count() {
  if constexpr (takes<T>(std::make_index_sequence<N + 1>{}))
    return member_count<T, N + 1>();
  else
    return N;
}

// The size that a struct of these members, in this order, has.
template <class... Members>
consteval std::size_t size_of_members() {
  std::size_t end = 0, strictest = 1;
  auto add = [&](std::size_t size, std::size_t alignment) {
    end = (end + alignment - 1) / alignment * alignment + size;
    strictest = std::max(strictest, alignment);
  };
  (
      [&] {
        if constexpr (!std::is_void_v<Members>) add(sizeof(Members), alignof(Members));
      }(),
      ...);
  return std::max<std::size_t>((end + strictest - 1) / strictest * strictest, 1);
}

}  // namespace detail

// ---- layout

// Where the items of a struct begin is known while everything before them has a fixed size.
inline constexpr std::uint16_t floating = 0xffff;

template <class T>
concept HasHeader = requires {
  T::id;
};  // messages: the description begins after the OpenFlow header

namespace detail {
template <class T, class D>
struct LayoutOf;
template <class T, class... Items>
struct LayoutOf<T, Description<Items...>> {
  static constexpr std::size_t count = sizeof...(Items);
  static constexpr std::uint16_t base = HasHeader<T> ? 8 : 0;

  struct Table {
    std::array<std::uint16_t, count + 1> offset{};
    std::uint16_t fixed = base;  // bytes before the first item of unknown size
    std::uint16_t floating = 0;  // bytes of fixed size after it
    bool varies = false;
    std::uint16_t length_at = oflens::wire::floating;  // offset of the length, if any
  };
  static constexpr Table table = [] {
    Table t;
    constexpr std::size_t sizes[] = {item_size<Items>..., 0};
    constexpr bool lengths[] = {is_length<Items>..., false};
    for (std::size_t i = 0; i < count; ++i) {
      if (sizes[i] == 0) t.varies = true;
      if (lengths[i]) t.length_at = t.fixed;
      t.offset[i] = t.varies ? oflens::wire::floating : t.fixed;
      (t.varies ? t.floating : t.fixed) += static_cast<std::uint16_t>(sizes[i]);
    }
    return t;
  }();

  static constexpr std::size_t fixed = table.fixed;
  static constexpr bool varies = table.varies;
  static constexpr bool has_length = table.length_at != oflens::wire::floating;
  // Does this struct know where it ends, so that bytes left over are its own?
  static constexpr bool bounded = has_length || HasHeader<T>;

  // Lengths and extents are looked for at a known place.
  static consteval bool anchored() {
    constexpr bool sizes[] = {(is_length<Items> || is_extent<Items>)..., false};
    for (std::size_t i = 0; i < count; ++i)
      if (sizes[i] && table.offset[i] == oflens::wire::floating) return false;
    return true;
  }

  static consteval bool complete() {
    constexpr std::size_t described = (ItemMember<Items>::count + ... + 0);
    if constexpr (std::is_aggregate_v<T>)
      return member_count<T>() == described;
    else
      return size_of_members<typename ItemMember<Items>::Type...>() == sizeof(T);
  }
};
}  // namespace detail

template <class T>
struct Layout : detail::LayoutOf<T, std::remove_const_t<decltype(T::wire)>> {
  static_assert(Layout::complete(), "a member of this struct is missing from its wire description");
  static_assert(Layout::anchored(), "a length or an extent must stand before everything of variable size");
};

// The offset of a member of fixed size from the first byte of its struct (of its message: from the header's).
template <auto Member>
consteval std::uint16_t offset_of() {
  using Owner = typename detail::MemberPointer<decltype(Member)>::Owner;
  std::uint16_t found = floating;
  each_item(Owner::wire.slots, [&]<std::size_t I, class Item>(const Item&) {
    if constexpr (std::is_same_v<Item, Field<Member>>) found = Layout<Owner>::table.offset[I];
    return true;
  });
  return found;
}

// The number or row of octets in the struct whose first byte is at p, read at its fixed place. The bytes up
// to its end must be there.
template <auto Member>
requires(offset_of<Member>() != floating && !Described<MemberType<Member>>)
    [[nodiscard]] inline MemberType<Member> peek(const std::byte* p) {
  MemberType<Member> value;
  load(value, p + offset_of<Member>());
  return value;
}

namespace detail {
template <class... Items>
struct FirstTag;
template <auto V, class... Items>
struct FirstTag<Tag<V>, Items...> {
  static constexpr auto value = V;
};
template <class Item, class... Items>
struct FirstTag<Item, Items...> : FirstTag<Items...> {};
template <class... Items>
struct FirstTag<Description<Items...>> : FirstTag<Items...> {};
}  // namespace detail

// The value of the first tag of a described struct: what tells it from the other alternatives of its family.
template <Described T>
inline constexpr auto first_tag = detail::FirstTag<std::remove_const_t<decltype(T::wire)>>::value;

}  // namespace oflens::wire

namespace oflens {
using wire::FixedText;
using wire::One;
using wire::Seq;
}  // namespace oflens
