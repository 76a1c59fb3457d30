// Runs a fuzz target without a fuzzer: over files, or over generated messages, some of them broken, some of
// them several in a row. With --write DIRECTORY it writes those instead: a corpus for a fuzzer to start from.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <oflens/message/generate.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

template <class F>
void each_generated(int count, F f) {
  const oflens::Catalog& catalog = oflens::Catalog::standard();
  oflens::Generator generate(20);
  std::vector<std::byte> message, input;
  for (int i = 0; i < count; ++i) {
    input.clear();
    for (std::uint64_t n = i % 3 == 0 ? 1 + generate.below(12) : 1; n > 0; --n) {
      generate.message(catalog, message);
      if (i % 4 != 0) generate.mutate(message);
      input.insert(input.end(), message.begin(), message.end());
    }
    if (i % 3 == 0)  // a tail that targets with a script take for one
      for (std::uint64_t n = generate.below(12); n > 0; --n)
        input.push_back(static_cast<std::byte>(generate.below(256)));
    f(i, input);
  }
}

// A copy on the heap of just that size, so that the address sanitizer notices what a target reads beyond.
void run(const void* data, std::size_t size) {
  const std::vector<std::uint8_t> copy(static_cast<const std::uint8_t*>(data),
                                       static_cast<const std::uint8_t*>(data) + size);
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

bool run_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::fprintf(stderr, "%s: cannot be read\n", path.c_str()), false;
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  run(bytes.data(), bytes.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--write") == 0) {
    std::filesystem::create_directories(argv[2]);
    each_generated(300, [&](int i, const std::vector<std::byte>& input) {
      std::ofstream(std::filesystem::path(argv[2]) / std::to_string(i), std::ios::binary)
          .write(reinterpret_cast<const char*>(input.data()), static_cast<std::streamsize>(input.size()));
    });
    return 0;
  }
  std::size_t runs = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::filesystem::is_directory(argv[i])) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i]))
        if (entry.is_regular_file() && !run_file(entry.path())) return 1;
    } else if (!run_file(argv[i])) {
      return 1;
    }
    ++runs;
  }
  if (runs == 0) {
    run("", 0);
    each_generated(100'000,
                   [&](int, const std::vector<std::byte>& input) { run(input.data(), input.size()); });
  }
  return 0;
}
