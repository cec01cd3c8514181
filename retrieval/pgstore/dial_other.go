//go:build !linux

package pgstore

import "syscall"

// boundUnacknowledged leaves other systems to their own limits.
func boundUnacknowledged(string, string, syscall.RawConn) error { return nil }
