//go:build race

package pdf

// mostMB is what a hostile file may take: the race detector keeps notes of all
// memory beside it.
const mostMB = 2048
