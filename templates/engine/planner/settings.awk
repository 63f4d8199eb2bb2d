# --- settings ---

function is_side(key) { # does the kernel write it when ip_forward changes?
    if (key == "sysctl net/ipv4/conf/all/accept_redirects") return 1
    return key ~ /^sysctl net\/ipv4\/conf\/.*\/forwarding$/ && key != "sysctl net/ipv4/conf/all/forwarding"
}
function side_value(key) { return key ~ /forwarding$/ ? goal[forward] : (goal[forward] == "0" ? 1 : 0) }
function is_forward(key) { return key == forward || key == "sysctl net/ipv4/conf/all/forwarding" }
function disturbs(written, key, setting) { # may writing the one change the other?
    if (is_forward(written)) return is_side(key)
    setting = written
    if (!sub(/^sysctl net\/ipv4\/conf\/default\//, "", setting) || setting == "forwarding" || written == key) return 0
    if (key == "sysctl net/ipv4/conf/all/" setting || index(key, "sysctl net/ipv4/conf/") != 1) return 0
    return substr(key, length(key) - length(setting)) == "/" setting
}
function rank(key) { return is_forward(key) ? 0 : (key ~ /^sysctl net\/ipv4\/conf\/default\// ? 1 : 2) }
function is_early(key, rises) { # what is needed high goes up first and comes down last; these two the other way round
    rises = !(key in live) || (live[key] want[key]) !~ /^[0-9]+$/ || live[key] + 0 < want[key] + 0
    return rises != (key ~ /\/(rp_filter|send_redirects)$/)
}
function settings(early, turn, i, n, list, later) {
    for (turn = 0; turn < 3; turn++)
        for (i = 1; i <= wants; i++)
            if (kind(wanted[i]) == "sysctl" && rank(wanted[i]) == turn && has_changed(wanted[i])) {
                later[wanted[i]]
                if (is_early(wanted[i]) == early) list[++n] = wanted[i]
            }
    if (!early) for (i in early_ones) delete later[i]
    for (i = 1; i <= n; i++) { delete later[list[i]]; if (early) early_ones[list[i]]; write_setting(list[i], later) }
}
function has_changed(key) { return (key in live) ? want[key] != live[key] : !is_side(key) }
function is_new(key) { return !(key in live) || want[key] != live[key] }
function write_setting(key, later, i) {
    plan_run("sysctl -w " word(after(key, 1) "=" want[key]))
    for (i = 1; i <= wants; i++)
        if ((wanted[i] in live) && kind(wanted[i]) == "sysctl" && disturbs(key, wanted[i]) && !(wanted[i] in later))
            plan_run("sysctl -w " word(after(wanted[i], 1) "=" want[wanted[i]]))
}
