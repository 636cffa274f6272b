#!/usr/bin/env bash
# The README's two commands on this machine as a stranger runs them, timed step by step, with the disk that each took. Needs what
# the README's requirements name, git and curl; installs Rust, and clones SOURCE into the home folder. bare.sh makes a machine
# to run it on, and explains the variables.
#
#   tests/machines/stranger.sh SOURCE [conda] [evcxr]
set -euo pipefail
source=$1 variant=${*:2}
cd "$HOME"

used() { du -sm "$HOME" | cut -f1; }
# Runs a command, whose last lines are shown where it fails.
step() { # NAME COMMAND ...
    local name=$1 start=$SECONDS before
    before=$(used)
    shift
    if ! "$@" > step.log 2>&1; then
        printf 'FAILED after %d s: %s\n' $((SECONDS - start)) "$name"
        tail -n 30 step.log
        exit 1
    fi
    printf '%-52s %5d s %6d MB\n' "$name" $((SECONDS - start)) $(($(used) - before))
}
rust() { curl --proto '=https' --tlsv1.2 -sSf "${RUSTUP:-https://sh.rustup.rs}" | sh -s -- -y --profile minimal; }
conda() {
    curl -sSfL https://micro.mamba.pm/api/micromamba/linux-64/latest | tar -xj bin/micromamba
    bin/micromamba create --yes --root-prefix "$HOME/micromamba" --file course/environment.yml
}
stock_evcxr() {
    if [[ -n ${EVCXR:-} ]]; then install -D "$EVCXR" .cargo/bin/evcxr_jupyter; else cargo install --locked evcxr_jupyter; fi
    .cargo/bin/evcxr_jupyter --install
}
# `cargo lab`, until JupyterLab answers and until set-up has ended.
first_time() {
    local start=$SECONDS server address=
    : > lab.log
    (cd course && exec cargo lab --no-browser) > lab.log 2>&1 &
    server=$!
    until grep -q 'smoke test of the kernel: done' lab.log; do
        sleep 1
        if [[ -z $address ]] && address=$(grep -om1 'http://127[^ ]*token=[^ ]*' lab.log) && curl -sSf -o page.html "$address"; then
            grep -q 'JupyterLab' page.html
            printf '  the pages can be read after %d s\n' $((SECONDS - start))
        fi
        if ! kill -0 $server || grep '^error' lab.log; then tail -n 30 lab.log && return 1; fi
        if ((SECONDS - start > 3600)); then echo 'set-up does not end' && return 1; fi
    done
    kill $server
    wait $server || true
    grep ': done in' lab.log | sed 's/^/  /'
}
in_course() (cd course && "$@")

step 'git clone' git clone --quiet "$source" course
if [[ $variant == *conda* ]]; then
    step 'the conda environment' conda
    eval "$(bin/micromamba shell activate --root-prefix "$HOME/micromamba" --shell bash concurrency-lab)"
elif [[ -n ${TOOLCHAIN:-} ]]; then
    export PATH=$TOOLCHAIN/bin:$PATH
    echo 'Rust is copied: rustup was not tried'
else
    step "Rust by rustup" rust
    export PATH=$HOME/.cargo/bin:$PATH
fi
rustc --version
python3 --version
if [[ $variant == *evcxr* ]]; then
    step 'a stock evcxr' stock_evcxr
    export PATH=$HOME/.cargo/bin:$PATH
    before=$(find .local .cargo/bin -newermt '1970-01-01' -type f -exec md5sum {} + | sort)
fi
if [[ -n ${KERNEL:-} ]]; then
    mkdir -p .cache/concurrency-lab
    cp -r "$KERNEL" .cache/concurrency-lab
    echo 'the kernel is copied: it was not built'
fi
step 'cargo lab (the first time)' first_time
cat step.log
step 'cargo lab setup (again)' in_course cargo lab setup
step 'cargo lab doctor' in_course cargo lab doctor
cat step.log
step 'cargo lab run 00' in_course cargo lab run 00
read -ra tests <<< "${TESTS:-}"
step "cargo test ${tests[*]}" in_course cargo test "${tests[@]}"
echo 'what it keeps:'
du -sm course/.venv course/.jupyter course/target .cache/concurrency-lab/* .cargo/registry/* | sed 's/^/  /'
if [[ $variant == *evcxr* ]]; then
    diff <(echo "$before") <(find .local .cargo/bin -type f -exec md5sum {} + | sort) && echo 'the stock evcxr is as it was'
fi
git -C course status --porcelain
step 'cargo lab clean --all' in_course cargo lab clean --all
cat step.log
echo "what is left: $(find . -maxdepth 2 -not -path './course/*' -not -path './.cargo/*' -printf '%p ')"
