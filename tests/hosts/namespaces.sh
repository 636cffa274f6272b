#!/usr/bin/env bash
# Runs a command with two or more "hosts" on this one machine: network namespaces joined by a bridge, and all of it removed again.
#
#   tests/hosts/namespaces.sh [--hosts N] [--delay MILLISECONDS] [--rate 10mbit] COMMAND …
#
# The hosts are called one, two, three …; mpiexec of MPICH, started by COMMAND, finds them by the variables set below. Delay and
# rate hold each way between this machine and a host. Needs root, and `ip` and `tc` (apt install iproute2); a delay also needs Python.
# Their network device has the name of the bridge, since MPI is told one name for all.
#
# Namespaces share this machine's memory, through which ranks would go on talking: MPIR_CVAR_NOLOCAL and UCX_TLS forbid that. The packets
# that crossed the bridge are counted and told, on standard error.
set -euo pipefail

hosts=2 delay='' rate=''
while [[ "${1:-}" == --* ]]; do
    case $1 in
        --hosts) hosts=$2 ;;
        --delay) delay=$2 ;;
        --rate) rate=$2 ;;
        *) echo "$1 is no option: --hosts, --delay or --rate" >&2; exit 2 ;;
    esac
    shift 2
done
if [[ $EUID != 0 ]] || ! command -v ip tc > /dev/null || ! ip netns add "lab$$" 2> /dev/null; then
    echo "skipped: network namespaces need root, and ip and tc (apt install iproute2)" >&2
    exit 0
fi
ip netns delete "lab$$"
names=(one two three four five six seven eight)
if ((hosts < 1 || hosts > ${#names[@]})); then
    echo "--hosts $hosts: 1 to ${#names[@]} can be made" >&2
    exit 2
fi

bridge="lab$$" net="10.213.$(($$ % 250))" folder=$(mktemp -d)
finish() {
    [[ -z $(jobs -p) ]] || kill $(jobs -p)
    for name in "${names[@]:0:hosts}"; do ip netns delete "$bridge-$name" 2> /dev/null || true; done
    ip link delete "$bridge" 2> /dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

ip link add "$bridge" type bridge
ip address add "$net.1/24" dev "$bridge"
ip link set "$bridge" up
for ((at = 0; at < hosts; at++)); do
    space="$bridge-${names[at]}" cable="$bridge.$at"
    ip netns add "$space"
    if [[ -z $delay ]]; then
        ip link add "$cable" type veth peer name "$bridge" netns "$space"
    else
        python3 -B "$(dirname "$0")/late.py" "$delay" "$cable" "$cable.far" &
        until [[ -e /sys/class/net/$cable.far ]]; do sleep 0.05; done
        ip link set "$cable.far" netns "$space" name "$bridge"
    fi
    ip link set "$cable" master "$bridge" up
    ip -n "$space" address add "$net.$((at + 2))/24" dev "$bridge"
    ip -n "$space" link set lo up
    ip -n "$space" link set "$bridge" up
    ip -n "$space" route add default via "$net.1"
    if [[ -n $rate ]]; then # what leaves this machine for the host, and what leaves the host
        tc qdisc add dev "$cable" root tbf rate "$rate" burst 64k limit 4m
        tc -n "$space" qdisc add dev "$bridge" root tbf rate "$rate" burst 64k limit 4m
    fi
done

# In the place of ssh: options, a host, a command.
cat > "$folder/launcher" << END
#!/bin/sh
while [ "\${1#-}" != "\$1" ]; do shift; done
host=\$1
shift
[ "\$host" != localhost ] || exec sh -c "\$*"
exec ip netns exec "$bridge-\$host" sh -c "\$*"
END
chmod +x "$folder/launcher"
export HYDRA_LAUNCHER=ssh HYDRA_LAUNCHER_EXEC="$folder/launcher" HYDRA_IFACE="$bridge"
export MPIR_CVAR_NOLOCAL=1 UCX_TLS=tcp,self UCX_TCP_BRIDGE_ENABLE=y UCX_NET_DEVICES="$bridge"

packets() { cat /sys/class/net/"$bridge".*/statistics/rx_packets | awk "{ n += \$1 } END { print n }"; }
before=$(packets)
status=0
"$@" || status=$?
echo "packets from the hosts: $before before, $(packets) after" >&2
exit $status
