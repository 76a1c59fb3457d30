// JSON records out of a stream of text: one a line, an array of them, or one after the other over many lines.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace oflens::cli {

// Cuts at the outermost braces; whether what is between them is JSON is for others to say. After one that
// does not end it goes on with the next that begins. Holds one record, of at most 64 MiB.
class RecordSplitter {
 public:
  // A record, and the line that it begins in, from 1.
  using OnRecord = std::function<void(std::string_view record, std::uint64_t line)>;
  // What is no record, and why.
  using OnError = std::function<void(std::uint64_t line, std::string_view why)>;

  RecordSplitter(OnRecord on_record, OnError on_error)
      : on_record_(std::move(on_record)), on_error_(std::move(on_error)) {}

  void push(std::string_view text);
  // The text has ended.
  void finish();

 private:
  static constexpr std::size_t longest = std::size_t{64} << 20;

  const char* outside(const char* p, const char* end);
  const char* inside(const char* p, const char* end);
  void give_up(std::uint64_t line, std::string_view why);
  void begin();

  OnRecord on_record_;
  OnError on_error_;
  std::string begun_;        // of a record, from earlier pieces of text
  std::uint64_t line_ = 1;   // of the next character
  std::uint64_t first_ = 0;  // line in which the record begins
  std::size_t depth_ = 0;    // of braces and brackets; 0: between records
  bool quoted_ = false, escaped_ = false;
  bool lost_ = false;         // up to a line that begins with a brace
  bool at_beginning_ = true;  // of a line, but for blanks
  char before_ = ' ';         // the last character in the record that is not blank
};

}  // namespace oflens::cli
