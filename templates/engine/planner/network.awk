# --- the plan: VIPs and their routes ---

function stands(where, n, list, i, w) { # counts the addresses of one side
    for (i = 1; i <= n; i++) if (kind(list[i]) == "address") { split(list[i], w, " "); where[bare(w[2])] }
}
function device(value) { return value_of("dev", value) }
function source(value) { # the last one: an encap, which comes first, and a nexthop may have their own
    sub(/ nexthop .*/, "", value)
    return sub(/^.* src /, "", value) ? kind(value) : ""
}
function moves(key) { # a source is compared in this one case: so a way back ends exactly where it began
    if (device(live[key]) != device(want[key])) return 1
    return source(want[key]) != source(live[key]) && (source(want[key]) in rising)
}
function put_route(key, value, rest) { # anew, on its device with what it had there: its mtu, its metrics
    if ((key in live) && device(value) == device(live[key]) && optional(value) == "") value = value optional(live[key])
    plan_run("ip route add " after(key, 1) " " words(value))
}
function optional(value, found) { # what a route has beside device and source
    sub(/^dev [^ ]+/, "", value)
    sub(/^ src [^ ]+/, "", value)
    return value
}
function unroute(key) { plan_run("ip route del " after(key, 1) " dev " word(device(live[key]))) }
function vips_up(i, key, w) {
    stands(risen, lives, living)
    stands(to_stand, wants, wanted)
    for (key in to_stand) if (!(key in risen)) rising[key]
    for (key in risen) if (!(key in to_stand)) falling[key]
    for (i = 1; i <= wants; i++)
        if (is_route(wanted[i]) && (wanted[i] in live) && moves(wanted[i])) unroute(wanted[i])
    for (i = 1; i <= wants; i++) {
        key = wanted[i]
        if (kind(key) != "address" || key in live) continue
        split(key, w, " ")
        plan_run("ip addr add " w[2] " " words(want[key]))
        announcements[++announced] = word(w[3]) " " bare(w[2])
    }
    for (i = 1; i <= wants; i++)
        if (is_route(wanted[i]) && (!(wanted[i] in live) || moves(wanted[i]))) put_route(wanted[i], want[wanted[i]])
    for (i = 1; i <= announced; i++) put(plan, "announce\t" announcements[i])
}
function is_route(key) { return kind(key) == "route" }
function is_stranded(key) { # it stays, but its source goes, and it would go with it
    return is_route(key) && (key in live) && (source(live[key]) in falling) && !moves(key)
}
function vips_down(i, w) {
    for (i = 1; i <= lives; i++) if (is_route(living[i]) && !(living[i] in want)) unroute(living[i])
    for (i = 1; i <= wants; i++) if (is_stranded(wanted[i])) unroute(wanted[i])
    for (i = 1; i <= lives; i++)
        if (kind(living[i]) == "address" && !(living[i] in want)) {
            split(living[i], w, " ")
            plan_run("ip addr del " w[2] " dev " word(w[3]))
        }
    for (i = 1; i <= wants; i++) if (is_stranded(wanted[i])) put_route(wanted[i], want[wanted[i]])
}
