// Lists as they stand on the wire: Seq, any number of elements; One, exactly one.
#pragma once

#include <iterator>

#include <oflens/result.hpp>
#include <oflens/wire/engine.hpp>

namespace oflens::wire {

// What can be put into a list of E.
template <class Part, class E>
concept PartOf = Element<E>::template accepts<Part>;

// Encoded elements, decoded one by one as they are looked at. Unknown elements are kept as they came. 16
// bytes.
//
//   message.actions = {Output{.port = PortNo{1}}, Group{.group_id = GroupId{7}}};   // one allocation
//   for (auto action : message.actions) if (auto out = action.get<Output>()) ...
//
// What an iterator yields borrows the list's bytes. Looking at an element cannot fail: the bytes were checked
// when the message was decoded. Iterating costs a length's read for each element.
template <class E>
class Seq : public Octets {
 public:
  using value_type = E;

  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = E;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = E;

    iterator() = default;
    explicit iterator(const std::byte* at) : at_(at) {}
    E operator*() const { return Element<E>::get(at_); }
    iterator& operator++() {
      at_ = Element<E>::next(at_);
      return *this;
    }
    iterator operator++(int) {
      iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(iterator, iterator) = default;

   private:
    const std::byte* at_ = nullptr;
  };
  using const_iterator = iterator;

  Seq() noexcept = default;
  // Encodes the parts, in order, with one allocation.
  template <class... Parts>
  requires(sizeof...(Parts) > 0 && (PartOf<Parts, E> && ...)) Seq(const Parts&... parts) {
    std::byte* p = append((Element<E>::size(parts) + ...));
    ((p = Element<E>::write(parts, p)), ...);
  }

  // Encodes one more element. Owns its bytes afterwards; allocates when they do not fit.
  template <class Part>
  requires PartOf<Part, E>
  void push_back(const Part& part) {
    Octets before;  // the part may be an element of this very list
    Element<E>::write(part, append(Element<E>::size(part), before));
  }

  iterator begin() const { return iterator(bytes().data()); }
  iterator end() const { return iterator(bytes().data() + bytes().size()); }
  // The number of elements; walks the list.
  std::size_t count() const { return static_cast<std::size_t>(std::distance(begin(), end())); }
};

// Exactly one element, by the same rules.
template <class E>
class One : public Octets {
 public:
  using value_type = E;

  One() noexcept = default;
  template <class Part>
  requires PartOf<Part, E> One(const Part& part) { Element<E>::write(part, append(Element<E>::size(part))); }
  // The element. It must have been set.
  E get() const { return Element<E>::get(bytes().data()); }
};

}  // namespace oflens::wire

namespace oflens {
using wire::PartOf;
}
