# --- what was recorded: boot ID, then before KEY FOUND SET and put KEY ---

function recorded(key, w) { # as keys are called today; format 1 gave a route its device, and a jump a line of its own
    split(key, w, " ")
    if (w[1] == "route" && w[3] != "") return "route " w[2] "/32"
    return w[1] == "jump" ? "" : key
}
function is_known(key) {
    if (key ~ /^(address|route) [^ ]*:/) return 0 # of IPv6
    return key == "format-2" || key ~ /^(sysctl|timeout|address|route|service|daemon|chain|table|jump) [^ ]/
}
function take_record(row, key) {
    split($0, row, "\t")
    if (!is_known(row[2]) || (row[1] != "before" && row[1] != "put")) {
        refuse(FILENAME ": " apostrophe row[2] apostrophe " was put by another version of " name ": run its stop first")
        return
    }
    key = recorded(row[2])
    if (key == "" || key == "format-2") return
    if (row[1] == "put") puts[key]
    else { befores[++befores_n] = key; found[key] = row[3]; made[key] = row[4] }
    scope_it(key)
}
function is_setting(key) { return key ~ /^(sysctl|timeout) / }
function remember(key, new) {
    if (!(key in found)) { befores[++befores_n] = key; found[key] = live[key] }
    made[key] = new
}
function turns_forward() { return (forward in goal) && (forward in live) && goal[forward] != live[forward] }
function new_records(i, key, n, list) { # what was found stays as first seen; what was put stays ours until it is gone
    for (i = 1; i <= lives; i++) {
        key = living[i]
        if (is_setting(key) && (key in goal)) remember(key, goal[key])
        else if (is_side(key) && turns_forward()) remember(key, side_value(key))
    }
    for (i = 1; i <= befores_n; i++) {
        key = befores[i]
        list[++n] = "before\t" key "\t" found[key] "\t" made[key]
        if ((key in goal) || (is_side(key) && (forward in goal))) settled[++settled_n] = list[n]
    }
    for (i = 1; i <= goals; i++) {
        key = goaled[i]
        if (!is_setting(key) && kind(key) != "destination") list[++n] = settled[++settled_n] = "put\t" key
    }
    for (key in puts) if (!(key in goal)) list[++n] = "put\t" key
    if (n) list[++n] = "put\tformat-2" # on which a script of format 1 stops
    if (settled_n) settled[++settled_n] = "put\tformat-2"
    planned_differs = write_record(work "/planned", list, n)
    settled_differs = write_record(work "/settled", settled, settled_n)
}
function write_record(file, list, n, i, is_other) {
    sort(list, n)
    put(file, "boot\t" boot)
    is_other = n != old_n
    for (i = 1; i <= n; i++) { put(file, list[i]); if (list[i] != old[i]) is_other = 1 }
    return is_other || !had_record
}
