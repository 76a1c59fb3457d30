// Whether what switches said of their tables is what they had been told to hold.
#pragma once

#include "flow_choice.hpp"
#include "flow_record.hpp"
#include "tables_at.hpp"

namespace oflens::cli {

// Writes the disagreements of a datapath, in the order in which they were found: text, or records. Of flows,
// those that are chosen.
class VerifyWriter {
 public:
  VerifyWriter(const FlowChoice& choice, const Clock& clock, const std::string& form,
               const std::string& dialect)
      : choice_(choice),
        clock_(clock),
        as_text_(form == "text"),
        dialect_(dialect),
        records_(form == "json") {}

  void datapath(const TableTracker::Tables&);
  // Returns the exit status: is there a disagreement?
  int finish();

 private:
  struct Side;
  bool chosen(const Disagreement&) const;
  void write(const Disagreement&, const Datapath&);

  const FlowChoice& choice_;
  const Clock& clock_;
  bool as_text_;
  const std::string& dialect_;
  Version version_ = Version::v13;
  Output output_;
  RecordList records_;
  std::uint64_t disagreed_ = 0, listings_ = 0;
};

}  // namespace oflens::cli
