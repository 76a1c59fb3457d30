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

void put_address(TextBuffer& out, std::string_view proto, std::string_view field, std::string_view showname,
                 const Endpoint& e) {
  TextBuffer text;
  put_endpoint(text, e);
  std::string_view address = text.view().substr(0, text.view().rfind(':'));
  if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
  put_field(out, fmt::format("{}.{}", proto, field), fmt::format("{}: {}", showname, address), address);
}

}  // namespace

void PdmlDocument::begin() {
  begun_ = true;
  out_.put(
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<?xml-stylesheet type=\"text/xsl\" href=\"pdml2html.xsl\"?>\n"
      "<pdml version=\"0\" creator=\"oflens/" OFLENS_VERSION "\">\n");
}

void PdmlDocument::end_packet() {
  if (in_packet_) out_.put("</packet>\n");
  in_packet_ = false;
}

void PdmlDocument::message(const Place* place, const Tape& tape, Bytes message) {
  if (!begun_) begin();
  const bool same = place != nullptr && in_packet_ && place->number == frame_ && place->channel == channel_;
  if (!same) {
    end_packet();
    in_packet_ = true;
    ++count_;
    const std::uint64_t number = place != nullptr ? place->number : count_;
    const std::string decimal = std::to_string(number);
    out_.put("<packet>\n");
    out_.put(
        fmt::format("  <proto name=\"geninfo\" pos=\"0\" showname=\"General information\" size=\"{}\">\n",
                    message.size()));
    const auto general = [&](std::string_view name, std::string_view showname, std::string_view show,
                             std::uint64_t value) {
      out_.put(fmt::format(
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
      out_.put(
          fmt::format("    <field name=\"timestamp\" pos=\"0\" show=\"{}\" showname=\"Captured Time\" "
                      "value=\"{}\" size=\"{}\"/>\n",
                      time.view(), seconds.view(), message.size()));
    }
    out_.put("  </proto>\n");
    out_.put(fmt::format("  <proto name=\"frame\" showname=\"Frame {}\" size=\"0\" pos=\"0\">\n", number));
    put_field(out_, "frame.number", "Frame Number: " + decimal, decimal);
    out_.put("  </proto>\n");
    if (place != nullptr) {
      frame_ = place->number;
      channel_ = place->channel;
      const std::string_view proto = place->source.is_ipv4() ? "ip" : "ipv6";
      out_.put(
          fmt::format("  <proto name=\"{}\" showname=\"Internet Protocol\" size=\"0\" pos=\"0\">\n", proto));
      put_address(out_, proto, "src", "Source Address", place->source);
      put_address(out_, proto, "dst", "Destination Address", place->destination);
      out_.put("  </proto>\n");
      out_.put("  <proto name=\"tcp\" showname=\"Transmission Control Protocol\" size=\"0\" pos=\"0\">\n");
      const auto port = [&](std::string_view name, std::string_view showname, std::uint16_t number_of_port) {
        put_field(out_, name, fmt::format("{}: {}", showname, number_of_port),
                  std::to_string(number_of_port));
      };
      port("tcp.srcport", "Source Port", place->source.port);
      port("tcp.dstport", "Destination Port", place->destination.port);
      const std::string channel = std::to_string(place->channel);
      put_field(out_, "tcp.stream", "Connection: " + channel, channel);
      out_.put("  </proto>\n");
    }
  }
  put_pdml_proto(out_, tape, message);
}

void PdmlDocument::finish() {
  if (!begun_) begin();
  end_packet();
  out_.put("</pdml>\n");
}

}  // namespace oflens::cli
