#include "form.hpp"

#include <oflens/flow/message_text.hpp>
#include <oflens/message/dissect.hpp>
#include <oflens/message/text.hpp>

namespace oflens::cli {
namespace {

void put_cut(TextBuffer& out, std::string_view before, Bytes bytes) {
  out.put(before);
  out.put("cut: ");
  out.put_decimal(bytes.size());
  out.put(" of ");
  out.put_decimal(load_be<std::uint16_t>(bytes.data() + 2));
  out.put(" bytes were captured");
}

}  // namespace

void Formatter::begin(TextBuffer& out) {
  if (settings_.form == Form::fields) settings_.columns.put_header(out);
}

void Formatter::put(TextBuffer& out, const Piece& piece) {
  if (settings_.form == Form::json) out.put(piece.first ? "[\n" : ",\n");
  piece.unreadable_at ? put_unreadable(out, piece) : put_message(out, piece);
}

void Formatter::finish(TextBuffer& out, bool any) {
  if (settings_.form == Form::pdml) pdml_.finish(out);
  if (settings_.form == Form::json) out.put(any ? "\n]\n" : "[]\n");
}

void Formatter::put_message(TextBuffer& out, const Piece& piece) {
  const Place* place = piece.place ? &*piece.place : nullptr;
  const Form form = settings_.form;
  if (form == Form::hex) {
    out.put_bytes(piece.bytes);
    if (piece.cut) put_cut(out, "  # ", piece.bytes);
  } else if (form == Form::ovs) {
    if (place != nullptr) {
      put_place(out, *place);
      out.put('\n');
    }
    oflens::put_message(out, Catalog::standard(), piece.bytes);
  } else {
    dissect(Catalog::standard(), piece.bytes, tape_);
    switch (form) {
      case Form::json:
      case Form::ndjson: put_record(out, settings_.clock, place, tape_, piece.bytes); break;
      case Form::pdml: pdml_.message(out, place, tape_, piece.bytes); break;
      case Form::fields:
        settings_.columns.put(out, settings_.clock, place, tape_, piece.bytes, scratch_);
        break;
      default: put_line(out, piece);
    }
  }
  if (form == Form::text || form == Form::ndjson || form == Form::fields || form == Form::hex) out.put('\n');
}

void Formatter::put_unreadable(TextBuffer& out, const Piece& piece) {
  const std::string_view why(reinterpret_cast<const char*>(piece.bytes.data()), piece.bytes.size());
  const Form form = settings_.form;
  if (form == Form::json || form == Form::ndjson) {
    out.put("{\"problems\":[{\"path\":\"\",\"offset\":");
    out.put_decimal(*piece.unreadable_at);
    out.put(",\"code\":\"bad_hex\",\"text\":");
    out.put_json(why);
    out.put("}]}");
  } else if (form != Form::pdml && form != Form::fields) {  // which have no place for it
    out.put("not a message: ");
    out.put(why);
  }
  if (form != Form::json && form != Form::pdml) out.put('\n');
}

void Formatter::put_place(TextBuffer& out, const Place& place) const {
  out.put_decimal(place.number);
  out.put(' ');
  out.put(settings_.colour.dim);
  settings_.clock.put(out, place.time);
  out.put(settings_.colour.off);
  out.put(' ');
  put_endpoint(out, place.source);
  out.put(" > ");
  put_endpoint(out, place.destination);
}

void Formatter::put_line(TextBuffer& out, const Piece& piece) {
  const Colours& colour = settings_.colour;
  if (piece.place) {
    put_place(out, *piece.place);
    out.put(' ');
  }
  cli::put_line(out, tape_, piece.bytes, colour);
  if (piece.cut) put_cut(out, "; ", piece.bytes);
  if (piece.place && !piece.place->comment.empty()) {
    out.put("  # ");
    out.put_json(piece.place->comment);
  }
  if (settings_.form == Form::tree) {
    out.put('\n');
    put_tree(out, tape_, piece.bytes,
             {.name = colour.cyan, .problem = colour.red, .off = colour.off, .bytes = settings_.bytes});
    out.put('\n');
  } else if (settings_.bytes) {
    out.put('\n');
    put_annotated_bytes(out, tape_, piece.bytes);
  }
}

}  // namespace oflens::cli
