// Which descriptions there are: from the bytes of a message to the struct that describes them.
#pragma once

#include <oflens/message.hpp>
#include <oflens/oxm.hpp>

namespace oflens {

// A value: make one, add what your network speaks beside the standard, pass it where messages are read.
// Allocates nothing; 34 KiB.
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
  // By class, number, experimenter; of those that share all that, the one that is as long, or the first.
  const wire::PackedDesc* find_oxm(Bytes element) const;

  // All messages, in the order in which they were added; one that several versions share, once for each.
  struct Listed {
    Version version;
    std::uint8_t type;
    const wire::StructDesc* body;
  };
  std::size_t size() const { return message_count_; }
  // All match fields beside the class OPENFLOW_BASIC of 1.3.
  std::size_t oxm_count() const { return oxm_count_; }
  const wire::OxmRow& oxm(std::size_t i) const { return *oxm_[i].row; }
  Listed operator[](std::size_t i) const {
    return {messages_[i].version, messages_[i].type, messages_[i].described.body};
  }
  // All elements that were added to families.
  struct ListedElement {
    const wire::FamilyDesc* family;
    const wire::StructDesc* body;
  };
  std::size_t element_count() const { return element_count_; }
  ListedElement element(std::size_t i) const { return {elements_[i].family, elements_[i].described.body}; }

 private:
  static constexpr std::size_t versions = 7, types = 64, max_messages = 512, max_elements = 256,
                               max_oxm = 512, oxm_buckets = 256;
  // A description among others of its kind, and what tells it from most of them at one look.
  struct Described {
    const wire::StructDesc* body = nullptr;
    std::uint64_t last_tag = 0;
    std::uint16_t offset = 0, width = 0;  // of the last tag; 0: it has none

    explicit Described(const wire::StructDesc*);
    constexpr Described() = default;
    // How many tags stand in the bytes; -1 when one of them does not.
    int matching_tags(Bytes) const;
  };
  struct Entry {
    Described described;
    Version version{};
    std::uint8_t type = 0;
    std::uint16_t next = 0;  // of the same version and type, index + 1
  };
  struct OxmEntry {
    const wire::OxmRow* row = nullptr;
    std::uint16_t next = 0;  // in the same bucket, index + 1
  };
  static std::size_t bucket_of(std::uint16_t id_class, std::uint8_t field) {
    return (std::size_t{field} ^ id_class ^ std::size_t{id_class} << 7) % oxm_buckets;
  }
  struct ElementEntry {
    const wire::FamilyDesc* family = nullptr;
    Described described;
  };

  bool add(const wire::MessageDesc&);
  bool add_element(const wire::FamilyDesc&, const wire::StructDesc&);
  bool add_oxm(std::span<const wire::OxmRow>);

  std::array<std::array<std::uint16_t, types>, versions> first_{};  // index into messages_ + 1
  std::array<Entry, max_messages> messages_{};
  std::array<ElementEntry, max_elements> elements_{};
  std::array<std::uint16_t, oxm_buckets> first_oxm_{};  // index into oxm_ + 1
  std::array<OxmEntry, max_oxm> oxm_{};
  std::uint16_t message_count_ = 0, element_count_ = 0, oxm_count_ = 0;
};

}  // namespace oflens
