#!/bin/sh
# Hands over to systemd; where the machine still has cgroup v1, systemd must be told to take it.
set -e
if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then exec /sbin/init; fi
mount -o remount,rw /sys/fs/cgroup 2>/dev/null || true
mkdir -p /sys/fs/cgroup/systemd
mountpoint -q /sys/fs/cgroup/systemd || mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
exec /sbin/init systemd.unified_cgroup_hierarchy=0 SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1
