// What is wrong, and where: findings, and lists of them that do not grow without bound.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <oflens/flow/finding_kind.hpp>
#include <oflens/session/session.hpp>

namespace oflens {

struct Finding {
  FindingKind kind{};
  // The message that it is about; of a flow or group, the one that added it. 0: it is about none.
  std::uint64_t frame = 0;
  Timestamp time{};
  std::uint32_t connection = 0;         // Channel::id; 0: none
  const Datapath* datapath = nullptr;   // valid as long as the Sessions
  std::optional<std::uint8_t> table{};  // the flow table
  std::string reason{};                 // a sentence without a full stop
  std::string entry{};                  // the flow or group, as ovs-ofctl writes it

  // Of one in a FindingList: how often the same was found here, and the last time.
  std::uint64_t count = 1;
  std::uint64_t last_frame = 0;
  Timestamp last{};
  // Others of this kind in this place that the list has no room for; said of the last one there.
  std::uint64_t more = 0;
};

class FindingSink {
 public:
  virtual void on_finding(Finding) = 0;

 protected:
  ~FindingSink() = default;
};

// Gathers findings. A place is a table or, of findings about no table, a connection of a datapath.
class FindingList final : public FindingSink {
 public:
  struct Limits {
    std::size_t each = 10;        // different findings of one kind in one place
    std::size_t places = 10'000;  // in which anything was found; what is found in others is only counted
  };
  FindingList() : FindingList(Limits{}) {}
  explicit FindingList(const Limits& limits) : limits_(limits) {}

  // What differs in time and frame only is the same.
  void on_finding(Finding) override;

  // By severity downwards, then time. Valid until the next one comes.
  std::vector<const Finding*> sorted() const;
  // All that was found, with what there was no room for.
  std::uint64_t count(Severity) const;
  // Found where there was no room at all.
  std::uint64_t left_out() const { return left_out_; }

 private:
  struct Place {
    FindingKind kind;
    std::uint32_t datapath, connection;
    int table;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  Limits limits_;
  std::map<Place, std::vector<Finding>> places_;
  std::array<std::uint64_t, 3> counts_{};
  std::uint64_t left_out_ = 0;
};

}  // namespace oflens
