// JSON text as one flat array of values in preorder, as a Tape is of fields.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oflens {

struct JsonValue {
  enum class Kind : std::uint8_t { null, boolean, number, other_number, text, array, object };
  Kind kind{};
  bool used = false;          // for the reader: an object's member that it took
  std::uint32_t subtree = 1;  // values in it, this one included: the next sibling is at + subtree
  std::uint64_t number = 0;   // of a number that is not negative and has no fraction; of a boolean
  std::string_view key;       // in an object
  std::string_view text;      // of a text; of other numbers, as it was written
};

// Keeps its memory: use one for many texts.
class JsonTree {
 public:
  static constexpr std::size_t max_depth = 128;

  // False, and why() says what is wrong. The text is not needed afterwards.
  bool parse(std::string_view json);
  const std::string& why() const { return why_; }

  // Value 0 is the whole.
  JsonValue& operator[](std::uint32_t i) { return values_[i]; }
  const JsonValue& operator[](std::uint32_t i) const { return values_[i]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(values_.size()); }

 private:
  friend struct JsonEvents;
  std::vector<JsonValue> values_;
  std::vector<std::uint32_t> open_;  // arrays and objects that have not ended
  std::string texts_;                // what keys and texts point into
  std::string_view key_;
  std::string why_;
};

}  // namespace oflens
