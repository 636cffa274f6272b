#!/usr/bin/env bash
# How the coordinator grows with ranks and tasks, through memory and over simulated wires: prints tables (`crates/ranks`, "Growth").
# Needs `cargo lab setup --mpi`, and what namespaces.sh needs.
set -euo pipefail
cd "$(dirname "$0")/../.."
home=${1:-$PWD/target/lab/mpi}
export MPICC=$home/bin/mpicc LIBCLANG_PATH=$(echo "$home"/lib/python3*/site-packages/clang/native)
cargo rustc --quiet --release --package ranks --features mpi --example growth -- "-Clink-arg=-Wl,-rpath,$home/lib"
growth=target/release/examples/growth
echo "--- through memory"
$growth "$home" 0 inf
while read -r delay rate mbit; do
    echo "--- two hosts, $delay ms each way, $rate"
    [[ $delay == 0 ]] && late=() || late=(--delay "$delay")
    tests/hosts/namespaces.sh "${late[@]}" --rate "$rate" $growth "$home" "$((2 * delay))" "$mbit" one two < /dev/null
done << 'END'
0 10gbit 10000
1 10gbit 10000
10 10gbit 10000
0 100mbit 100
0 10mbit 10
END
