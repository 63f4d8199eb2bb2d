# --- what comes in ---

BEGIN {
    apostrophe = sprintf("%c", 39)
    plan_number = plan
    sub(/.*[.]/, "", plan_number)
    forward = "sysctl net/ipv4/ip_forward"
    # what ip says of a route, and refuses to be told
    health = " linkdown dead offload trap offload_failed rt_offload rt_trap rt_offload_failed "
    health = health "unresolved notify pervasive "
}
$0 == "end" && side ~ /^(addresses|routes|timeouts|daemons|listed|saved|chains|tables)$/ { ended[side]; next }
side == "owners" { believe(); next }
side == "drained" && unbelieved_list { next }
side == "drained" { gsub(/\r/, " "); if (NF && $1 !~ /^#/) { drained[$1]; who_drained[++drained_n] = $1 } next }
side == "record" && FNR == 1 { had_record = 1; is_current = $0 == "boot\t" boot; next }
side == "record" { if (is_current) { old[++old_n] = $0; take_record() } next }
side == "facts" && FNR == 1 { facts = FILENAME }
FNR == 1 { in_block = 0 }
side == "facts" && !in_block && $1 != "rule" { $0 = squeezed($0) }
side == "facts" { if (NF && $1 !~ /^#/) fact(verb == "undo" ? "scope" : "want"); next }
side == "target" { if (NF) fact("target"); next }
side == "dependents" { dependent[++dependents] = $0; next }
side == "devices" { devices[++devices_n] = $0; next }
side == "addresses" && $3 == "inet" {
    sub(/\\[ \t]+valid_lft .*/, "")
    sub(/\\$/, "")
    here[bare($4)]
    everywhere[++everywhere_n] = $4 " " $2
    if ($4 !~ /\/32$/ || !is_ours("address " $4 " " $2)) { crowded[$2]; next }
    text = "dev " $2
    if (value_of("brd", $0) != "") text = text " brd " value_of("brd", $0)
    if ($NF != $2) text = text " label " $NF
    for (i = 5; i < NF; i++) {
        if ($i == "metric" || $i == "proto" || ($i == "scope" && $(i + 1) != "global")) text = text " " $i " " $(i + 1)
        if ($i == "noprefixroute" || $i == "autojoin") text = text " " $i
    }
    live_it("address " $4 " " $2, text)
}
side == "routes" { take_route(); next }
side == "timeouts" && /^Timeout/ {
    split("tcp tcpfin udp", timeout_names, " ")
    for (i = 1; i <= 3; i++) live_it("timeout " timeout_names[i], $(NF - 3 + i))
}
side == "daemons" && $2 == "sync" { take_daemon() }
side == "listed" && mode == "table" { next } # thresholds are not asked for anew
side == "listed" && $1 == "->" && $3 + $4 > 0 { limits[listed " -r " $2] = " -x " $3 ($4 > 0 ? " -y " $4 : "") }
side == "listed" && $1 != "->" {
    listed = $1 == "TCP" ? "-t " $2 : $1 == "UDP" ? "-u " $2 : $1 == "FWM" ? "-f " mark($2) : ""
    if ($1 == "FWM" && $3 == "IPv6") listed = listed " -6"
}
side == "saved" && ($1 == "-A" || $1 == "-a") && $2 ~ /^-[tuf]$/ {
    pair = of_ipvs()
    if (pair != "") live_it(left_of(pair), right_of(pair) limits[after(left_of(pair), 1)])
}
side == "chains" { take_chain_line() }
side == "tables" && is_block_whole($0) { live_it(block_key, block_text) }

function believe(path, why, remedy) { # root owns it, and nobody else can write it: a line of ls -ldn
    path = $NF
    if ($1 ~ /^l/) { path = $(NF - 2); why = "it is a link"; remedy = "replace it" }
    else if ($3 != 0) { why = "root does not own it"; remedy = "chown root " path }
    else if ($1 ~ /^.....w/ || $1 ~ /^........w/) { why = "others can write it"; remedy = "chmod go-w " path }
    if (why == "") return
    why = path " cannot be believed: " why "; see what is there and who wrote it, then: " remedy "; or move it away"
    if (path !~ /^\/var\/lib\/lvsgen/) refuse(why)
    else if (!unbelieved_list) { unbelieved_list = 1; warning = "nobody counts as drained: " why }
}
function take_daemon(text, i, n, option, pair, value, usual) {
    text = $0
    sub(/^[^(]*[(]/, "", text)
    sub(/[)].*/, "", text)
    n = split(text, option, /, */)
    for (i = 1; i <= n; i++) { split(option[i], pair, "="); value[pair[1]] = pair[2] }
    usual = 1500
    if ($1 == "backup") { # it takes what its device can
        i = root "/sys/class/net/" value["mcast"] "/mtu"
        if ((getline n <i) > 0 && n + 0 > usual) usual = n + 0
        close(i)
    }
    text = "--mcast-interface " value["mcast"] " --syncid " value["syncid"]
    if (value["maxlen"] != "" && value["maxlen"] != usual - 28) text = text " --sync-maxlen " value["maxlen"]
    if (value["group"] != "" && value["group"] != "224.0.0.81") text = text " --mcast-group " value["group"]
    if (value["port"] != "" && value["port"] != 8848) text = text " --mcast-port " value["port"]
    if (value["ttl"] != "" && value["ttl"] != 1) text = text " --mcast-ttl " value["ttl"]
    live_it("daemon " $1, text)
}
function take_chain_line(chain, key) { # of iptables-save
    if (/^[*]/) { of_table = substr($1, 2); hook_first = ""; return }
    if (/^:/) {
        chain = substr($1, 2)
        key = "chain " of_table " " chain
        if (is_hook(chain)) { if (hook_first == "") hook_first = chain }
        else if (is_ours(key)) {
            chain_rules[key] = ""
            jumps[key] = 0
            chain_hook[key] = hook_first
            chains_seen[++chains_n] = key
        }
        return
    }
    if ($1 != "-A") return
    key = "chain " of_table " " $4
    if (is_hook($2) && $3 == "-j" && NF == 4 && key in chain_rules) {
        if (jumps[key] == 0) chain_hook[key] = $2
        if (chain_hook[key] == $2) jumps[key]++
    }
    key = "chain " of_table " " $2
    if (key in chain_rules) chain_rules[key] = chain_rules[key] canonical(after(trimmed($0), 2)) "\001"
    else if (/ -j REDIRECT/) redirects[++redirects_n] = trimmed($0)
}
function is_hook(chain) { return chain ~ /^(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)$/ }
function is_block_whole(text, line) { # of nft: a list that is wrapped is joined again
    line = squeezed(text)
    if (!in_block) {
        if (line !~ /^table [^ ]+ [^ ]+ [{]$/) refuse(FILENAME ": cannot read line " FNR ": " text)
        block_key = substr(line, 1, length(line) - 2)
        block_text = ""
        in_block = 1
    } else if (text == "}") {
        in_block = 0
        return 1
    } else if (line != "") block_text = block_text line (line ~ /,$/ ? " " : "\001")
    return 0
}
