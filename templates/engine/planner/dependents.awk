# --- routes of others that hang on our addresses: the kernel drops them with those, in silence ---

function route_text(text, i, n, w, skip) { # as ip route add takes it, without what is said of its health
    gsub(/\\[ \t]+/, " ", text)
    n = split(text, w, " ")
    text = ""
    for (i = 1; i <= n; i++) {
        if (w[i - 1] != "dev" && index(health, " " w[i] " ")) continue
        if (index(" " text, " nhid ") && (w[i] == "via" || w[i] == "dev")) { i += 1 + (w[i + 1] == "inet6"); continue }
        if (w[i] == "lock" && w[i - 1] == "rto_min") continue # said, but refused: it goes without saying
        if (index(" " text, " nhid ") && (w[i] == "nexthop" || w[i] == "nh_info")) break
        text = text (text == "" ? "" : " ") w[i]
    }
    if (text !~ / (scope|via|nhid|nexthop) / && w[1] !~ /^[bmptu][a-z]+$/) text = text " scope global"
    return text
}
function without_source(text, from, at) {
    from = " src " source(text)
    at = index(text " ", from " ")
    return at ? substr(text, 1, at - 1) substr(text, at + length(from)) : text
}
function take_route(w, text, key) {
    if ($0 ~ / table local .*proto kernel( |$)/) return
    split($0, w, " ")
    key = "route " w[1] "/32"
    if (w[2] == "dev" && is_ipv4(w[1]) && " " after(squeezed($0), 3) !~ / (metric|table) /) {
        if (is_ours(key)) { if (!(key in live)) live_it(key, own_route(route_text($0))); return }
    }
    text = route_text($0)
    routes[++routes_n] = text
    stands_now[text]
}
function own_route(text, scope_word, from) { # of our own the usual scope goes without saying
    text = after(text, 1)
    scope_word = value_of("scope", text)
    from = source(text)
    sub(/ scope [^ ]+/, "", text)
    text = without_source(text)
    return "dev " device(text) (from == "" ? "" : " src " from) substr(text, length("dev " device(text)) + 1) \
        (scope_word == "link" ? "" : " scope " scope_word)
}
function shares(text, w) { # what routes share that the kernel takes for alternatives
    split(text, w, " ")
    return w[1] (w[1] ~ /^[bmptu][a-z]+$/ ? " " w[2] : "") " " value_of("table", text) " " value_of("tos", text) \
        " " value_of("metric", text)
}
function find_dependents(i, key, w, ours, others, parted, text) {
    for (i = 1; i <= scopes; i++) {
        if (kind(scoped[i]) != "address") continue
        split(scoped[i], w, " ")
        ours[bare(w[2])]
        others[w[3]]
    }
    for (i in others) if (i in crowded) delete others[i]
    for (i = 1; i <= routes_n; i++) {
        text = routes[i]
        if (!(source(text) in ours) && !(device(text) in others)) { parted[shares(text)]; continue }
        key = shares(text) in parted ? "append" : "prepend"
        put(work "/dependents", key "\t" (without_source(text) in stands_now) "\t" text)
    }
}
function mend_routes(turn, i, text, row) { # those that lead to gateways of others come last
    for (turn = 0; turn < 2; turn++)
        for (i = 1; i <= dependents; i++) {
            split(dependent[i], row, "\t")
            if (turn == (index(row[3], " via ") > 0)) plan_mend(row[1], row[2], row[3])
        }
}
function plan_mend(place, has_twin, text, goal_text) {
    goal_text = text
    if (verb != "undo" && source(text) != "" && !(source(text) in here)) goal_text = without_source(text)
    if ((text in stands_now) || (goal_text in stands_now)) return
    if (goal_text == text && source(text) != "" && !has_twin && (without_source(text) in stands_now))
        put(plan, "mend\tip route del " words(without_source(text)))
    put(plan, "mend\tip route " place " " words(goal_text))
    mends++
}
