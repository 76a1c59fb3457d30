#!/bin/bash
# Asks ovs-ofctl about random messages of every kind: it must read them, and print for them what -T ovs prints. What it
# refuses must be on the list below, by message and error, with the reason; and so must be what it prints otherwise.
#
#   ofp_print_test.sh OFLENS GENERATE [SEED [COUNT]]         exit status 77: skipped, and why
set -u
for tool in ovs-ofctl python3; do
  command -v "$tool" > /dev/null || { echo "skipped: no $tool"; exit 77; }
done
exec python3 - "$@" << 'END'
import collections, re, struct, subprocess, sys, tempfile

OFLENS, GENERATE = sys.argv[1:3]
SEED, COUNT = (sys.argv[3:] + ["1", "10"][len(sys.argv) - 3:])[:2]

# Kinds whose text is Open vSwitch's; others have a line of ours.
KINDS = re.compile("(OFPT|NXT|ONFT|OFPST|NXST|ONFST)_(FLOW|PACKET|ERROR|HELLO|BARRIER|ECHO|ROLE|GROUP|METER|AGGREGATE|BUNDLE"
                   "|RESUME|REQUESTFORWARD|CT_FLUSH|SET_CONTROLLER_ID|SET_FLOW_FORMAT|SET_PACKET_IN_FORMAT|SET_ASYNC"
                   "|GET_ASYNC|TLV_TABLE|IPFIX)")

# What is well-formed, and refused for what it means: (messages, errors, why).
REFUSED = [
    # what Open vSwitch does not know
    ("", "OFPBRC_BAD_(VENDOR|SUBTYPE|LEN)", "an experimenter's message, which it names by its type only"),
    ("OFPST_(VENDOR|EXPERIMENTER) .*", "OFPBRC_BAD_(VENDOR|SUBTYPE|LEN)", "an experimenter's statistics"),
    ("BSN_.*", "OFPBRC_BAD_(VENDOR|SUBTYPE|LEN)", "Big Switch's"),
    ("OFPT_(STATS|MULTIPART)_.*", "OFPBRC_BAD_STAT", "a type of statistics that nobody describes"),
    (".*", "OFPBAC_BAD_TYPE|OFPBAC_BAD_VENDOR(_TYPE)?", "an action that it does not know"),
    (".*", "OFPBIC_UNKNOWN_INST|OFPBIC_UNSUP_INST|OFPBIC_BAD_EXPERIMENTER", "an instruction that it does not know"),
    (".*", "NXBAC_(UNKNOWN_ED_PROP|BAD_ED_PROP|BAD_HEADER_TYPE)", "a header to put on, or a property of it, that it does not know"),
    (".*", "OFPBPC_(BAD_TYPE|BAD_EXPERIMENTER|BAD_EXP_TYPE)", "a property that it does not know"),
    ("OFPT_METER_MOD|OFPST_METER_CONFIG reply", "OFPMMFC_BAD_BAND", "a band that it does not know"),
    (".*", "OFPBMC_BAD_FIELD|OFPBAC_BAD_SET_TYPE", "a field that it does not have"),
    # matches and values of fields
    (".*", "OFPBMC_BAD_PREREQ|OFPBAC_MATCH_INCONSISTENT", "a field without its prerequisite"),
    (".*", "OFPBMC_BAD_WILDCARDS", "a value with bits that its mask leaves out"),
    (".*", "OFPBMC_BAD_MASK|OFPBAC_BAD_SET_MASK", "a mask where it has none"),
    (".*", "OFPBMC_BAD_VALUE|OFPBAC_BAD_SET_ARGUMENT", "a value that cannot be"),
    (".*", "OFPBAC_BAD_SET_LEN", "a set_field with padding that is not as it should be"),
    (".*", "OFPBMC_DUP_FIELD", "a field twice"),
    # numbers that mean nothing
    (".*", "OFPBAC_BAD_OUT_PORT|OFPBRC_BAD_PORT|OFPQOFC_BAD_PORT", "a port between 65280 and the reserved ones, or where none can be"),
    (".*", "OFPBAC_BAD_ARGUMENT|OFPBAC_BAD_TAG|OFPBAC_BAD_QUEUE|OFPBAC_BAD_OUT_GROUP", "an argument of an action"),
    (".*", "NXB[AR]C_MUST_BE_ZERO|OFPBAC_BAD_LEN", "bytes of an action that should be zero, or too many"),
    (".*", "OFPBIC_DUP_INST|OFPBIC_BAD_TABLE_ID", "an instruction twice, or back to an earlier table"),
    (".*FLOW.*", "OFPFMFC_(BAD_COMMAND|BAD_FLAGS|BAD_TABLE_ID|BAD_EMERG_TIMEOUT|TABLE_FULL|UNKNOWN)", "a command, flags or a table"),
    (".*GROUP.*", "OFPBPC_BAD_VALUE", "a method of selection for another type of group"),
    (".*", "NXBAC_BAD_CONJUNCTION", "a conjunction with other actions, or of a number of clauses that cannot be"),
    (".*GROUP.*", "OFPGMFC_.*", "a command, type, weight or watched port that does not suit the group"),
    (".*METER.*", "OFPMMFC_.*", "a command or flags"),
    (".*METER.*", "OFPBRC_BAD_LEN", "a band longer than its type"),
    ("OFPST_TABLE_FEATURES .*", "OFPTFFC_.*|OFPBPC_.*|OFPBRC_BAD_LEN|OFPBAC_.*|OFPBIC_.*", "features that do not suit each other"),
    (".*ROLE.*", "OFPRRFC_BAD_ROLE", "a role"),
    ("OFPT_PORT_STATUS", "NXBRC_BAD_REASON", "a reason"),
    ("OFPT_SET_CONFIG", "OFPSCFC_BAD_FLAGS", "flags"),
    ("NXT_SET_PACKET_IN_FORMAT", "OFPBRC_EPERM", "a format"),
    ("NXT_SET_ASYNC_CONFIG2", "OFPACFC_.*", "bits of reasons that the version does not have"),
    ("NXT_TLV_TABLE_.*", "NXTTMFC_.*", "a command, an index or a length of an option"),
    (".*FLOW_MONITOR.*", "OFPMOFC_BAD_FLAGS|NXBRC_FM_BAD_EVENT", "flags or an event"),
    (".*FLOW_MONITOR reply", "OFPBRC_BAD_LEN", "the match's length, which is there twice, told differently"),
    ("NXT_(PACKET_IN2|RESUME)", "OFPBRC_BAD_LEN|OFPBPC_.*", "no packet, or less than one's own length"),
    # messages in messages
    ("ONFT_BUNDLE_ADD_MESSAGE", "OFPBFC_.*", "a message that is not for bundles, or with another xid"),
    (".*REQUESTFORWARD", "OFPBFC_MSG_UNSUP|OFPBRC_.*", "no request for a group or a meter, or of another version"),
]
REFUSED = [(re.compile(m), re.compile(e), why) for m, e, why in REFUSED]

# What ovs-ofctl prints otherwise: (our text or theirs, why).
OTHERWISE = [
    (r"dl_type=0x894f", "the network service header of a packet is not shown"),
    (r"nw_frag=later", "it shows as checksum what lies there in a later fragment, and IPv6's fragment header as protocol"),
    (r"^NXT_CT_FLUSH", "its numbers of ICMP and its ports share their place"),
    (r"write_actions\(drop\)", "of the flows of a switch it shows no such instruction, and neither do we"),
    (r"tun_erspan_hwid", "bits that the field does not have"),
    (r"^OFPT_ERROR", "codes without a name, and quoted messages that it refuses"),
    (r"^(OFPT_PACKET_IN|NXT_PACKET_IN2?|NXT_RESUME|OFPT_FLOW_REMOVED) .*(nw_|tp_|arp_|icmp_|ipv6_|reg|vlan|oxm)",
     "matches that a switch would not send: fields without what they belong to"),
]
OTHERWISE = [(re.compile(m, re.S), why) for m, why in OTHERWISE]

def separator(i):
    return struct.pack(">BBHI", 1, 2, 8, 0x5e000000 + i)  # an echo request that tells where one text ends

def texts(output):
    return [t.strip() for t in re.split(r"OFPT_ECHO_REQUEST \(xid=0x5e[0-9a-f]{6}\): 0 bytes of payload\n", output)]

messages = [bytes.fromhex(line) for line in subprocess.run([GENERATE, SEED, COUNT], stdout=subprocess.PIPE, text=True, check=True).stdout.split()]
with tempfile.NamedTemporaryFile() as file:
    file.write(b"".join(m + separator(i) for i, m in enumerate(messages)))
    file.flush()
    theirs = texts(subprocess.run(["ovs-ofctl", "--no-names", "ofp-parse", file.name], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True, check=True).stdout)
lines = "".join(f"{m.hex()}\n{separator(i).hex()}\n" for i, m in enumerate(messages))
ours = texts(subprocess.run([OFLENS, "decode", "--hex", "-T", "ovs", "-"], input=lines, stdout=subprocess.PIPE, text=True,
                            check=True).stdout)
if not len(ours) == len(theirs) == len(messages) + 1:
    sys.exit(f"{len(messages)} messages, {len(ours)} and {len(theirs)} texts")

seen, failed = collections.Counter(), 0
for message, a, b in zip(messages, theirs, ours):
    name = re.match(r"(\w+( request| reply)?)?", b).group()
    error = re.search(r"\*\*\*decode error: (\w+)\*\*\*", a)
    if error and name != "OFPT_ERROR":
        seen["refused"] += 1
        if not any(m.fullmatch(name) and e.fullmatch(error.group(1)) for m, e, _ in REFUSED):
            failed += 1
            print(f"refused: {name} {error.group(1)}: {message.hex()}\n{b}")
    elif not KINDS.match(a):
        seen["of other kinds"] += 1
    elif a == b:
        seen["the same"] += 1
    elif any(m.search(a) or m.search(b) for m, _ in OTHERWISE):
        seen["otherwise"] += 1
    else:
        failed += 1
        print(f"differs: {message.hex()}\n{a}\n{b}")
print(", ".join(f"{n} {what}" for what, n in seen.items()))
sys.exit(failed != 0)
END
