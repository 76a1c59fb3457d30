// A message in the form that was asked for: what decode writes.
#pragma once

#include "columns.hpp"
#include "output.hpp"
#include "pdml.hpp"
#include "summary.hpp"

namespace oflens::cli {

enum class Form : std::uint8_t { text, tree, json, ndjson, pdml, fields, ovs, hex };

// A message, or a line of input that holds none.
struct Piece {
  std::optional<Place> place{};  // nothing: it comes from no capture
  Bytes bytes;                   // the message
  bool first = false;            // of all that are written
  bool cut = false;              // the capture does not have all of it
  // The line cannot be read, because of what `bytes` say, at that character of it.
  std::optional<std::size_t> unreadable_at{};
};

// Keeps what it works with: use one for many messages. Not thread-safe; several may work at a time, but in
// PDML messages belong together.
class Formatter {
 public:
  struct Settings {
    Form form = Form::text;
    bool bytes = false;  // -x
    const Columns& columns;
    const Clock& clock;
    Colours colour;
  };
  explicit Formatter(const Settings& settings) : settings_(settings) {}

  // Before all pieces, one after the other, and after all of them.
  void begin(TextBuffer&);
  void put(TextBuffer&, const Piece&);
  void finish(TextBuffer&, bool any);

 private:
  void put_message(TextBuffer&, const Piece&);
  void put_unreadable(TextBuffer&, const Piece&);
  void put_line(TextBuffer&, const Piece&);
  void put_place(TextBuffer&, const Place&) const;

  Settings settings_;
  Tape tape_;
  TextBuffer scratch_;
  PdmlDocument pdml_;
};

}  // namespace oflens::cli
