// Plays two controllers of one switch, which listens: sends it random flow_mods, group_mods, meter_mods,
// bundles and changes of role, valid and not. They meet each other, for there are few tables, matches, groups
// and meters.
//
//   churn HOST PORT VERSION SEED COUNT     VERSION: 1.0 or 1.3; exit status 0 when the switch answered to the
//   end
//
// The same seed sends the same messages. Never are both controllers waited for at once: in which order a
// switch reads from two connections nobody can tell.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <oflens/ext/nicira.hpp>
#include <oflens/ext/onf.hpp>
#include <oflens/flow/flow_syntax.hpp>
#include <oflens/frame.hpp>
#include <oflens/message/generate.hpp>
#include <oflens/v10/messages.hpp>
#include <oflens/v13/messages.hpp>

using namespace oflens;

namespace {

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(2);
}

using Sent = std::vector<std::byte>;

template <class M>
Sent encoded(const M& message, Xid xid, Version version) {
  Sent bytes(encoded_size(message));
  if (!encode(message, xid, bytes, version)) {
    std::fprintf(stderr, "churn: a %s is not encoded\n", M::wire.name);
    std::exit(3);
  }
  return bytes;
}

// ---- one connection

class Connection {
 public:
  Connection(const char* host, int port, Version version) : version_(version) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    inet_pton(AF_INET, host, &to.sin_addr);
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fail("connect");
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const Xid first{0xffffffff};
    send(version == Version::v10 ? encoded(v10::Hello{}, first, version)
                                 : encoded(v13::Hello{}, first, version));
  }
  Connection(const Connection&) = delete;
  ~Connection() { ::close(socket_); }

  void send(Bytes bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) fail("send");
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
  }
  // Until the switch has done all that it was told.
  void wait(Xid xid) {
    const bool v10 = version_ == Version::v10;
    send(v10 ? encoded(v10::BarrierRequest{}, xid, version_) : encoded(v13::BarrierRequest{}, xid, version_));
    const std::uint8_t reply = v10 ? v10::BarrierReply::id.type : v13::BarrierReply::id.type;
    for (;;) {
      const auto frame = Frame::at(received_);
      if (!frame) {
        std::byte piece[65536];
        const ssize_t n = ::recv(socket_, piece, sizeof piece, 0);
        if (n <= 0) fail("recv");
        received_.insert(received_.end(), piece, piece + n);
        continue;
      }
      const bool done = frame->type() == reply && frame->xid() == xid;
      if (frame->type() == v10::EchoRequest::id.type) send(encoded(v10::EchoReply{}, frame->xid(), version_));
      received_.erase(received_.begin(),
                      received_.begin() + static_cast<std::ptrdiff_t>(frame->bytes().size()));
      if (done) return;
    }
  }

 private:
  Version version_;
  int socket_ = -1;
  Sent received_;
};

// ---- what is said

class Talk {
 public:
  Talk(Version version, std::uint64_t seed) : version_(version), generator_(seed) {}

  std::uint64_t below(std::uint64_t n) { return generator_.below(n); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  Xid next() { return Xid{++xid_}; }

  // One message, or a few that belong together.
  Sent next_message() {
    const std::uint64_t kind = below(100);
    if (kind < 58) return flow_mod(next());
    if (kind < 72) return group_mod(next());
    if (kind < 80) return v10() ? flow_mod(next()) : meter_mod(next());
    if (kind < 96) return v10() ? flow_mod(next()) : bundle_message();
    if (kind < 97) return role();
    if (kind < 99) return listing(next());
    return anything(next());
  }
  // What the switch has: all flows, groups and meters.
  Sent whole_listing() {
    Sent all;
    if (v10()) {
      append(all, encoded(nicira::FlowStatsRequest{}, next(), version_));
      append(all, encoded(nicira::GroupDescRequest{}, next(), version_));
      return all;
    }
    append(all, encoded(v13::FlowStatsRequest{}, next(), version_));
    append(all, encoded(v13::GroupDescRequest{}, next(), version_));
    append(all, encoded(v13::MeterConfigRequest{}, next(), version_));
    return all;
  }

  // What makes a connection ready: now and then it asks for packets, and so for flow_removeds.
  Sent greeting() {
    Sent all = encoded(v10::FeaturesRequest{}, next(), version_);
    if (one_in(2)) append(all, encoded(v10::SetConfig{.miss_send_len = 128}, next(), version_));
    // So that flow_removeds tell of all fields that flows have, not only of those that 1.0 has.
    if (v10())
      append(all, encoded(nicira::SetFlowFormat{.format = nicira::FlowFormat::nxm}, next(), version_));
    if (v10() && !one_in(4)) append(all, encoded(nicira::FlowModTableId{.set = 1}, next(), version_));
    if (one_in(2)) append(all, monitor(next()));
    return all;
  }

 private:
  bool v10() const { return version_ == Version::v10; }
  static void append(Sent& to, const Sent& more) { to.insert(to.end(), more.begin(), more.end()); }
  using Words = std::vector<const char*>;
  const char* any_of(const Words& words, const Words& more = {}) {
    const std::uint64_t n = below(words.size() + more.size());
    return n < words.size() ? words[n] : more[n - words.size()];
  }
  std::string number(std::uint64_t n) { return std::to_string(below(n)); }

  // ---- flow_mods

  const char* match() {
    static const Words both = {"",
                               "",
                               "in_port=1",
                               "in_port=2",
                               "ip",
                               "tcp",
                               "tcp,tp_dst=80",
                               "udp,tp_dst=53",
                               "ip,nw_src=10.0.0.0/8",
                               "ip,nw_src=10.1.0.0/16",
                               "tcp,in_port=1,nw_src=10.1.2.3",
                               "arp",
                               "arp,arp_tpa=10.0.0.1",
                               "dl_vlan=0xffff",
                               "dl_vlan=5",
                               "dl_vlan=5,dl_vlan_pcp=3",
                               "dl_src=02:00:00:00:00:01",
                               "ip,nw_tos=32",
                               "in_port=LOCAL",
                               "reg0=7",
                               "reg0=0x7/0xf",
                               "ipv6",
                               "tcp,tp_dst=0x50/0xfff0",
                               "tun_id=5"};
    static const Words of_v10 = {"dl_vlan_pcp=3", "in_port=1,dl_src=02:00:00:00:00:01", "icmp,icmp_type=8",
                                 "ip,nw_frag=later", "dl_type=0x88cc"};
    static const Words of_v13 = {"arp,arp_op=1",
                                 "ipv6,ipv6_src=2001:db8::/32",
                                 "icmp6,icmp_type=135,nd_target=fe80::1",
                                 "vlan_tci=0/0x1fff",
                                 "vlan_tci=0x1000/0x1000",
                                 "dl_dst=01:00:00:00:00:00/01:00:00:00:00:00",
                                 "metadata=1",
                                 "metadata=0x1/0xf",
                                 "mpls,mpls_label=5",
                                 "sctp,tp_dst=9",
                                 "ip,nw_ecn=1",
                                 "ct_state=+trk,ip"};
    return any_of(both, v10() ? of_v10 : of_v13);
  }
  const char* action() {
    static const Words both = {"output:1",
                               "output:2",
                               "output:3",
                               "IN_PORT",
                               "CONTROLLER:128",
                               "LOCAL",
                               "FLOOD",
                               "ALL",
                               "NORMAL",
                               "strip_vlan",
                               "resubmit(,6)",
                               "group:1",
                               "group:2",
                               "clone(output:2)",
                               "clone(group:3)",
                               "load:0x7->NXM_NX_REG0[]",
                               "dec_ttl",
                               "controller(reason=no_match)",
                               "output(port=2,max_len=100)",
                               "learn(table=9,idle_timeout=30,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[])",
                               "note:01.02"};
    static const Words of_v10 = {"mod_vlan_vid:5", "mod_dl_src:02:00:00:00:00:09",
                                 "mod_tp_dst:80",  "mod_nw_src:10.0.0.9",
                                 "mod_nw_tos:184", "enqueue(2,3)"};
    static const Words of_v13 = {"group:3",
                                 "group:4",
                                 "group:9",
                                 "push_vlan:0x8100",
                                 "set_field:02:00:00:00:00:09->eth_dst",
                                 "set_field:80->tcp_dst",
                                 "set_queue:3"};
    return any_of(both, v10() ? of_v10 : of_v13);
  }
  std::string actions() {
    if (one_in(12)) return "drop";
    std::string list;
    const auto say = [&](const std::string& part) {
      // Open vSwitch 3.1.0 ends by an assertion when a group is deleted to which a flow refers twice.
      const std::size_t group = part.find("group:");
      if (group != std::string::npos &&
          (refers_ != Refers::freely || list.find(part.substr(group, 7)) != std::string::npos))
        return;
      list += (list.empty() ? "" : ",") + part;
    };
    if (!v10() && refers_ == Refers::freely && one_in(6)) say("meter:" + std::to_string(1 + below(4)));
    if (refers_ == Refers::to_group_5 && one_in(2)) list = "group:5";
    for (std::uint64_t n = 1 + below(3); n > 0; --n) say(action());
    if (!v10() && one_in(8)) say("clear_actions");
    if (!v10() && one_in(6))
      say("write_actions(" + std::string(any_of({"output:1", "group:1", "group:2"})) + ")");
    if (!v10() && one_in(8)) say("write_metadata:0x1/0xf");
    if (!v10() && one_in(8)) say("goto_table:" + std::to_string(1 + below(7)));
    return list.empty() ? "drop" : list;
  }

  Sent flow_mod(Xid xid) {
    if (v10() && one_in(3)) return plain_flow_mod(xid);
    using Command = v13::FlowModCommand;
    static constexpr Command any[] = {
        Command::add,           Command::add,     Command::add,           Command::modify,
        Command::modify_strict, Command::delete_, Command::delete_strict, Command::add};
    static constexpr Command named[] = {Command::add, Command::modify_strict, Command::delete_strict};
    const Command command = strictly_ ? named[below(3)] : any[below(8)];
    const bool add = command == v13::FlowModCommand::add;
    const bool strict =
        command == v13::FlowModCommand::modify_strict || command == v13::FlowModCommand::delete_strict;
    const bool deletes =
        command == v13::FlowModCommand::delete_ || command == v13::FlowModCommand::delete_strict;
    std::string text;
    const auto say = [&](const std::string& part) {
      if (part.empty()) return;
      if (!text.empty()) text += ',';
      text += part;
    };
    if (!one_in(5) || command == v13::FlowModCommand::delete_) say("table=" + number(4));
    if (add || strict) say("priority=" + number(3));
    say(match());
    if (one_in(2)) say("cookie=" + number(4) + (add || one_in(2) ? "" : "/0x" + number(4)));
    if (add && one_in(4)) say("idle_timeout=" + std::to_string(600 + below(3)));
    if (add && one_in(4)) say("hard_timeout=" + std::to_string(600 + below(3)));
    if (one_in(4)) say("send_flow_rem");
    if (add && one_in(5)) say("check_overlap");
    if (one_in(5)) say("reset_counts");
    if (!v10() && one_in(8)) say("no_packet_counts");
    if (deletes && one_in(4)) say("out_port=" + std::string(any_of({"1", "2", "3", "LOCAL", "CONTROLLER"})));
    if (deletes && !v10() && one_in(5)) say("out_group=" + std::to_string(1 + below(3)));
    if (!deletes) say("actions=" + actions());

    Sent message;
    SyntaxError error;
    if (!read_flow(text, {.version = version_, .command = command}, xid, message, error))
      return flow_mod(xid);  // it does not fit together
    // Of 1.0 the table is in the command, which counts only after NXT_FLOW_MOD_TABLE_ID.
    constexpr std::size_t table_at = 24;
    if (!v10() && one_in(25)) message[table_at] = static_cast<std::byte>(one_in(2) ? 0xff : 0xfe);
    return one_in(60) ? damaged(message) : message;
  }

  // Still a message of that kind, by its header.
  Sent damaged(const Sent& message) {
    Sent changed = message;
    generator_.mutate(changed);
    if (changed.size() < Header::size || changed.size() > 0xffff) return message;
    std::copy(message.begin(), message.begin() + Header::size, changed.begin());
    store_be(changed.data() + 2, static_cast<std::uint16_t>(changed.size()));
    return changed;
  }

  // 1.0's own, with whatever fields, prerequisites or not.
  Sent plain_flow_mod(Xid xid) {
    v10::FlowMod m;
    std::uint32_t wildcards = 0x3820ff;
    for (unsigned bit : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 20u, 21u})
      if (one_in(4)) wildcards &= ~(1u << bit);
    for (const unsigned shift : {8u, 14u})
      if (one_in(3)) wildcards = (wildcards & ~(63u << shift)) | static_cast<unsigned>(below(2) * 8) << shift;
    // To Open vSwitch a field without its prerequisite still says that there is an Ethernet header, which no
    // listing shows; so something else is to say so, too.
    constexpr std::uint32_t ethernet = 0x10001e, what_it_carries = 0x2fffe0;
    if ((wildcards & ethernet) == ethernet) wildcards |= what_it_carries;
    if (one_in(15)) wildcards = 0;
    m.match.wildcards = static_cast<v10::Wildcards>(wildcards);
    m.match.in_port = static_cast<v10::PortNo>(1 + below(2));
    m.match.dl_src = m.match.dl_dst = MacAddress{{2, 0, 0, 0, 0, 1}};
    static constexpr std::uint16_t vlans[] = {5, 6, 0xffff};
    m.match.dl_vlan = vlans[below(3)];
    m.match.dl_vlan_pcp = 3;
    static constexpr std::uint16_t types[] = {0x0800, 0x0806, 0x86dd, 0x88cc};
    m.match.dl_type = types[below(4)];
    m.match.nw_tos = 32;
    static constexpr std::uint8_t protocols[] = {6, 17, 1, 58, 132, 2};
    m.match.nw_proto = protocols[below(6)];
    m.match.nw_src = m.match.nw_dst = Ipv4Address{{10, 1, 2, 3}};
    m.match.tp_src = m.match.tp_dst = static_cast<std::uint16_t>(below(2));
    static constexpr v10::FlowModCommand commands[] = {
        v10::FlowModCommand::add,     v10::FlowModCommand::add,           v10::FlowModCommand::modify,
        v10::FlowModCommand::delete_, v10::FlowModCommand::modify_strict, v10::FlowModCommand::delete_strict};
    m.command = commands[below(6)];
    m.priority = static_cast<std::uint16_t>(below(3));
    m.cookie = below(4) == 0 ? ~std::uint64_t{0} : below(3);
    m.flags = static_cast<v10::FlowModFlags>(one_in(20) ? 4 : below(4));
    m.out_port = one_in(3) ? static_cast<v10::PortNo>(1 + below(3)) : v10::PortNo::none;
    for (std::uint64_t n = below(3); n > 0; --n) {
      if (one_in(3)) m.actions.push_back(v10::SetTpDst{.tp_port = 80});
      m.actions.push_back(v10::Output{.port = static_cast<v10::PortNo>(1 + below(3)), .max_len = 64});
    }
    return encoded(m, xid, version_);
  }

  // ---- groups and meters

  template <class List>
  void bucket_actions(List& list) {
    for (std::uint64_t n = below(3); n > 0; --n) {
      const auto port = static_cast<std::uint32_t>(1 + below(3));
      if constexpr (std::is_same_v<List, Seq<v10::Action>>) {
        if (one_in(3)) list.push_back(v10::SetVlanVid{.vlan_vid = 7});
        list.push_back(v10::Output{.port = static_cast<v10::PortNo>(port)});
      } else {
        if (one_in(3)) list.push_back(v13::PushVlan{.ethertype = 0x8100});
        if (one_in(4))
          list.push_back(v13::Group{.group_id = v13::GroupId{port}});
        else
          list.push_back(v13::Output{.port = PortNo{port}, .max_len = {}});
      }
    }
  }
  v13::GroupType group_type() { return static_cast<v13::GroupType>(one_in(30) ? 7 : below(4)); }
  std::uint32_t group_id(bool all_too) {
    if (one_in(40)) return 0xffffff01;
    return all_too && one_in(12) ? static_cast<std::uint32_t>(v13::GroupId::all)
                                 : static_cast<std::uint32_t>(1 + below(4));
  }

  // Deletes, or adds what may be there.
  Sent sure_group_mod(Xid xid) {
    const bool deletes = one_in(2);
    v13::GroupMod m{.command = v13::GroupModCommand{static_cast<std::uint16_t>(deletes ? 2 : 0x8000)}};
    m.group_id = v13::GroupId{static_cast<std::uint32_t>(1 + below(4))};
    if (deletes && one_in(4)) m.group_id = v13::GroupId::all;
    if (!deletes) m.buckets.push_back(v13::Bucket{.actions = {v13::Output{.port = PortNo{2}}}});
    return encoded(m, xid, version_);
  }
  Sent group_mod(Xid xid, bool may_delete = true) {
    if (v10()) return nicira_group_mod(xid);
    v13::GroupMod m;
    static constexpr std::uint16_t commands[] = {0, 0, 0x8000, 1, 1, 2, 2, 3, 5};
    const std::uint16_t command = commands[may_delete ? below(9) : below(5)];
    m.command = static_cast<v13::GroupModCommand>(command);
    m.type = group_type();
    m.group_id = v13::GroupId{group_id(command == 2)};
    if (command != 2 && (command != 5 || one_in(5)))
      for (std::uint64_t n = below(4); n > 0; --n) {
        v13::Bucket b;
        if (m.type == v13::GroupType::select) b.weight = static_cast<std::uint16_t>(below(3));
        if (m.type == v13::GroupType::ff || one_in(10))
          b.watch_port = PortNo{static_cast<std::uint32_t>(1 + below(3))};
        if (one_in(12)) b.watch_group = v13::GroupId{static_cast<std::uint32_t>(1 + below(3))};
        bucket_actions(b.actions);
        m.buckets.push_back(b);
      }
    return encoded(m, xid, version_);
  }
  Sent nicira_group_mod(Xid xid) {
    nicira::GroupMod m;
    static constexpr std::uint16_t commands[] = {0, 0, 0, 1, 1, 2, 3, 3, 3, 5, 5, 0x8000};
    const std::uint16_t command = commands[below(12)];
    m.command = static_cast<nicira::GroupModCommand>(command);
    m.type = group_type();
    m.group_id = v13::GroupId{group_id(command == 2)};
    static constexpr nicira::BucketId places[] = {nicira::BucketId::first, nicira::BucketId::last,
                                                  nicira::BucketId::all};
    const bool about_buckets = command == 3 || command == 5;
    if (about_buckets)
      m.command_bucket_id =
          one_in(2) ? places[below(3)] : nicira::BucketId{static_cast<std::uint32_t>(below(6))};
    // Open vSwitch 3.1.0 hangs when no buckets are to be inserted.
    if (command != 2 && (command != 5 || one_in(8)))
      for (std::uint64_t n = command == 3 ? 1 + below(3) : below(4); n > 0; --n) {
        nicira::Bucket b;
        b.bucket_id = nicira::BucketId{static_cast<std::uint32_t>(below(about_buckets ? 12 : 6))};
        bucket_actions(b.actions);
        if (one_in(3))
          b.properties.push_back(nicira::BucketWeight{.weight = static_cast<std::uint16_t>(below(3))});
        if (m.type == v13::GroupType::ff || one_in(10))
          b.properties.push_back(
              nicira::BucketWatchPort{.watch = PortNo{static_cast<std::uint32_t>(1 + below(3))}});
        m.buckets.push_back(b);
      }
    return encoded(m, xid, version_);
  }

  Sent meter_mod(Xid xid) {
    v13::MeterMod m;
    m.command = static_cast<v13::MeterModCommand>(below(20) == 0 ? 3 : below(3));
    static constexpr std::uint16_t flags[] = {1, 2, 5, 6, 9, 13, 3, 0};
    m.flags = static_cast<v13::MeterFlags>(flags[below(8)]);
    m.meter_id = v13::MeterId{static_cast<std::uint32_t>(below(6))};  // 0 is none
    if (m.command == v13::MeterModCommand::delete_ && one_in(6)) m.meter_id = v13::MeterId::all;
    if (one_in(15)) m.meter_id = one_in(2) ? v13::MeterId::controller : v13::MeterId::slowpath;
    if (m.command != v13::MeterModCommand::delete_)
      for (std::uint64_t n = 1; n > 0; n = below(2)) {
        // Open vSwitch's userspace datapath takes a burst of 0 for one of the rate.
        const auto rate = static_cast<std::uint32_t>(100 + below(3)),
                   burst = static_cast<std::uint32_t>(1 + below(50));
        if (one_in(6))
          m.bands.push_back(v13::DscpRemarkBand{.rate = rate, .burst_size = burst, .prec_level = 1});
        else
          m.bands.push_back(v13::DropBand{.rate = rate, .burst_size = burst});
      }
    return encoded(m, xid, version_);
  }

  // ---- bundles and others

  // Open vSwitch 3.1.0 looks whether groups and meters are there when a flow_mod is added to a bundle, and
  // ends by an assertion when they are not any more at commit; also when a bundle deletes a group to which
  // flows refer and fails, or changes these flows, too. Nor does what a bundle deletes or modifies by a wider
  // match always find what the bundle added. So bundle 0 has groups, and where one is deleted nothing that
  // fails; bundle 1 has flows, which refer to a group that was added just before, if any, and of which only
  // the first changes others than it names.
  Sent bundle_message() {
    using Type = onf::BundleControlType;
    const auto id = static_cast<std::uint32_t>(below(2));
    const auto flags = static_cast<onf::BundleFlags>(one_in(15) ? 1 : 0);
    const auto control = [&](Type type) {
      return encoded(onf::BundleControl{.bundle_id = id, .type = type, .flags = flags}, next(), version_);
    };
    const bool deleting = id == 0 && one_in(2);
    const auto add = [&](Refers refers, bool first = false) {
      const Xid xid = next();
      refers_ = refers;
      strictly_ = !first;
      const Sent inner = refers == Refers::to_group_5 && deleting ? sure_group_mod(xid)
                         : one_in(12)                             ? meter_mod(xid)
                         : one_in(12)                             ? encoded(v10::EchoRequest{}, xid, version_)
                         : id == 0                                ? group_mod(xid, false)
                                                                  : flow_mod(xid);
      refers_ = Refers::freely;
      strictly_ = false;
      return encoded(
          onf::BundleAddMessage{.bundle_id = id, .flags = flags, .message_ = Payload::borrowed(inner)}, xid,
          version_);
    };
    if (one_in(2)) return one_in(3) ? control(static_cast<Type>(2 * below(4))) : add(Refers::to_none);
    Sent all;  // a whole one
    v13::GroupMod group{.command = v13::GroupModCommand{0x8000}, .group_id = v13::GroupId{5}};
    group.buckets.push_back(v13::Bucket{.actions = {v13::Output{.port = PortNo{2}}}});
    append(all, encoded(group, next(), version_));
    append(all, control(Type::open_request));
    append(all, add(Refers::to_group_5, true));
    for (std::uint64_t n = below(6); n > 0; --n) append(all, add(Refers::to_group_5));
    if (one_in(2)) append(all, control(Type::close_request));
    append(all, control(one_in(5) ? Type::discard_request : Type::commit_request));
    return all;
  }
  // A request for some of what the switch has.
  Sent listing(Xid xid) {
    const std::uint8_t table = one_in(2) ? 0xff : static_cast<std::uint8_t>(below(4));
    const bool by_port = one_in(4);
    if (!v10()) {
      if (one_in(4)) return encoded(v13::GroupDescRequest{}, xid, version_);
      if (one_in(4))
        return encoded(v13::MeterConfigRequest{.meter_id = one_in(2) ? v13::MeterId::all : v13::MeterId{1}},
                       xid, version_);
      v13::FlowStatsRequest m{.table_id = v13::TableId{table}};
      if (by_port) m.out_port = PortNo{2};
      if (one_in(4)) m.out_group = v13::GroupId{1};
      if (one_in(3)) m.cookie = m.cookie_mask = 1;
      if (one_in(2)) m.match.oxm.push_back(oxm::eth_type(0x0800));
      return encoded(m, xid, version_);
    }
    if (one_in(4)) return encoded(nicira::GroupDescRequest{}, xid, version_);
    const auto out_port = by_port ? v10::PortNo{2} : v10::PortNo::none;
    if (one_in(2)) {
      nicira::FlowStatsRequest m{.out_port = out_port, .table_id = table};
      if (one_in(2)) m.match.push_back(oxm::eth_type(0x0800));
      return encoded(m, xid, version_);
    }
    v10::FlowStatsRequest m{.table_id = table, .out_port = out_port};
    m.match.wildcards = v10::Wildcards::all;
    return encoded(m, xid, version_);
  }
  // From now on the switch tells this controller of changes.
  Sent monitor(Xid xid) {
    constexpr unsigned initial = 1, changes = 2 | 4 | 8, actions = 16, own = 32;
    const unsigned flags =
        changes | (one_in(2) ? initial : 0) | (one_in(4) ? 0 : actions) | (one_in(2) ? own : 0);
    if (v10()) {
      nicira::FlowMonitorRequest m;
      m.monitors.push_back(nicira::FlowMonitor{.id_ = 1, .flags = nicira::FlowMonitorFlags(flags)});
      return encoded(m, xid, version_);
    }
    onf::FlowMonitorRequest m;
    m.monitors.push_back(onf::FlowMonitor{.id_ = 1, .flags = onf::FlowMonitorFlags(flags)});
    return encoded(m, xid, version_);
  }
  Sent role() {
    const std::uint64_t role = below(3);
    if (v10()) return encoded(nicira::RoleRequest{.role = static_cast<nicira::Role>(role)}, next(), version_);
    return encoded(
        v13::RoleRequest{.role = static_cast<v13::ControllerRole>(1 + role), .generation_id = ++generation_},
        next(), version_);
  }
  // A random message of those that change a switch's state; most are refused.
  Sent anything(Xid xid) {
    const Catalog& catalog = Catalog::standard();
    Sent message;
    for (;;) {
      const auto kind = below(catalog.size());
      const auto type = catalog[kind].type;
      if (catalog[kind].version != version_) continue;
      if (type != v10::FlowMod::id.type &&
          (v10() || (type != v13::GroupMod::id.type && type != v13::MeterMod::id.type)))
        continue;
      generator_.message(catalog, kind, message);
      store_be(message.data() + 4, static_cast<std::uint32_t>(xid));
      return message;
    }
  }

  Version version_;
  Generator generator_;
  enum class Refers {
    freely,
    to_none,
    to_group_5
  } refers_ = Refers::freely;  // of flows, to groups and meters
  bool strictly_ = false;      // flows are added and named, not covered
  std::uint32_t xid_ = 0;
  std::uint64_t generation_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  const Version version = std::strcmp(argv[3], "1.0") == 0 ? Version::v10 : Version::v13;
  Talk talk(version, std::strtoull(argv[4], nullptr, 10));
  std::unique_ptr<Connection> controllers[2];
  const auto connect = [&](std::size_t i) {
    controllers[i] = std::make_unique<Connection>(argv[1], std::atoi(argv[2]), version);
    controllers[i]->send(talk.greeting());
    controllers[i]->wait(talk.next());
  };
  connect(0);
  connect(1);
  std::size_t who = 0;
  for (std::uint64_t left = std::strtoull(argv[5], nullptr, 10); left > 0;) {
    Sent burst;
    for (std::uint64_t n = std::min(left, 1 + talk.below(12)); n > 0; --n, --left) {
      const Sent message = talk.next_message();
      burst.insert(burst.end(), message.begin(), message.end());
    }
    controllers[who]->send(burst);
    if (talk.one_in(3)) continue;
    controllers[who]->wait(talk.next());
    if (talk.one_in(20)) connect(who);
    who = talk.below(2);
  }
  for (auto& controller : controllers) controller->wait(talk.next());
  controllers[who]->send(talk.whole_listing());
  controllers[who]->wait(talk.next());
}
