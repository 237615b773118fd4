#!/bin/bash
# Makes what the lab boots, in the folder that is named: a Debian kernel of this machine's suite, unpacked and not
# installed, its modules, and a start-up image with the few of them that reach this machine's files.
#
# Looks first and does only what is missing. Says in one sentence why where it cannot, and ends with 3.
set -euo pipefail
readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly lab=$1
PATH=$PATH:/usr/sbin:/sbin
readonly first_modules="virtio_pci virtio_blk ext4 9pnet_virtio 9p overlay"

no_lab() { echo "The lab cannot be had here: $*" >&2; exit 3; }

unpack_kernel() {
  [ -d "$lab/kernel" ] && return
  local name
  name=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends:/ { print $2; exit }')
  [ -n "$name" ] || no_lab "no Debian kernel is on this machine's list of packages."
  rm -rf "$lab/unpacked"
  mkdir -p "$lab/unpacked"
  (cd "$lab" && apt-get download -qq "$name" 2>/dev/null) || no_lab "the package $name could not be loaded."
  dpkg-deb -x "$lab/$name"_*.deb "$lab/unpacked"
  depmod -b "$lab/unpacked" "$(ls "$lab/unpacked/lib/modules")"
  rm "$lab/$name"_*.deb
  mv "$lab/unpacked" "$lab/kernel"
}

make_start() {
  [ "$lab/start.gz" -nt "$here/init" ] && [ "$lab/start.gz" -nt "$here/kernel.sh" ] && [ "$lab/start.gz" -nt "$lab/kernel" ] && return
  local image=$lab/start version file
  version=$(ls "$lab/kernel/lib/modules")
  rm -rf "$image"
  mkdir -p "$image"/{bin,dev,proc,sys,modules,host,pack,writes,whole}
  cp "$(command -v busybox)" "$image/bin/busybox"
  install -m 755 "$here/init" "$image/init"
  for name in $first_modules; do
    modprobe -S "$version" -d "$lab/kernel" --show-depends "$name"
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r file; do
    cp "$file" "$image/modules/"
    basename "$file" >>"$image/modules/order"
  done
  (cd "$image" && find . | cpio --create --format newc --quiet | gzip -1) >"$lab/start.gz.new"
  mv "$lab/start.gz.new" "$lab/start.gz"
  rm -rf "$image"
}

for tool in busybox cpio depmod dpkg-deb apt-get qemu-system-x86_64; do
  command -v $tool >/dev/null || no_lab "$tool is missing (installer/setup.sh lab installs it)."
done
mkdir -p "$lab"
unpack_kernel
make_start
