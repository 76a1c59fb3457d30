#include "filter.hpp"

namespace oflens::cli {

CLI::Option* MessageFilter::add_option(CLI::App& app, const std::string& what) {
  return app.add_option("-Y,--filter", text_, "only " + what + "; 'oflens reference filter' says more")
      ->type_name("FILTER");
}

int MessageFilter::compile() {
  if (text_.empty()) return done;
  FilterError error;
  filter_ = Filter::compile(index_.emplace(Catalog::standard()), text_, error);
  if (filter_) return done;
  // The line in which it is, and a caret under the place.
  const std::size_t newline = error.offset == 0 ? std::string::npos : text_.rfind('\n', error.offset - 1);
  const std::size_t begin = newline == std::string::npos ? 0 : newline + 1;
  const std::string line = text_.substr(begin, text_.find('\n', begin) - begin);
  std::string under;
  for (std::size_t i = 0; i < error.offset - begin; ++i)
    if (const char c = i < line.size() ? line[i] : ' '; (c & 0xc0) != 0x80) under += c == '\t' ? '\t' : ' ';
  under += '^';
  for (std::size_t i = error.offset - begin + 1; i < error.offset - begin + error.length; ++i)
    if (i < line.size() && (line[i] & 0xc0) != 0x80) under += '~';
  note("-Y: " + error.text + "\n  " + line + "\n  " + under);
  return wrong_usage;
}

bool MessageFilter::passes(const SessionMessage& m, const Clock& clock) {
  if (!filter_ || !filter_->needs_context()) return passes(m.frame().bytes());
  return passes(place_of(m), m.from_switch, clock, m.frame().bytes());
}

bool MessageFilter::passes(const Place& place, bool from_switch, const Clock& clock, Bytes message) {
  if (!filter_) return true;
  const FilterContext context{.frame = place.number,
                              .time = place.time,
                              .start = clock.first(),
                              .connection = place.channel,
                              .source = {place.source.address, place.source.port},
                              .destination = {place.destination.address, place.destination.port},
                              .datapath_id = place.datapath_id,
                              .comment = place.comment,
                              .from_switch = from_switch};
  return filter_->matches(message, &context);
}

}  // namespace oflens::cli
