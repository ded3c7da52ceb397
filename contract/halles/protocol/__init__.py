"""The wire between clients and the server, sans-I/O: message table, codec, pose batches, conversation states."""
