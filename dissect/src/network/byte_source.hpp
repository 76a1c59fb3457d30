// The bytes of a file or a pipe, decompressed when they are compressed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

namespace oflens::network {

// gzip (RFC 1952) and zstd (RFC 8878) are found by their first bytes; everything else is passed on as it is,
// without a copy. Several compressed files one after the other are one. Memory is what the decompressor
// needs: 32 KiB for gzip, up to 128 MiB for zstd, mostly 2.
class ByteSource {
 public:
  // Reads from that descriptor, which stays the caller's.
  explicit ByteSource(int descriptor = -1);
  ByteSource(ByteSource&&) noexcept;
  ByteSource& operator=(ByteSource&&) noexcept;
  ~ByteSource();

  // As read(2): up to n bytes; 0 at the end; -1 with errno. When what is compressed is damaged or cut, all
  // that could be decompressed comes first (of zstd: whole blocks, of up to 128 KiB); then -1, and error()
  // says why.
  ssize_t read(char* out, std::size_t n);
  // What was read last, of up to four bytes: the next read() gives it again.
  void give_back(std::span<const std::byte, 4> bytes) { returned_.assign(bytes.begin(), bytes.end()); }
  // Taken from the descriptor so far.
  std::uint64_t taken() const { return taken_; }
  bool compressed() const { return decompressor_ != nullptr; }
  // Empty unless the compression was at fault.
  const std::string& error() const { return error_; }

  // One kind of compression. Takes bytes of `in`, and gives up to n to `out`.
  struct Decompressor {
    enum class State : std::uint8_t { wants_more, between, damaged };  // between: a compressed file has ended

    virtual ~Decompressor() = default;
    virtual const char* name() const = 0;
    // Moves `in` on; returns how many bytes it gave.
    virtual std::size_t run(const std::byte*& in, const std::byte* end, char* out, std::size_t n) = 0;
    State state = State::between;
  };

 private:
  ssize_t take(char* out, std::size_t n);
  ssize_t begin(char* out, std::size_t n);
  ssize_t decompress(char* out, std::size_t n);
  ssize_t fail(const std::string& what);

  int descriptor_;
  bool begun_ = false;
  std::uint64_t taken_ = 0;
  std::unique_ptr<Decompressor> decompressor_;
  std::vector<std::byte> packed_, returned_;
  const std::byte *at_ = nullptr, *end_ = nullptr;  // of what waits in packed_
  std::string error_;
};

}  // namespace oflens::network
