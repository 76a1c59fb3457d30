// Bytes that never change and that many may hold: matches and actions, which flow tables, their journals and
// their readers have in common.
#pragma once

#include <atomic>
#include <cstring>
#include <new>
#include <utility>

#include <oflens/bytes.hpp>
#include <oflens/prefetch.hpp>

namespace oflens {

// 8 bytes; a copy costs a count. One allocation for the bytes, none for an empty row. Copies may live in
// different threads. Holds at most 4 GiB.
class SharedBytes {
 public:
  SharedBytes() noexcept = default;
  // Takes a copy of `bytes`.
  explicit SharedBytes(Bytes bytes) {
    if (bytes.empty()) return;
    block_ = ::new (::operator new(sizeof(Block) + bytes.size())) Block;
    block_->size = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(static_cast<void*>(block_ + 1), bytes.data(), bytes.size());
  }
  SharedBytes(const SharedBytes& other) noexcept : block_(other.block_) {
    if (block_ != nullptr) block_->holders.fetch_add(1, std::memory_order_relaxed);
  }
  SharedBytes(SharedBytes&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  SharedBytes& operator=(SharedBytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedBytes() {
    // Whoever is the only holder need not count down: nobody else can be counting.
    if (block_ != nullptr && (block_->holders.load(std::memory_order_acquire) == 1 ||
                              block_->holders.fetch_sub(1, std::memory_order_acq_rel) == 1))
      ::operator delete(block_);
  }

  // Valid as long as anybody holds them.
  Bytes bytes() const noexcept {
    if (block_ == nullptr) return {};
    return {reinterpret_cast<const std::byte*>(block_ + 1), block_->size};
  }
  // Is there another copy?
  bool is_shared() const noexcept {
    return block_ != nullptr && block_->holders.load(std::memory_order_relaxed) > 1;
  }
  // Hints to the processor: this copy will soon be given up; so many of the first bytes will be looked at.
  void prefetch() const noexcept { oflens::prefetch<For::writing>(block_); }
  void prefetch_bytes(std::size_t most) const noexcept {
    if (block_ == nullptr) return;
    const char* const block = reinterpret_cast<const char*>(block_);
    for (std::size_t at = 0; at < most; at += 64) oflens::prefetch(block + at);
    oflens::prefetch(block + sizeof(Block) + most - 1);
  }

  friend bool operator==(const SharedBytes& a, const SharedBytes& b) noexcept {
    if (a.block_ == b.block_) return true;
    const Bytes x = a.bytes(), y = b.bytes();
    return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size()) == 0;
  }

 private:
  struct Block {
    std::atomic<std::uint32_t> holders{1};
    std::uint32_t size = 0;
  };
  Block* block_ = nullptr;
};

}  // namespace oflens
