// What was probably meant by a word that is wrong.
#pragma once

#include <string>
#include <string_view>

namespace oflens {

// Collects candidates and keeps the one that is fewest letters away: changed, added, left out or swapped with
// the next. One that is too far away is none.
class Nearest {
 public:
  explicit Nearest(std::string_view word) : word_(word), least_(word.size() / 3 + 2) {}
  void consider(std::string_view candidate);

  // Empty when there is none.
  const std::string& best() const { return best_; }
  // "; did you mean 'best'?", or nothing.
  std::string question() const { return best_.empty() ? std::string() : "; did you mean '" + best_ + "'?"; }

 private:
  std::string_view word_;
  std::string best_;
  std::size_t least_;
};

}  // namespace oflens
