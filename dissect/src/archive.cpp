#include "archive.hpp"

#include <cstring>

namespace oflens {
namespace {

constexpr std::size_t trailer = 8 + 8 + archive_end.size();

Bytes bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }
std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

// Multiplication by an odd number loses nothing, and the rotation brings high bits to where it spreads them.
void Checksum::add(Bytes bytes) {
  const auto mix = [&](std::uint64_t word) {
    value_ = (value_ ^ word) * 0xd6e8feb86659fd93;
    value_ = value_ << 29 | value_ >> 35;
  };
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) mix(load_be<std::uint64_t>(bytes.data()));
  if (bytes.empty()) return;
  std::byte last[8] = {};
  std::memcpy(last, bytes.data(), bytes.size());
  mix(load_be<std::uint64_t>(last));
}

// ---- writing

ArchiveWriter::ArchiveWriter(Sink sink) : sink_(std::move(sink)), buffer_(std::size_t{64} << 10) {
  bytes(bytes_of(archive_magic));
  put(archive_format);
  put(std::string(OFLENS_VERSION));
}

void ArchiveWriter::flush() {
  // Whole words, for the checksum; the rest stays.
  const std::size_t n = used_ - used_ % 8;
  const Bytes words = Bytes(buffer_).first(n);
  checksum_.add(words);
  good_ = good_ && sink_(words);
  written_ += n;
  std::memmove(buffer_.data(), buffer_.data() + n, used_ - n);
  used_ -= n;
}

void ArchiveWriter::bytes(Bytes bytes) {
  while (!bytes.empty()) {
    if (used_ == buffer_.size()) flush();
    const std::size_t n = std::min(bytes.size(), buffer_.size() - used_);
    std::memcpy(buffer_.data() + used_, bytes.data(), n);
    used_ += n;
    bytes = bytes.subspan(n);
  }
}

bool ArchiveWriter::first_of(const void* identity) {
  const auto [place, fresh] = shared_.try_emplace(identity, static_cast<std::uint32_t>(shared_.size()));
  put(place->second);
  return fresh;
}

bool ArchiveWriter::finish() {
  flush();
  const Bytes rest = Bytes(buffer_).first(used_);
  checksum_.add(rest);
  put(written_ + rest.size());
  put(checksum_.value());
  bytes(bytes_of(archive_end));
  return good_ && sink_(Bytes(buffer_).first(used_));
}

// ---- reading

ArchiveReader::ArchiveReader(Bytes file) : file_(file), left_(file) {
  const auto begin = text_of(file.first(std::min(file.size(), archive_magic.size())));
  if (file.empty() || !archive_magic.starts_with(begin)) throw ArchiveError{"not a saved state of oflens"};
  const auto cut = [&] {
    return ArchiveError{"cut off: it ends at byte " + std::to_string(file.size()) + ", without its end mark"};
  };
  if (file.size() < archive_magic.size() + sizeof archive_format + 4 + trailer) throw cut();
  left_ = left_.subspan(archive_magic.size());
  std::uint32_t format = 0, length = 0;
  (*this)(format, length);
  if (length > 64 || length > left_.size()) throw ArchiveError{"damaged at byte 12"};
  const auto version = text_of(bytes(length));
  if (format != archive_format)
    throw ArchiveError{"saved by oflens " + std::string(version) + " in format " + std::to_string(format) +
                       "; this is oflens " OFLENS_VERSION ", which reads format " +
                       std::to_string(archive_format)};
  if (left_.size() < trailer || text_of(file.last(archive_end.size())) != archive_end) throw cut();
  const Bytes contents = file.first(file.size() - trailer);
  Checksum checksum;
  checksum.add(contents);
  const std::byte* p = contents.data() + contents.size();
  if (load_be<std::uint64_t>(p) != contents.size() || load_be<std::uint64_t>(p + 8) != checksum.value())
    throw ArchiveError{"damaged: its checksum is not that of its contents"};
  left_ = left_.first(left_.size() - trailer);
}

void ArchiveReader::finish() { check(left_.empty(), "more than there should be"); }

void ArchiveReader::fail(const std::string& what) const {
  std::string text = "damaged at byte " + std::to_string(left_.data() - file_.data());
  for (std::size_t i = 0; i < parts_.size(); ++i) text += (i == 0 ? ", in " : ".") + std::string(parts_[i]);
  throw ArchiveError{text + ": " + what};
}

}  // namespace oflens
