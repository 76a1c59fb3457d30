#include <oflens/session/latency.hpp>

#include <algorithm>
#include <cmath>

namespace oflens {
namespace {

constexpr std::uint64_t powers[] = {1,
                                    10,
                                    100,
                                    1'000,
                                    10'000,
                                    100'000,
                                    1'000'000,
                                    10'000'000,
                                    100'000'000,
                                    1'000'000'000,
                                    10'000'000'000,
                                    100'000'000'000,
                                    1'000'000'000'000,
                                    10'000'000'000'000,
                                    100'000'000'000'000,
                                    1'000'000'000'000'000,
                                    10'000'000'000'000'000};

}  // namespace

// 0 to 99 ns have a bucket each; then come 90 for each power of ten: 100, 110, 120 ... 990, 1000, 1100 ...
std::size_t LatencyHistogram::bucket_of(std::uint64_t ns) {
  if (ns < 100) return static_cast<std::size_t>(ns);
  std::size_t digits = 1;
  while (digits + 1 < std::size(powers) - 1 && ns >= powers[digits + 2]) ++digits;
  return 10 + 90 * (digits - 1) + 90 +
         static_cast<std::size_t>(std::min<std::uint64_t>(ns / powers[digits], 99) - 10);
}

Duration LatencyHistogram::begin_of(std::size_t bucket) {
  if (bucket < 100) return Duration{bucket};
  const std::size_t digits = (bucket - 100) / 90 + 1;
  return Duration{(10 + (bucket - 100) % 90) * powers[digits]};
}

void LatencyHistogram::add(Duration d) {
  d = std::max(d, Duration{});
  min_ = count_ == 0 ? d : std::min(min_, d);
  max_ = std::max(max_, d);
  ++count_;
  const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(d.count()));
  if (counts_.empty()) {
    first_ = bucket;
    counts_.assign(1, 0);
  } else if (bucket < first_) {
    counts_.insert(counts_.begin(), first_ - bucket, 0);
    first_ = bucket;
  } else if (bucket - first_ >= counts_.size()) {
    counts_.resize(bucket - first_ + 1);
  }
  ++counts_[bucket - first_];
}

Duration LatencyHistogram::quantile(double q) const {
  const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_)));
  if (rank >= count_) return max_;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen < std::max<std::uint64_t>(rank, 1)) continue;
    const Duration from = begin_of(first_ + i), to = begin_of(first_ + i + 1);
    return std::clamp((from + to - Duration{1}) / 2, min_, max_);
  }
  return max_;
}

void LatencyStats::on_exchange(const Exchange& e) {
  const auto each = [&](std::string_view kind, auto&& f) {
    for (Kinds* kinds : {&all_, &by_datapath_[e.datapath->index]}) {
      auto known = kinds->find(kind);
      if (known == kinds->end()) known = kinds->try_emplace(std::string(kind)).first;
      f(known->second);
    }
  };
  const auto took = [&](std::string_view kind, Duration d) {
    each(kind, [d](LatencyCount& c) { c.latencies.add(d); });
  };
  using Kind = Exchange::Kind;
  // The first answer of the type, of those that 1.0 and later versions share.
  const auto first_of = [&](std::string_view kind, std::uint8_t type) {
    for (const Exchange::Answer& a : e.answers)
      if (a.message.frame().type() == type) return took(kind, a.message.time - e.request.time);
  };
  constexpr std::uint8_t features_reply = 6, packet_out = 13, flow_mod = 14;
  if (e.kind == Kind::setup) {
    first_of("setup > features_reply", features_reply);
    return first_of("setup > flow_mod", flow_mod);
  }
  std::string kind = name_of(e.kind);
  if (e.kind == Kind::multipart) {
    const KeptMessage& m = e.asked() ? e.request : e.answers.front().message;
    if (const std::string_view name = multipart_name(m.frame()); !name.empty()) {
      kind += ' ';
      for (const char c : name.substr(std::string_view("OFPMP_").size()))
        kind += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
  }
  switch (e.state) {
    case Exchange::State::answered:
      took(kind, e.kind == Kind::packet_in ? e.latency() : e.duration());
      if (e.kind != Kind::packet_in) return;
      first_of("packet_in > packet_out", packet_out);
      return first_of("packet_in > flow_mod", flow_mod);
    case Exchange::State::error: return each(kind, [](LatencyCount& c) { ++c.errors; });
    case Exchange::State::unanswered: return each(kind, [](LatencyCount& c) { ++c.unanswered; });
    case Exchange::State::duplicate: return each(kind, [](LatencyCount& c) { ++c.duplicates; });
    case Exchange::State::late: return each(kind, [](LatencyCount& c) { ++c.late; });
    case Exchange::State::unasked: return each(kind, [](LatencyCount& c) { ++c.unasked; });
    case Exchange::State::closed_by_barrier:
    case Exchange::State::unconfirmed: return;
  }
}

}  // namespace oflens
