"""Voice as sound: microphone, Opus, the wait for what is late, where each voice comes from, loudspeaker."""
