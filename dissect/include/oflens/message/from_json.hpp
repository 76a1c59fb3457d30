// JSON records back to messages.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <oflens/catalog.hpp>

namespace oflens {

// Why a record is no message, and where: the way into the record, "body.match.oxm[0].value", and what is
// wrong there. The path is empty when it is the text that is no JSON.
struct RecordError {
  std::string path, reason;
  // "body.match.oxm[0].value: 300 does not fit 8 bits"
  std::string text() const { return path.empty() ? reason : path + ": " + reason; }
};

// Reads what put_json_members writes, and what people write like it: the version and the type choose the
// message, its tags which of several, elements say their type. What is left out is zero; lengths and padding
// are computed; constants go by label or number. The keys of a capture ("frame", "time", "src" ...), "length"
// and "problems" are ignored; any other that is unknown is an error. For messages without problems the bytes
// are those of the message that the record was made from; bytes kept beside a problem are written where they
// were as far as the record tells.
//
// Keeps its memory: use one for many records.
class RecordReader {
 public:
  // The catalogue must outlive the reader.
  explicit RecordReader(const Catalog&);
  RecordReader(RecordReader&&) noexcept;
  RecordReader& operator=(RecordReader&&) noexcept;
  ~RecordReader();

  // Writes the message to out, cleared first. Takes any text: its nesting is bounded, and work and memory
  // are linear in its size.
  [[nodiscard]] std::optional<RecordError> read(std::string_view json, std::vector<std::byte>& out);

  // Of the record last read: the text or number of a key beside the message's, such as "src"; empty when it
  // is not there. Valid until the next is read.
  std::string_view text(std::string_view key) const;
  std::uint64_t number(std::string_view key) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oflens
