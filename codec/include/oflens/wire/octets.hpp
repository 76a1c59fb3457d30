// Encoded bytes with the library's one ownership rule: decode borrows, copy owns, edit owns, move keeps.
#pragma once

#include <cstring>
#include <new>
#include <utility>

#include <oflens/bytes.hpp>

namespace oflens {

// 16 bytes. What decode returns points into the decoded buffer and must not outlive it; a copy has bytes of
// its own, so `auto keep = message;` is always safe. Moving keeps what the source had, borrowed or owned.
// Appending makes the bytes the object's own first. Holds at most 4 GiB.
class Octets {
 public:
  Octets() noexcept = default;
  Octets(const Octets& other) { assign(other.bytes()); }
  Octets(Octets&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  Octets& operator=(Octets other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~Octets() { release(); }

  Bytes bytes() const noexcept { return {data_, size_}; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  // False when the bytes belong to somebody else's buffer.
  bool owns() const noexcept { return capacity_ != 0; }

  // Points at `bytes`, which must outlive this object and everything moved from it. Costs nothing.
  void borrow(Bytes bytes) noexcept {
    release();
    data_ = bytes.data();
    size_ = static_cast<std::uint32_t>(bytes.size());
    capacity_ = 0;
  }

  // Takes a copy of `bytes`. One allocation, none when empty.
  void assign(Bytes bytes) {
    Octets fresh;
    if (!bytes.empty()) std::memcpy(fresh.append(bytes.size()), bytes.data(), bytes.size());
    *this = std::move(fresh);
  }

  // Adds n bytes at the end and returns where they begin; their content is for the caller to write. Owns
  // afterwards.
  std::byte* append(std::size_t n) {
    Octets before;
    return append(n, before);
  }
  // The same; when the bytes move, `before` keeps the old ones, so that what is written may borrow from them.
  std::byte* append(std::size_t n, Octets& before) {
    if (size_ + n > capacity_) grow(size_ + n, before);
    size_ += static_cast<std::uint32_t>(n);
    return const_cast<std::byte*>(data_) + size_ - n;  // ours: capacity_ is not 0
  }

  void clear() noexcept {
    if (!owns()) data_ = nullptr;
    size_ = 0;
  }

  friend bool operator==(const Octets& a, const Octets& b) noexcept {
    return a.size_ == b.size_ && (a.size_ == 0 || std::memcmp(a.data_, b.data_, a.size_) == 0);
  }

 private:
  void grow(std::size_t needed, Octets& before) {
    // The first allocation is exact (most lists are built in one go); later ones double.
    const std::size_t capacity = capacity_ == 0 ? needed : needed * 2;
    auto* fresh = static_cast<std::byte*>(::operator new(capacity));
    if (size_ != 0) std::memcpy(fresh, data_, size_);
    before.borrow({});
    before.data_ = std::exchange(data_, fresh);
    before.capacity_ = std::exchange(capacity_, static_cast<std::uint32_t>(capacity));
  }
  void release() noexcept {
    if (owns()) free(data_);
  }
  // By itself, because g++ 12 warns where it sees that a pointer was borrowed and not that it is not owned.
  [[gnu::noinline]] static void free(const std::byte* p) noexcept {
    ::operator delete(const_cast<std::byte*>(p));
  }

  const std::byte* data_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;  // 0: borrowed
};

// Bytes whose meaning is somebody else's: the packet in a packet_in, the data of an error.
class Payload : public Octets {
 public:
  Payload() noexcept = default;
  // Points at `bytes`, which must outlive this object.
  [[nodiscard]] static Payload borrowed(Bytes bytes) noexcept {
    Payload p;
    p.borrow(bytes);
    return p;
  }
  // Has its own copy of `bytes`.
  [[nodiscard]] static Payload copied(Bytes bytes) {
    Payload p;
    p.assign(bytes);
    return p;
  }
};

}  // namespace oflens
