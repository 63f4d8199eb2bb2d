# Facts, the record, the list of the drained and what the tools print go in, each file behind its side=NAME; out come
# the commands that lead from what is live to what is wanted, in the one order that keeps connections.
#
# Everything is a part: a key, as facts and record have it, and a value. One part is one line:
#
#   sysctl net/ipv4/ip_forward 0                        timeout tcp 259200
#   address 192.0.2.80/32 dev eth0 label eth0:1         route 192.0.2.80/32 dev eth0 src 192.0.2.80
#   -A -t 192.0.2.80:80 -s wlc                          -a -t 192.0.2.80:80 -r 192.0.2.5:80 -g -w 1
#   daemon master --mcast-interface eth0 --syncid 7     chain nat lvsgen-web PREROUTING, rule nat lvsgen-web ...
#   table ip lvsgen-web { ..., on lines of its own, as nft has it
#
# Nothing outside of the scope, which is what facts and record name, is ever looked at twice.
