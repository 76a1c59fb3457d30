// Random messages as a controller and a switch exchange them, for benchmarks: as structs, to be written.
#pragma once

#include <random>

#include "reference.hpp"

namespace bench {

// The same seed makes the same messages on every machine.
class Sample {
 public:
  explicit Sample(std::uint64_t seed) : random_(seed) {}

  // 3 to 10 match fields whose prerequisites are met; apply_actions with 1 to 3 actions (output, set_field,
  // dec_nw_ttl), one in four with goto_table after it.
  reference::v13::FlowModValue flow_mod13();
  // A match on a TCP or UDP flow, and 1 to 3 actions (output, set_dl_src, set_dl_dst, set_nw_dst,
  // strip_vlan).
  reference::v10::FlowModValue flow_mod10();
  // in_port in the match, and a frame of 64 to 1500 bytes, small ones more often.
  reference::v13::PacketInValue packet_in13();
  reference::v10::PacketInValue packet_in10();

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <class T>
  T number() {
    return static_cast<T>(random_());
  }
  template <class Octets>
  void fill(Octets& octets, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) octets[i] = static_cast<typename Octets::value_type>(random_());
  }
  reference::v13::OxmField field(std::uint8_t number, std::uint64_t value);
  reference::v13::OxmField random_field(std::uint8_t number, bool masked = false);
  std::vector<reference::v13::OxmField> match13(std::size_t size);
  std::vector<std::byte> frame();

  std::mt19937_64 random_;
};

}  // namespace bench
