#include "pdml.hpp"

#include <fmt/format.h>

#include <oflens/message/pdml.hpp>

namespace oflens::cli {
namespace {

void put_field(TextBuffer& out, std::string_view name, std::string_view showname, std::string_view show) {
  out.put("    <field name=\"");
  out.put(name);
  out.put("\" showname=\"");
  put_xml(out, showname);
  out.put("\" size=\"0\" pos=\"0\" show=\"");
  put_xml(out, show);
  out.put("\"/>\n");
}

void put_end(TextBuffer& out, std::string_view proto, std::string_view field, std::string_view showname,
             const Endpoint& e) {
  TextBuffer text;
  put_address(text, e);
  const std::string_view address = text.view();
  put_field(out, fmt::format("{}.{}", proto, field), fmt::format("{}: {}", showname, address), address);
}

}  // namespace

void PdmlDocument::begin(TextBuffer& out) {
  begun_ = true;
  out.put(
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<?xml-stylesheet type=\"text/xsl\" href=\"pdml2html.xsl\"?>\n"
      "<pdml version=\"0\" creator=\"oflens/" OFLENS_VERSION "\">\n");
}

void PdmlDocument::end_packet(TextBuffer& out) {
  if (in_packet_) out.put("</packet>\n");
  in_packet_ = false;
}

void PdmlDocument::message(TextBuffer& out, const Place* place, const Tape& tape, Bytes message) {
  if (!begun_) begin(out);
  const bool same = place != nullptr && in_packet_ && place->number == frame_ && place->channel == channel_;
  if (!same) {
    end_packet(out);
    in_packet_ = true;
    ++count_;
    const std::uint64_t number = place != nullptr ? place->number : count_;
    const std::string decimal = std::to_string(number);
    out.put("<packet>\n");
    out.put(fmt::format("  <proto name=\"geninfo\" pos=\"0\" showname=\"General information\" size=\"{}\">\n",
                        message.size()));
    const auto general = [&](std::string_view name, std::string_view showname, std::string_view show,
                             std::uint64_t value) {
      out.put(fmt::format(
          "    <field name=\"{}\" pos=\"0\" show=\"{}\" showname=\"{}\" value=\"{:x}\" size=\"{}\"/>\n", name,
          show, showname, value, message.size()));
    };
    const std::string size = std::to_string(message.size());
    general("num", "Number", decimal, number);
    general("len", "Frame Length", size, message.size());
    general("caplen", "Captured Length", size, message.size());
    if (place != nullptr) {
      TextBuffer time, seconds;
      time.put_time(place->time, 9);
      seconds.put_seconds(place->time.time_since_epoch(), 9);
      out.put(
          fmt::format("    <field name=\"timestamp\" pos=\"0\" show=\"{}\" showname=\"Captured Time\" "
                      "value=\"{}\" size=\"{}\"/>\n",
                      time.view(), seconds.view(), message.size()));
    }
    out.put("  </proto>\n");
    out.put(fmt::format("  <proto name=\"frame\" showname=\"Frame {}\" size=\"0\" pos=\"0\">\n", number));
    put_field(out, "frame.number", "Frame Number: " + decimal, decimal);
    out.put("  </proto>\n");
    if (place != nullptr) {
      frame_ = place->number;
      channel_ = place->channel;
      const std::string_view proto = place->source.is_ipv4() ? "ip" : "ipv6";
      out.put(
          fmt::format("  <proto name=\"{}\" showname=\"Internet Protocol\" size=\"0\" pos=\"0\">\n", proto));
      put_end(out, proto, "src", "Source Address", place->source);
      put_end(out, proto, "dst", "Destination Address", place->destination);
      out.put("  </proto>\n");
      out.put("  <proto name=\"tcp\" showname=\"Transmission Control Protocol\" size=\"0\" pos=\"0\">\n");
      const auto port = [&](std::string_view name, std::string_view showname, std::uint16_t number_of_port) {
        put_field(out, name, fmt::format("{}: {}", showname, number_of_port), std::to_string(number_of_port));
      };
      port("tcp.srcport", "Source Port", place->source.port);
      port("tcp.dstport", "Destination Port", place->destination.port);
      const std::string channel = std::to_string(place->channel);
      put_field(out, "tcp.stream", "Connection: " + channel, channel);
      out.put("  </proto>\n");
    }
  }
  put_pdml_proto(out, tape, message);
}

void PdmlDocument::finish(TextBuffer& out) {
  if (!begun_) begin(out);
  end_packet(out);
  out.put("</pdml>\n");
}

}  // namespace oflens::cli
