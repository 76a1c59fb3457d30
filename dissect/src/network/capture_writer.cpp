#include <oflens/network/capture_writer.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include <pcap/pcap.h>

#include <oflens/network/headers.hpp>

namespace oflens {
namespace {

constexpr std::size_t segment_size = 1400;  // of payload; with all headers it fits Ethernet
constexpr std::size_t most_headers = 14 + 40 + 20;

// The sum of 16-bit words in one's complement (RFC 1071), of which the checksum is the complement.
std::uint32_t sum_of(Bytes bytes, std::uint32_t sum) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += load_be<std::uint16_t>(bytes.data() + i);
  if (bytes.size() % 2 != 0) sum += std::to_integer<std::uint32_t>(bytes.back()) << 8;
  return sum;
}
std::uint16_t checksum(std::uint32_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

// A locally administered address for either end.
MacAddress mac_of(const Endpoint& end, const Endpoint& other) {
  return {{2, 0, 0, 0, 0, static_cast<std::uint8_t>(end < other ? 1 : 2)}};
}

Ipv4Address ipv4_of(const Endpoint& end) {
  Ipv4Address a;
  std::copy(end.address.begin() + 12, end.address.end(), a.octets.begin());
  return a;
}

}  // namespace

struct CaptureWriter::State {
  pcap_t* pcap = nullptr;
  pcap_dumper_t* dumper = nullptr;
  bool nanoseconds = false;
  // The sequence number of the next byte from the first to the second.
  std::map<std::pair<Endpoint, Endpoint>, std::uint32_t> next;

  ~State() {
    if (dumper != nullptr) pcap_dump_close(dumper);
    if (pcap != nullptr) pcap_close(pcap);
  }

  void segment(Timestamp time, const Endpoint& from, const Endpoint& to, Bytes payload) {
    std::array<std::byte, most_headers + segment_size> frame;
    const bool ipv4 = from.is_ipv4() && to.is_ipv4();
    std::byte* p = wire::write(EthernetHeader{.dst = mac_of(to, from),
                                              .src = mac_of(from, to),
                                              .type = ipv4 ? EtherType::ipv4 : EtherType::ipv6},
                               frame.data());
    const std::size_t tcp_size = wire::wire_size<TcpHeader>() + payload.size();
    std::byte* const ip = p;
    if (ipv4) {
      p = wire::write(Ipv4Header{.total_length = static_cast<std::uint16_t>(20 + tcp_size),
                                 .fragment = 0x4000,
                                 .ttl = 64,
                                 .protocol = IpProtocol::tcp,
                                 .src = ipv4_of(from),
                                 .dst = ipv4_of(to)},
                      p);
      store_be(ip + 10, checksum(sum_of({ip, p}, 0)));
    } else {
      p = wire::write(Ipv6Header{.payload_length = static_cast<std::uint16_t>(tcp_size),
                                 .next_header = IpProtocol::tcp,
                                 .hop_limit = 64,
                                 .src = {from.address},
                                 .dst = {to.address}},
                      p);
    }
    const Bytes addresses(ipv4 ? p - 8 : p - 32, p);
    std::byte* const tcp = p;
    std::uint32_t& sequence = next.try_emplace({from, to}, 1).first->second;
    p = wire::write(TcpHeader{.src = from.port,
                              .dst = to.port,
                              .sequence = sequence,
                              .acknowledgement = next.try_emplace({to, from}, 1).first->second,
                              .offset_flags = 5 << 12 | 0x018,  // PSH, ACK
                              .window = 0xffff},
                    p);
    std::memcpy(p, payload.data(), payload.size());
    p += payload.size();
    const auto pseudo = static_cast<std::uint32_t>(IpProtocol::tcp) + static_cast<std::uint32_t>(tcp_size);
    store_be(tcp + 16, checksum(sum_of({tcp, p}, sum_of(addresses, pseudo))));
    sequence += static_cast<std::uint32_t>(payload.size());

    pcap_pkthdr header{};
    const auto since = time.time_since_epoch();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
    header.ts.tv_sec = seconds.count();
    header.ts.tv_usec = (since - seconds).count() / (nanoseconds ? 1 : 1000);
    header.caplen = header.len = static_cast<bpf_u_int32>(p - frame.data());
    pcap_dump(reinterpret_cast<u_char*>(dumper), &header, reinterpret_cast<const u_char*>(frame.data()));
  }
};

CaptureWriter::CaptureWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureWriter::~CaptureWriter() = default;

std::unique_ptr<CaptureWriter> CaptureWriter::open(const std::string& file, int digits, std::string& why) {
  auto state = std::make_unique<State>();
  state->nanoseconds = digits == 9;
  state->pcap = pcap_open_dead_with_tstamp_precision(
      DLT_EN10MB, 262144, state->nanoseconds ? PCAP_TSTAMP_PRECISION_NANO : PCAP_TSTAMP_PRECISION_MICRO);
  if (state->pcap != nullptr) state->dumper = pcap_dump_open(state->pcap, file.c_str());
  if (state->dumper == nullptr) {
    why = state->pcap != nullptr ? pcap_geterr(state->pcap) : "no memory";
    // libpcap begins with the file's name.
    if (why.starts_with(file + ": ")) why.erase(0, file.size() + 2);
    return nullptr;
  }
  return std::unique_ptr<CaptureWriter>(new CaptureWriter(std::move(state)));
}

void CaptureWriter::write(Timestamp time, const Endpoint& from, const Endpoint& to, Bytes bytes) {
  do {
    const std::size_t n = std::min(bytes.size(), segment_size);
    state_->segment(time, from, to, bytes.first(n));
    bytes = bytes.subspan(n);
  } while (!bytes.empty());
}

std::string CaptureWriter::close() {
  errno = 0;
  const bool whole = pcap_dump_flush(state_->dumper) == 0 && std::ferror(pcap_dump_file(state_->dumper)) == 0;
  const int error = errno;
  state_.reset();
  return whole ? std::string() : error != 0 ? std::strerror(error) : "could not be written";
}

}  // namespace oflens
