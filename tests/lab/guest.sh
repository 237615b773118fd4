#!/bin/bash
# The guest, once it has a root: the kernel's USB drivers, udev with the rules that ship, then the scenarios, then off.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run/home LC_ALL=C.UTF-8
word() { sed -n "s/.*\\b$1=\\([^ ]*\\).*/\\1/p" /proc/cmdline; }
off() { echo o >/proc/sysrq-trigger; sleep 10; }
trap off EXIT

mkdir -p /dev/pts /dev/shm "/lib/modules/$(uname -r)" /mnt/checkout
mount --bind "$(word lab)/kernel/lib/modules/$(uname -r)" "/lib/modules/$(uname -r)"
mount --bind "$(word checkout)" /mnt/checkout # whose parents a user without rights may not enter
for place in /run /tmp /dev/shm; do mount -t tmpfs none $place; done
mount -t devpts none /dev/pts
chmod 1777 /tmp
mkdir -p /run/home /run/udev/rules.d
cp /mnt/checkout/installer/debian/60-support-kiosk.rules /run/udev/rules.d/
ip link set lo up

/lib/systemd/systemd-udevd --daemon
modprobe -a xhci_pci usbhid hid_generic cdc_acm cp210x ftdi_sio usblp libcomposite usb_f_acm usb_f_printer usb_f_fs
modprobe dummy_hcd num=6
mount -t configfs none /sys/kernel/config
cd /mnt/checkout && PYTHONPATH=/mnt/checkout .venv/bin/python -m tests.lab.guest </dev/null
