// How flow tables find entries: by hash, and by what a non-strict operation asks for.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "tlv.hpp"

namespace oflens::flow {

inline constexpr std::uint32_t nobody = 0xffffffff;

// ---- signatures: which fields and which masks a match has, whatever the values

inline std::uint64_t signature_hash(Bytes canonical, std::uint64_t seed) {
  std::uint64_t h = seed;
  each_field(canonical, [&](const Tlv& field) {
    h = mix(h ^ field.header, mix_a);
    if (field.experimental()) h = mix(h ^ field.experimenter(), mix_b);
    if (field.opaque() || !field.masked()) return;
    const std::byte* const mask = field.mask();
    for (std::size_t i = 0; i < field.width(); i += 8)
      h = mix(h ^ load_be(mask + i, std::min<std::size_t>(8, field.width() - i)), mix_b);
  });
  return mix(h ^ mix_b, mix_a);
}

// What matches have in common that differ in values alone.
class Signature {
 public:
  Signature() = default;
  explicit Signature(FlowMatch match) : match_(std::move(match)), counts_(match_.bytes().size()) {
    const std::byte* const begin = match_.bytes().data();
    each_field(match_.bytes(), [&](const Tlv& field) {
      const auto count = [&](const std::byte* from, const std::byte* to) {
        std::fill(counts_.begin() + (from - begin), counts_.begin() + (to - begin), std::byte{0xff});
      };
      count(field.at, std::min(field.value(), field.end()));
      if (!field.opaque() && field.masked()) count(field.mask(), field.end());
    });
  }
  // A match that has it; the values do not matter.
  const FlowMatch& match() const { return match_; }
  Bytes bytes() const { return match_.bytes(); }
  // O(bytes / 8).
  bool is_of(const FlowMatch& match) const {
    const Bytes ours = match_.bytes(), theirs = match.bytes();
    const std::size_t size = ours.size();
    if (size != theirs.size()) return false;
    std::uint64_t difference = 0;
    const auto compare = [&](auto part, std::size_t at) {
      auto other = part, counts = part;
      std::memcpy(&part, ours.data() + at, sizeof part);
      std::memcpy(&other, theirs.data() + at, sizeof part);
      std::memcpy(&counts, counts_.data() + at, sizeof part);
      difference |= static_cast<std::uint64_t>(part ^ other) & counts;
    };
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8) compare(std::uint64_t{}, i);
    for (; i + 4 <= size; i += 4) compare(std::uint32_t{}, i);
    for (; i < size; ++i) compare(std::uint8_t{}, i);
    return difference == 0;
  }

 private:
  FlowMatch match_;
  std::vector<std::byte> counts_;  // 0xff where a byte is no value
};

// Calls f(field of `signature`, the same field of `match`) for every field of signature, until it says false.
// False when match lacks a field, or f said so. Both are sorted.
template <class F>
bool each_common(Bytes signature, Bytes match, F&& f) {
  const std::byte* p = match.data();
  const std::byte* const end = p + match.size();
  bool all = true;
  each_field(signature, [&](const Tlv& a) {
    if (!all) return;
    while (p != end) {
      const Tlv b(p);
      if (b.id() == a.id() && b.experimenter() == a.experimenter()) {
        all = f(a, b);
        return;
      }
      if (b.id() > a.id() || (b.id() == a.id() && b.experimenter() > a.experimenter())) break;
      p = b.end();
    }
    all = false;
  });
  return all;
}

// May a match of signature `wide` cover one of signature `narrow`? All fields there, all masks at least as
// narrow.
inline bool may_cover(Bytes wide, Bytes narrow) {
  return each_common(wide, narrow, [](const Tlv& a, const Tlv& b) {
    if (a.opaque() || b.opaque() || a.width() != b.width()) return true;  // the values will tell
    const std::byte *mask = a.mask(), *narrower = b.mask();
    if (mask == nullptr) return narrower == nullptr;
    if (narrower != nullptr)
      for (std::size_t i = 0; i < a.width(); ++i)
        if ((mask[i] & ~narrower[i]) != std::byte{0}) return false;
    return true;
  });
}

// A hash of what `match` has in the fields of `signature`, under its masks: equal for all that a match of
// this signature covers at once.
inline std::uint64_t masked_hash_64(Bytes signature, Bytes match, std::uint64_t seed) {
  std::uint64_t h = seed;
  each_common(signature, match, [&](const Tlv& a, const Tlv& b) {
    if (a.opaque() || b.opaque() || a.width() != b.width()) return true;
    const std::byte *mask = a.mask(), *value = b.value();
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < a.width(); ++i) {
      word = word << 8 | std::to_integer<std::uint64_t>(mask != nullptr ? value[i] & mask[i] : value[i]);
      if (i % 8 == 7 || i + 1 == a.width()) h = mix(h ^ word, mix_b);
    }
    return true;
  });
  return mix(h ^ mix_a, mix_b);
}
inline std::uint32_t masked_hash(Bytes signature, Bytes match, std::uint64_t seed) {
  return static_cast<std::uint32_t>(masked_hash_64(signature, match, seed));
}

// ---- from a key's hash to an entry

// Open addressing with linear probing; 8 bytes a slot.
class HashIndex {
 public:
  // The id for which equal(id) holds, among those of that hash; nobody when there is none.
  template <class Equal>
  std::uint32_t find(std::uint32_t hash, Equal&& equal) const {
    if (slots_.empty()) return nobody;
    for (std::size_t i = hash & mask();; i = (i + 1) & mask()) {
      const Slot& slot = slots_[i];
      if (slot.id == nobody) return nobody;
      if (slot.hash == hash && equal(slot.id)) return slot.id;
    }
  }
  // find(hash) will be asked soon.
  void prefetch(std::uint32_t hash) const {
    if (!slots_.empty()) oflens::prefetch<For::writing>(&slots_[hash & mask()]);
  }
  void insert(std::uint32_t hash, std::uint32_t id) {
    if ((count_ + 1) * 10 > slots_.size() * 7) grow();
    put({hash, id});
    ++count_;
  }
  // The pair must be there.
  void erase(std::uint32_t hash, std::uint32_t id) {
    std::size_t hole = hash & mask();
    while (slots_[hole].id != id) hole = (hole + 1) & mask();
    // Move up what would not be found behind a hole.
    for (std::size_t i = (hole + 1) & mask(); slots_[i].id != nobody; i = (i + 1) & mask()) {
      const std::size_t home = slots_[i].hash & mask();
      if (((i - home) & mask()) >= ((i - hole) & mask())) {
        slots_[hole] = slots_[i];
        hole = i;
      }
    }
    slots_[hole].id = nobody;
    --count_;
  }

 private:
  struct Slot {
    std::uint32_t hash = 0, id = nobody;
  };
  std::size_t mask() const { return slots_.size() - 1; }
  void put(Slot slot) {
    std::size_t i = slot.hash & mask();
    while (slots_[i].id != nobody) i = (i + 1) & mask();
    slots_[i] = slot;
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old)
      if (slot.id != nobody) put(slot);
  }
  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

// The members of a group by what they have in some of their fields: chained hashing, in which a member can be
// taken out without looking for it.
class Projection {
 public:
  Projection(const FlowMatch& match, std::uint64_t seed) : signature_(match), seed_(seed) {}

  // Of what it can be asked for.
  const Signature& signature() const { return signature_; }
  bool built() const { return built_; }
  std::uint64_t last_asked = 0;

  std::uint32_t hash(const FlowMatch& match) const {
    return masked_hash(signature_.bytes(), match.bytes(), seed_);
  }

  template <class MatchAt>
  void build(std::size_t members, MatchAt&& match_at) {
    built_ = true;
    links_.clear();
    buckets_.clear();
    for (std::uint32_t place = 0; place < members; ++place) append(match_at(place));
  }
  // The member's place is the next.
  void append(const FlowMatch& match) {
    const auto place = static_cast<std::uint32_t>(links_.size());
    links_.push_back({hash(match), nobody, nobody});
    if (links_.size() > buckets_.size()) {
      buckets_.assign(std::max<std::size_t>(16, buckets_.size() * 2), nobody);
      for (std::uint32_t i = 0; i <= place; ++i) link(i);
    } else {
      link(place);
    }
  }
  // Takes out a member; the last one gets its place.
  void remove(std::uint32_t place) {
    unlink(place);
    const auto last = static_cast<std::uint32_t>(links_.size() - 1);
    if (place != last) {
      unlink(last);
      links_[place].hash = links_[last].hash;
      link(place);
    }
    links_.pop_back();
  }
  // each() in two steps, for who fetches early: the bucket of that hash; and where its first member is, or
  // nobody.
  void prefetch(std::uint32_t hash) const {
    if (!buckets_.empty()) oflens::prefetch(&buckets_[hash & (buckets_.size() - 1)]);
  }
  std::uint32_t prefetch_first(std::uint32_t hash) const {
    if (buckets_.empty()) return nobody;
    const std::uint32_t first = buckets_[hash & (buckets_.size() - 1)];
    if (first != nobody) oflens::prefetch(&links_[first]);
    return first;
  }
  // The places of the members that may have what `match` has.
  template <class F>
  void each(const FlowMatch& match, F&& f) const {
    if (buckets_.empty()) return;
    const std::uint32_t wanted = hash(match);
    for (std::uint32_t i = buckets_[wanted & (buckets_.size() - 1)]; i != nobody; i = links_[i].next)
      if (links_[i].hash == wanted) f(i);
  }

 private:
  struct Link {
    std::uint32_t hash, next, previous;
  };
  void link(std::uint32_t place) {
    std::uint32_t& head = buckets_[links_[place].hash & (buckets_.size() - 1)];
    links_[place].previous = nobody;
    links_[place].next = head;
    if (head != nobody) links_[head].previous = place;
    head = place;
  }
  void unlink(std::uint32_t place) {
    const Link& l = links_[place];
    if (l.previous != nobody)
      links_[l.previous].next = l.next;
    else
      buckets_[l.hash & (buckets_.size() - 1)] = l.next;
    if (l.next != nobody) links_[l.next].previous = l.previous;
  }

  Signature signature_;
  std::uint64_t seed_;
  std::vector<Link> links_;  // by place
  std::vector<std::uint32_t> buckets_;
  bool built_ = false;
};

}  // namespace oflens::flow
