# --- what is said of a host beside what would be done ---

function report(i, key, w) { # for people who only look
    for (i = 1; i <= goals; i++) {
        key = goaled[i]
        split(key, w, " ")
        if (w[1] == "address") { ping(bare(w[2])); vip[bare(w[2])] }
        if (w[1] == "destination") ping(rip(key))
    }
    for (i = 1; i <= hosts_n; i++) { ping(hosts[i]); redirected[hosts[i]] }
    for (i = 1; i <= lives; i++) if (kind(living[i]) ~ /^(address|chain|table)$/) show(living[i])
    for (i = 1; i <= drained_n; i++) put(work "/shown", "drained: " who_drained[i])
    strangers()
}
function count_signs(i, key) { # of what tells that a host runs; of a chain the jump counts, too
    for (i = 1; i <= goals; i++) {
        key = goaled[i]
        if (kind(key) !~ /^(address|service|chain|table)$/) continue
        signs += 1 + (kind(key) == "chain")
        if (key in live) up += 1 + (kind(key) == "chain" && live[key] !~ /^[A-Z]+ 0\001/)
    }
    put(work "/signs", (up + 0) " " (signs + 0))
}
function ping(address) { if (!(address in pinged)) { pinged[address]; put(work "/hosts", address) } }
function show(key, n, i, line, w) {
    split(key, w, " ")
    if (w[1] == "address") { put(work "/shown", "VIP " w[2] " " w[3]); return }
    n = split(live[key], line, "\001")
    if (w[1] == "table") for (i = 1; i < n; i++) put(work "/shown", line[i])
    else {
        split(line[1], w, " ")
        for (i = 1; i <= w[2]; i++) put(work "/shown", "-A " w[1] " -j " after(key, 2))
        for (i = 2; i < n; i++) put(work "/shown", "-A " after(key, 2) " " line[i])
    }
}
function what_is_left(i, key) { # sysctls and timeouts that stop does not give back, and why
    for (i = 1; i <= befores_n; i++) {
        key = befores[i]
        if ((key in live) && live[key] != made[key] && live[key] != found[key])
            put(work "/left", "left " after(key, 1) "=" live[key] ": changed since, it was set to " made[key])
    }
    if (!befores_n && steps)
        for (i = 1; i <= goals; i++)
            if (is_setting(goaled[i]) && (goaled[i] in live) && !is_side(goaled[i]))
                put(work "/left", "left " after(goaled[i], 1) "=" live[goaled[i]] ": no record of what it was")
}
function strangers(i, n, w, k) { # VIPs that stand elsewhere, or otherwise, than we put them; redirects of others
    for (i = 1; i <= everywhere_n; i++) {
        split(everywhere[i], w, " ")
        if ((bare(w[1]) in vip) && !(("address " everywhere[i]) in goal))
            put(work "/strangers", "not ours: " w[1] " on " w[2] "; remove it with: ip addr del " w[1] " dev " w[2])
    }
    for (i = 1; i <= redirects_n; i++) {
        n = split(redirects[i], w, " ")
        for (k = 3; k < n; k++)
            if (w[k] == "-d" && (bare(w[k + 1]) in redirected))
                put(work "/strangers", "not ours: " after(redirects[i], 1) \
                    "; remove it with: iptables -t nat -D " after(redirects[i], 1))
    }
}
function refused() { return ", so clients that it sends to " ENVIRON["drains"] " would be refused" }
function refuses_clients(i, key, of) { # a scheduler that hashes goes on choosing a realserver of weight 0
    for (i = 1; i <= lives; i++) {
        key = living[i]
        if (kind(key) != "destination" || !(rip(key) in leaves) || live[key] " " ~ / -w 0 /) continue
        of = value_of("-s", live[service(key)])
        if (of == "dh") refuse(after(service(key), 1) ": dh asks for no weight" refused())
        if ((of == "sh" || of == "mh") && !index(live[service(key)], of "-fallback"))
            refuse(after(service(key), 1) ": " of " has no " of "-fallback" refused())
    }
}
