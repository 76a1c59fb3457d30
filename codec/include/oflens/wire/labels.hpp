// Names of the values of an enumeration, as the specification writes them.
//
//   enum class FlowModCommand : std::uint8_t { add = 0, ... };
//   constexpr auto labels_of(FlowModCommand) { return enumeration({{FlowModCommand::add, "OFPFC_ADD"}, ...});
//   }
//
// labels_of is found by argument-dependent lookup, so enumerations outside the library get labels the same
// way.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace oflens::wire {

struct Label {
  std::uint64_t value = 0;
  std::string_view text;

  constexpr Label() = default;
  template <class E>
  requires std::is_enum_v<E> || std::is_unsigned_v<E>
  constexpr Label(E v, const char* t) : value(static_cast<std::uint64_t>(v)), text(t) {}
};

// The labels of one field. For flags each label is a set of bits, the widest sets first: what they leave over
// is unknown. For an enumeration each label is one value.
struct Labels {
  std::span<const Label> entries;
  bool flags = false;

  // The text for exactly this value, empty when it has none.
  constexpr std::string_view find(std::uint64_t value) const {
    // Where values count up from 0, each has its place.
    if (value < entries.size() && entries[value].value == value) return entries[value].text;
    for (const Label& l : entries)
      if (l.value == value) return l.text;
    return {};
  }
};

template <std::size_t N, bool Flags>
struct LabelTable {
  std::array<Label, N> entries;
};

template <std::size_t N>
constexpr auto enumeration(const Label (&labels)[N]) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) { return LabelTable<N, false>{{labels[I]...}}; }
  (std::make_index_sequence<N>{});
}

// The labels of another enumeration, and more.
template <std::size_t Known, std::size_t N>
constexpr auto enumeration(const LabelTable<Known, false>& known, const Label (&more)[N]) {
  LabelTable<Known + N, false> all{};
  std::copy(std::begin(more), std::end(more),
            std::copy(known.entries.begin(), known.entries.end(), all.entries.begin()));
  return all;
}

template <std::size_t N>
constexpr auto flags(const Label (&labels)[N]) {
  return LabelTable<N, true>{enumeration(labels).entries};
}

namespace detail {
template <std::size_t N, bool Flags>
constexpr bool is_flags(const LabelTable<N, Flags>&) {
  return Flags;
}
template <class E>
struct StoredLabels {
  static constexpr auto table = labels_of(E{});
  static constexpr Labels value{table.entries, is_flags(table)};
};
}  // namespace detail

// The labels of E, or none.
template <class E>
constexpr Labels labels() {
  if constexpr (requires { labels_of(E{}); })
    return detail::StoredLabels<E>::value;
  else
    return {};
}

}  // namespace oflens::wire

namespace oflens {
using wire::enumeration;
using wire::flags;
}  // namespace oflens
