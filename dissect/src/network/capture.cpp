#include <oflens/network/capture.hpp>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <pcap/pcap.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pcapng.hpp"

namespace oflens {
namespace {

// Large enough that system calls do not count, small enough to stay in the second-level cache between the
// kernel's copy into it and libpcap's copy out of it. Measured on 1 GB in the page cache: 4 KiB costs a
// quarter more, 1 MiB and an mmap of the whole file about as much.
constexpr std::size_t buffer_size = std::size_t{256} << 10;

// libpcap's time, read with nanosecond precision. Files hold any number, so the arithmetic must not overflow.
Timestamp timestamp_of(const timeval& t) {
  auto seconds = static_cast<std::int64_t>(t.tv_sec);
  // The 32-bit seconds of a pcap file are unsigned; libpcap reads them as signed, which would end time in
  // 2038.
  if (seconds < 0 && seconds >= std::numeric_limits<std::int32_t>::min()) seconds += std::int64_t{1} << 32;
  const auto fraction = static_cast<std::int64_t>(t.tv_usec);
  std::int64_t ns = 0;
  if (__builtin_mul_overflow(seconds, std::int64_t{1'000'000'000}, &ns) ||
      __builtin_add_overflow(ns, fraction, &ns))
    ns = std::numeric_limits<std::int64_t>::max();
  return Timestamp{Duration{std::max<std::int64_t>(ns, 0)}};
}

constexpr std::uint32_t pcap_microseconds = 0xa1b2c3d4, pcap_nanoseconds = 0xa1b23c4d;
constexpr std::uint32_t pcap_modified = 0xa1b2cd34,
                        pcap_navtel = 0xa12b3c4d;  // old variants that libpcap reads too

bool is_pcap_magic(std::uint32_t magic) {
  return magic == pcap_microseconds || magic == pcap_nanoseconds || magic == pcap_modified ||
         magic == pcap_navtel;
}

}  // namespace

namespace network {

std::optional<LinkType> link_type_of(int number) {
  switch (number) {
    case DLT_EN10MB: return LinkType::ethernet;
    case DLT_LINUX_SLL: return LinkType::linux_sll;
    case DLT_LINUX_SLL2: return LinkType::linux_sll2;
    case DLT_RAW:
    case 101:  // LINKTYPE_RAW, which libpcap maps to DLT_RAW where it knows the platform's number for it
    case DLT_IPV4:
    case DLT_IPV6: return LinkType::raw;
    case DLT_NULL: return LinkType::null;
    case DLT_LOOP: return LinkType::loop;
    case DLT_PPP:
    case DLT_PPP_SERIAL: return LinkType::ppp;
    case DLT_PPP_ETHER: return LinkType::pppoe;
    case DLT_IEEE802_11: return LinkType::ieee802_11;
    case DLT_IEEE802_11_RADIO: return LinkType::radiotap;
    case DLT_OPENFLOW: return LinkType::openflow;
    default: return std::nullopt;
  }
}

std::string unknown_link_type(int number) {
  const char* label = pcap_datalink_val_to_name(number);
  return "link type " +
         (label != nullptr ? label + (" (" + std::to_string(number) + ")") : std::to_string(number)) +
         " is not among those that are read";
}

}  // namespace network

struct Capture::State {
  std::string name;  // as users know it
  std::string error;
  int descriptor = -1;
  std::FILE* stream = nullptr;
  pcap_t* pcap = nullptr;
  LinkType link{};
  TimeResolution resolution = TimeResolution::microseconds;
  network::ByteSource source;
  std::optional<network::PcapngReader> pcapng;  // else libpcap reads it
  std::uint64_t frames = 0, size = 0;
  std::uint64_t position = 0;  // in the capture, decompressed
  std::vector<char> buffer;

  ~State() {
    if (pcap != nullptr)
      pcap_close(pcap);  // closes the stream too
    else if (stream != nullptr)
      std::fclose(stream);
    if (descriptor > STDIN_FILENO) ::close(descriptor);
  }

  void fail(const std::string& what) { error = name + ": " + what; }
  void fail_with_errno() { fail(std::generic_category().message(errno)); }
  void open(const std::string& path);
  void open_pcap();
  bool next(CapturedFrame& frame);
  void explain_open(const std::string& why);
  void explain_next();

  // libpcap reads through these, so that bytes are counted, and decompressed.
  static ssize_t read(void* cookie, char* out, std::size_t n) {
    auto& self = *static_cast<State*>(cookie);
    const ssize_t got = self.source.read(out, n);
    if (got <= 0) return got;
    self.position += static_cast<std::uint64_t>(got);
    return got;
  }
  // Only tells where reading is, for ftello(): a pipe cannot do more.
  static int seek(void* cookie, off64_t* offset, int whence) {
    if (whence != SEEK_CUR || *offset != 0) return -1;
    *offset = static_cast<off64_t>(static_cast<State*>(cookie)->position);
    return 0;
  }
};

void Capture::State::open(const std::string& path) {
  if (path == "-") {
    name = "standard input";
    descriptor = STDIN_FILENO;
  } else {
    name = path;
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return fail_with_errno();
  }
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return fail_with_errno();
  if (S_ISDIR(status.st_mode)) return fail("is a directory");
  if (S_ISREG(status.st_mode)) size = static_cast<std::uint64_t>(status.st_size);

  source = network::ByteSource(descriptor);
  std::byte start[4];
  std::size_t have = 0;
  for (ssize_t got = 1; have < 4 && got != 0; have += static_cast<std::size_t>(got)) {
    got = source.read(reinterpret_cast<char*>(start) + have, 4 - have);
    if (got < 0) return source.error().empty() ? fail_with_errno() : fail(source.error());
  }
  if (have == 0) return fail("is empty");
  const std::uint32_t magic = have < 4 ? 0 : load_be<std::uint32_t>(start);
  source.give_back(start);
  if (magic == network::pcapng_section) {
    pcapng.emplace(source);
    if (!pcapng->open()) fail(pcapng->error());
    return;
  }
  if (!is_pcap_magic(magic) && !is_pcap_magic(__builtin_bswap32(magic)))
    return fail("not a capture file (pcap or pcapng)");
  if (magic == pcap_nanoseconds || __builtin_bswap32(magic) == pcap_nanoseconds)
    resolution = TimeResolution::nanoseconds;
  open_pcap();
}

void Capture::State::open_pcap() {
  stream = ::fopencookie(this, "rb", {.read = read, .write = nullptr, .seek = seek, .close = nullptr});
  if (stream == nullptr) return fail_with_errno();
  buffer.resize(buffer_size);
  std::setvbuf(stream, buffer.data(), _IOFBF, buffer.size());

  char why[PCAP_ERRBUF_SIZE] = "";
  pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, why);
  if (pcap == nullptr) return explain_open(why);
  if (const auto known = network::link_type_of(pcap_datalink(pcap)))
    link = *known;
  else
    fail(network::unknown_link_type(pcap_datalink(pcap)));
}

// Why libpcap would not open it, in terms of the file.
void Capture::State::explain_open(const std::string& why) {
  if (!source.error().empty()) return fail(source.error());
  if (std::ferror(stream)) return fail_with_errno();
  if (why.find("truncated") != std::string::npos)
    return fail("cut off in the file header, at byte " + std::to_string(position));
  fail(why);
}

// Why libpcap would not read on, in terms of the file.
void Capture::State::explain_next() {
  const int reason = errno;
  const auto at = " at byte " + std::to_string(::ftello(stream));
  const auto after = "after " + std::to_string(frames) + (frames == 1 ? " packet," : " packets,") + at;
  // libpcap gives up at the end of the file only if it wanted more.
  if (!source.error().empty())
    fail(source.error() + ", " + after);
  else if (std::ferror(stream))
    fail(std::generic_category().message(reason) + ", " + after);
  else if (std::feof(stream))
    fail("cut off in the middle of a packet " + after);
  else
    fail("unreadable " + after + ": " + pcap_geterr(pcap));
}

bool Capture::State::next(CapturedFrame& frame) {
  if (!error.empty()) return false;
  if (pcapng) {
    if (pcapng->next(frame)) return true;
    if (!pcapng->error().empty()) fail(pcapng->error());
    return false;
  }
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  const int got = pcap_next_ex(pcap, &header, &bytes);
  if (got != 1) {
    if (got != PCAP_ERROR_BREAK) explain_next();
    return false;
  }
  frame = {.number = ++frames,
           .time = timestamp_of(header->ts),
           .link = link,
           .bytes = std::as_bytes(std::span(bytes, header->caplen)),
           .original_length = header->len};
  return true;
}

Capture::Capture(std::unique_ptr<State> state) : state_(std::move(state)) {}
Capture::Capture(Capture&&) noexcept = default;
Capture& Capture::operator=(Capture&&) noexcept = default;
Capture::~Capture() = default;

Capture Capture::open(const std::string& path) {
  auto state = std::make_unique<State>();
  state->open(path);
  return Capture(std::move(state));
}

bool Capture::next(CapturedFrame& frame) { return state_->next(frame); }
const std::string& Capture::error() const { return state_->error; }
TimeResolution Capture::resolution() const {
  return state_->pcapng ? state_->pcapng->resolution() : state_->resolution;
}
std::uint64_t Capture::bytes_read() const { return state_->source.taken(); }
std::uint64_t Capture::size() const { return state_->size; }

MergedCapture MergedCapture::open(std::span<const std::string> paths) {
  MergedCapture merged;
  merged.captures_.reserve(paths.size());
  for (const auto& path : paths) merged.captures_.push_back(Capture::open(path));
  return merged;
}

bool MergedCapture::next(CapturedFrame& frame) {
  if (captures_.size() == 1) return captures_.front().next(frame);
  // std::push_heap keeps the greatest in front, so "less" is "later". Equal times go by the order of the
  // files.
  const auto later = [this](std::size_t a, std::size_t b) {
    return std::pair(pending_[a].time, a) > std::pair(pending_[b].time, b);
  };
  if (!started_) {
    started_ = true;
    pending_.resize(captures_.size());
    for (std::size_t i = 0; i < captures_.size(); ++i)
      if (captures_[i].next(pending_[i])) order_.push_back(i);
    std::make_heap(order_.begin(), order_.end(), later);
  } else if (!order_.empty()) {
    // The frame delivered last is replaced only now, because its bytes were promised to last until here.
    std::pop_heap(order_.begin(), order_.end(), later);
    if (captures_[order_.back()].next(pending_[order_.back()]))
      std::push_heap(order_.begin(), order_.end(), later);
    else
      order_.pop_back();
  }
  if (order_.empty()) return false;
  frame = pending_[order_.front()];
  frame.number = ++count_;
  return true;
}

std::vector<std::string> MergedCapture::errors() const {
  std::vector<std::string> lines;
  for (const auto& capture : captures_)
    if (!capture.error().empty()) lines.push_back(capture.error());
  return lines;
}

TimeResolution MergedCapture::resolution() const {
  auto finest = TimeResolution::microseconds;
  for (const auto& capture : captures_) finest = std::max(finest, capture.resolution());
  return finest;
}

std::uint64_t MergedCapture::bytes_read() const {
  std::uint64_t sum = 0;
  for (const auto& capture : captures_) sum += capture.bytes_read();
  return sum;
}

std::uint64_t MergedCapture::size() const {
  std::uint64_t sum = 0;
  for (const auto& capture : captures_) {
    if (capture.size() == 0) return 0;
    sum += capture.size();
  }
  return sum;
}

}  // namespace oflens
