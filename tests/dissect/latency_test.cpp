// Durations in buckets: what is said of them is near what they were; exchanges are counted by kind and
// datapath.
#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include <oflens/session/latency.hpp>
#include <oflens/v13/messages.hpp>

#include "support.hpp"

namespace oflens {
namespace {

using namespace std::chrono_literals;
using test::encoded;

KeptMessage kept(std::vector<std::byte> bytes, Duration at) {
  return {std::move(bytes), 1, Timestamp{at}, Side::a, false};
}

}  // namespace

TEST_CASE("quantiles are within 5 percent, whatever the durations", "[latency]") {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> exponent(0, 11);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::int64_t> all;
    LatencyHistogram h;
    for (int i = 0; i < 1 + round * 7; ++i) {
      all.push_back(static_cast<std::int64_t>(std::pow(10.0, exponent(random))));
      h.add(Duration{all.back()});
    }
    std::sort(all.begin(), all.end());
    CHECK(h.count() == all.size());
    CHECK(h.min().count() == all.front());
    CHECK(h.max().count() == all.back());
    for (const double q : {0.0, 0.1, 0.5, 0.9, 0.99, 1.0}) {
      const double rank = std::max(1.0, std::ceil(q * static_cast<double>(all.size())));
      const auto exact = static_cast<double>(all[static_cast<std::size_t>(rank) - 1]);
      CHECK(std::abs(static_cast<double>(h.quantile(q).count()) - exact) <= 0.05 * exact);
    }
  }
}

TEST_CASE("every duration is in its bucket, and buckets join", "[latency]") {
  for (std::int64_t power = 1; power <= 1'000'000'000'000'000; power *= 10)
    for (const std::int64_t offset : {-1, 0, 1})
      for (std::int64_t digit = 1; digit < 10; ++digit) {
        const std::int64_t ns = std::max<std::int64_t>(0, digit * power + offset);
        LatencyHistogram h;
        h.add(Duration{ns});
        std::size_t buckets = 0;
        h.each_bucket([&](Duration from, Duration to, std::uint64_t n) {
          ++buckets;
          CHECK(n == 1);
          CHECK(from.count() <= ns);
          CHECK(ns < to.count());
          CHECK((to - from).count() <= std::max<std::int64_t>(1, from.count() / 10));
        });
        CHECK(buckets == 1);
      }
}

TEST_CASE("clocks that go back, and durations beyond all buckets", "[latency]") {
  LatencyHistogram h;
  h.add(-5s);
  h.add(Duration::max());
  CHECK(h.min() == 0s);
  CHECK(h.max() == Duration::max());
  CHECK(h.quantile(0.5) == 0s);
  CHECK(h.quantile(1) == Duration::max());
}

TEST_CASE("exchanges are counted by kind and datapath", "[latency]") {
  Datapath one, two;
  two.index = 1;
  LatencyStats stats;
  Exchange e;
  e.datapath = &one;
  e.kind = Exchange::Kind::echo;
  e.request = kept(encoded(v13::EchoRequest{}, Xid{1}, Version::v13), 0ms);
  e.answers = {{kept(encoded(v13::EchoReply{}, Xid{1}, Version::v13), 3ms)}};
  e.state = Exchange::State::answered;
  stats.on_exchange(e);
  e.datapath = &two;
  e.answers[0].message.time = Timestamp{5ms};
  stats.on_exchange(e);
  e.answers.clear();
  e.state = Exchange::State::unanswered;
  stats.on_exchange(e);
  e.state = Exchange::State::duplicate;
  stats.on_exchange(e);

  const LatencyCount& echo = stats.all().at("echo");
  CHECK(echo.latencies.count() == 2);
  CHECK(echo.latencies.min() == 3ms);
  CHECK(echo.latencies.max() == 5ms);
  CHECK(echo.unanswered == 1);
  CHECK(echo.duplicates == 1);
  CHECK(stats.by_datapath().at(0).at("echo").latencies.count() == 1);
  CHECK(stats.by_datapath().at(1).at("echo").unanswered == 1);

  e.datapath = &one;
  e.kind = Exchange::Kind::packet_in;
  e.state = Exchange::State::answered;
  e.request = kept(encoded(v13::PacketIn{}, Xid{0}), 0ms);
  e.answers = {{kept(encoded(v13::FlowMod{}, Xid{2}), 1ms)},
               {kept(encoded(v13::PacketOut{}, Xid{3}), 2ms)},
               {kept(encoded(v13::PacketOut{}, Xid{4}), 9ms)}};
  stats.on_exchange(e);
  CHECK(stats.all().at("packet_in").latencies.max() == 1ms);
  CHECK(stats.all().at("packet_in > flow_mod").latencies.max() == 1ms);
  CHECK(stats.all().at("packet_in > packet_out").latencies.max() == 2ms);

  e.kind = Exchange::Kind::multipart;
  e.request = kept(encoded(v13::FlowStatsRequest{}, Xid{0}), 0ms);
  e.answers = {{kept(encoded(v13::FlowStatsReply{}, Xid{0}), 1ms)},
               {kept(encoded(v13::FlowStatsReply{}, Xid{0}), 7ms)}};
  stats.on_exchange(e);
  CHECK(stats.all().at("multipart flow").latencies.max() == 7ms);  // to the last part
}

}  // namespace oflens
