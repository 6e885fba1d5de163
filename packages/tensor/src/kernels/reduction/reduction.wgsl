// The frame of a kernel with reductions. An outer tile is one row, or four neighbouring rows. X outer tiles share a workgroup, and
// Y threads go along each: thread (across, along) visits positions along, along + Y, … in order, so the order of every sum is fixed.
//
// Constants: X, Y, TILES_PER_THREAD, OUTER_TILES, GROUPS_X. A thread takes TILES_PER_THREAD outer tiles, X apart: tile, tile + X, …;
// more than one only where OUTER_TILES is a multiple of X · TILES_PER_THREAD. The compiler writes the marked part: loops over a row,
// combinations of the partial results (combine.wgsl), and the results.

@compute @workgroup_size(X * Y)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let across = local % X;
  let along = local / X;
  let own_tile = (group.y * GROUPS_X() + group.x) * X * TILES_PER_THREAD + across;
  // Threads past the last tile repeat it without writing, so that all reach the barriers.
  let tile = min(own_tile, OUTER_TILES() - 1u);
  //: phases
}
