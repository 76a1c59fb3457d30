#include "ladder.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include <oflens/message/dissect.hpp>

namespace oflens::cli {
namespace {

constexpr std::size_t time_width = 13;
constexpr std::size_t least_width = 40;

// How many columns there are to write in: COLUMNS, the terminal's, or 100.
std::size_t columns() {
  const char* set = std::getenv("COLUMNS");
  if (const long n = set == nullptr ? 0 : std::strtol(set, nullptr, 10); n > 0 && n < 10'000)
    return static_cast<std::size_t>(n);
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 100;
}

// At most `width` characters of the text, the last three dots when there are more. Cuts between characters of
// UTF-8.
std::string fitted(std::string_view text, std::size_t width) {
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  std::size_t characters = 0, cut = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (continues(text[i])) continue;
    if (characters + 3 == width) cut = i;
    ++characters;
  }
  if (characters <= width) return std::string(text);
  return std::string(text.substr(0, cut)) + "...";
}
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

const char* text_of(Ending ending) {
  switch (ending) {
    case Ending::finished: return "closed";
    case Ending::reset: return "reset";
    case Ending::replaced: return "another connection begins between the same ends";
    case Ending::evicted: return "given up: too many connections";
    default: return "the capture ends";
  }
}

}  // namespace

Ladder::Ladder(std::uint32_t connection, const Clock& clock, const PortNames* names, bool live)
    : connection_(connection), clock_(clock), names_(names), output_(live), colour_(output_.colour()) {
  width_ = std::max(columns(), least_width) - time_width - 2;
}

void Ladder::time(Timestamp t) {
  TextBuffer& out = output_.text();
  const std::size_t start = out.size();
  out.put(colour_.dim);
  clock_.put(out, t - first_);
  out.put(colour_.off);
  out.pad_to(time_width + colour_.dim.size() + colour_.off.size(), start);
  last_ = std::max(last_, t);
}

void Ladder::begin(const Channel& channel, const Datapath& datapath, Side controller) {
  begun_ = true;
  TextBuffer left, right;
  left.put("controller ");
  put_endpoint(left, controller == Side::a ? channel.a : channel.b);
  right.put("switch ");
  put_endpoint(right, controller == Side::a ? channel.b : channel.a);
  if (datapath.id) {
    right.put(" (datapath ");
    right.put_hex(static_cast<std::uint64_t>(*datapath.id));
    right.put(')');
  }
  TextBuffer& out = output_.text();
  const std::size_t start = out.size();
  out.put("seconds");
  out.pad_to(time_width, start);
  out.put(left.view());
  const std::size_t whole = time_width + width_ + 2;
  out.pad_to(std::max(left.size() + time_width + 1, whole - std::min(whole, right.size())), start);
  out.put(right.view());
  out.put('\n');
}

void Ladder::on_answer(const Exchange& e, const Exchange::Answer& a) {
  if (e.channel != connection_ || !e.asked() || a.join == Join::setup) return;
  answers_.put(answers_.empty() ? "(" : ", ");
  answers_.put("to ");
  answers_.put_decimal(e.request.number);
  answers_.put(" +");
  clock_.put(answers_, a.message.time - e.request.time);
  if (a.certainty != Certainty::certain) {
    answers_.put(' ');
    answers_.put(oflens::name_of(a.certainty));
  }
}

void Ladder::on_message(const SessionMessage& m) {
  if (m.message.channel.id != connection_) return;
  const Bytes bytes = m.frame().bytes();
  if (!begun_) {
    first_ = m.message.time;
    begin(m.message.channel, m.datapath, (m.message.from == Side::a) == m.from_switch ? Side::b : Side::a);
  }
  words_.clear();
  words_.name_ports(names_ == nullptr ? nullptr : names_->of(m.datapath));
  words_.put_decimal(m.message.number);
  words_.put(' ');
  dissect(Catalog::standard(), bytes, tape_);
  put_line(words_, tape_, bytes, Colours(false), Detail::brief);
  if (const std::uint32_t offered = offered_versions(m.frame()); offered != 0) {
    words_.put(" of ");
    put_versions(words_, offered);
  } else {
    words_.put(" xid=");
    words_.put_decimal(static_cast<std::uint32_t>(m.frame().xid()));
  }
  if (!answers_.empty()) answers_.put(')');

  // |-- words (answers) ---->|
  constexpr std::size_t frills = 7;  // dashes at both ends, the head, a space at either side
  const std::size_t room = width_ - frills;
  std::size_t for_answers = answers_.empty() ? 0 : answers_.size() + 1;
  if (for_answers > room / 2) for_answers = 0;
  std::string text = fitted(words_.view(), room - for_answers);
  const std::size_t used = width_of(text) + for_answers;
  const std::string dashes(room - used + 1, '-');
  TextBuffer& out = output_.text();
  time(m.message.time);
  out.put('|');
  out.put(m.from_switch ? "<-" : "-- ");
  if (m.from_switch) {
    out.put(dashes);
    out.put(' ');
  }
  out.put(tape_.problems() != 0 ? colour_.red : colour_.bold);
  out.put(text);
  out.put(tape_.problems() != 0 || !colour_.bold.empty() ? colour_.off : std::string_view());
  if (for_answers != 0) {
    out.put(' ');
    out.put(colour_.cyan);
    out.put(answers_.view());
    out.put(colour_.off);
  }
  if (!m.from_switch) {
    out.put(' ');
    out.put(dashes);
  }
  out.put(m.from_switch ? " --" : "->");
  out.put("|\n");
  answers_.clear();
  output_.piece_done();
}

void Ladder::remark(std::string_view text) {
  TextBuffer& out = output_.text();
  const std::string fit = fitted(text, width_ - 2);
  const std::size_t used = width_of(fit), left = (width_ - used) / 2;
  out.put('|');
  out.put(std::string(left, ' '));
  out.put(colour_.red);
  out.put(fit);
  out.put(colour_.off);
  out.put(std::string(width_ - left - used, ' '));
  out.put("|\n");
  output_.piece_done();
}

void Ladder::on_loss(const ChannelLoss& loss, Datapath& datapath) {
  if (loss.channel.id != connection_) return;
  if (!begun_) {
    first_ = loss.time;
    begin(loss.channel, datapath, Side::b);
  }
  TextBuffer text;
  text.put_decimal(loss.bytes);
  text.put(loss.bytes == 1 ? " byte from " : " bytes from ");
  put_endpoint(text, loss.from == Side::a ? loss.channel.a : loss.channel.b);
  text.put(loss.kind == ChannelLoss::Kind::missing ? " not in the capture" : " in no whole message");
  time(loss.time);
  remark(text.view());
}

void Ladder::on_close(Channel& channel, Datapath&) {
  if (channel.id != connection_ || !begun_) return;
  time(last_);
  remark(text_of(channel.ending));
}

bool Ladder::finish() {
  output_.flush();
  return begun_;
}

}  // namespace oflens::cli
