// Packets inside messages as Open vSwitch prints them.
#pragma once

#include <oflens/bytes.hpp>
#include <oflens/text_buffer.hpp>

namespace oflens {

// The fields that flows match, all of them, and the checksum:
// "udp,vlan_tci=0x0000,dl_src=..,dl_dst=..,nw_src=..,nw_ttl=64,nw_frag=no,tp_src=53,tp_dst=5353
// udp_csum:1f00". Takes any bytes: as in the switch, a field that is cut off is 0, and so is all of an IP
// packet that the frame does not hold whole. No newline.
void put_packet(TextBuffer&, Bytes ethernet_frame);

}  // namespace oflens
