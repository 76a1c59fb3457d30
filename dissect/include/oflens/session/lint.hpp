// What is wrong in what controllers and switches said to each other.
#pragma once

#include <memory>

#include <oflens/flow/table_check.hpp>
#include <oflens/session/exchange.hpp>
#include <oflens/session/finding.hpp>
#include <oflens/session/tables.hpp>

namespace oflens {

struct LintLimits {
  // An answer that has not come is missed after so long, if the connection lasts; and at once when a barrier
  // behind the request was answered.
  Duration patience = std::chrono::seconds{1};
  // So many packet_ins of the same packets (port, addresses, protocol, ports) in so long are a storm, if no
  // flow that they match was added meanwhile.
  std::uint32_t storm_packets = 50;
  Duration storm_window = std::chrono::seconds{1};
  // So many changes of the primary in so long are flaps.
  std::uint32_t role_changes = 3;
  Duration role_window = std::chrono::seconds{60};
  // What is remembered at once, over all connections: buffers that switches gave, flows of packet_ins, ports.
  std::size_t buffers = 262'144, packets = 16'384, ports = 65'536;
  TableCheckLimits tables{};
};

// Reports what it finds while messages come, at the ends of connections, in finish() and in check().
//
//   FindingList list;
//   Lint lint(list);
//   TableTracker tables;
//   lint.look_into(tables);
//   Sessions sessions({&lint, &tables});
//   ... lint.finish();
//   for (const auto& [index, t] : tables.tables()) lint.check(t, end);
//
// What cannot be known is not reported: an answer that may be in lost bytes, or on a side of which nothing
// was captured; what is not in the tables of a switch of which the first connection's beginning was not
// captured. Memory: what the limits allow, those of an ExchangeTracker, and 1 KiB a connection and datapath.
// 1 us a message.
class Lint final : public SessionSink {
 public:
  explicit Lint(FindingSink& sink, const LintLimits& limits = {});
  ~Lint();

  // From now on what flow_mods find in these tables is judged, too. They get every message after this does, and
  // outlive it.
  void look_into(const TableTracker&);

  void on_message(const SessionMessage&) override;
  void on_loss(const ChannelLoss&, Datapath&) override;
  void on_close(Channel&, Datapath&) override;
  // The capture has ended.
  void finish();

  // What is wrong in the tables of a datapath, as they are at that time (flow/table_check.hpp). False when
  // there are so many flows that not all were compared.
  bool check(const TableTracker::Tables&, Timestamp at) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace oflens
