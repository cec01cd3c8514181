//go:build unix

package pdf

import (
	"errors"
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// memory is where sandboxes keep theirs: as much address space as one may
// take, of which the system gives what is used. Grown on the heap it would be
// copied each time, and the copies wait for the collector.
type memory struct{ mappings [][]byte }

// Allocate implements experimental.MemoryAllocator.
func (m *memory) Allocate(_, most uint64) experimental.LinearMemory {
	mapping, err := syscall.Mmap(-1, 0, int(most), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return &onHeap{} // where address space is bounded
	}
	m.mappings = append(m.mappings, mapping)
	return reserved(mapping)
}

// release gives everything back; no sandbox may be left.
func (m *memory) release() error {
	var errs []error
	for _, mapping := range m.mappings {
		errs = append(errs, syscall.Munmap(mapping))
	}
	m.mappings = nil
	return errors.Join(errs...)
}

// reserved is the memory of one sandbox.
type reserved []byte

// Reallocate implements experimental.LinearMemory.
func (r reserved) Reallocate(size uint64) []byte {
	if size > uint64(len(r)) {
		return nil
	}
	return r[:size:len(r)]
}

// Free leaves the memory to release: the engine closes a sandbox whose time is
// over while what called it may still look at its memory.
func (reserved) Free() {}
