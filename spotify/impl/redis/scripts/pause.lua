-- Pauses requests. Keys: the gate, the paused operations. Arguments: microseconds, the reason, the operation; '' for all.
if ARGV[3] == '' then
    close_gate(tonumber(ARGV[1]), ARGV[2])
else
    pause_operation(KEYS[2], ARGV[3], tonumber(ARGV[1]), ARGV[2])
end
return 1
