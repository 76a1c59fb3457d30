#include "state_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace oflens::cli {
namespace {

namespace fs = std::filesystem;

class File {
 public:
  File(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(); }

  bool is_open() const { return descriptor_ >= 0; }
  bool close() { return descriptor_ < 0 || ::close(std::exchange(descriptor_, -1)) == 0; }
  // All of it, of a regular file.
  bool read(std::vector<std::byte>& all) const {
    struct stat info {};
    if (fstat(descriptor_, &info) != 0) return false;
    all.resize(static_cast<std::size_t>(info.st_size));
    std::size_t have = 0;
    while (have < all.size()) {
      const ssize_t n = ::read(descriptor_, all.data() + have, all.size() - have);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return false;
      if (n == 0) break;
      have += static_cast<std::size_t>(n);
    }
    all.resize(have);
    return true;
  }
  bool write(Bytes bytes) const {
    while (!bytes.empty()) {
      const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return true;
  }

 private:
  int descriptor_;
};

// Where a state can be saved: at the end of symbolic links, for a rename would replace those.
std::string target_of(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real.string();
}

// Why it cannot be saved there, as far as that is known before; empty when it can. What is there and is
// something else is left alone.
std::string why_not_there(const std::string& path) {
  const std::string target = target_of(path);
  struct stat info {};
  if (stat(target.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) return "is a directory";
    if (!S_ISREG(info.st_mode)) return "is no regular file";
    if (info.st_size != 0) {
      std::array<char, 8> begin{};
      std::FILE* file = std::fopen(target.c_str(), "rb");
      if (file == nullptr) return std::strerror(errno);
      const std::size_t n = std::fread(begin.data(), 1, begin.size(), file);
      std::fclose(file);
      if (std::string_view(begin.data(), n) != saved_state_magic)
        return "is there, and no saved state: it is not written over";
    }
  }
  const std::string directory = fs::path(target).parent_path().string();
  if (!directory.empty() && access(directory.c_str(), W_OK) != 0)
    return directory + ": " + std::strerror(errno);
  return {};
}

int complain(const std::string& path, const std::string& what) {
  note(path + ": " + what);
  return unreadable;
}

std::string check_name(const std::string& name) {
  return name == "-" ? "a state is in a file, not in a pipe: - is none" : "";
}

}  // namespace

CLI::Option* add_state_options(CLI::App& app, InputOptions& options) {
  app.add_option("--state", options.state, "go on where the reading ended that was saved there (--save)")
      ->type_name("FILE")
      ->check(check_name)
      ->excludes(app.get_option("--port"));
  return app
      .add_option("--save", options.save,
                  "save there all that reading on takes, connections and messages that go on, too")
      ->type_name("FILE")
      ->check(check_name);
}

int StateFile::begin(ReadingPoint& point, ChannelReader& reader) {
  if (!options_.save.empty())
    if (const std::string why = why_not_there(options_.save); !why.empty())
      return complain(options_.save, why);
  if (options_.state.empty()) return done;
  if (const std::string why = why_unreadable(options_.state); !why.empty())
    return complain(options_.state, why);
  const File file(options_.state, O_RDONLY);
  std::vector<std::byte> bytes;
  if (!file.is_open() || !file.read(bytes)) return complain(options_.state, std::strerror(errno));
  if (const std::string why = load_state(bytes, point, reader, sessions_, tables_); !why.empty())
    return complain(options_.state, why);
  before_ = point;
  return restored ? restored(point) : done;
}

int StateFile::end(const ReadingPoint& point, const ChannelReader& reader) {
  if (point.frames > before_.frames && before_.frames != 0 && point.last == before_.last)
    note("nothing in the capture is later than what " + options_.state + " knows: is it the next one?");
  if (options_.save.empty()) return done;
  saved_->catch_up();
  const std::string target = target_of(options_.save);
  const std::string temporary = target + "." + std::to_string(getpid()) + ".tmp";
  File file(temporary, O_WRONLY | O_CREAT | O_EXCL);
  if (!file.is_open()) return complain(temporary, std::strerror(errno));
  const bool written =
      save_state(point, reader, sessions_, *saved_, [&](Bytes bytes) { return file.write(bytes); });
  if (written && file.close() && std::rename(temporary.c_str(), target.c_str()) == 0) return done;
  const int reason = errno;
  unlink(temporary.c_str());
  return complain(options_.save, std::strerror(reason));
}

}  // namespace oflens::cli
