// Standard output and standard error of the command.
#pragma once

#include <string_view>

#include <oflens/flow/syntax_error.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens::cli {

// Text on its way to standard output, in large pieces. A reader that has gone away ends the program quietly;
// any other failure to write ends it with a message and status 1.
class Output {
 public:
  // at_once: each piece is written when it is complete, as it is to a terminal.
  explicit Output(bool at_once = false);
  ~Output() { flush(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  TextBuffer& text() { return text_; }
  // Call after each piece that is complete: a line, a record. Writes when enough has gathered, or at once
  // if that is asked for.
  void piece_done();
  void flush();
  // At once, behind what was gathered.
  void write(std::string_view);
  // Is each piece written when it is complete?
  bool at_once() const { return at_once_; }
  // Is standard output a terminal that shows colours?
  bool colour() const { return colour_; }

 private:
  TextBuffer text_;
  bool at_once_;
  bool colour_;
};

// Escape sequences, empty when there is no colour.
struct Colours {
  explicit Colours(bool on)
      : dim(on ? "\33[2m" : ""),
        bold(on ? "\33[1m" : ""),
        red(on ? "\33[31m" : ""),
        cyan(on ? "\33[36m" : ""),
        off(on ? "\33[0m" : "") {}
  std::string_view dim, bold, red, cyan, off;
};

// A line on standard error: "oflens: " and the text.
void note(std::string_view text);

// Shows where in a text something is wrong: the text, and a caret under each byte of the part.
void complain_of(std::string_view where, std::string_view text, const SyntaxError&);

}  // namespace oflens::cli
