#include <oflens/nearest.hpp>

#include <algorithm>
#include <vector>

namespace oflens {
namespace {

// How many letters must be changed, added, left out or swapped to make b of a.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] =
          std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

void Nearest::consider(std::string_view candidate) {
  constexpr std::size_t longest = 64;  // nobody mistypes more
  if (word_.size() > longest || candidate.size() > longest) return;
  if (const std::size_t n = distance(word_, candidate); n < least_) {
    least_ = n;
    best_ = candidate;
  }
}

}  // namespace oflens
