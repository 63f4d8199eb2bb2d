# --- the plan ---

function plan_run(command) { flush(); put(plan, "run\t" command); steps++ }
function untabbed(line) { sub(/^\t+/, "", line); return line } # a tab ends what the shell reads of a plan
function plan_line(line) { gather[++gathered] = line }
function flush(i, id) { # neighbours that a tool can take at once share one batch
    if (!gathered) return
    batches++
    id = plan_number "." batches
    for (i = 1; i <= gathered; i++) {
        put(work "/batch." id, gather[i])
        if (gathered > 50) put(work "/said." id, "+ " feeder " " gather[i])
        else put(plan, "say\t" feeder " " untabbed(gather[i]))
    }
    gathered = 0
    put(plan, "feed\t" id "\t" feeder_command)
    steps++
}
function fed_to(label, command) { if (label != feeder) { flush(); feeder = label; feeder_command = command } }
function of_ipvsadm() { fed_to("ipvsadm", "ipvsadm --restore") }
function plan_all() {
    settings(1)
    netfilter_additions()
    timeouts()
    ipvs_additions()
    daemons_start()
    vips_up()
    vips_down()
    ipvs_removals()
    daemons_stop()
    netfilter_removals()
    settings(0)
    flush()
    mend_routes()
}
function differs(key) { return (key in live) && (key in want) && live[key] != want[key] }
function timeout(name, key) {
    key = "timeout " name
    if (!(key in want) || !is_new(key)) return 0
    timeouts_differ = 1
    return want[key]
}
function timeouts(tcp, tcpfin, udp) { # 0 keeps what is there
    tcp = timeout("tcp")
    tcpfin = timeout("tcpfin")
    udp = timeout("udp")
    if (timeouts_differ) plan_run("ipvsadm --set " tcp " " tcpfin " " udp)
}
function ipvs_additions(i, key, is_service) {
    of_ipvsadm()
    for (i = 1; i <= wants; i++) {
        key = wanted[i]
        if (kind(key) != "service" && kind(key) != "destination") continue
        is_service = kind(key) == "service"
        if (!(key in live)) plan_line((is_service ? "-A " : "-a ") after(key, 1) " " want[key])
        else if (differs(key)) plan_line((is_service ? "-E " : "-e ") after(key, 1) " " want[key])
    }
    if (mode == "table" || !gathered) return
    flush()
    put(plan, "verify")
}
function ipvs_removals(i, key, next_one, first_one, last_one) {
    of_ipvsadm()
    for (i = 1; i <= lives; i++)
        if (kind(living[i]) == "destination" && !(living[i] in want) && service(living[i]) in want) {
            key = service(living[i])
            if (key in last_one) next_one[last_one[key]] = i; else first_one[key] = i
            last_one[key] = i
        }
    for (i = 1; i <= wants; i++)
        if (wanted[i] in first_one)
            for (key = first_one[wanted[i]]; key; key = next_one[key]) plan_line("-d " after(living[key], 1))
    for (i = 1; i <= lives; i++)
        if (kind(living[i]) == "service" && !(living[i] in want)) plan_line("-D " after(living[i], 1))
    if (!gathered) return
    flush()
    put(plan, "fed")
}
function daemons_start(i, key) {
    for (i = 1; i <= wants; i++) {
        key = wanted[i]
        if (kind(key) != "daemon" || !is_new(key)) continue
        if (key in live) plan_run("ipvsadm --stop-daemon " after(key, 1))
        plan_run("ipvsadm --start-daemon " after(key, 1) " " words(want[key]))
    }
}
function daemons_stop(i) {
    for (i = 1; i <= lives; i++)
        if (kind(living[i]) == "daemon" && !(living[i] in want))
            plan_run("ipvsadm --stop-daemon " after(living[i], 1))
}
