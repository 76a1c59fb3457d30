#include <oflens/message/tape.hpp>

#include <new>

namespace oflens {

void Tape::grow() {
  const std::size_t used = size(), room = used == 0 ? 256 : used * 2;
  auto* grown = static_cast<Node*>(std::realloc(first_, room * sizeof(Node)));
  if (grown == nullptr) throw std::bad_alloc();
  first_ = grown;
  at_ = first_ + used;
  end_ = first_ + room;
}

Error Tape::error_at(std::uint32_t i, std::uint32_t root) const {
  const Node& problem = first_[i];
  Error error{.code = problem.code(),
              .domain = static_cast<Domain>(problem.index >> 8 & 0xff),
              .offset = problem.offset,
              .actual = static_cast<std::uint32_t>(problem.value >> 32),
              .limit = static_cast<std::uint32_t>(problem.value)};
  // From the root down, into the subtree that holds i.
  for (std::uint32_t at = root; at != i;) {
    const Node& node = first_[at];
    if (at + node.subtree <= i) {
      at += node.subtree;
      continue;
    }
    error.path.push({node.is_element() ? nullptr : node.desc->name.data(),
                     node.is_element() ? static_cast<std::int32_t>(node.index) : -1});
    ++at;
  }
  error.path.push({problem.desc->name.data()});
  return error;
}

Error Tape::first_error() const {
  std::uint32_t i = 0;
  while (!first_[i].is_problem()) i += first_[i].holds_another() ? first_[i].subtree : 1;
  return error_at(i);
}

}  // namespace oflens
