//! One file an RPC: check the request, build its engines, run them, shape the answer.
