#!/bin/sh
# Run once, as the user who runs the server: from then on it starts by itself with the machine.
# "autostart.sh off" ends that.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
units="$HOME/.config/systemd/user"
if test "${1:-}" = "off"; then
  systemctl --user disable --now san-sang.service
  exit
fi
mkdir -p "$units"
cat > "$units/san-sang.service" <<UNIT
[Unit]
Description=San Sang

[Service]
ExecStart="$here/san-sang.sh"
Restart=always
RestartSec=2

[Install]
WantedBy=default.target
UNIT
systemctl --user daemon-reload
systemctl --user enable --now san-sang.service
loginctl enable-linger
echo "Dang chay. Xem: journalctl --user -u san-sang -e / Running."
