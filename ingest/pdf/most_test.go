package pdf

// mostMB is what a hostile file may take; a sandbox has 384.
const mostMB = 768
