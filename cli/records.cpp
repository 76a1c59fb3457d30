#include "records.hpp"

namespace oflens::cli {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

void RecordSplitter::begin() {
  begun_.clear();
  first_ = line_;
  depth_ = 0;
  quoted_ = escaped_ = lost_ = false;
}

void RecordSplitter::give_up(std::uint64_t line, std::string_view why) {
  begin();
  lost_ = true;
  on_error_(line, why);
}

// Between records: up to the brace with which the next begins.
const char* RecordSplitter::outside(const char* p, const char* end) {
  for (; p != end; ++p) {
    if (*p == '\n') {
      ++line_;
      at_beginning_ = true;
    } else if (*p == '{' && (!lost_ || at_beginning_)) {
      begin();
      return p;
    } else if (!is_blank(*p) && *p != '[' && *p != ']' && *p != ',') {
      if (!lost_) give_up(line_, "a record begins with '{'");
      at_beginning_ = false;
    }
  }
  return p;
}

// In a record: up to behind its last brace, to where it cannot go on, or to the end of the text.
const char* RecordSplitter::inside(const char* p, const char* end) {
  const char* const from = p;
  for (; p != end; ++p) {
    const char c = *p;
    if (quoted_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        quoted_ = false;
        before_ = c;
      }
      if (c != '\n') continue;
      give_up(first_, "a text does not end in its line");
      return p;
    }
    switch (c) {
      case '"': quoted_ = true; break;
      case '[': ++depth_; break;
      case '{':
        // Where no value can be, the record before has not ended.
        if (depth_ != 0 && before_ != ':' && before_ != ',' && before_ != '[') {
          on_error_(first_, "the record does not end before the next begins");
          begin();
          return p;
        }
        ++depth_;
        break;
      case '}':
      case ']':
        if (--depth_ == 0) {
          ++p;
          std::string_view record(from, static_cast<std::size_t>(p - from));
          if (!begun_.empty()) record = begun_ += record;
          on_record_(record, first_);
          begun_.clear();
          at_beginning_ = false;
          return p;
        }
        break;
      case '\n': ++line_; continue;
      default:
        if (is_blank(c)) continue;
    }
    before_ = c;
  }
  const auto more = static_cast<std::size_t>(end - from);
  if (begun_.size() + more > longest)
    give_up(first_, "the record is longer than 64 MiB");
  else
    begun_.append(from, more);
  return end;
}

void RecordSplitter::push(std::string_view text) {
  const char *p = text.data(), *const end = p + text.size();
  while (p != end) {
    if (depth_ == 0 && begun_.empty()) p = outside(p, end);
    if (p != end) p = inside(p, end);
  }
}

void RecordSplitter::finish() {
  if (depth_ != 0) on_error_(first_, "the record does not end");
  depth_ = 0;
}

}  // namespace oflens::cli
