# --- parts ---

function want_it(key, value) { if (!(key in want)) wanted[++wants] = key; want[key] = value }
function live_it(key, value) { if (is_ours(key)) { if (!(key in live)) living[++lives] = key; live[key] = value } }
function scope_it(key) { if (!(key in scope)) scoped[++scopes] = key; scope[key] }
function is_ours(key) {
    return (kind(key) == "destination" ? service(key) : key) in scope || (is_side(key) && forwards)
}
function service(key) { sub(/^destination/, "service", key); sub(/ -r .*/, "", key); return key }
function name_words(n) { return $n == "-6" ? " -6" : "" } # behind a mark
function of_ipvs(i, key, value) { # a line of ipvsadm --save -> key, TAB, value
    if ($2 == "-f") $3 = mark($3)
    key = $2 " " $3 name_words(4)
    i = 4 + ($4 == "-6")
    if ($1 == "-a") { if ($i != "-r") return ""; key = key " -r " $(i + 1); i += 2 }
    for (; i <= NF; i++) value = value (value == "" ? "" : " ") $i
    sub(/ --tun-type ipip$/, "", value) # plain tunnels, for which old versions of ipvsadm have no word
    sub(/ -M 255[.]255[.]255[.]255/, "", value)
    return ($1 == "-A" ? "service " : "destination ") key "\t" value
}
function mark(number) { return number < 0 ? sprintf("%.0f", number + 4294967296) : number } # as it was set
function left_of(text) { return substr(text, 1, index(text, "\t") - 1) }
function right_of(text) { return substr(text, index(text, "\t") + 1) }
function rip(key) { sub(/.* -r /, "", key); sub(/:[0-9]+$/, "", key); return key }
function fact(side, pair, key) { # a line of facts, or of what was found
    if (in_block || $1 == "table") { if (is_block_whole($0)) part(side, block_key, block_text) }
    else if ($1 == "sysctl" || $1 == "timeout") part(side, $1 " " $2, after($0, 2))
    else if ($1 == "address" && $3 == "dev") part(side, $1 " " $2 " " $4, after($0, 2))
    else if ($1 == "route" && $3 == "dev") part(side, $1 " " $2, after($0, 2))
    else if ($1 == "-A" || $1 == "-a") {
        pair = of_ipvs()
        if (pair == "") return refuse(FILENAME ": cannot read line " FNR ": " $0)
        key = left_of(pair)
        part(side, key, right_of(pair))
    } else if ($1 == "daemon") part(side, "daemon " $2, after($0, 2))
    else if ($1 == "chain") part(side, "chain " $2 " " $3, $4 " " ($5 == "" ? 1 : $5) "\001")
    else if ($1 == "rule") more(side, "chain " $2 " " $3, canonical(after($0, 3)) "\001")
    else if ($1 == "realserver" && NF == 3) {
        servers[$2]
        if ($2 in drained) quiet[$3]
        if ($2 == ENVIRON["drains"]) leaves[$3]
    }
    else if ($1 == "vip" && NF == 2) hosts[++hosts_n] = $2
    else if ($1 == "end" && NF == 1) facts_end = 1
    else if ($1 == "use") options[$2] = after($0, 2)
    else refuse(FILENAME ": cannot read line " FNR ": " $0)
}
function part(side, key, value) {
    if (side != "scope") want_it(key, value)
    if (side != "target") scope_it(key)
    last_part = key
}
function more(side, key, text) {
    if (key != last_part) refuse(FILENAME ": cannot read line " FNR ": " $0)
    else if (side != "scope") want[key] = want[key] text
}
function said(key, value, i, n, line, w) { # a part as a line, or lines, of facts
    split(key, w, " ")
    if (w[1] == "service") return "-A " after(key, 1) " " value
    if (w[1] == "destination") return "-a " after(key, 1) " " value
    if (w[1] == "address") return w[1] " " w[2] " " value
    if (w[1] != "chain" && w[1] != "table") return key " " value
    n = split(value, line, "\001")
    value = key " " (w[1] == "chain" ? line[1] : "{")
    for (i = w[1] == "chain" ? 2 : 1; i < n; i++)
        value = value "\n" (w[1] == "chain" ? "rule " w[2] " " w[3] " " : "\t") line[i]
    return value (w[1] == "table" ? "\n}" : "")
}
