// Writes random messages of every kind that the standard catalogue describes for 1.0 and 1.3, one in
// hexadecimal a line, for other programs to read: generate SEED COUNT (of each kind).
#include <cstdio>
#include <cstdlib>

#include <oflens/message/generate.hpp>
#include <oflens/text_buffer.hpp>

int main(int argc, char** argv) {
  using namespace oflens;
  if (argc != 3) return 2;
  Generator generator(std::strtoull(argv[1], nullptr, 10));
  const auto count = std::strtoul(argv[2], nullptr, 10);
  const Catalog& catalog = Catalog::standard();
  std::vector<std::byte> message;
  TextBuffer out;
  for (std::size_t kind = 0; kind < catalog.size(); ++kind) {
    const Version version = catalog[kind].version;
    if (version != Version::v10 && version != Version::v13) continue;
    for (unsigned long i = 0; i < count; ++i) {
      generator.message(catalog, kind, message);
      out.put_bytes(message);
      out.put('\n');
    }
  }
  std::fwrite(out.view().data(), 1, out.size(), stdout);
}
