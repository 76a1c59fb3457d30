#include "output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace oflens::cli {
namespace {

bool wants_colour() {
  const char* no = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && (no == nullptr || *no == '\0') && term != nullptr &&
         std::strcmp(term, "dumb") != 0;
}

// All of it. A reader that has gone away ends the program quietly.
void write_out(std::string_view left) {
  while (!left.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, left.data(), left.size());
    if (n >= 0) {
      left.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EPIPE) {
      std::_Exit(0);  // whoever read this has seen enough
    } else if (errno != EINTR) {
      note(std::string("cannot write to standard output: ") + std::strerror(errno));
      std::_Exit(1);
    }
  }
}

}  // namespace

Output::Output(bool at_once) : at_once_(at_once || isatty(STDOUT_FILENO) != 0), colour_(wants_colour()) {}

void Output::piece_done() {
  constexpr std::size_t enough = 64 * 1024;
  if (at_once_ || text_.size() >= enough) flush();
}

void Output::flush() {
  write_out(text_.view());
  text_.clear();
}

void Output::write(std::string_view text) {
  flush();
  write_out(text);
}

void note(std::string_view text) {
  std::string line = "oflens: ";
  line += text;
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void complain_of(std::string_view where, std::string_view text, const SyntaxError& error) {
  const bool within =
      error.part.data() >= text.data() && error.part.data() + error.part.size() <= text.data() + text.size();
  const std::size_t offset = within ? static_cast<std::size_t>(error.part.data() - text.data()) : 0;
  const std::string_view part = within ? error.part : text;
  std::string under;
  for (std::size_t i = 0; i < offset; ++i) under += text[i] == '\t' ? '\t' : ' ';
  under.append(std::max<std::size_t>(part.size(), 1), '^');
  note(
      fmt::format("{}: {}{}{}\n  {}\n  {}", where, part, part.empty() ? "" : " ", error.reason, text, under));
}

}  // namespace oflens::cli
