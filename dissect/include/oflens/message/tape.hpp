// A field tree: one flat array of nodes in preorder.
#pragma once

#include <cstdlib>
#include <utility>

#include <oflens/wire/interpret.hpp>

namespace oflens {

// 32 bytes. What a node is called and how it reads is found through desc, when somebody asks.
struct Node {
  const wire::FieldDesc* desc;
  std::uint32_t offset;  // in bytes from the first byte of the message
  std::uint32_t length;
  std::uint64_t value;    // of numbers of up to 8 bytes. A problem: actual << 32 | limit
  std::uint32_t subtree;  // nodes in it, this one included: the next sibling is at + subtree
  std::uint32_t index;    // in a list, or wire::no_index. A problem: problem_bit | domain << 8 | code

  static constexpr std::uint32_t problem_bit = 0x80000000;
  bool is_problem() const { return index != wire::no_index && (index & problem_bit) != 0; }
  bool is_element() const { return index < problem_bit; }
  Errc code() const { return static_cast<Errc>(index & 0xff); }
  // Bytes that hold a packet or a message. Its tree, if there is one, is below; problems in it are not the
  // outer message's.
  bool holds_another() const { return desc->content != wire::Content::bytes && !is_problem(); }
};
static_assert(sizeof(Node) == 32);

// Receives a tree from wire::Interpreter. Keeps its memory when cleared: use one for many messages.
class Tape {
 public:
  Tape() = default;
  Tape(Tape&& o) noexcept
      : first_(std::exchange(o.first_, nullptr)),
        at_(std::exchange(o.at_, nullptr)),
        end_(std::exchange(o.end_, nullptr)),
        catalog_(o.catalog_),
        problems_(std::exchange(o.problems_, 0)) {}
  Tape& operator=(Tape&& o) noexcept {
    std::swap(first_, o.first_);
    std::swap(at_, o.at_);
    std::swap(end_, o.end_);
    std::swap(catalog_, o.catalog_);
    std::swap(problems_, o.problems_);
    return *this;
  }
  ~Tape() { std::free(first_); }

  std::uint32_t size() const { return static_cast<std::uint32_t>(at_ - first_); }
  // Of the message itself, not of those within it.
  std::uint32_t problems() const { return problems_; }
  const Node& operator[](std::uint32_t i) const { return first_[i]; }
  const Node* begin() const { return first_; }
  const Node* end() const { return at_; }
  // The catalogue by which the tree was made, which must outlive it; null for none.
  const Catalog* catalog() const { return catalog_; }
  void clear(const Catalog* catalog = nullptr) {
    at_ = first_;
    catalog_ = catalog;
    problems_ = 0;
  }

  std::uint32_t open(const wire::FieldDesc& d, std::uint32_t offset, std::uint32_t length,
                     std::uint32_t index) {
    if (at_ == end_) grow();
    *at_ = {&d, offset, length, 0, 0, index};
    return static_cast<std::uint32_t>(at_++ - first_);
  }
  void close(std::uint32_t node, std::uint32_t length) {
    first_[node].length = length;
    first_[node].subtree = size() - node;
  }
  void leaf(const wire::FieldDesc& d, std::uint32_t offset, std::uint32_t length, std::uint64_t value) {
    if (at_ == end_) grow();
    *at_++ = {&d, offset, length, value, 1, wire::no_index};
  }
  void problem(const wire::FieldDesc& d, Errc code, Domain domain, std::uint32_t offset, std::uint32_t actual,
               std::uint32_t limit) {
    if (at_ == end_) grow();
    *at_++ = {
        &d, offset,
        0,  std::uint64_t{actual} << 32 | limit,
        1,  Node::problem_bit | static_cast<std::uint32_t>(domain) << 8 | static_cast<std::uint32_t>(code)};
    ++problems_;
  }

  // Between these two are the nodes of what is inside a field: a tree below it, in preorder too.
  std::uint32_t open_inside(const wire::FieldDesc& d, std::uint32_t offset, std::uint32_t length) {
    return open(d, offset, length, wire::no_index);
  }
  void close_inside(std::uint32_t node, std::uint32_t problems_before) {
    first_[node].subtree = size() - node;
    problems_ = problems_before;
  }

  // The problem at node i, with the path that leads there from `root`.
  Error error_at(std::uint32_t i, std::uint32_t root = 0) const;
  // The first problem. There must be one.
  Error first_error() const;

 private:
  [[gnu::cold, gnu::noinline]] void grow();

  Node* first_ = nullptr;
  Node* at_ = nullptr;
  Node* end_ = nullptr;
  const Catalog* catalog_ = nullptr;
  std::uint32_t problems_ = 0;
};

}  // namespace oflens
