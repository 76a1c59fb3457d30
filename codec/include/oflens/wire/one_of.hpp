// Families of elements that begin with a 16-bit type and a 16-bit length, or the other way round: actions,
// instructions, hello elements ...
#pragma once

#include <optional>

#include <oflens/error.hpp>
#include <oflens/wire/seq.hpp>
#include <oflens/wire/table.hpp>

namespace oflens::wire {

// One element of a family, somewhere in a message whose bytes it borrows. Rules says what holds for all of
// them:
//
//   struct ActionRules {
//     using Type = ActionType;                        // of the type; its labels
//     static constexpr const char* name = "action";
//     static constexpr const char* length_name = "len";
//     static constexpr std::size_t minimum = 8;       // shortest length
//     static constexpr std::size_t multiple = 8;      // of which lengths are multiples
//     static constexpr bool padded = false;           // padding to 8 bytes follows that the length leaves
//     out static constexpr Domain domain = Domain::action;
//     // and where they are not the rule:
//     static constexpr const char* type_name = "event";
//     static constexpr bool length_first = true;      // the length stands before the type
//     using Foreign = ActionOf;                       // the type of tags of structs that other families
//     take, too
//   };
//
// Alternatives are described structs whose first items are tag<Type> and length. An element of another type
// is kept as it is, unless the catalogue that a message is decoded with knows it.
template <class Rules, Described... Alternatives>
class OneOf {
 public:
  using Type = typename Rules::Type;

  Type type() const { return static_cast<Type>(load_be<std::uint16_t>(at_ + Element<OneOf>::type_at)); }
  // The whole element, with type, length and padding.
  Bytes bytes() const { return {at_, Element<OneOf>::next(at_)}; }

  // The element as an A, if it is one; borrows. A need not be one of the alternatives: an experimenter's own
  // struct will do.
  template <Described A>
  std::optional<A> get() const {
    constexpr bool alternative = (std::is_same_v<A, Alternatives> || ...);
    if constexpr (alternative)
      if (type() != first_tag<A>) return std::nullopt;
    std::optional<A> value(std::in_place);
    const std::byte* end = Element<OneOf>::next(at_);
    // An alternative's own lists were checked with the list that it is from.
    const Context context{.lists_checked = alternative};
    if (read<true>(&*value, at_, end, context) != end) return std::nullopt;
    return value;
  }

 private:
  friend struct Element<OneOf>;
  explicit OneOf(const std::byte* at) : at_(at) {}
  const std::byte* at_;
};

template <class Rules, Described... Alternatives>
struct Element<OneOf<Rules, Alternatives...>> {
  using E = OneOf<Rules, Alternatives...>;

  static constexpr std::size_t type_at = requires { Rules::length_first; }
  ? 2 : 0, length_at = 2 - type_at;

  static constexpr std::size_t span(std::size_t length) {
    return Rules::padded ? round_up<8>(length) : length;
  }

  // Most alternatives are well-formed when they have their one size. A table knows it by their type: one look
  // instead of a comparison with the type of each. 0: not an alternative of one size.
  template <class A>
  static constexpr auto number_of = static_cast<std::size_t>(first_tag<A>);
  template <class A>
  static constexpr bool in_table = (number_of<A> < 64) && detail::has_one_size<A>() &&
                                   span(Layout<A>::fixed) == Layout<A>::fixed;
  static constexpr auto sizes = [] {
    std::array<std::uint16_t, 64> by_type{};
    [[maybe_unused]] const auto add = [&by_type]<class A>(const A*) {
      if constexpr (in_table<A>) by_type[number_of<A>] = Layout<A>::fixed;
    };
    (add(static_cast<const Alternatives*>(nullptr)), ...);
    return by_type;
  }();

  static const std::byte* check(const std::byte* p, const std::byte* end, const Context& context) {
    const auto left = static_cast<std::size_t>(end - p);
    if (left < 4) return nullptr;
    const std::size_t length = load_be<std::uint16_t>(p + length_at);
    if (length < Rules::minimum || length % Rules::multiple != 0 || span(length) > left) return nullptr;
    const std::byte* next = p + span(length);
    const std::size_t type = load_be<std::uint16_t>(p + type_at);
    if (type < sizes.size() && sizes[type] != 0) return length == sizes[type] ? next : nullptr;
    bool ok = true;
    const bool known =
        ((!in_table<Alternatives> && type == number_of<Alternatives> &&
          (ok = read<false>(static_cast<Alternatives*>(nullptr), p, next, context) == next, true)) ||
         ...);
    if (!known && context.catalog != nullptr) ok = check_extension(family_desc<E>, p, next, context);
    return ok ? next : nullptr;
  }
  static const std::byte* next(const std::byte* p) { return p + span(load_be<std::uint16_t>(p + length_at)); }
  static E get(const std::byte* p) { return E(p); }

  template <class Tag>
  static constexpr bool fits = [] {
    if constexpr (requires { typename Rules::Foreign; })
      return std::is_same_v<Tag, typename Rules::Type> || std::is_same_v<Tag, typename Rules::Foreign>;
    else
      return std::is_same_v<Tag, typename Rules::Type>;
  }();
  template <class Part>
  static constexpr bool accepts = [] {
    if constexpr (std::is_same_v<Part, E>)
      return true;
    else if constexpr (requires { first_tag<Part>; })
      return fits<std::remove_const_t<decltype(first_tag<Part>)>>;
    else
      return false;
  }();
  static std::size_t size(const E& v) { return v.bytes().size(); }
  static std::byte* write(const E& v, std::byte* p) { return detail::copy(v.bytes(), p); }
  template <Described Part>
  static std::size_t size(const Part& v) {
    return wire::size(v);
  }
  template <Described Part>
  static std::byte* write(const Part& v, std::byte* p) {
    return wire::write(v, p);
  }
};

template <class Rules, Described... Alternatives>
struct FamilyOf<OneOf<Rules, Alternatives...>> {
  static constexpr std::array<FieldDesc, sizeof...(Alternatives)> alternatives{
      alternative(Alternatives::wire.name, static_cast<std::uint64_t>(first_tag<Alternatives>),
                  struct_desc<Alternatives>)...};
  static constexpr const char* type_name = [] {
    if constexpr (requires { Rules::type_name; })
      return Rules::type_name;
    else
      return "type";
  }();
  static constexpr FamilyDesc desc{
      .name = Rules::name,
      .shape = FamilyDesc::Shape::tagged,
      .minimum = Rules::minimum,
      .multiple = Rules::multiple,
      .padded = Rules::padded,
      .domain = Rules::domain,
      .type = {.name = type_name,
               .kind = Kind::number,
               .offset = Element<OneOf<Rules, Alternatives...>>::type_at,
               .width = 2,
               .labels = labels<typename Rules::Type>()},
      .length = {.name = Rules::length_name,
                 .kind = Kind::length,
                 .offset = Element<OneOf<Rules, Alternatives...>>::length_at,
                 .width = 2},
      .tag = {.name = type_name, .kind = Kind::tag, .width = 2, .labels = labels<typename Rules::Type>()},
      .unknown = {.name = Rules::name, .kind = Kind::element},
      .alternatives = alternatives,
  };
};

// Describes an element whose length is called "len" and counts everything: actions, instructions, queue
// properties.
template <auto Type, class... Items>
constexpr auto element(const char* name, Items... items) {
  return describe(name, tag<Type>, length.named("len"), items...);
}

}  // namespace oflens::wire

namespace oflens {
using wire::element;
using wire::OneOf;
}  // namespace oflens
