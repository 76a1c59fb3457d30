#include "json_tree.hpp"

#include <nlohmann/json.hpp>

namespace oflens {

// What nlohmann's parser says while it reads.
struct JsonEvents {
  using Json = nlohmann::json;
  JsonTree& tree;

  bool null() { return add(JsonValue::Kind::null); }
  bool boolean(bool v) { return add(JsonValue::Kind::boolean, v ? 1 : 0); }
  bool number_unsigned(Json::number_unsigned_t v) { return add(JsonValue::Kind::number, v); }
  bool number_integer(Json::number_integer_t v) {
    return add(JsonValue::Kind::other_number, 0, keep(std::to_string(v)));
  }
  bool number_float(Json::number_float_t, const std::string& as_written) {
    return add(JsonValue::Kind::other_number, 0, keep(as_written));
  }
  bool string(const std::string& v) { return add(JsonValue::Kind::text, 0, keep(v)); }
  bool binary(const Json::binary_t&) { return false; }
  bool key(const std::string& v) {
    tree.key_ = keep(v);
    return true;
  }
  bool start_object(std::size_t) { return open(JsonValue::Kind::object); }
  bool start_array(std::size_t) { return open(JsonValue::Kind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t position, const std::string&, const Json::exception& e) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while ..."
    std::string_view what = e.what();
    if (const std::size_t at = what.find(": "); at != what.npos) what.remove_prefix(at + 2);
    if (what.starts_with("syntax error ")) what.remove_prefix(13);
    tree.why_ = "no JSON at character " + std::to_string(position) + ": " + std::string(what);
    return false;
  }

 private:
  // All texts together are shorter than what they were written as, for which there is room: nothing moves.
  std::string_view keep(std::string_view s) {
    const std::size_t at = tree.texts_.size();
    tree.texts_ += s;
    return std::string_view(tree.texts_).substr(at);
  }
  bool add(JsonValue::Kind kind, std::uint64_t number = 0, std::string_view text = {}) {
    tree.values_.push_back({.kind = kind, .number = number, .key = tree.key_, .text = text});
    tree.key_ = {};
    return true;
  }
  bool open(JsonValue::Kind kind) {
    if (tree.open_.size() == JsonTree::max_depth) {
      tree.why_ = "nested deeper than " + std::to_string(JsonTree::max_depth);
      return false;
    }
    tree.open_.push_back(tree.size());
    return add(kind);
  }
  bool close() {
    JsonValue& whole = tree.values_[tree.open_.back()];
    whole.subtree = tree.size() - tree.open_.back();
    tree.open_.pop_back();
    return true;
  }
};

bool JsonTree::parse(std::string_view json) {
  values_.clear();
  open_.clear();
  texts_.clear();
  texts_.reserve(json.size());
  key_ = {};
  why_.clear();
  JsonEvents events{*this};
  return nlohmann::json::sax_parse(json.begin(), json.end(), &events);
}

}  // namespace oflens
