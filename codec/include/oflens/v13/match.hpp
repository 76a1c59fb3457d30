// The match of OpenFlow 1.3.
#pragma once

#include <oflens/oxm.hpp>
#include <oflens/v13/enums.hpp>

namespace oflens::v13 {

// §7.2.3 ofp_match with OFPMT_OXM: any number of fields, then padding to 8 bytes that the length leaves out.
//
//   message.match = {oxm::in_port(PortNo{1}), oxm::eth_type(0x0800)};
struct Match {
  static constexpr Domain domain = Domain::match;
  Seq<Oxm> oxm{};
  static constexpr auto wire =
      describe("match", tag<MatchType::oxm>, length.without_padding(), field<&Match::oxm>, align<8>);

  Match() = default;
  template <class... Fields>
  requires(sizeof...(Fields) > 0 && (PartOf<Fields, Oxm> && ...)) Match(const Fields&... fields)
      : oxm(fields...) {}
};

}  // namespace oflens::v13
