# --- what comes out ---

function finish_reading(i, file, text) {
    for (i = 1; i <= chains_n; i++) {
        text = chains_seen[i]
        if (chain_hook[text] == "") chain_hook[text] = "PREROUTING" # of a table that has no hook yet
        live_it(text, chain_hook[text] " " jumps[text] "\001" chain_rules[text])
    }
    forwards = (forward in scope) || ("sysctl net/ipv4/conf/all/forwarding" in scope)
    if (forwards) {
        scope_it("sysctl net/ipv4/conf/all/accept_redirects")
        for (i = 1; i <= devices_n; i++)
            if (devices[i] !~ /\/all$/) scope_it("sysctl net/ipv4/conf/" tail(devices[i]) "/forwarding")
    }
    for (i = 1; i <= scopes; i++) {
        if (kind(scoped[i]) != "sysctl") continue
        file = root "/proc/sys/" after(scoped[i], 1)
        if ((getline text <file) > 0) live_it(scoped[i], squeezed(text))
        close(file)
    }
}
function tail(path) { sub(/.*\//, "", path); return path }
function aim(i, key) { # what this verb leads to
    if (verb == "start")
        for (i = 1; i <= wants; i++)
            if (kind(wanted[i]) == "destination" && rip(wanted[i]) in quiet) sub(/-w [0-9]+/, "-w 0", want[wanted[i]])
    for (i = 1; i <= wants; i++) { goaled[++goals] = wanted[i]; goal[wanted[i]] = want[wanted[i]] }
    if (verb == "undo") return
    if (verb == "stop") { split("", want); wants = 0 }
    for (i = 1; i <= befores_n; i++) { # what an older version has set goes back, unless somebody else has changed it
        key = befores[i]
        if (key in want || !(key in live) || live[key] != made[key] || (is_side(key) && (forward in want))) continue
        want_it(key, found[key])
    }
}
function readers(i, w, has) { # what has to be asked
    for (i = 1; i <= scopes; i++) {
        split(scoped[i], w, " ")
        has[w[1]]
        if (w[1] == "chain") has["chain-" w[2]]
        if (w[1] == "table") print "table " w[2] " " w[3]
    }
    if ("address" in has || "route" in has) print "read network"
    if ("service" in has) print "read ipvs"
    if ("timeout" in has) print "read timeouts"
    if ("daemon" in has) print "read daemons"
    for (i in has) if (i ~ /^chain-/) print "read " i
    if ("table" in has) print "read tables"
}
function lacks(i, key, w) { # what must be there before anything is changed
    for (i = 1; i <= goals; i++) {
        key = goaled[i]
        split(key, w, " ")
        if (w[1] == "address" && !has_device(w[3]))
            refuse("no interface " w[3] " on this host for " bare(w[2]) label_of(goal[key]))
    }
    for (i = 1; i <= goals; i++)
        if (kind(goaled[i]) == "sysctl" && !(goaled[i] in live)) refuse("this kernel has no " goaled[i])
}
function has_device(name_of, line, file) {
    file = root "/proc/sys/net/ipv4/conf/" name_of "/forwarding"
    line = (getline line <file) > 0
    close(file)
    return line
}
function label_of(value) {
    value = value_of("label", value)
    return value == "" ? "" : " (" value ")"
}
function is_unreadable(i, n, name_of) {
    n = split(asked, name_of, " ")
    for (i = 1; i <= n; i++) if (!(name_of[i] in ended)) return 1
    return 0
}
function names_of_drained(i, n, list, seen) { # with the one, or without
    if (!(ENVIRON["who"] in servers) && !(mode == "undrain" && ENVIRON["who"] in drained)) {
        print "die no realserver " ENVIRON["who"] " in " facts
        return
    }
    if (mode == "drain") who_drained[++drained_n] = ENVIRON["who"]
    for (i = 1; i <= drained_n; i++) {
        if (who_drained[i] in seen || (mode == "undrain" && who_drained[i] == ENVIRON["who"])) continue
        seen[who_drained[i]]
        list[++n] = who_drained[i]
    }
    sort(list, n)
    for (i = 1; i <= n; i++) print list[i]
}
function what_may_be_touched() {
    if (verb == "start" && !facts_end) refuse(facts " has no end: copy it from out/ anew")
    if (warning != "") print "warn " warning
    if (refusal != "") print "die " refusal
    else { readers(); print "ok" }
}
function what_is_refused() { # of the lines that were to add or edit something; thresholds are not asked for
    aim()
    for (i = 1; i <= wants; i++) if (kind(wanted[i]) == "destination") sub(/ -x .*/, "", want[wanted[i]])
    ipvs_additions()
    print gathered ? "refused " gather[1] : "ok"
}
function keep_what_was_found(i, j, n, row) {
    for (i = 1; i <= lives; i++) {
        n = split(said(living[i], live[living[i]]), row, "\n")
        for (j = 1; j <= n; j++) put(work "/snapshot", row[j])
    }
    find_dependents()
}
END {
    if (mode == "scope") { what_may_be_touched(); exit }
    if (mode == "drain" || mode == "undrain") { names_of_drained(); exit }
    finish_reading()
    if (mode == "table") { what_is_refused(); exit }
    aim()
    put(plan, "plan")
    plan_all()
    if (mode != "again") count_signs()
    if (mode == "look") report()
    if (mode == "first") {
        if (verb == "stop") what_is_left()
        if (verb == "start" && (ENVIRON["who"] == "" || up)) lacks()
        refuses_clients()
        keep_what_was_found()
        new_records()
    }
    if (is_unreadable()) print "die cannot read what is live"
    else if (!are_whole()) print "die cannot write to " work
    else if (refusal != "") print "die " refusal
    else print (steps + 0) " " (mends + 0) " " (planned_differs + 0) " " (settled_differs + 0)
}
