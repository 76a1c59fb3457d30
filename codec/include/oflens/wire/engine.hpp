// The typed reading of a description, unrolled at compile time: check, parse, size and write.
//
// It answers yes or no. What exactly is wrong with bytes it refuses, the other reading tells (interpret.hpp):
// the two refuse the same bytes.
#pragma once

#include <oflens/wire/layout.hpp>

namespace oflens {
class Catalog;
}

namespace oflens::wire {

// What reading needs to know beside the bytes.
struct Context {
  const Catalog* catalog = nullptr;  // descriptions of experimenters' elements; without it they are opaque
  std::uint32_t depth = 0;           // of experimenters' elements around the bytes
  bool lists_checked = false;        // with what encloses the bytes: lists are not walked again
};

// How elements of type E stand in a list. Specialised by families (one_of.hpp) and match fields (oxm.hpp); a
// described struct is an element by itself.
//   check(p, end, context)  the end of the element at p, or null when it is malformed or reaches beyond end
//   next(p)                 the end of an element that was checked
//   get(p)                  its value; what it holds borrows the list's bytes
//   accepts<Part>, size(part), write(part, p)   what can be put into the list
template <class E>
struct Element;

template <std::size_t N>
constexpr std::size_t round_up(std::size_t n) {
  static_assert((N & (N - 1)) == 0);
  return (n + N - 1) & ~(N - 1);
}

template <bool Store, Described T>
const std::byte* read(T* out, const std::byte* start, const std::byte* end, const Context&);

namespace detail {

struct Cursor {
  const std::byte* start;  // of the struct
  const std::byte* end;    // of what it was given
  const std::byte* limit;  // of what its length leaves it
  const std::byte* at;
  std::size_t left() const { return static_cast<std::size_t>(limit - at); }
};

// What one unit of an extent stands for, in bytes.
template <auto M, bool Elements>
consteval std::size_t unit_of(const Extent<M, Elements>&) {
  if constexpr (Elements) {
    constexpr std::size_t size = wire_size<typename MemberType<M>::value_type>();
    static_assert(size != 0, "elements that are counted must be of one size");
    return size;
  }
  return 1;
}

// The extent that bounds list M: where it is, or floating when the list runs to the struct's end.
struct ExtentOf {
  std::uint16_t offset = floating;
  std::size_t unit = 1;
};
template <class T, auto M>
consteval ExtentOf extent_of() {
  ExtentOf found;
  each_item(T::wire.slots, [&]<std::size_t I, class Item>(const Item&) {
    if constexpr (std::is_same_v<Item, Extent<M>> || std::is_same_v<Item, Extent<M, true>>)
      found = {Layout<T>::table.offset[I], unit_of(Item{})};
    return true;
  });
  return found;
}

// The value of an earlier number of the struct at `start`, as wide as any.
template <auto Number>
std::uint64_t number_at(const std::byte* start) {
  static_assert(offset_of<Number>() != floating, "what other items depend on must be at a known place");
  return static_cast<std::uint64_t>(peek<Number>(start));
}

template <class T>
consteval bool length_counts_padding() {
  bool counts = true;
  each_item(T::wire.slots, [&]<std::size_t I, class Item>(const Item& item) {
    if constexpr (is_length<Item>) counts = item.counts_padding;
    return true;
  });
  return counts;
}

// The multiple that the padding after the length fills up to.
template <class T>
consteval std::size_t padding_multiple() {
  std::size_t multiple = 1;
  each_item(T::wire.slots, [&]<std::size_t I, class Item>(const Item&) {
    if constexpr (is_align<Item>) multiple = Item::multiple;
    return true;
  });
  return multiple;
}

// Is T well-formed whenever its one tag is right and its length is its one size?
template <class T>
consteval bool has_one_size() {
  int tags = 0;
  bool nested = false;
  each_item(T::wire.slots, [&]<std::size_t I, class Item>(const Item&) {
    if constexpr (is_tag<Item>) ++tags;
    if constexpr (Described<typename ItemMember<Item>::Type>) nested = true;
    return true;
  });
  return Layout<T>::has_length && !Layout<T>::varies && tags == 1 && !nested;
}

// Where item I stands when its size is `size`, or null when the bytes end before it does.
template <class T, std::size_t I>
[[gnu::always_inline]] inline const std::byte* place(Cursor& c, std::size_t size) {
  if constexpr (Layout<T>::table.offset[I] != floating) {
    return c.start + Layout<T>::table.offset[I];
  } else {
    if (c.left() < size) return nullptr;
    return std::exchange(c.at, c.at + size);
  }
}

// Nobody has said which values there are, or this is one of them.
inline bool is_labelled(const Labels& labels, std::uint64_t value) {
  return labels.entries.empty() || !labels.find(value).empty();
}

template <bool Store, std::size_t I, class T, auto M>
[[gnu::always_inline]] inline bool read_item(T* out, Cursor& c, const Context& context,
                                             const Field<M>& item) {
  using V = MemberType<M>;
  if constexpr (is_seq<V>) {
    const std::byte* stop = c.limit;
    constexpr ExtentOf extent = extent_of<T, M>();
    if constexpr (extent.offset != floating) {
      const std::size_t n = load_be<std::uint16_t>(c.start + extent.offset) * extent.unit;
      if (n > c.left()) return false;
      stop = c.at + n;
    }
    for (const std::byte* p = context.lists_checked ? stop : c.at; p != stop;) {
      p = Element<typename V::value_type>::check(p, stop, context);
      if (p == nullptr) return false;
    }
    if constexpr (Store) (out->*M).borrow({c.at, stop});
    c.at = stop;
    return true;
  } else if constexpr (is_one<V>) {
    const std::byte* next = Element<typename V::value_type>::check(c.at, c.limit, context);
    if (next == nullptr) return false;
    if constexpr (Store) (out->*M).borrow({c.at, next});
    c.at = next;
    return true;
  } else if constexpr (Described<V>) {
    V* member = nullptr;
    if constexpr (Store) member = &(out->*M);
    if constexpr (wire_size<V>() != 0) {
      const std::byte* p = place<T, I>(c, wire_size<V>());
      return p != nullptr && read<Store>(member, p, p + wire_size<V>(), context) != nullptr;
    } else {
      c.at = read<Store>(member, c.at, c.limit, context);
      return c.at != nullptr;
    }
  } else {
    const std::byte* p = place<T, I>(c, wire_size<V>());
    if (p == nullptr) return false;
    if constexpr (Store) load(out->*M, p);
    if constexpr (Number<V>)
      return !item.closed ||
             is_labelled(item.labels_by(load_be<std::uint16_t>(p - 2)), load_be(p, sizeof(V)));
    else
      return true;
  }
}

template <bool Store, std::size_t I, class T, std::size_t N>
[[gnu::always_inline]] inline bool read_item(T*, Cursor& c, const Context&, const Pad<N>&) {
  return place<T, I>(c, N) != nullptr;
}

template <bool Store, std::size_t I, class T>
[[gnu::always_inline]] inline bool read_item(T*, Cursor& c, const Context&, const Length&) {
  const std::size_t n = load_be<std::uint16_t>(c.start + Layout<T>::table.offset[I]);
  if (n < Layout<T>::fixed || n > static_cast<std::size_t>(c.end - c.start)) return false;
  c.limit = c.start + n;
  return true;
}

template <bool Store, std::size_t I, class T, auto M, bool Elements>
[[gnu::always_inline]] inline bool read_item(T*, Cursor&, const Context&, const Extent<M, Elements>&) {
  return true;  // used where the list is
}

template <bool Store, std::size_t I, class T, auto M>
[[gnu::always_inline]] inline bool read_item(T* out, Cursor& c, const Context& context, const ZeroEnded<M>&) {
  const std::byte* p = c.at;
  while (c.limit - p >= 2 && load_be<std::uint16_t>(p) != 0) {
    p = Element<typename MemberType<M>::value_type>::check(p, c.limit, context);
    if (p == nullptr) return false;
  }
  if constexpr (Store) (out->*M).borrow({c.at, p});
  c.at = p;
  return true;
}

template <bool Store, std::size_t I, class T, auto M, auto N>
[[gnu::always_inline]] inline bool read_item(T* out, Cursor& c, const Context&, const Sized<M, N>& item) {
  const std::size_t n = item.size(number_at<N>(c.start));
  if (n > c.left()) return false;
  if constexpr (Store) (out->*M).borrow({c.at, n});
  c.at += n;
  return true;
}

template <bool Store, std::size_t I, class T, auto M>
[[gnu::always_inline]] inline bool read_item(T* out, Cursor& c, const Context&, const Inner<M>&) {
  constexpr std::size_t header = 8;
  if (c.left() < header) return false;
  const std::size_t n = load_be<std::uint16_t>(c.at + 2);
  if (n < header || n > c.left()) return false;
  if constexpr (Store) (out->*M).borrow({c.at, n});
  c.at += n;
  return true;
}

template <bool Store, std::size_t I, class T, class Item, auto N>
[[gnu::always_inline]] inline bool read_item(T* out, Cursor& c, const Context& context,
                                             const When<Item, N>& item) {
  return (number_at<N>(c.start) & item.mask) != item.bits || read_item<Store, I>(out, c, context, item.item);
}

template <bool Store, std::size_t I, class T, std::size_t N>
[[gnu::always_inline]] inline bool read_item(T*, Cursor& c, const Context&, const Align<N>&) {
  constexpr bool beyond = !length_counts_padding<T>();
  if (beyond && c.at != c.limit) return false;
  const std::size_t n = round_up<N>(static_cast<std::size_t>(c.at - c.start));
  if (n > static_cast<std::size_t>((beyond ? c.end : c.limit) - c.start)) return false;
  c.at = c.start + n;
  if (beyond) c.limit = c.at;
  return true;
}

template <bool Store, std::size_t I, class T, auto V>
[[gnu::always_inline]] inline bool read_item(T*, Cursor& c, const Context&, const Tag<V>&) {
  const std::byte* p = place<T, I>(c, sizeof(V));
  if (p == nullptr) return false;
  std::remove_const_t<decltype(V)> v;
  load(v, p);
  return v == V;
}

template <bool Store, std::size_t I, class T, auto M>
[[gnu::always_inline]] inline bool read_item(T* out, Cursor& c, const Context&, const Rest<M>&) {
  if constexpr (Store) (out->*M).borrow({c.at, c.limit});
  c.at = c.limit;
  return true;
}

}  // namespace detail

// Reads a T that begins at start; end bounds what it may use. Returns where it ends, or null when it is
// malformed. With Store, *out receives it, its lists and payloads borrowed; without, out is not used.
// Allocates nothing.
template <bool Store, Described T>
const std::byte* read(T* out, const std::byte* start, const std::byte* end, const Context& context) {
  static_assert(detail::length_counts_padding<T>() || detail::padding_multiple<T>() > 1,
                "length.without_padding() needs an align");
  if (static_cast<std::size_t>(end - start) < Layout<T>::fixed) return nullptr;
  detail::Cursor c{start, end, end, start + Layout<T>::fixed};
  const bool ok = each_item(
      T::wire.slots, [&]<std::size_t I, class Item>(const Item& item) __attribute__((always_inline)) {
        return detail::read_item<Store, I>(out, c, context, item);
      });
  if (!ok) return nullptr;
  if constexpr (Layout<T>::bounded)
    if (c.at != c.limit) return nullptr;
  return c.at;
}

// ---- size and write

template <Described T>
std::size_t size(const T& v);
template <Described T>
std::byte* write(const T& v, std::byte* p);

namespace detail {

// Each adds the bytes of one item to n, the size so far.
template <std::size_t I, class T, class Item>
[[gnu::always_inline]] inline void size_item(const T&, std::size_t& n, const Item&) {
  if constexpr (Layout<T>::table.offset[I] == floating) n += item_size<Item>;
}
template <std::size_t I, class T, auto M>
[[gnu::always_inline]] inline void size_item(const T& v, std::size_t& n, const Field<M>&) {
  using V = MemberType<M>;
  if constexpr (is_seq<V> || is_one<V>)
    n += (v.*M).size();
  else if constexpr (wire_size<V>() == 0)
    n += size(v.*M);
  else if constexpr (Layout<T>::table.offset[I] == floating)
    n += wire_size<V>();
}
template <std::size_t I, class T, auto M>
[[gnu::always_inline]] inline void size_item(const T& v, std::size_t& n, const Rest<M>&) {
  n += (v.*M).size();
}
template <std::size_t I, class T, auto M>
[[gnu::always_inline]] inline void size_item(const T& v, std::size_t& n, const ZeroEnded<M>&) {
  n += (v.*M).size();
}
template <std::size_t I, class T, auto M, auto N>
[[gnu::always_inline]] inline void size_item(const T& v, std::size_t& n, const Sized<M, N>& item) {
  n += item.size(static_cast<std::uint64_t>(v.*N));
}
template <std::size_t I, class T, auto M>
[[gnu::always_inline]] inline void size_item(const T& v, std::size_t& n, const Inner<M>&) {
  n += (v.*M).size();
}
template <std::size_t I, class T, class Item, auto N>
[[gnu::always_inline]] inline void size_item(const T& v, std::size_t& n, const When<Item, N>& item) {
  if ((static_cast<std::uint64_t>(v.*N) & item.mask) == item.bits) size_item<I>(v, n, item.item);
}
template <std::size_t I, class T, std::size_t N>
[[gnu::always_inline]] inline void size_item(const T&, std::size_t& n, const Align<N>&) {
  n = round_up<N>(n);
}

// Where item I is written; moves on when its place is not fixed.
template <class T, std::size_t I>
[[gnu::always_inline]] inline std::byte* put(std::byte* start, std::byte*& at, std::size_t size) {
  if constexpr (Layout<T>::table.offset[I] != floating)
    return start + Layout<T>::table.offset[I];
  else
    return std::exchange(at, at + size);
}
[[gnu::always_inline]] inline std::byte* copy(Bytes bytes, std::byte* at) {
  if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
  return at + bytes.size();
}

template <std::size_t I, class T, auto M>
[[gnu::always_inline]] inline void write_item(const T& v, std::byte* start, std::byte*& at, const Field<M>&) {
  using V = MemberType<M>;
  if constexpr (is_seq<V> || is_one<V>)
    at = copy((v.*M).bytes(), at);
  else if constexpr (wire_size<V>() == 0)
    at = write(v.*M, at);
  else if constexpr (Described<V>)
    write(v.*M, put<T, I>(start, at, wire_size<V>()));
  else
    store(put<T, I>(start, at, wire_size<V>()), v.*M);
}
template <std::size_t I, class T, std::size_t N>
[[gnu::always_inline]] inline void write_item(const T&, std::byte* start, std::byte*& at, const Pad<N>&) {
  std::memset(put<T, I>(start, at, N), 0, N);
}
template <std::size_t I, class T>
[[gnu::always_inline]] inline void write_item(const T&, std::byte*, std::byte*&, const Length&) {
}  // known at the end
template <std::size_t I, class T, auto M, bool Elements>
[[gnu::always_inline]] inline void write_item(const T& v, std::byte* start, std::byte*&,
                                              const Extent<M, Elements>&) {
  constexpr std::size_t unit = unit_of(Extent<M, Elements>{});
  store_be(start + Layout<T>::table.offset[I], static_cast<std::uint16_t>((v.*M).size() / unit));
}
template <std::size_t I, class T, std::size_t N>
[[gnu::always_inline]] inline void write_item(const T&, std::byte* start, std::byte*& at, const Align<N>&) {
  const auto n = static_cast<std::size_t>(at - start);
  if constexpr (Layout<T>::has_length && !length_counts_padding<T>())
    store_be(start + Layout<T>::table.length_at, static_cast<std::uint16_t>(n));
  std::memset(at, 0, round_up<N>(n) - n);
  at = start + round_up<N>(n);
}
template <std::size_t I, class T, auto V>
[[gnu::always_inline]] inline void write_item(const T&, std::byte* start, std::byte*& at, const Tag<V>&) {
  store(put<T, I>(start, at, sizeof(V)), V);
}
template <std::size_t I, class T, auto M>
[[gnu::always_inline]] inline void write_item(const T& v, std::byte*, std::byte*& at, const Rest<M>&) {
  at = copy((v.*M).bytes(), at);
}
template <std::size_t I, class T, auto M>
[[gnu::always_inline]] inline void write_item(const T& v, std::byte*, std::byte*& at, const ZeroEnded<M>&) {
  at = copy((v.*M).bytes(), at);
}
// As many bytes as the number says: cut, or filled with zeros.
template <std::size_t I, class T, auto M, auto N>
[[gnu::always_inline]] inline void write_item(const T& v, std::byte*, std::byte*& at,
                                              const Sized<M, N>& item) {
  const std::size_t n = item.size(static_cast<std::uint64_t>(v.*N));
  const Bytes bytes = (v.*M).bytes();
  const std::size_t given = std::min(n, bytes.size());
  std::memset(copy(bytes.first(given), at), 0, n - given);
  at += n;
}
template <std::size_t I, class T, auto M>
[[gnu::always_inline]] inline void write_item(const T& v, std::byte*, std::byte*& at, const Inner<M>&) {
  at = copy((v.*M).bytes(), at);
}
template <std::size_t I, class T, class Item, auto N>
[[gnu::always_inline]] inline void write_item(const T& v, std::byte* start, std::byte*& at,
                                              const When<Item, N>& item) {
  if ((static_cast<std::uint64_t>(v.*N) & item.mask) == item.bits) write_item<I>(v, start, at, item.item);
}

}  // namespace detail

// Bytes that write(v) writes (for a message: with the OpenFlow header).
template <Described T>
std::size_t size(const T& v) {
  std::size_t n = Layout<T>::fixed;
  if constexpr (Layout<T>::varies)
    each_item(T::wire.slots, [&]<std::size_t I, class Item>(const Item& item) {
      detail::size_item<I>(v, n, item);
      return true;
    });
  return n;
}

// Writes v at p, size(v) bytes of room, lengths and padding included (for a message: without the OpenFlow
// header, whose room is at p). Returns where it ends.
template <Described T>
std::byte* write(const T& v, std::byte* p) {
  std::byte* at = p + Layout<T>::fixed;
  each_item(T::wire.slots, [&]<std::size_t I, class Item>(const Item& item) {
    detail::write_item<I>(v, p, at, item);
    return true;
  });
  if constexpr (Layout<T>::has_length && detail::length_counts_padding<T>())
    store_be(p + Layout<T>::table.length_at, static_cast<std::uint16_t>(at - p));
  return at;
}

// ---- a described struct as an element of a list

namespace detail {
// Does every item of T tell where it ends, so that T needs no length? A list does when an extent bounds it.
template <class T, class Item>
inline constexpr bool tells_its_end = true;
template <class T, auto M>
inline constexpr bool tells_its_end<T, Field<M>> =
    !is_seq<MemberType<M>> || extent_of<T, M>().offset != floating;
template <class T, auto M>
inline constexpr bool tells_its_end<T, Rest<M>> = false;
template <class T, auto M>
inline constexpr bool tells_its_end<T, ZeroEnded<M>> = false;
template <class T, class Item, auto N>
inline constexpr bool tells_its_end<T, When<Item, N>> = tells_its_end<T, Item>;
template <class T>
consteval bool delimits_itself() {
  bool all = true;
  each_item(T::wire.slots, [&]<std::size_t I, class Item>(const Item&) {
    all = all && tells_its_end<T, Item>;
    return true;
  });
  return all;
}
}  // namespace detail

template <Described E>
struct Element<E> {
  static_assert(!Layout<E>::varies || Layout<E>::has_length || detail::delimits_itself<E>(),
                "an element of a list must tell where it ends");
  static_assert(Layout<E>::fixed != 0, "an element of a list must have bytes");

  static const std::byte* check(const std::byte* p, const std::byte* end, const Context& context) {
    return read<false>(static_cast<E*>(nullptr), p, end, context);
  }
  static const std::byte* next(const std::byte* p) {
    if constexpr (!Layout<E>::varies) {
      return p + Layout<E>::fixed;
    } else if constexpr (Layout<E>::has_length) {
      const std::size_t n = load_be<std::uint16_t>(p + Layout<E>::table.length_at);
      return p + (detail::length_counts_padding<E>() ? n : round_up<detail::padding_multiple<E>()>(n));
    } else {
      // It was checked, so reading stops where it ends, however far it might go.
      return read<false>(static_cast<E*>(nullptr), p, p + 0xffff, Context{.lists_checked = true});
    }
  }
  static E get(const std::byte* p) {
    E value;
    read<true>(&value, p, next(p), Context{.lists_checked = true});
    return value;
  }

  template <class Part>
  static constexpr bool accepts = std::is_same_v<Part, E>;
  static std::size_t size(const E& v) { return wire::size(v); }
  static std::byte* write(const E& v, std::byte* p) { return wire::write(v, p); }
};

// ---- a bare number as an element of a list

template <Number E>
struct Element<E> {
  static const std::byte* check(const std::byte* p, const std::byte* end, const Context&) {
    return static_cast<std::size_t>(end - p) < sizeof(E) ? nullptr : p + sizeof(E);
  }
  static const std::byte* next(const std::byte* p) { return p + sizeof(E); }
  static E get(const std::byte* p) {
    E value;
    load(value, p);
    return value;
  }

  template <class Part>
  static constexpr bool accepts = std::is_same_v<Part, E>;
  static std::size_t size(E) { return sizeof(E); }
  static std::byte* write(E v, std::byte* p) {
    store(p, v);
    return p + sizeof(E);
  }
};

}  // namespace oflens::wire
