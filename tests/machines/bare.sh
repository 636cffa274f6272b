#!/usr/bin/env bash
# A bare Debian in a folder, and in it what stranger.sh does: the README's two commands, timed step by step. As root:
#
#   tests/machines/bare.sh bookworm         # or trixie, or another suite that debootstrap knows
#   tests/machines/bare.sh bookworm user    # as a user who is not root and whose home is another disk (in memory, 8 GB)
#   tests/machines/bare.sh bookworm conda   # in the environment of environment.yml, by micromamba
#   tests/machines/bare.sh bookworm evcxr   # where a stock evcxr is installed already; `user evcxr` is both
#
# Needs debootstrap, 6 GB of disk and a network. The folder goes when it ends. Variables:
#   BARE       where the folders are made [/var/tmp/bare]; the bare system is kept there for the next run
#   MIRROR     the archive that debootstrap reads
#   TRUSTED    a file of certificates to trust besides, where a proxy needs that
#   RUSTUP     the address of rustup's installer
#   TOOLCHAIN  a folder with a Rust toolchain to copy, where rustup's servers cannot be reached
#   EVCXR      an evcxr_jupyter to copy, instead of building one
#   KERNEL     a folder evcxr-… of ~/.cache/concurrency-lab to copy, where building it is not what is looked at
#   TESTS      arguments of `cargo test`; without it, all tests
set -euo pipefail
suite=${1:?the name of a Debian suite} variant=${*:2}
here=$(cd "$(dirname "$0")" && pwd)
bare=${BARE:-/var/tmp/bare}
if ! [[ -f $bare/$suite.made ]]; then
    mkdir -p "$bare/$suite"
    debootstrap --variant=minbase "$suite" "$bare/$suite" ${MIRROR:+"$MIRROR"} > "$bare/$suite.log"
    touch "$bare/$suite.made"
fi
run=$(mktemp -d "$bare/$suite-XXXX")
trap 'rm -rf "$run"' EXIT
mkdir "$run"/{changes,work,root}
git clone --quiet --bare "$here/../.." "$run/course"

# Mounts and processes of the machine are its own and go with it.
export suite variant here bare run
unshare --mount --pid --fork --kill-child bash -euo pipefail <<'INSIDE'
root=$run/root
mount -t overlay overlay -o "lowerdir=$bare/$suite,upperdir=$run/changes,workdir=$run/work" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
cp -r "$run/course" "$here/stranger.sh" "$root/opt"
cat /etc/resolv.conf > "$root/etc/resolv.conf"
# What the README's requirements name, and what fetches the course.
packages=(gcc python3 python3-venv git curl ca-certificates)
if [[ $variant == *conda* ]]; then packages=(git curl ca-certificates bzip2); fi
as() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
start=$SECONDS
as apt-get update -qq
as apt-get install -qq "${packages[@]}" > "$run/apt.log" 2>&1
if [[ -n ${TRUSTED:-} ]]; then
    cp "$TRUSTED" "$root/usr/local/share/ca-certificates/trusted.crt"
    cat "$TRUSTED" >> "$root/etc/ssl/certs/ca-certificates.crt"
fi
printf '%-52s %5d s %6d MB\n' "apt-get install ${packages[*]:0:4} …" $((SECONDS - start)) "$(du -sm "$run/changes" | cut -f1)"
user=root home=/root
if [[ $variant == *user* ]]; then
    user=reader home=/home/reader
    as useradd --shell /bin/bash "$user"
    mkdir -p "$root$home"
    mount -t tmpfs -o size=8g tmpfs "$root$home"
    as chown "$user" "$home"
fi
as chown -R "$user" /opt/course
given=()
if [[ -n ${TOOLCHAIN:-} ]]; then
    cp -a "$TOOLCHAIN" "$root/opt/toolchain"
    given+=(TOOLCHAIN=/opt/toolchain)
fi
if [[ -n ${EVCXR:-} ]]; then
    cp "$EVCXR" "$root/opt/evcxr_jupyter"
    given+=(EVCXR=/opt/evcxr_jupyter)
fi
if [[ -n ${KERNEL:-} ]]; then
    cp -r "$KERNEL" "$root/opt"
    given+=(KERNEL="/opt/$(basename "$KERNEL")")
fi
if [[ -n ${TRUSTED:-} ]]; then
    bundle=/etc/ssl/certs/ca-certificates.crt
    given+=(SSL_CERT_FILE=$bundle PIP_CERT=$bundle CURL_CA_BUNDLE=$bundle CARGO_HTTP_CAINFO=$bundle)
fi
chroot --userspec="$user" "$root" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$home" USER="$user" LANG=C.UTF-8 \
    "${given[@]}" RUSTUP="${RUSTUP:-}" TESTS="${TESTS:-}" bash /opt/stranger.sh /opt/course $variant
INSIDE
