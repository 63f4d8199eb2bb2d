# --- the plan: netfilter ---

function canonical(rule, n, i, w, text) { # as the iptables of today prints it: old ones leave /32 out
    n = split(rule, w, " ")
    for (i = 1; i <= n; i++) {
        if (i > 1 && w[i - 1] ~ /^-[sd]$/ && is_ipv4(w[i])) w[i] = w[i] "/32"
        text = text (i > 1 ? " " : "") w[i]
    }
    return index(rule, "\"") || index(rule, apostrophe) ? trimmed(rule) : text
}
function trimmed(text) { sub(/ +$/, "", text); return text }
function waits() { return "iptables-restore" in options ? " " options["iptables-restore"] : "" }
function of_iptables() { fed_to("iptables-restore:", "iptables-restore" waits() " --noflush") }
function netfilter_additions(i) {
    for (i = 1; i <= wants; i++) if (kind(wanted[i]) == "chain" && is_new(wanted[i])) set_chain(wanted[i])
    for (i = 1; i <= wants; i++) if (kind(wanted[i]) == "table" && is_new(wanted[i])) set_table(wanted[i])
}
function netfilter_removals(i) {
    for (i = 1; i <= lives; i++) if (kind(living[i]) == "chain" && !(living[i] in want)) delete_chain(living[i])
    for (i = 1; i <= lives; i++)
        if (kind(living[i]) == "table" && !(living[i] in want)) {
            fed_to("nft:", "nft -f -")
            plan_line("delete " living[i])
            flush()
        }
}
function jump_changes(chain, hook, from, to) {
    for (; from > to; from--) plan_line("-D " hook " -j " chain)
    for (; from < to; from++) plan_line("-A " hook " -j " chain)
}
function set_chain(key, w, new, old_one, n, i, was, is) {
    of_iptables()
    split(key, w, " ")
    n = split(want[key], new, "\001")
    split((key in live) ? live[key] : "", old_one, "\001")
    split(old_one[1], was, " ")
    split(new[1], is, " ")
    plan_line("*" w[2])
    plan_line(":" w[3] " - [0:0]")
    for (i = 2; i < n; i++) plan_line("-A " w[3] " " new[i])
    if (was[1] == is[1] || !(key in live)) jump_changes(w[3], is[1], was[2] + 0, is[2] + 0)
    else if (was[1] < is[1]) { jump_changes(w[3], was[1], was[2], 0); jump_changes(w[3], is[1], 0, is[2]) }
    else { jump_changes(w[3], is[1], 0, is[2]); jump_changes(w[3], was[1], was[2], 0) }
    plan_line("COMMIT")
    flush()
}
function delete_chain(key, w, old_one, was) {
    of_iptables()
    split(key, w, " ")
    split(live[key], old_one, "\001")
    split(old_one[1], was, " ")
    plan_line("*" w[2])
    jump_changes(w[3], was[1], was[2], 0)
    plan_line("-F " w[3])
    plan_line("-X " w[3])
    plan_line("COMMIT")
    flush()
}
function set_table(key, n, i, line) {
    fed_to("nft:", "nft -f -")
    plan_line(key)
    plan_line("delete " key)
    plan_line(key " {")
    n = split(want[key], line, "\001")
    for (i = 1; i < n; i++) plan_line("\t" line[i])
    plan_line("}")
    flush()
}
