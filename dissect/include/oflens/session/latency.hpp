// How long answers took: counts, percentiles and histograms of exchanges, by kind and datapath, in bounded
// memory.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include <oflens/session/exchange.hpp>

namespace oflens {

// Durations, counted by their first two decimal digits: what it says of one is off by at most 5 %. Least and
// most are exact. Memory: 8 bytes for each bucket between the least and the most, at most 8 KiB.
class LatencyHistogram {
 public:
  // Less than nothing (clocks go back) counts as nothing.
  void add(Duration);

  std::uint64_t count() const { return count_; }
  Duration min() const { return min_; }
  Duration max() const { return max_; }
  // The duration that so much of all (0 to 1) do not exceed. There must be one.
  Duration quantile(double) const;

  // Calls f(from, to, count) for each bucket that is not empty: from <= durations < to.
  template <class F>
  void each_bucket(F&& f) const {
    for (std::size_t i = 0; i < counts_.size(); ++i)
      if (counts_[i] != 0) f(begin_of(first_ + i), begin_of(first_ + i + 1), counts_[i]);
  }

 private:
  static std::size_t bucket_of(std::uint64_t ns);
  static Duration begin_of(std::size_t bucket);

  std::vector<std::uint64_t> counts_;  // of buckets from first_ on
  std::size_t first_ = 0;
  std::uint64_t count_ = 0;
  Duration min_{}, max_{};
};

// What exchanges of one kind took.
struct LatencyCount {
  LatencyHistogram latencies;
  std::uint64_t unanswered = 0, errors = 0, duplicates = 0, late = 0, unasked = 0;
};

// The kinds: "echo", "barrier", "multipart flow" ..., to the last part of the answer; "packet_in" to its
// first answer, "packet_in > packet_out" and "packet_in > flow_mod" to the first such; "setup >
// features_reply" and "setup > flow_mod" from the connection's first message.
class LatencyStats final : public ExchangeSink {
 public:
  using Kinds = std::map<std::string, LatencyCount, std::less<>>;

  void on_exchange(const Exchange&) override;

  const Kinds& all() const { return all_; }
  // By Datapath::index.
  const std::map<std::uint32_t, Kinds>& by_datapath() const { return by_datapath_; }

 private:
  Kinds all_;
  std::map<std::uint32_t, Kinds> by_datapath_;
};

}  // namespace oflens
