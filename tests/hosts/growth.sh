#!/usr/bin/env bash
# How the coordinator grows with ranks and tasks, through memory and over simulated wires: prints tables (`crates/ranks`, "Growth").
# Needs `cargo lab setup --mpi`, and what namespaces.sh needs.
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --quiet --release --package ranks --example growth
growth=target/release/examples/growth home=${1:-target/lab/mpi}
echo "--- through memory"
$growth "$home" 0 inf
while read -r delay rate mbit; do
    echo "--- two hosts, $delay ms each way, $rate"
    tests/hosts/namespaces.sh ${delay:+--delay "$delay"} --rate "$rate" $growth "$home" "$((2 * delay))" "$mbit" one two < /dev/null
done << 'END'
0 10gbit 10000
1 10gbit 10000
10 10gbit 10000
0 100mbit 100
0 10mbit 10
END
