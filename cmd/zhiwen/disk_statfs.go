//go:build linux || darwin

package main

import "golang.org/x/sys/unix"

// freeBytes is the space in a folder's file system that this user may fill.
func freeBytes(folder string) (uint64, error) {
	var stat unix.Statfs_t
	if err := unix.Statfs(folder, &stat); err != nil {
		return 0, err
	}
	return stat.Bavail * uint64(stat.Bsize), nil
}
