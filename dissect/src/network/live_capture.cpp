#include <oflens/network/live_capture.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <span>
#include <utility>

#include <pcap/pcap.h>

#include <oflens/nearest.hpp>

#include "pcapng.hpp"

namespace oflens {
namespace {

// Linux fills blocks with packets of any size and hands each over when it is full or after `wait_ms`.
// Immediate mode would save that wait, but there every packet takes a slot of the largest size (64 KiB on
// loopback), and a burst of a hundred does not fit.
constexpr int snap_length = 262'144, kernel_buffer = 16 << 20, wait_ms = 10;

// "; did you mean 'eth0'?", or nothing.
std::string nearest_interface(const std::string& name) {
  char why[PCAP_ERRBUF_SIZE];
  pcap_if_t* all = nullptr;
  if (pcap_findalldevs(&all, why) != 0) return {};
  Nearest nearest(name);
  for (const pcap_if_t* i = all; i != nullptr; i = i->next) nearest.consider(i->name);
  pcap_freealldevs(all);
  return nearest.question();
}

}  // namespace

struct LiveCapture::State {
  std::string name, error;
  bool bad_filter = false, nanoseconds = false;
  pcap_t* pcap = nullptr;
  pcap_dumper_t* dumper = nullptr;
  LinkType link{};
  std::uint64_t frames = 0;
  volatile std::sig_atomic_t stopped = 0;

  ~State() {
    if (dumper != nullptr) pcap_dump_close(dumper);
    if (pcap != nullptr) pcap_close(pcap);
  }

  void fail(const std::string& what) { error = name + ": " + what; }
  void open(const LiveOptions& options);
  void activate();
  bool set_filter(const std::string& text);
};

void LiveCapture::State::open(const LiveOptions& options) {
  name = options.interface;
  activate();
  if (!error.empty()) return;
  const int type = pcap_datalink(pcap);
  const auto known = network::link_type_of(type);
  if (!known) return fail(network::unknown_link_type(type));
  link = *known;
  if (!options.filter.empty() && !set_filter(options.filter)) return;
  if (options.save.empty()) return;
  dumper = pcap_dump_open(pcap, options.save.c_str());
  if (dumper == nullptr) error = pcap_geterr(pcap);  // begins with the file's name
}

void LiveCapture::State::activate() {
  char why[PCAP_ERRBUF_SIZE] = "";
  pcap = pcap_create(name.c_str(), why);
  if (pcap == nullptr) return fail(why);
  pcap_set_snaplen(pcap, snap_length);
  pcap_set_promisc(pcap, 1);
  pcap_set_timeout(pcap, wait_ms);
  pcap_set_buffer_size(pcap, kernel_buffer);
  nanoseconds = pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO) == 0;
  switch (const int status = pcap_activate(pcap)) {
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      return fail("no permission to capture: it takes root, or the capability CAP_NET_RAW");
    case PCAP_ERROR_NO_SUCH_DEVICE: return fail("there is no such interface" + nearest_interface(name));
    case PCAP_ERROR_IFACE_NOT_UP: return fail("the interface is not up");
    default:
      if (status < 0) fail(*pcap_geterr(pcap) != '\0' ? pcap_geterr(pcap) : pcap_statustostr(status));
  }
}

bool LiveCapture::State::set_filter(const std::string& text) {
  bpf_program program{};
  bad_filter = pcap_compile(pcap, &program, text.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0;
  if (bad_filter) {
    error = "the filter '" + text + "' cannot be used: " + pcap_geterr(pcap);
    return false;
  }
  const bool set = pcap_setfilter(pcap, &program) == 0;
  if (!set) fail(pcap_geterr(pcap));
  pcap_freecode(&program);
  return set;
}

LiveCapture::LiveCapture(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiveCapture::LiveCapture(LiveCapture&&) noexcept = default;
LiveCapture& LiveCapture::operator=(LiveCapture&&) noexcept = default;
LiveCapture::~LiveCapture() = default;

LiveCapture LiveCapture::open(const LiveOptions& options) {
  auto state = std::make_unique<State>();
  state->open(options);
  return LiveCapture(std::move(state));
}

bool LiveCapture::next(CapturedFrame& frame) {
  State& s = *state_;
  if (!s.error.empty()) return false;
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  int got = 0;
  while (s.stopped == 0 && got == 0) got = pcap_next_ex(s.pcap, &header, &bytes);  // 0: none came for a while
  if (got != 1) {
    if (s.stopped == 0 && got != PCAP_ERROR_BREAK) s.fail(pcap_geterr(s.pcap));
    if (s.dumper != nullptr && pcap_dump_flush(s.dumper) != 0 && s.error.empty())
      s.error = std::string("cannot write what was captured: ") + std::strerror(errno);
    return false;
  }
  if (s.dumper != nullptr) {
    pcap_dump(reinterpret_cast<u_char*>(s.dumper), header, bytes);
    if (std::ferror(pcap_dump_file(s.dumper)) != 0) {
      s.error = std::string("cannot write what was captured: ") + std::strerror(errno);
      return false;
    }
  }
  const auto fraction = std::int64_t{header->ts.tv_usec} * (s.nanoseconds ? 1 : 1000);
  frame = {.number = ++s.frames,
           .time = Timestamp{std::chrono::seconds{header->ts.tv_sec} + Duration{fraction}},
           .link = s.link,
           .bytes = std::as_bytes(std::span(bytes, header->caplen)),
           .original_length = header->len};
  return true;
}

void LiveCapture::stop() {
  state_->stopped = 1;
  if (state_->pcap != nullptr) pcap_breakloop(state_->pcap);
}

const std::string& LiveCapture::error() const { return state_->error; }
bool LiveCapture::bad_filter() const { return state_->bad_filter; }
TimeResolution LiveCapture::resolution() const {
  return state_->nanoseconds ? TimeResolution::nanoseconds : TimeResolution::microseconds;
}
std::uint64_t LiveCapture::dropped() const {
  pcap_stat counts{};
  return state_->pcap != nullptr && pcap_stats(state_->pcap, &counts) == 0 ? counts.ps_drop : 0;
}

}  // namespace oflens
