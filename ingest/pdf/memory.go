package pdf

// onHeap is memory that the collector looks after.
type onHeap struct{ bytes []byte }

// Reallocate implements experimental.LinearMemory.
func (h *onHeap) Reallocate(size uint64) []byte {
	h.bytes = append(h.bytes, make([]byte, max(0, int(size)-len(h.bytes)))...)
	return h.bytes[:size]
}

// Free implements experimental.LinearMemory.
func (*onHeap) Free() {}
