// Hello, and what it may carry. The struct is the same in all versions; 1.3.1 gave it elements (1.3.5
// §7.5.1), older versions ask receivers to ignore what follows the header.
#pragma once

#include <oflens/message.hpp>

namespace oflens::v13 {

enum class HelloElementType : std::uint16_t { versionbitmap = 1 };
constexpr auto labels_of(HelloElementType) {
  return enumeration({{HelloElementType::versionbitmap, "OFPHET_VERSIONBITMAP"}});
}

// ofp_hello_elem_versionbitmap: bit n of word w is version 32 w + n.
struct VersionBitmap {
  Seq<std::uint32_t> bitmaps{};
  static constexpr auto wire = describe("versionbitmap", tag<HelloElementType::versionbitmap>,
                                        length.without_padding(), field<&VersionBitmap::bitmaps>, align<8>);
};

struct HelloElementRules {
  using Type = HelloElementType;
  static constexpr const char* name = "hello_element";
  static constexpr const char* length_name = "length";
  static constexpr std::size_t minimum = 4, multiple = 1;
  static constexpr bool padded = true;
  static constexpr Domain domain = Domain::hello;
};
using HelloElement = OneOf<HelloElementRules, VersionBitmap>;

struct Hello {
  static constexpr MessageId id{Version::v11, Version::v15, 0};
  static constexpr Domain domain = Domain::hello;
  Seq<HelloElement> elements{};
  static constexpr auto wire = describe("hello", field<&Hello::elements>);
};

}  // namespace oflens::v13
