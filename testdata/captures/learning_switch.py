"""A learning switch for the captures, run by osken-manager. It speaks the version that $OPENFLOW names: 1.0 or 1.3."""
import os

from os_ken.base import app_manager
from os_ken.controller import ofp_event
from os_ken.controller.handler import MAIN_DISPATCHER, set_ev_cls
from os_ken.lib.mac import haddr_to_str
from os_ken.ofproto import ofproto_v1_0, ofproto_v1_3

OLD = os.environ["OPENFLOW"] == "1.0"
SOURCE, DESTINATION = ("dl_src", "dl_dst") if OLD else ("eth_src", "eth_dst")
LINK = 3  # the port between the bridges; what came through it is believed for a time only
ASK_AFTER = 6  # flows: enough for a statistics reply of more than one TCP segment


class LearningSwitch(app_manager.OSKenApp):
    OFP_VERSIONS = [(ofproto_v1_0 if OLD else ofproto_v1_3).OFP_VERSION]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.port_of = {}  # (datapath id, MAC address) -> port
        self.flows = {}  # datapath id -> number of flows installed

    @set_ev_cls(ofp_event.EventOFPStateChange, MAIN_DISPATCHER)
    def on_connected(self, event):
        """The framework has seen to hello, features and (1.3) port descriptions before this."""
        datapath = event.datapath
        self.flows[datapath.id] = 0
        datapath.send_msg(datapath.ofproto_parser.OFPDescStatsRequest(datapath, 0))
        if not OLD:  # in 1.0 a packet without a flow goes to the controller anyway
            self.install(datapath, {}, datapath.ofproto.OFPP_CONTROLLER, priority=0)
        self.confirm(datapath)

    @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
    def on_packet(self, event):
        packet, datapath = event.msg, event.msg.datapath
        ofproto, parser = datapath.ofproto, datapath.ofproto_parser
        in_port = packet.in_port if OLD else packet.match["in_port"]
        destination, source = haddr_to_str(packet.data[0:6]), haddr_to_str(packet.data[6:12])

        self.port_of[datapath.id, source] = in_port
        out_port = self.port_of.get((datapath.id, destination), ofproto.OFPP_FLOOD)
        if out_port != ofproto.OFPP_FLOOD:
            match = {"in_port": in_port, DESTINATION: destination, SOURCE: source}
            idle_timeout = 300 if LINK in (in_port, out_port) else 0
            self.install(datapath, match, out_port, priority=100, idle_timeout=idle_timeout)
            self.flows[datapath.id] += 1

        data = packet.data if packet.buffer_id == 0xFFFFFFFF else None
        datapath.send_msg(parser.OFPPacketOut(datapath=datapath, buffer_id=packet.buffer_id, in_port=in_port,
                                              actions=[parser.OFPActionOutput(out_port)], data=data))
        if self.flows[datapath.id] == ASK_AFTER:
            self.flows[datapath.id] += 1  # once
            self.ask_for_flows(datapath)
            self.confirm(datapath)

    def install(self, datapath, match, out_port, **settings):
        parser = datapath.ofproto_parser
        actions = [parser.OFPActionOutput(out_port, 0xFFFF)]
        if OLD:
            what = {"actions": actions}
        else:
            what = {"instructions": [parser.OFPInstructionActions(datapath.ofproto.OFPIT_APPLY_ACTIONS, actions)]}
        datapath.send_msg(parser.OFPFlowMod(datapath, match=parser.OFPMatch(**match), **what, **settings))

    def ask_for_flows(self, datapath):
        ofproto, parser = datapath.ofproto, datapath.ofproto_parser
        if OLD:
            request = parser.OFPFlowStatsRequest(datapath, 0, parser.OFPMatch(), 0xFF, ofproto.OFPP_NONE)
        else:
            request = parser.OFPFlowStatsRequest(datapath)
        datapath.send_msg(request)

    def confirm(self, datapath):
        datapath.send_msg(datapath.ofproto_parser.OFPBarrierRequest(datapath))
        datapath.send_msg(datapath.ofproto_parser.OFPEchoRequest(datapath, data=b"are you there?"))
