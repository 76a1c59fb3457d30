// Display filters: which messages to show. docs/filter.md describes the language.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <oflens/message/field_index.hpp>
#include <oflens/timestamp.hpp>

namespace oflens {

namespace filter {
struct Program;
class Run;
}  // namespace filter

// What is known of a message beside its bytes when it comes from a capture.
struct FilterContext {
  struct Peer {
    std::array<std::uint8_t, 16> address{};  // IPv4 addresses mapped into IPv6
    std::uint16_t port = 0;
  };
  std::uint64_t frame = 0;       // number of the captured frame that completed it
  Timestamp time{}, start{};     // of that frame, and of the first in the capture
  std::uint32_t connection = 0;  // from 1
  Peer source{}, destination{};
  std::optional<DatapathId> datapath_id{};
  std::string_view comment{};  // on that frame
  bool from_switch = false;
};

// What is wrong with a filter, and which part of its text.
struct FilterError {
  std::size_t offset = 0, length = 0;
  std::string text{};
};

// A filter, compiled for the catalogue of an index. It reads as little of a message as it needs: fields at a
// fixed place directly, others by walking to where they can stand; only malformed messages and what is inside
// packets become trees. Not for several threads at once: it keeps its working memory. No allocation per
// message once that has grown.
class Filter {
 public:
  static constexpr std::size_t longest = 65536;  // text in bytes

  // Nothing, with an error, when the text is no filter. The index must outlive the filter.
  static std::optional<Filter> compile(const FieldIndex&, std::string_view text, FilterError&);

  // Does it ask for anything of a context?
  bool needs_context() const;
  // Takes any bytes. What is not known without a context (null) is absent.
  bool matches(Bytes message, const FilterContext* context = nullptr);

  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;
  ~Filter();

 private:
  explicit Filter(std::unique_ptr<filter::Program>);
  std::unique_ptr<filter::Program> program_;
  std::unique_ptr<filter::Run> run_;
};

}  // namespace oflens
