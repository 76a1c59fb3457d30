#include "byte_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <oflens/bytes.hpp>

namespace oflens::network {
namespace {

using Decompressor = ByteSource::Decompressor;

class Gzip final : public Decompressor {
 public:
  static bool begins(const std::byte* p) { return load_be<std::uint16_t>(p) == 0x1f8b; }

  Gzip() { ready_ = inflateInit2(&z_, 16 + MAX_WBITS) == Z_OK; }
  ~Gzip() override { inflateEnd(&z_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  const char* name() const override { return "gzip"; }
  std::size_t run(const std::byte*& in, const std::byte* end, char* out, std::size_t n) override {
    if (state == State::between && in != end && inflateReset(&z_) != Z_OK) ready_ = false;
    // zlib does not write to its input, whatever its type says.
    z_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in));
    z_.avail_in = static_cast<uInt>(end - in);
    z_.next_out = reinterpret_cast<Bytef*>(out);
    z_.avail_out = static_cast<uInt>(std::min<std::size_t>(n, std::numeric_limits<uInt>::max()));
    const uInt room = z_.avail_out;
    const int result = ready_ ? inflate(&z_, Z_NO_FLUSH) : Z_MEM_ERROR;
    in = end - z_.avail_in;
    state = result == Z_STREAM_END                    ? State::between
            : result == Z_OK || result == Z_BUF_ERROR ? State::wants_more
                                                      : State::damaged;
    return room - z_.avail_out;
  }

 private:
  z_stream z_{};
  bool ready_ = false;
};

class Zstd final : public Decompressor {
 public:
  static bool begins(const std::byte* p) { return load_be<std::uint32_t>(p) == 0x28b52ffd; }

  const char* name() const override { return "zstd"; }
  std::size_t run(const std::byte*& in, const std::byte* end, char* out, std::size_t n) override {
    ZSTD_inBuffer from{in, static_cast<std::size_t>(end - in), 0};
    ZSTD_outBuffer to{out, n, 0};
    const std::size_t result = ZSTD_decompressStream(z_.get(), &to, &from);
    in += from.pos;
    state = ZSTD_isError(result) ? State::damaged : result == 0 ? State::between : State::wants_more;
    return to.pos;
  }

 private:
  struct Free {
    void operator()(ZSTD_DStream* z) const { ZSTD_freeDStream(z); }
  };
  std::unique_ptr<ZSTD_DStream, Free> z_{ZSTD_createDStream()};
};

std::unique_ptr<Decompressor> decompressor_for(const std::byte* first_four) {
  if (Gzip::begins(first_four)) return std::make_unique<Gzip>();
  if (Zstd::begins(first_four)) return std::make_unique<Zstd>();
  return nullptr;
}

}  // namespace

ByteSource::ByteSource(int descriptor) : descriptor_(descriptor) {}
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;
ByteSource::~ByteSource() = default;

ssize_t ByteSource::take(char* out, std::size_t n) {
  ssize_t got = 0;
  do {
    got = ::read(descriptor_, out, n);
  } while (got < 0 && errno == EINTR);
  if (got > 0) taken_ += static_cast<std::uint64_t>(got);
  return got;
}

ssize_t ByteSource::read(char* out, std::size_t n) {
  if (!begun_) return begin(out, n);
  if (!returned_.empty()) {
    const std::size_t part = std::min(n, returned_.size());
    std::copy_n(returned_.begin(), part, reinterpret_cast<std::byte*>(out));
    returned_.erase(returned_.begin(), returned_.begin() + static_cast<std::ptrdiff_t>(part));
    return static_cast<ssize_t>(part);
  }
  return decompressor_ == nullptr ? take(out, n) : decompress(out, n);
}

// Looks at the first four bytes, which a pipe may give one by one.
ssize_t ByteSource::begin(char* out, std::size_t n) {
  begun_ = true;
  std::size_t have = 0;
  while (have < 4 && n >= 4) {
    const ssize_t got = take(out + have, n - have);
    if (got < 0) return got;
    if (got == 0) return static_cast<ssize_t>(have);
    have += static_cast<std::size_t>(got);
  }
  if (n < 4) return take(out, n);
  const auto* bytes = reinterpret_cast<const std::byte*>(out);
  decompressor_ = decompressor_for(bytes);
  if (decompressor_ == nullptr) return static_cast<ssize_t>(have);
  packed_.assign(bytes, bytes + have);
  packed_.resize(std::max<std::size_t>(have, std::size_t{256} << 10));
  at_ = packed_.data();
  end_ = at_ + have;
  return decompress(out, n);
}

ssize_t ByteSource::decompress(char* out, std::size_t n) {
  using State = Decompressor::State;
  if (!error_.empty()) return fail(error_);
  for (;;) {
    if (at_ == end_) {
      const ssize_t got = take(reinterpret_cast<char*>(packed_.data()), packed_.size());
      if (got < 0) return got;
      if (got == 0) {
        if (decompressor_->state == State::between) return 0;
        return fail(std::string("the ") + decompressor_->name() + " data is cut off at byte " +
                    std::to_string(taken_));
      }
      at_ = packed_.data();
      end_ = at_ + got;
    }
    const std::size_t given = decompressor_->run(at_, end_, out, n);
    if (decompressor_->state == State::damaged)
      // What came before the damage is good; the error is for the next time.
      error_ = std::string("the ") + decompressor_->name() + " data is damaged before byte " +
               std::to_string(taken_ - static_cast<std::uint64_t>(end_ - at_));
    if (given != 0) return static_cast<ssize_t>(given);
    if (!error_.empty()) return fail(error_);
  }
}

ssize_t ByteSource::fail(const std::string& what) {
  error_ = what;
  errno = EIO;
  return -1;
}

}  // namespace oflens::network
