-- Closes the gate. Keys: the gate. Arguments: microseconds.
close_gate(tonumber(ARGV[1]))
return 1
