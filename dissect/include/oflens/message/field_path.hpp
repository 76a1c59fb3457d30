// Fields of trees by their path, as filters name them: what columns of a table are made of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <oflens/message/filter.hpp>
#include <oflens/message/tape.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens {

class FieldPath {
 public:
  // Nothing, with an error, when no message has such a field. The index must outlive the path.
  static std::optional<FieldPath> compile(const FieldIndex&, std::string_view path, FilterError&);

  // Appends the values of all such fields of the message, in their order, as JSON has them but without the
  // quotes around text, `between` between them. Nothing when there is none. A match field is its value, with
  // a mask "value/mask"; a field that holds others is their JSON.
  void put(TextBuffer&, const Tape&, Bytes message, std::string_view between) const;

 private:
  struct Output;
  void nodes(Output&, std::uint32_t at, std::uint32_t end, std::size_t depth) const;
  bool is_called(const Node&, std::string_view name) const;

  const FieldIndex* index_ = nullptr;
  std::vector<std::string> names_;
};

}  // namespace oflens
