// From keys to the numbers of exchanges that wait.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace oflens {

// Open addressing: one block of memory, 16 bytes a slot, at most half of them in use. Keys may be chosen by
// whoever made the capture; where they come to lie is not.
class NumberIndex {
 public:
  static constexpr std::uint64_t nothing = ~std::uint64_t{0};

  // The number of the key, or nothing.
  std::uint64_t find(std::uint64_t key) const { return slots_[place_of(key)].number; }
  // Returns the number that the key had before, or nothing.
  std::uint64_t set(std::uint64_t key, std::uint64_t number) {
    std::size_t at = place_of(key);
    const std::uint64_t before = slots_[at].number;
    if (before == nothing) {
      if (2 * ++size_ > slots_.size()) {
        grow();
        at = place_of(key);
      }
    }
    slots_[at] = {key, number};
    return before;
  }
  // Forgets the key, if it still has this number.
  void drop(std::uint64_t key, std::uint64_t number) {
    std::size_t at = place_of(key);
    if (slots_[at].number != number || number == nothing) return;
    --size_;
    // What stands after it and belongs before moves up, so that no search ends too early.
    for (std::size_t next = at;;) {
      next = (next + 1) & mask();
      if (slots_[next].number == nothing) break;
      if (((next - home_of(slots_[next].key)) & mask()) < ((next - at) & mask())) continue;
      slots_[at] = slots_[next];
      at = next;
    }
    slots_[at] = {};
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint64_t number = nothing;
  };

  std::size_t mask() const { return slots_.size() - 1; }
  std::size_t home_of(std::uint64_t key) const {
    std::uint64_t h = key ^ seed_;
    h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
    h = (h ^ h >> 32) * 0xd6e8feb86659fd93u;
    return static_cast<std::size_t>(h ^ h >> 32) & mask();
  }
  std::size_t place_of(std::uint64_t key) const {
    std::size_t at = home_of(key);
    while (slots_[at].number != nothing && slots_[at].key != key) at = (at + 1) & mask();
    return at;
  }
  void grow() {
    std::vector<Slot> before(slots_.size() * 2);
    before.swap(slots_);
    for (const Slot& s : before)
      if (s.number != nothing) slots_[place_of(s.key)] = s;
  }

  std::uint64_t seed_ = std::uint64_t{std::random_device{}()} << 32 | std::random_device{}();
  std::size_t size_ = 0;
  std::vector<Slot> slots_ = std::vector<Slot>(64);
};

}  // namespace oflens
