// Which descriptions there are: from the bytes of a message to the struct that describes them.
#pragma once

#include <oflens/message.hpp>
#include <oflens/oxm.hpp>

namespace oflens {

// A value: make one, add what your network speaks beside the standard, pass it where messages are read.
// Allocates nothing; 14 KiB.
class Catalog {
 public:
  // Knows nothing; every message is opaque.
  constexpr Catalog() = default;
  // All that the library describes.
  static const Catalog& standard();

  // Adds a message. It is chosen over those of the same type when its tags match the bytes and are more.
  // False when the catalogue is full.
  template <Message M>
  bool add() {
    return add(wire::message_desc<M>);
  }
  template <Message... M>
  requires(sizeof...(M) > 1) bool add() { return (add<M>() && ...); }
  // Adds an experimenter's element to a family: an action, an instruction ...
  template <class Family, Described E>
  bool add_element() {
    return add_element(wire::family_desc<Family>, wire::struct_desc<E>);
  }
  // Adds match fields of another class: catalog.add_oxm<my_field, ...>().
  template <const auto&... Fields>
  bool add_oxm() {
    return add_oxm(wire::oxm_rows<Fields...>);
  }

  // The description of a message, by version, type and tags; null when there is none. message holds the
  // header at least. Constant time but for messages that share a type.
  const wire::StructDesc* find(Bytes message) const;
  const wire::StructDesc* find_element(const wire::FamilyDesc&, Bytes element) const;
  const wire::PackedDesc* find_oxm(Bytes element) const;

  // All messages, in the order in which they were added; one that several versions share, once for each.
  struct Listed {
    Version version;
    std::uint8_t type;
    const wire::StructDesc* body;
  };
  std::size_t size() const { return message_count_; }
  Listed operator[](std::size_t i) const {
    return {messages_[i].version, messages_[i].type, messages_[i].body};
  }

 private:
  static constexpr std::size_t versions = 7, types = 64, max_messages = 512, max_elements = 256,
                               max_oxm_tables = 16;
  struct Entry {
    const wire::StructDesc* body = nullptr;
    Version version{};
    std::uint8_t type = 0;
    bool tagged = false;
    std::uint16_t next = 0;  // of the same version and type, index + 1
  };
  struct ElementEntry {
    const wire::FamilyDesc* family = nullptr;
    const wire::StructDesc* body = nullptr;
  };

  bool add(const wire::MessageDesc&);
  bool add_element(const wire::FamilyDesc&, const wire::StructDesc&);
  bool add_oxm(std::span<const wire::OxmRow>);

  std::array<std::array<std::uint16_t, types>, versions> first_{};  // index into messages_ + 1
  std::array<Entry, max_messages> messages_{};
  std::array<ElementEntry, max_elements> elements_{};
  std::array<std::span<const wire::OxmRow>, max_oxm_tables> oxm_tables_{};
  std::uint16_t message_count_ = 0, element_count_ = 0, oxm_table_count_ = 0;
};

}  // namespace oflens
