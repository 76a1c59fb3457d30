#include <catch2/catch.hpp>

#include <chrono>
#include <string>

#include <cli/workers.hpp>

using namespace oflens;
using Numbers = std::vector<int>;

namespace {

// The text of the numbers up to `end`, made in batches of different sizes by so many helpers.
std::string text_of(int end, unsigned helpers) {
  std::string all;
  cli::Workers<Numbers> workers(
      helpers,
      [&](unsigned worker, Numbers& batch, TextBuffer& out) {
        CHECK(worker <= helpers);
        // Some take longer than others.
        if (!batch.empty() && batch.front() % 7 == 0)
          std::this_thread::sleep_for(std::chrono::microseconds(batch.front() % 300));
        for (const int n : batch) {
          out.put_decimal(static_cast<std::uint64_t>(n));
          out.put(' ');
        }
        batch.clear();
      },
      [&](std::string_view text) { all += text; });
  for (int n = 0; n < end; ++n) {
    workers.batch().push_back(n);
    if (n % 5 == 0) workers.submit();
  }
  workers.submit();
  workers.finish();
  return all;
}

}  // namespace

TEST_CASE("workers: the text is in the order of the batches, however many there are", "[cli]") {
  std::string expected;
  for (int n = 0; n < 3000; ++n) expected += std::to_string(n) + ' ';
  for (const unsigned helpers : {0u, 1u, 2u, 7u}) {
    INFO(helpers);
    CHECK(text_of(3000, helpers) == expected);
  }
}

TEST_CASE("workers: nothing to do, and nothing done", "[cli]") {
  for (const unsigned helpers : {0u, 3u}) CHECK(text_of(0, helpers).empty());
  cli::Workers<Numbers> unused(
      2, [](unsigned, Numbers&, TextBuffer&) {}, [](std::string_view) {});
}
